"""Ordered values in groups of neighbours: `{order: [A, B, C, D], groups: [2]}` is `A to B` and `C to D`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pydantic import Field

from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.spec.document import Document, Trail
from personatwin_sql.spec.hierarchy import TOP, Taxonomy, Unmapped
from personatwin_sql.spec.home import Home
from personatwin_sql.spec.strict import Strict
from personatwin_sql.spec.taxonomy_reader import level_names, misnamed
from personatwin_sql.spec.validation import validated


class WrittenOrder(Strict):
    order: tuple[str | int | float, ...] = Field(min_length=2)
    """All values, from the lowest to the highest."""
    groups: tuple[int, ...] = Field(min_length=1)
    """How many neighbours a group holds, level by level; the last group may hold fewer."""
    levels: tuple[str, ...] = ()
    unmapped: Unmapped = "error"


def read_order(document: Document, trail: Trail, _: Home) -> Taxonomy:
    """The taxonomy of neighbouring values, each group called after its first and last.

    Raises ProjectError: PT021 for groups that do not grow, PT022 for groups that do not fit into each other,
    PT024 for `*`, PT025 for a value that stands twice or is called as a
    group that does not hold it.
    """
    written = validated(WrittenOrder, document, trail)
    values = tuple(document.text((*trail, "order", index)) for index in range(len(written.order)))
    rows = tuple(
        (value, *(_group(values, place, size) for size in written.groups))
        for place, value in enumerate(values)
    )
    problems = [
        *_size_problems(document, (*trail, "groups"), written.groups),
        *_value_problems(document, (*trail, "order"), values, rows),
    ]
    if problems:
        raise ProjectError(problems)
    names = level_names(
        document, trail, written.levels, [f"groups of {size} neighbours" for size in written.groups]
    )
    return Taxonomy(rows=rows, levels=names, unmapped=written.unmapped)


def _group(values: Sequence[str], place: int, size: int) -> str:
    first = place // max(1, size) * size
    held = values[first : first + size]
    return f"{held[0]} to {held[-1]}" if len(held) > 1 else values[place]


def _size_problems(document: Document, trail: Trail, sizes: Sequence[int]) -> Iterator[Diagnostic]:
    if sizes[0] < 2:
        yield Diagnostic("PT021", "a group holds at least two values", document.value_place((*trail, 0)))
    for index, (finer, coarser) in enumerate(pairwise(sizes), start=1):
        place = document.value_place((*trail, index))
        if coarser <= finer:
            yield Diagnostic("PT021", f"groups of {coarser} are not larger than groups of {finer}", place)
        elif coarser % finer:
            label = "each size is a multiple of the one before"
            yield Diagnostic("PT022", f"groups of {finer} do not fit into groups of {coarser}", place, label)


def _value_problems(
    document: Document, trail: Trail, values: Sequence[str], rows: Sequence[Sequence[str]]
) -> Iterator[Diagnostic]:
    first: dict[str, int] = {}
    for index, value in enumerate(values):
        place = document.value_place((*trail, index))
        if value == TOP:
            yield Diagnostic(
                "PT024", f"`{TOP}` is the top of every hierarchy, which is there by itself", place
            )
        elif value in first:
            line = document.value_place((*trail, first[value])).line
            yield Diagnostic("PT025", f"the value `{value}` stands twice", place, f"first on line {line}")
        first.setdefault(value, index)
    for index in misnamed(tuple(enumerate(rows))):
        message = "a group is called as this value, and does not hold it"
        yield Diagnostic("PT025", message, document.value_place((*trail, index)))
