"""What columns and sets of columns tell of people: separation, special uniques, proposals."""

from __future__ import annotations

import numpy as np

from personatwin_sql.engine.class_sizes import Question
from personatwin_sql.engine.coded_records import Shape, coded_records, shape_of
from personatwin_sql.engine.lone_file import Asked
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.proposal import Proposal, Verdict, proposals
from personatwin_sql.privacy.records import MOST_CELLS, Records, is_within_reach, subsets
from personatwin_sql.privacy.separation import SubsetRisk, separations
from personatwin_sql.privacy.suda import MOST_COLUMNS, disclosive, special_uniques

LARGEST_UNASKED = 3
"""Columns of a set, where nobody asks for more."""
WORK_UNASKED = 50_000_000
"""Sets × records that are counted without being asked for: some seconds."""


@dataclass(frozen=True)
class NamedSubset:
    """A set of columns with what it tells (Motwani & Xu 2008)."""

    columns: tuple[str, ...]
    classes: int
    distinction: float
    separation: float
    alone: float
    """The share of people who are the only one with their values."""


@dataclass(frozen=True)
class SpecialFigures:
    """People whom few columns suffice to tell from everybody else (SUDA2, Manning et al. 2008)."""

    largest: int
    found: tuple[int, ...]
    """Minimal sample uniques of 1, 2, … columns."""
    people: int
    """Who has one at least."""
    by_column: tuple[tuple[str, float], ...]
    """Each column with the share of all scores it is part of, largest first."""
    highest_disclosive: float | None = None
    """The highest DIS score; None without a sampling fraction."""
    average_disclosive: float | None = None
    """Over all who have a score."""


@dataclass(frozen=True)
class ColumnFigures:
    """What the quasi-identifiers tell, one by one and together."""

    largest: int
    """Most columns of a set that was counted; 0 where none was."""
    subsets: tuple[NamedSubset, ...]
    special: SpecialFigures | None
    left_out: tuple[str, ...]
    """What was not measured, and how it is asked for."""


@dataclass(frozen=True)
class ProposedColumn:
    """A column that may be a quasi-identifier, with the reason."""

    column: str
    verdict: Verdict
    classes: int
    distinction: float
    separation: float
    alone: float
    gain: float
    beside: tuple[str, ...]
    with_it: float


def column_figures(
    asked: Asked, question: Question, largest: int | None, suda: int | None, fraction: float | None
) -> ColumnFigures:
    """Sets of up to `largest` columns, special uniques of up to `suda`; None for what is quickly counted.

    Raises ProjectError PT523 for more than can be counted.
    """
    if largest == 0 and suda == 0:
        return ColumnFigures(0, (), None, ())
    shape, columns = shape_of(asked, question), len(question.quasi_identifiers)
    left_out: list[str] = []
    size = _size(largest, columns, shape, "--subsets", left_out)
    special = (
        0 if suda is None and columns > MOST_COLUMNS else _size(suda, columns, shape, "--suda", left_out)
    )
    if special and columns > MOST_COLUMNS:
        _refuse(f"special uniques of {columns} columns", "name at most 24 columns with --quasi")
    if not size and not special:
        return ColumnFigures(0, (), None, tuple(left_out))
    records = coded_records(asked, question, shape)
    names = question.quasi_identifiers
    return ColumnFigures(
        largest=size,
        subsets=tuple(_named(subset, names) for subset in separations(records, size)) if size else (),
        special=_special(records, names, special, fraction) if special else None,
        left_out=tuple(left_out),
    )


def proposed_columns(
    asked: Asked, question: Question, largest: int | None
) -> tuple[int, int, tuple[ProposedColumn, ...], tuple[NamedSubset, ...]]:
    """People, size of the largest sets, every column of the question, and the sets.

    Raises ProjectError PT523.
    """
    shape, names = shape_of(asked, question), question.quasi_identifiers
    size = _size(largest or None, len(names), shape, "--subsets", [])
    if not size:
        size = 1
        if not is_within_reach(len(names), 1, shape.records):
            _refuse(
                _counted(len(names), 1, shape), "name those that others may know: --quasi age,gender,county"
            )
    records = coded_records(asked, question, shape)
    found = separations(records, size)
    proposed = tuple(_proposed(each, names) for each in proposals(found))
    return records.total, size, proposed, tuple(_named(subset, names) for subset in found)


def _size(asked: int | None, columns: int, shape: Shape, option: str, left_out: list[str]) -> int:
    """The size that was asked for, or the largest that is quickly counted; 0 for none."""
    if asked is not None:
        size = min(asked, columns)
        if size and not is_within_reach(columns, size, shape.records):
            smaller = next(
                (less for less in range(size, 0, -1) if is_within_reach(columns, less, shape.records)), 0
            )
            fix = f"ask for less: {option} {smaller}" if smaller else "name fewer columns: --quasi"
            _refuse(_counted(columns, size, shape), fix)
        return size
    for size in range(min(LARGEST_UNASKED, columns), 0, -1):
        is_quick = subsets(columns, size) * max(1, shape.records) <= WORK_UNASKED
        if is_quick and columns * shape.records <= MOST_CELLS:
            return size
    left_out.append(
        f"sets of columns, for {shape.records:,} different records: {option} 1 or more counts them"
    )
    return 0


def _counted(columns: int, size: int, shape: Shape) -> str:
    number = subsets(columns, size)
    return f"{number:,} sets of up to {size} of {columns} columns, for {shape.records:,} different records,"


def _refuse(what: str, fix: str) -> None:
    raise ProjectError(Diagnostic("PT523", f"{what} are more than can be counted", fixes=(fix,)))


def _special(
    records: Records, names: tuple[str, ...], largest: int, fraction: float | None
) -> SpecialFigures:
    found = special_uniques(records, largest)
    has_score = found.scores > 0
    people = int(has_score.sum()) if records.person is None else len(np.unique(records.person[has_score]))
    chances = None
    if fraction is not None and records.person is None and people:
        uniques, pairs = (int((records.people == size).sum()) for size in (1, 2))
        chances = disclosive(found.scores, len(names), uniques, 2 * pairs, fraction)[has_score]
    by_column = sorted(zip(names, found.by_column, strict=True), key=lambda pair: -pair[1])
    return SpecialFigures(
        largest=found.largest,
        found=found.found,
        people=people,
        by_column=tuple(by_column),
        highest_disclosive=None if chances is None else float(chances.max()),
        average_disclosive=None if chances is None else float(chances.mean()),
    )


def _named(subset: SubsetRisk, names: tuple[str, ...]) -> NamedSubset:
    return NamedSubset(
        columns=tuple(names[column] for column in subset.columns),
        classes=subset.classes,
        distinction=subset.distinction,
        separation=subset.separation,
        alone=subset.alone,
    )


def _proposed(each: Proposal, names: tuple[str, ...]) -> ProposedColumn:
    return ProposedColumn(
        column=names[each.column],
        verdict=each.verdict,
        classes=each.alone.classes,
        distinction=each.alone.distinction,
        separation=each.alone.separation,
        alone=each.alone.alone,
        gain=each.gain,
        beside=tuple(names[column] for column in each.beside),
        with_it=each.with_it,
    )
