"""The grammar of hierarchies, `{widths: [5, 10], top: 90}` and its siblings, checked so that levels nest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from pydantic import Field

from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import closest, listed
from personatwin_sql.spec.csv_taxonomy import read_csv_taxonomy
from personatwin_sql.spec.document import Document, Trail
from personatwin_sql.spec.hidden_characters import read_mask, read_prefix
from personatwin_sql.spec.hierarchy import (
    PERIODS,
    Coding,
    Dates,
    Hierarchy,
    Intervals,
    Number,
    Period,
    Taxonomy,
    Unmapped,
    Widths,
)
from personatwin_sql.spec.home import Home
from personatwin_sql.spec.order_groups import read_order
from personatwin_sql.spec.strict import Strict
from personatwin_sql.spec.taxonomy_reader import level_names, read_taxonomy
from personatwin_sql.spec.validation import TABLE, validated


class WrittenWidths(Strict):
    widths: tuple[Number, ...] = Field(min_length=1)
    bottom: Number | None = None
    top: Number | None = None
    measures: Literal["age"] | None = None


class WrittenIntervals(Strict):
    intervals: tuple[Number, ...] | tuple[tuple[Number, ...], ...] = Field(min_length=1)
    bottom: Number | None = None
    top: Number | None = None


class WrittenEnds(Strict):
    bottom: Number | None = None
    top: Number | None = None


class WrittenCoding(Strict):
    coding: WrittenEnds


class WrittenDates(Strict):
    dates: tuple[Period, ...] = Field(min_length=1)


class WrittenTable(Strict):
    table: str = Field(pattern=TABLE)
    columns: tuple[str, ...] = Field(min_length=1)
    levels: tuple[str, ...] = ()
    unmapped: Unmapped = "error"


def read_hierarchy(document: Document, trail: Trail, home: Home) -> Hierarchy:
    """The hierarchy that is written at a trail; files are relative to the folder of `home`.

    Raises ProjectError: PT010 to PT015 for its form, PT020 to PT026 for levels that do not nest.
    """
    written = document.value(trail)
    place = document.value_place(trail)
    if not isinstance(written, dict):
        message = f"a hierarchy is a mapping with one of {listed(KINDS)}"
        raise ProjectError(Diagnostic("PT020", message, place))
    kinds = [kind for kind in KINDS if kind in written]
    if len(kinds) > 1:
        message = f"a hierarchy has one kind, not {listed(kinds)}"
        raise ProjectError(
            Diagnostic("PT020", message, document.key_place((*trail, kinds[1])), "remove all but one")
        )
    if not kinds:
        for key in written:
            meant = closest(key, KINDS)
            if meant is not None:
                at_key = document.key_place((*trail, key))
                raise ProjectError(
                    Diagnostic("PT012", f"unknown key `{key}`", at_key, f"did you mean `{meant}`?")
                )
        raise ProjectError(Diagnostic("PT020", f"a hierarchy needs one of {listed(KINDS)}", place))
    return KINDS[kinds[0]](document, trail, home)


def _widths(document: Document, trail: Trail, _: Home) -> Widths:
    written = validated(WrittenWidths, document, trail)
    _refuse(_range_problems(document, trail, written.bottom, written.top))
    _refuse(_width_problems(document, (*trail, "widths"), written.widths))
    return Widths(widths=written.widths, bottom=written.bottom, top=written.top, measures=written.measures)


def _width_problems(document: Document, trail: Trail, widths: Sequence[Number]) -> Iterator[Diagnostic]:
    for index, width in enumerate(widths):
        if width <= 0:
            yield Diagnostic("PT021", f"a band cannot be {width} wide", document.value_place((*trail, index)))
            return
    for index, (finer, coarser) in enumerate(pairwise(widths), start=1):
        place = document.value_place((*trail, index))
        if coarser <= finer:
            yield Diagnostic(
                "PT021",
                f"the width {coarser} does not widen {finer}",
                place,
                "widths grow from level to level",
            )
        elif _exact(coarser) % _exact(finer):
            label = "each width is a multiple of the one before"
            yield Diagnostic("PT022", f"bands of {finer} do not fit into bands of {coarser}", place, label)


def _intervals(document: Document, trail: Trail, _: Home) -> Intervals:
    written = validated(WrittenIntervals, document, trail)
    inside = (*trail, "intervals")
    levels: list[tuple[Trail, tuple[Number, ...]]] = []
    flat = tuple(cut for cut in written.intervals if not isinstance(cut, tuple))
    if flat:
        levels.append((inside, flat))
    levels.extend(
        ((*inside, index), cuts) for index, cuts in enumerate(written.intervals) if isinstance(cuts, tuple)
    )
    _refuse(_range_problems(document, trail, written.bottom, written.top))
    _refuse(
        problem
        for at, cuts in levels
        for problem in _cut_problems(document, at, cuts, written.bottom, written.top)
    )
    for (_finer_at, finer), (at, coarser) in pairwise(levels):
        if not set(coarser) < set(finer):
            message = "these cuts are not a part of the level before"
            label = "a coarser level leaves cuts out and adds none"
            raise ProjectError(Diagnostic("PT022", message, document.value_place(at), label))
    return Intervals(intervals=tuple(cuts for _at, cuts in levels), bottom=written.bottom, top=written.top)


def _cut_problems(
    document: Document, trail: Trail, cuts: Sequence[Number], bottom: Number | None, top: Number | None
) -> Iterator[Diagnostic]:
    if not cuts:
        yield Diagnostic(
            "PT021", "a level without cuts is the top, which is there by itself", document.value_place(trail)
        )
    for index, (lower, upper) in enumerate(pairwise(cuts), start=1):
        if upper <= lower:
            place = document.value_place((*trail, index))
            yield Diagnostic(
                "PT021", f"the cut {upper} does not follow {lower}", place, "cuts are written in order"
            )
    for index, cut in enumerate(cuts):
        place = document.value_place((*trail, index))
        if bottom is not None and cut <= bottom:
            yield Diagnostic("PT023", f"the cut {cut} is not above `bottom`, {bottom}", place)
        if top is not None and cut >= top:
            yield Diagnostic("PT023", f"the cut {cut} is not below `top`, {top}", place)


def _dates(document: Document, trail: Trail, _: Home) -> Dates:
    periods = validated(WrittenDates, document, trail).dates
    inside = (*trail, "dates")
    for index, (finer, coarser) in enumerate(pairwise(periods), start=1):
        place = document.value_place((*inside, index))
        if PERIODS.index(coarser) <= PERIODS.index(finer):
            message = f"`{coarser}` is not coarser than `{finer}`"
            raise ProjectError(Diagnostic("PT021", message, place, "the finest period comes first"))
        if finer == "week":
            message = (
                f"`week` does not fit into `{coarser}`: weeks cross the ends of months, quarters and years"
            )
            fixes = ("end with `week`", "leave `week` out")
            raise ProjectError(Diagnostic("PT022", message, place, fixes=fixes))
    return Dates(dates=periods)


def _coding(document: Document, trail: Trail, _: Home) -> Coding:
    ends = validated(WrittenCoding, document, trail).coding
    inside = (*trail, "coding")
    if ends.bottom is None and ends.top is None:
        message = "coding needs `bottom`, `top` or both"
        raise ProjectError(Diagnostic("PT021", message, document.value_place(inside)))
    _refuse(_range_problems(document, inside, ends.bottom, ends.top))
    return Coding(bottom=ends.bottom, top=ends.top)


def _taxonomy(document: Document, trail: Trail, _: Home) -> Taxonomy:
    return read_taxonomy(document, trail)


def _csv(document: Document, trail: Trail, home: Home) -> Taxonomy:
    return read_csv_taxonomy(document, trail, home)


def _table(document: Document, trail: Trail, _: Home) -> Taxonomy:
    written = validated(WrittenTable, document, trail)
    levels = level_names(document, trail, written.levels, written.columns[1:])
    return Taxonomy(
        table=written.table, level_columns=written.columns, levels=levels, unmapped=written.unmapped
    )


KINDS: dict[str, Callable[[Document, Trail, Home], Hierarchy]] = {
    "widths": _widths,
    "intervals": _intervals,
    "coding": _coding,
    "prefix": read_prefix,
    "mask": read_mask,
    "dates": _dates,
    "taxonomy": _taxonomy,
    "order": read_order,
    "csv": _csv,
    "table": _table,
}


def _range_problems(
    document: Document, trail: Trail, bottom: Number | None, top: Number | None
) -> Iterator[Diagnostic]:
    if bottom is not None and top is not None and bottom >= top:
        yield Diagnostic(
            "PT023",
            f"`bottom`, {bottom}, is not below `top`, {top}",
            document.value_place((*trail, "bottom")),
        )


def _refuse(problems: Iterator[Diagnostic]) -> None:
    found = tuple(problems)
    if found:
        raise ProjectError(found)


def _exact(number: Number) -> Fraction:
    """The decimal that was written: 0.3 is a multiple of 0.1."""
    return Fraction(str(number))
