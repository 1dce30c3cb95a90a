"""The search of lattices that are too large to keep a bound for each node: by boxes of nodes.

All nodes between a lowest and a highest one lose at least what the lowest loses by generalization and what
suppression adds at the highest (branch and bound, Land & Doig 1960). The box with the least bound is split
in two, so the least bound of all boxes rises until it meets the best release, or the effort is spent.
"""

from __future__ import annotations

from heapq import heappop, heappush
from math import inf

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.checker import Checker
from personatwin_sql.privacy.found import Found, tolerance
from personatwin_sql.privacy.greedy import Release, best_nearby
from personatwin_sql.privacy.lattice import Lattice, Levels
from personatwin_sql.privacy.measures.measure import Bounds

_FIRST_SHARE = 0.5
"""The share of the effort that looks for a good release; the rest bounds what was missed."""


@dataclass(frozen=True)
class _Box:
    """All nodes between two.

    bounds: what the highest says of them. known: a bound of what it was cut from.
    """

    lowest: Levels
    highest: Levels
    bounds: Bounds
    known: float


def best_of_boxes(lattice: Lattice, checker: Checker, work: int) -> Found:
    """The best release that some work finds, and a bound of all others."""
    search = _Search(checker, best_nearby(lattice, checker, int(work * _FIRST_SHARE)))
    search.open(_Box(lattice.lowest, lattice.highest, search.look(lattice.highest), -inf))
    while (bound := search.least) < inf and not checker.is_exhausted:
        if search.is_worse(bound):
            return search.found(is_complete=True)
        checker.note()
        search.split()
    return search.found(is_complete=search.least == inf)


class _Search:
    """The boxes that may hold a better release, the most promising first: memory of one search."""

    def __init__(self, checker: Checker, best: Release | None) -> None:
        self._checker = checker
        self._best = best
        self._boxes: list[tuple[float, int, _Box]] = []
        self._opened = 0

    @property
    def least(self) -> float:
        """The least bound of all open boxes, infinite where none is open."""
        return self._boxes[0][0] if self._boxes else inf

    def is_worse(self, loss: float) -> bool:
        """Whether no release of at least this loss is better; of equal ones the first found is kept."""
        return self._best is not None and loss >= self._best[0] - tolerance(self._best[0])

    def found(self, is_complete: bool) -> Found:
        if self._best is None:
            return Found(None, None, self.least, is_complete)
        loss, levels, outcome = self._best
        return Found(levels, outcome, min(loss, self.least), is_complete)

    def look(self, levels: Levels) -> Bounds:
        """Check a node, and keep its release if it is the best."""
        verdict = self._checker.check(levels)
        outcome = verdict.outcome
        if outcome is not None and (self._best is None or (outcome.loss, levels) < self._best[:2]):
            self._best = outcome.loss, levels, outcome
        return verdict.bounds

    def open(self, box: _Box) -> None:
        """Keep a box, unless it holds the node alone that was checked, or nothing better."""
        if box.lowest == box.highest or box.bounds.penalty == inf:
            return
        measure = self._checker.measure
        lost = measure.least(box.lowest)
        if not measure.is_exact:
            lost = max(lost, self.look(box.lowest).coarser)
        bound = max(box.known, lost + box.bounds.penalty)
        if not self.is_worse(bound):
            self._opened += 1
            heappush(self._boxes, (bound, self._opened, box))

    def split(self) -> None:
        """Cut the most promising box where its columns lose most, into a finer and a coarser half."""
        bound, _, box = heappop(self._boxes)
        steps = self._checker.measure.steps
        ranges = [
            float(each[high] - each[low])
            for each, low, high in zip(steps, box.lowest, box.highest, strict=True)
        ]
        open_columns = [
            column
            for column, (low, high) in enumerate(zip(box.lowest, box.highest, strict=True))
            if low < high
        ]
        column = max(open_columns, key=lambda each: (ranges[each], -each))
        low, high = box.lowest[column], box.highest[column]
        half = float(steps[column][low] + steps[column][high]) / 2
        cut = min(
            range(low + 1, high + 1), key=lambda level: (abs(float(steps[column][level]) - half), level)
        )
        self.open(_Box(_at(box.lowest, column, cut), box.highest, box.bounds, bound))
        highest = _at(box.highest, column, cut - 1)
        self.open(_Box(box.lowest, highest, self.look(highest), bound))


def _at(levels: Levels, column: int, level: int) -> Levels:
    return (*levels[:column], level, *levels[column + 1 :])
