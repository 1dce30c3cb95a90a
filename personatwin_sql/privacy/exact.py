"""The exact search: best first, by bounds that every check sharpens."""

from __future__ import annotations

from math import inf

import numpy as np

from personatwin_sql.privacy.checker import Checker
from personatwin_sql.privacy.found import Found, tolerance
from personatwin_sql.privacy.lattice import Lattice, Nodes, is_coarser, is_finer
from personatwin_sql.privacy.measures.measure import Bounds, Measure
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.verdict import Outcome, Verdict


def best_of_all(lattice: Lattice, checker: Checker) -> Found:
    """Take the node with the least bound until no bound is better than the best release found.

    On a path from it to the top, bisect for the most general node that rules it out: such a check rules out
    most others with it, and every check may find a better release. It ends early when the effort is spent,
    but never without a release.
    """
    bounds = _Known(lattice, checker.measure)
    climb = lattice.climb(checker.measure.steps)
    while (node := bounds.most_promising()) is not None:
        if checker.is_exhausted and bounds.best is not None:
            break
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
            if bounds.is_worse(node, float(bounds.generalization[node]) + verdict.penalty):
                low = middle + 1
            else:
                high = middle - 1
    if bounds.best is None:
        return Found(None, None, float(bounds.least_loss.min()), node is None)
    best, outcome = bounds.best
    least = outcome.loss if node is None else min(outcome.loss, float(bounds.least_loss.min()))
    return Found(lattice.levels(best), outcome, least, node is None)


class _Known:
    """What is known of every node's loss: memory of one exact search.

    What suppression adds at a node is at least what it adds at each coarser one, and at most what it adds at
    each finer one.
    """

    def __init__(self, lattice: Lattice, measure: Measure) -> None:
        self.generalization = measure.least_of_all(lattice)
        """(nodes,): a lower bound of what generalization loses; all of it where the measure is exact."""
        self.least_loss = self.generalization.copy()
        """(nodes,): a lower bound of the loss; infinite once checked, or where the demand cannot be met."""
        self._penalty = np.zeros(0 if measure.is_exact else lattice.size)
        self._floor = self.generalization if measure.is_exact else measure.floor(lattice)
        self._is_exact = measure.is_exact
        self._most_penalty = np.full(lattice.size, inf)
        self._steps = lattice.steps
        self.best: tuple[int, Outcome] | None = None

    def learn(self, node: int, verdict: Verdict) -> None:
        finer = is_finer(self._steps, self._steps[:, node])
        if self._is_exact:
            least = self.generalization + verdict.penalty
            np.maximum(self.least_loss, least, out=self.least_loss, where=finer)
        else:
            self._learn_all(node, finer, verdict.bounds)
        if verdict.penalty < inf:
            coarser = is_coarser(self._steps, self._steps[:, node])
            np.minimum(self._most_penalty, verdict.penalty, out=self._most_penalty, where=coarser)
        if verdict.outcome is not None and not self.is_worse(node, verdict.outcome.loss):
            self.best = node, verdict.outcome
        self.least_loss[node] = inf

    def _learn_all(self, node: int, finer: Nodes, bounds: Bounds) -> None:
        """Bounds of both parts of the loss, where classes say more of generalization than columns do."""
        known, coarser = self.generalization, is_coarser(self._steps, self._steps[:, node])
        np.maximum(known, self._floor + bounds.finer, out=known, where=finer)
        np.maximum(known, bounds.coarser, out=known, where=coarser)
        np.maximum(self._penalty, bounds.penalty, out=self._penalty, where=finer)
        np.maximum(self.least_loss, known + self._penalty, out=self.least_loss)

    def is_worse(self, node: int, loss: float) -> bool:
        """Whether a node of at least this loss is no better than the best so far: the stated tie-break."""
        if self.best is None:
            return loss == inf
        best, outcome = self.best
        tie = tolerance(outcome.loss)
        return loss > outcome.loss + tie or (loss >= outcome.loss - tie and node > best)

    def most_promising(self) -> int | None:
        """The node with the least bound that may be better than the best so far."""
        node = int(np.argmin(self.least_loss))
        if not self.is_worse(node, float(self.least_loss[node])):
            return node
        if self.best is None:
            return None
        best, outcome = self.best
        equal = np.flatnonzero(self.least_loss[:best] <= outcome.loss + tolerance(outcome.loss))
        return int(equal[0]) if len(equal) else None

    def worth_checking(self, node: int, path: Codes) -> Codes:
        """The beginning of a path whose nodes, by what is known, may have a penalty that rules out `node`."""
        if self.best is None:
            return path
        loss = self.best[1].loss
        needed = loss - self.generalization[node] - tolerance(loss)
        return path[: max(1, int((self._most_penalty[path] >= needed).sum()))]
