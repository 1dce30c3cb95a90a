"""Losses that look at the sizes of classes alone: discernibility and average class size."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

import numpy as np

from personatwin_sql.privacy.classes import Classes
from personatwin_sql.privacy.lattice import Lattice, Levels
from personatwin_sql.privacy.measures.measure import Bounds
from personatwin_sql.privacy.numbers import Codes, Shares, weighted

_ROUNDING = 1 - 1e-9
"""A bound that is computed through logarithms is taken a little lower."""


class Discernibility:
    """Σ f² over released classes + N · suppressed people (Bayardo & Agrawal 2005).

    Merging classes raises Σ f² over all of them, so a checked node bounds each coarser one; a suppressed
    class adds N·f − f², which only grows when it falls apart, so it bounds each finer one.
    """

    is_exact = False

    def __init__(self, steps: tuple[Shares, ...], values: Sequence[Codes], total: int, most: int) -> None:
        """values: per column (height + 1,), how many values it has at each level. most: how many classes
        there can be at any node."""
        self.steps = steps
        self._values = tuple(np.log(np.maximum(1, each)) for each in values)
        self._total = total
        self._most = log(max(1, most))

    def least(self, levels: Levels) -> float:
        values = sum(each[level] for each, level in zip(self._values, levels, strict=True))
        return self._total**2 * exp(-min(self._most, values)) * _ROUNDING

    def least_of_all(self, lattice: Lattice) -> Shares:
        """N people in m classes make at least N² ÷ m, and m is at most the product of the columns' values."""
        classes = np.minimum(self._most, lattice.sums(self._values))
        return np.asarray(self._total**2 * np.exp(-classes) * _ROUNDING)

    def floor(self, lattice: Lattice) -> Shares:
        return np.zeros(lattice.size)

    def generalization(self, levels: Levels, classes: Classes) -> float:
        return weighted(classes.sizes, classes.sizes)

    def penalty(self, levels: Levels, classes: Classes, suppressed: Codes) -> float:
        sizes = classes.sizes[suppressed]
        return weighted(self._total - sizes, sizes)

    def bounds(self, levels: Levels, classes: Classes, ruled_out: Codes, limit: int) -> Bounds:
        penalty = self.penalty(levels, classes, ruled_out)
        return Bounds(penalty, coarser=self.generalization(levels, classes))

    def shown(self, value: float) -> float:
        return value


class AverageClassSize:
    """N ÷ classes, where all who are suppressed are one class together (LeFevre et al. 2006; as ARX counts).

    Searched as minus the number of classes. A class of k that is released at a coarser node holds one of k of
    the node that was checked, or is made of smaller ones alone; and no node can make more of them than the
    people who are left, divided by k.
    """

    is_exact = False

    def __init__(self, steps: tuple[Shares, ...], values: Sequence[Codes], total: int, k: int) -> None:
        """values: per column (height + 1,), how many values it has at each level."""
        self.steps = steps
        self._values = tuple(np.log(np.maximum(1, each)) for each in values)
        self._total = total
        self._k = k

    def least(self, levels: Levels) -> float:
        values = sum(each[level] for each, level in zip(self._values, levels, strict=True))
        most = log(self._total // self._k + 1)
        return -(exp(min(most, values)) / _ROUNDING + 1)

    def least_of_all(self, lattice: Lattice) -> Shares:
        most = log(self._total // self._k + 1)
        return np.asarray(-(np.exp(np.minimum(most, lattice.sums(self._values))) / _ROUNDING + 1))

    def floor(self, lattice: Lattice) -> Shares:
        return np.zeros(lattice.size)

    def generalization(self, levels: Levels, classes: Classes) -> float:
        return -float(len(classes.sizes))

    def penalty(self, levels: Levels, classes: Classes, suppressed: Codes) -> float:
        return float(max(0, len(suppressed) - 1))

    def bounds(self, levels: Levels, classes: Classes, ruled_out: Codes, limit: int) -> Bounds:
        sizes = classes.sizes
        is_small = sizes < self._k
        suppressed = int(limit > 0)
        left = self._total - int(sizes[ruled_out].sum())
        most = int((~is_small).sum()) + int(sizes[is_small].sum()) // self._k
        return Bounds(0.0, finer=-(left // self._k) - suppressed, coarser=-most - suppressed)

    def shown(self, value: float) -> float:
        return self._total / -value if value else 0.0
