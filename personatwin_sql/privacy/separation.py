"""How far columns tell people apart: distinction and separation of subsets of columns (Motwani & Xu 2008).

A record that is alone in its class stays alone whatever is added, so only the others are counted further.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Flags
from personatwin_sql.privacy.records import Records, check_reach, is_in, joint, sizes_by_key, split


@dataclass(frozen=True)
class SubsetRisk:
    """What a subset of columns tells of people."""

    columns: tuple[int, ...]
    """Their numbers, ascending."""
    classes: int
    """Different combinations of values."""
    distinction: float
    """Classes ÷ people; where a person is in several classes, ÷ the people of all classes."""
    separation: float
    """The share of pairs of people that differ in a column; 1 where there are no pairs."""
    alone: float
    """The share of people who are the only one with their values."""


def separations(records: Records, size: int) -> tuple[SubsetRisk, ...]:
    """Every subset of 1 to `size` columns, smaller subsets first. Raises TooMuch."""
    check_reach(records, size)
    widths = [int(codes.max(initial=0)) for codes in records.codes]
    order = sorted(range(len(widths)), key=lambda column: (widths[column], column))
    start = _Part(
        columns=(),
        rows=np.arange(len(records.people)),
        ids=np.zeros(len(records.people), dtype=np.int64),
        classes=0,
        people=0,
        pairs=0,
        alone=0
        if records.person is None
        else np.zeros(int(records.person.max(initial=-1)) + 1, dtype=np.bool_),
    )
    total = records.total
    found = [
        subset
        for place in range(len(order))
        for subset in _measured(records, start, order, place, size, total)
    ]
    return tuple(sorted(found, key=lambda subset: (len(subset.columns), subset.columns)))


@dataclass(frozen=True)
class _Part:
    """The classes by some columns: those of one record as sums, the others row by row."""

    columns: tuple[int, ...]
    rows: Codes
    ids: Codes
    classes: int
    people: int
    pairs: int
    """Σ f(f−1) over the classes of one record."""
    alone: int | Flags
    """People alone in classes of one record: their number, or where people have several records, who."""


def _measured(
    records: Records, part: _Part, order: list[int], place: int, size: int, total: int
) -> Iterator[SubsetRisk]:
    """The part with the column at `place`, and all subsets with earlier columns added to it."""
    columns, values = (*part.columns, order[place]), records.codes[order[place]][part.rows]
    is_last = len(columns) == size or not place
    if is_last and records.person is None:  # nothing is split further: which record is where does not matter
        sizes = sizes_by_key(records.people[part.rows], joint(part.ids, values))
        yield _risk(records, part, columns, part.ids, sizes, total)
        return
    ids = split(part.ids, values)
    sizes = records.sizes(part.rows, ids)
    yield _risk(records, part, columns, ids, sizes, total)
    if not is_last:
        smaller = _without_lone_records(records, part, columns, ids, sizes)
        for earlier in range(place):
            yield from _measured(records, smaller, order, earlier, size, total)


def _risk(
    records: Records, part: _Part, columns: tuple[int, ...], ids: Codes, sizes: Codes, total: int
) -> SubsetRisk:
    classes, people = part.classes + len(sizes), part.people + int(sizes.sum())
    pairs = part.pairs + int((sizes * (sizes - 1)).sum())
    if records.person is None:
        alone = int(part.alone) + int((sizes == 1).sum())
    else:
        is_alone = np.array(part.alone, dtype=np.bool_)
        is_alone[records.person[part.rows[is_in(sizes == 1, ids)]]] = True
        alone = int(is_alone.sum())
    return SubsetRisk(
        columns=tuple(sorted(columns)),
        classes=classes,
        distinction=classes / people if people else 0.0,
        separation=(people * (people - 1) - pairs) / (people * (people - 1)) if people > 1 else 1.0,
        alone=alone / total if total else 0.0,
    )


def _without_lone_records(
    records: Records, part: _Part, columns: tuple[int, ...], ids: Codes, sizes: Codes
) -> _Part:
    is_lone = np.bincount(ids, minlength=len(sizes)) == 1
    leaves = is_in(is_lone, ids)
    lone = sizes[is_lone]
    alone: int | Flags
    if records.person is None:
        alone = int(part.alone) + int((lone == 1).sum())
    else:
        alone = np.array(part.alone, dtype=np.bool_)
        alone[records.person[part.rows[leaves]]] = True
    return _Part(
        columns=columns,
        rows=part.rows[~leaves],
        ids=ids[~leaves],
        classes=part.classes + len(lone),
        people=part.people + int(lone.sum()),
        pairs=part.pairs + int((lone * (lone - 1)).sum()),
        alone=alone,
    )
