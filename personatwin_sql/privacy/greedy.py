"""A good release of a large lattice, soon: what the search by boxes starts from."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from personatwin_sql.privacy.checker import Checker
from personatwin_sql.privacy.lattice import Lattice, Levels
from personatwin_sql.privacy.verdict import Outcome, Verdict

Release = tuple[float, Levels, Outcome]
"""Loss, node and figures: ordered by loss, then by levels."""


def best_nearby(lattice: Lattice, checker: Checker, work: int) -> Release | None:
    """The best release from several starts, each bettered by moving to a neighbour while the loss falls.

    A start is the first release on a path to the top; each path spares another column until the end. It ends
    when `work` is done, but never before the first path is.
    """
    visited = _Visited(checker, work)
    climb = lattice.climb(checker.measure.steps)
    found: list[Release] = []
    for spared in (None, *range(len(lattice.widths))):
        steps = (
            *(column for column in climb if column != spared),
            *(column for column in climb if column == spared),
        )
        path = tuple(lattice.levels(node) for node in lattice.path(0, steps))
        start = _first_release(visited, path, is_patient=spared is None)
        if start is not None:
            found.append(_descend(lattice, visited, start))
        if visited.is_over:
            break
    return min(found, key=lambda release: release[:2], default=None)


class _Visited:
    """The verdicts of nodes that were checked: memory of one search."""

    def __init__(self, checker: Checker, work: int) -> None:
        self.checker = checker
        self._work = work
        self._verdicts: dict[Levels, Verdict] = {}

    @property
    def is_over(self) -> bool:
        return self.checker.work >= self._work

    def verdict(self, levels: Levels) -> Verdict:
        if levels not in self._verdicts:
            self._verdicts[levels] = self.checker.check(levels)
        return self._verdicts[levels]


def _first_release(visited: _Visited, path: tuple[Levels, ...], is_patient: bool) -> Release | None:
    low, high = 0, len(path) - 1
    while low < high:  # no node below one that rules out all finer ones can satisfy the demand
        if visited.is_over and not is_patient:
            return None
        middle = (low + high) // 2
        low, high = (middle + 1, high) if visited.verdict(path[middle]).penalty == inf else (low, middle)
    for levels in path[low:]:
        if visited.is_over and not is_patient:
            return None
        outcome = visited.verdict(levels).outcome
        if outcome is not None:
            return outcome.loss, levels, outcome
    return None


def _descend(lattice: Lattice, visited: _Visited, release: Release) -> Release:
    while True:
        better = release
        for levels in _neighbours(lattice, release[1]):
            if visited.is_over:
                return better
            if visited.checker.measure.least(levels) >= better[0]:
                continue
            outcome = visited.verdict(levels).outcome
            if outcome is not None and (outcome.loss, levels) < better[:2]:
                better = outcome.loss, levels, outcome
        if better is release:
            return release
        release = better


def _neighbours(lattice: Lattice, levels: Levels) -> Iterator[Levels]:
    """Nodes that raise one column, lower one, or raise one and lower another, by one level each."""
    columns = range(len(levels))
    for raised in (None, *columns):
        for lowered in (None, *columns):
            moved = tuple(
                level + (column == raised) - (column == lowered) for column, level in enumerate(levels)
            )
            if moved != levels and all(
                low <= level <= high
                for low, level, high in zip(lattice.lowest, moved, lattice.highest, strict=True)
            ):
                yield moved
