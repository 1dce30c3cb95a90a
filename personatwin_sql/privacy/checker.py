"""Checks nodes of the lattice: forms their classes and judges them."""

from __future__ import annotations

import numpy as np

from personatwin_sql.privacy.classes import Classes, Grouping
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Lattice, Levels
from personatwin_sql.privacy.verdict import Verdict, judge

_KEPT_CLASSES = 4_000_000
"""Classes of checked nodes that are kept for roll-up, 16 bytes each."""


class Checker:
    """Checks nodes, rolling each up from the smallest checked node that is finer: memory of one search."""

    def __init__(self, demand: Demand, lattice: Lattice, frequency: FrequencySet) -> None:
        sensitive = {model.column for model in demand.models if model.column is not None}
        grouping = Grouping(frequency, lattice.lowest, lattice.highest, demand.weights, sensitive)
        self.losses = grouping.losses()
        """Per column (height + 1,): its part of the generalization loss at each level."""
        self.checks = 0
        self._demand = demand
        self._lattice = lattice
        self._grouping = grouping
        self._kept: list[Classes] = [grouping.finest]
        self._kept_levels = np.array([lattice.lowest], dtype=np.int64)
        self._kept_sizes = np.array([len(grouping.finest.rows)])
        self._room = _KEPT_CLASSES

    def generalization_loss(self, levels: Levels) -> float:
        return float(sum(losses[level] for losses, level in zip(self.losses, levels, strict=True)))

    def check(self, levels: Levels) -> Verdict:
        self.checks += 1
        is_usable = (self._kept_levels <= np.array(levels)).all(axis=1)
        finer = int(np.argmin(np.where(is_usable, self._kept_sizes, np.iinfo(np.int64).max)))
        classes = self._grouping.classes(levels, self._kept[finer])
        if len(classes.rows) <= self._room:
            self._room -= len(classes.rows)
            self._kept.append(classes)
            self._kept_levels = np.vstack((self._kept_levels, levels))
            self._kept_sizes = np.append(self._kept_sizes, len(classes.rows))
        return judge(self._demand, self._grouping, levels, classes, self.generalization_loss(levels))
