"""Hierarchies of codes that hide more characters at each level: `{prefix: [3, 1]}` and `{mask: [2, 4]}`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pydantic import Field

from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.spec.document import Document, Trail
from personatwin_sql.spec.hierarchy import Mask, Prefix, Side
from personatwin_sql.spec.home import Home
from personatwin_sql.spec.strict import Strict
from personatwin_sql.spec.validation import validated


class WrittenPrefix(Strict):
    prefix: tuple[int, ...] = Field(min_length=1)


class WrittenMask(Strict):
    mask: tuple[int, ...] = Field(min_length=1)
    side: Side = "right"
    """The end at which characters are hidden."""


def read_prefix(document: Document, trail: Trail, _: Home) -> Prefix:
    """How many of the first characters are kept; raises ProjectError PT021."""
    lengths = validated(WrittenPrefix, document, trail).prefix
    inside = (*trail, "prefix")
    _refuse(
        [
            *_none_at_all(
                document, inside, lengths, "a level of no characters is the top, which is there by itself"
            ),
            *_out_of_order(document, inside, [-length for length in lengths], "fewer"),
        ]
    )
    return Prefix(prefix=lengths)


def read_mask(document: Document, trail: Trail, _: Home) -> Mask:
    """How many characters are hidden; raises ProjectError PT021."""
    written = validated(WrittenMask, document, trail)
    inside = (*trail, "mask")
    _refuse(
        [
            *_none_at_all(document, inside, written.mask, "a level that hides nothing is the value as given"),
            *_out_of_order(document, inside, written.mask, "more"),
        ]
    )
    return Mask(mask=written.mask, side=written.side)


def _none_at_all(
    document: Document, trail: Trail, lengths: Sequence[int], message: str
) -> Iterator[Diagnostic]:
    for index, length in enumerate(lengths):
        if length < 1:
            yield Diagnostic("PT021", message, document.value_place((*trail, index)))
            return


def _out_of_order(
    document: Document, trail: Trail, lengths: Sequence[int], word: str
) -> Iterator[Diagnostic]:
    """`lengths` grow from level to level."""
    for index, (finer, coarser) in enumerate(pairwise(lengths), start=1):
        if coarser <= finer:
            yield Diagnostic(
                "PT021",
                f"{abs(coarser)} characters are not {word} than {abs(finer)}",
                document.value_place((*trail, index)),
                f"{word} characters from level to level",
            )


def _refuse(problems: Sequence[Diagnostic]) -> None:
    if problems:
        raise ProjectError(problems)
