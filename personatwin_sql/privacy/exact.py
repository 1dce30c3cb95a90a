"""The exact search: best first, by bounds that every check sharpens."""

from __future__ import annotations

from math import inf

import numpy as np

from personatwin_sql.privacy.checker import Checker
from personatwin_sql.privacy.frequency import Codes, Shares
from personatwin_sql.privacy.lattice import Lattice, Levels, is_coarser, is_finer
from personatwin_sql.privacy.verdict import Outcome, Verdict

_TIE = 1e-12
"""Losses that differ by less are equal: the same sum in another order."""


def best_of_all(lattice: Lattice, checker: Checker) -> tuple[Levels, Outcome] | None:
    """Take the node with the least bound until no bound is better than the best release found.

    On a path from it to the top, bisect for the most general node that rules it out: such a check rules out
    most others with it, and every check may find a better release.
    """
    generalization = lattice.sums(checker.losses)
    bounds = _Bounds(lattice, generalization)
    climb = lattice.climb(checker.losses)
    while (node := bounds.most_promising()) is not None:
        path = np.array(lattice.path(node, climb))
        low, high = 0, len(path) - 1
        while low <= high:
            high = min(high, low + len(bounds.worth_checking(node, path[low:])) - 1)
            middle = (low + high + 1) // 2
            if bounds.least_loss[path[middle]] == inf:
                high = middle - 1
                continue
            verdict = checker.check(lattice.levels(int(path[middle])))
            bounds.learn(int(path[middle]), verdict)
            if bounds.is_worse(node, float(generalization[node]) + verdict.penalty):
                low = middle + 1
            else:
                high = middle - 1
    return None if bounds.best is None else (lattice.levels(bounds.best[0]), bounds.best[1])


class _Bounds:
    """What is known of every node's loss: memory of one exact search.

    A node's suppression penalty is at least that of each coarser node and at most that of each finer one.
    """

    def __init__(self, lattice: Lattice, generalization: Shares) -> None:
        self.least_loss = generalization.copy()
        """(nodes,): a lower bound of the loss; infinite once checked, or where the demand cannot be met."""
        self._generalization = generalization
        self._most_penalty = np.full(lattice.size, inf)
        self._steps = lattice.steps
        self.best: tuple[int, Outcome] | None = None

    def learn(self, node: int, verdict: Verdict) -> None:
        finer = is_finer(self._steps, self._steps[:, node])
        np.maximum(self.least_loss, self._generalization + verdict.penalty, out=self.least_loss, where=finer)
        if verdict.penalty < inf:
            coarser = is_coarser(self._steps, self._steps[:, node])
            np.minimum(self._most_penalty, verdict.penalty, out=self._most_penalty, where=coarser)
        if verdict.outcome is not None and not self.is_worse(node, verdict.outcome.loss):
            self.best = node, verdict.outcome
        self.least_loss[node] = inf

    def is_worse(self, node: int, loss: float) -> bool:
        """Whether a node of at least this loss is no better than the best so far: the stated tie-break."""
        if self.best is None:
            return loss == inf
        best, outcome = self.best
        return loss > outcome.loss + _TIE or (loss >= outcome.loss - _TIE and node > best)

    def most_promising(self) -> int | None:
        """The node with the least bound that may be better than the best so far."""
        node = int(np.argmin(self.least_loss))
        if not self.is_worse(node, float(self.least_loss[node])):
            return node
        if self.best is None:
            return None
        best, outcome = self.best
        equal = np.flatnonzero(self.least_loss[:best] <= outcome.loss + _TIE)
        return int(equal[0]) if len(equal) else None

    def worth_checking(self, node: int, path: Codes) -> Codes:
        """The beginning of a path whose nodes, by what is known, may have a penalty that rules out `node`."""
        if self.best is None:
            return path
        needed = self.best[1].loss - self._generalization[node] - _TIE
        return path[: max(1, int((self._most_penalty[path] >= needed).sum()))]
