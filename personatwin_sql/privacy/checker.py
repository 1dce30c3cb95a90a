"""Checks nodes of the lattice: forms their classes and judges them."""

from __future__ import annotations

import numpy as np

from personatwin_sql.privacy.classes import Classes
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Lattice, Levels
from personatwin_sql.privacy.measures.chosen import measured
from personatwin_sql.privacy.verdict import Verdict, judge

_KEPT_CLASSES = 4_000_000
"""Classes of checked nodes that are kept for roll-up, 16 bytes each."""
_WORK_OF_A_CHECK = 10_000
"""What a check costs beside its cells, in cells."""


class Checker:
    """Checks nodes, rolling each up from the smallest checked node that is finer: memory of one search."""

    def __init__(self, demand: Demand, lattice: Lattice, frequency: FrequencySet) -> None:
        self._grouping, self.measure = measured(frequency, demand, lattice)
        self.checks = 0
        self.work = 0
        """Cells that were grouped so far: the same on every machine."""
        self._demand = demand
        self._lattice = lattice
        finest = self._grouping.finest
        self._kept: list[Classes] = [finest]
        self._kept_levels = np.array([lattice.lowest], dtype=np.int64)
        self._kept_sizes = np.array([len(finest.rows)])
        self._room = _KEPT_CLASSES

    @property
    def is_exhausted(self) -> bool:
        """Whether the effort that the demand allows is spent."""
        return self.work >= self._demand.effort.work

    def check(self, levels: Levels) -> Verdict:
        self.checks += 1
        is_usable = (self._kept_levels <= np.array(levels)).all(axis=1)
        finer = self._kept[int(np.argmin(np.where(is_usable, self._kept_sizes, _MOST)))]
        self.work += _WORK_OF_A_CHECK + len(finer.rows) * self._grouping.packs
        classes = self._grouping.classes(levels, finer)
        if len(classes.rows) <= self._room:
            self._room -= len(classes.rows) + sum(len(values.people) for values in classes.values)
            self._kept.append(classes)
            self._kept_levels = np.vstack((self._kept_levels, levels))
            self._kept_sizes = np.append(self._kept_sizes, len(classes.rows))
        return judge(self._demand, self._grouping, self.measure, levels, classes)

    def note(self) -> None:
        """A step that formed no classes is work too, so that every search ends."""
        self.work += _WORK_OF_A_CHECK


_MOST = np.iinfo(np.int64).max
