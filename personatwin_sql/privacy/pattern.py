"""Event-pattern uniqueness: how many people share what somebody may know of a person's events.

The adversary knows at most m distinct cells (such as arrest in May 2014) of a person (k^m-anonymity,
Terrovitis et al. 2008).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.records import numbered

MOST_COMBINATIONS = 2_000_000
"""Combinations of three cells that are counted one by one; with more, a bound is reported instead."""
_BATCH = 4_000_000
"""Combinations held at once, 8 bytes a cell; those of one first cell are never split."""


@dataclass(frozen=True)
class PatternRisk:
    """What an adversary with m known cells can find."""

    m: int
    smallest: int
    """The fewest people who share any m or fewer cells that occur together; 0 when there are no events.
    Where it is not exact, at least this many."""
    unique_share: float
    """The share of people whom some m or fewer of their own cells tell from everybody else. Where it is not
    exact, at most this share."""
    is_exact: bool


def event_patterns(
    group_ids: Codes, cell_ids: Codes, people: Codes, most_combinations: int = MOST_COMBINATIONS
) -> tuple[PatternRisk, PatternRisk, PatternRisk]:
    """Pattern risks for m = 1, 2 and 3; exact for 1 and 2.

    `group_ids`, `cell_ids` (rows,): group g holds cell c; doubled rows count once. `people` (groups,): how
    many people stand behind each group, a person or a persona; `group_ids` index it.
    """
    held = _Held.of(group_ids, cell_ids, people)
    if not len(held.group):
        return PatternRisk(1, 0, 0.0, True), PatternRisk(2, 0, 0.0, True), PatternRisk(3, 0, 0.0, True)
    fewest = int(people[held.group].min())
    smallest = int(held.people.sum())
    is_unique = np.zeros(len(people), dtype=np.bool_)
    found: list[PatternRisk] = []
    for m in (1, 2, 3):
        open_groups = (people == 1) & ~is_unique & (held.cells_per_group >= m)
        if smallest > fewest or open_groups.any():
            if m == 3 and held.triples > most_combinations:
                at_most = float(people[is_unique | open_groups].sum() / held.people.sum())
                found.append(PatternRisk(m, fewest, at_most, False))
                break
            for combination_smallest, alone in held.supports(m):
                smallest = min(smallest, combination_smallest)
                is_unique[alone] = True
        found.append(PatternRisk(m, smallest, float(people[is_unique].sum() / held.people.sum()), True))
    return found[0], found[1], found[2]


@dataclass(frozen=True)
class _Held:
    """Which group holds which cell: rows by group, then cell; cells numbered from 0."""

    group: Codes
    cell: Codes
    end: Codes
    """(rows,): the row after the last of the same group."""
    people: Codes
    cells_per_group: Codes

    @classmethod
    def of(cls, group_ids: Codes, cell_ids: Codes, people: Codes) -> _Held:
        names, cells = np.unique(cell_ids, return_inverse=True)
        width = max(1, len(names))
        rows = np.unique(group_ids.astype(np.int64) * width + cells)
        group, cell = rows // width, rows % width
        per_group = np.bincount(group, minlength=len(people))
        return cls(group, cell, np.cumsum(per_group)[group], people, per_group)

    @property
    def triples(self) -> int:
        """Combinations of three cells of one group, over all groups."""
        n = self.cells_per_group.astype(np.float64)
        return int((n * (n - 1) * (n - 2) / 6).sum())

    def supports(self, m: int) -> Iterator[tuple[int, Codes]]:
        """For batches of combinations of m cells: the fewest people who share one, and the groups of a single
        person who are alone with one."""
        for first in self._batches(m):
            rows, keys = first, self.cell[first]
            for _ in range(m - 1):
                later = self.end[rows] - rows - 1
                starts = np.cumsum(later) - later
                step = np.arange(int(later.sum())) - np.repeat(starts, later)
                keys, rows = np.repeat(keys, later), np.repeat(rows, later) + 1 + step
                keys = numbered(keys) * (int(self.cell.max()) + 1) + self.cell[rows]
            if not len(keys):
                continue
            combination = numbered(keys)
            groups = self.group[rows]
            shared = np.bincount(combination, weights=self.people[groups])
            yield int(shared.min()), groups[shared[combination] == 1]

    def _batches(self, m: int) -> Iterator[Codes]:
        """Rows by their cell, cut between cells: each is the first, and least, cell of its combinations."""
        order = np.argsort(self.cell, kind="stable")
        later = (self.end - np.arange(len(self.end)) - 1)[order].astype(np.float64)
        weight = np.cumsum({1: np.ones_like(later), 2: later, 3: later * (later - 1) / 2}[m])
        is_last: npt.NDArray[np.bool_] = np.append(self.cell[order][1:] != self.cell[order][:-1], True)
        ends = np.flatnonzero(is_last)
        batch = (weight[ends] // _BATCH).astype(np.int64)
        cuts = ends[np.append(batch[1:] != batch[:-1], True)] + 1
        yield from np.split(order, cuts[:-1])
