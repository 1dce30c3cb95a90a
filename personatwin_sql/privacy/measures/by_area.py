"""Losses that look at how many given people a published row could stand for: ambiguity and KL divergence."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

import numpy as np

from personatwin_sql.privacy.classes import Classes, Grouping
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Lattice, Levels
from personatwin_sql.privacy.measures.by_column import held_by_value
from personatwin_sql.privacy.measures.measure import Bounds
from personatwin_sql.privacy.numbers import Codes, Shares, weighted

_ROUNDING = 1 - 1e-9
"""A bound that is computed through logarithms is taken a little lower."""


def log_leaves(frequency: FrequencySet) -> tuple[Shares, ...]:
    """Per column (height + 1, base values): log2 of the leaves under the value at that level."""
    return tuple(
        np.log2(np.maximum(1.0, frequency.shares(column) * int(leaves.sum())))
        for column, leaves in enumerate(frequency.leaves)
    )


def mean_logs(frequency: FrequencySet, tables: Sequence[Shares]) -> tuple[Shares, ...]:
    """Per column (height + 1,): the mean over all people of log2 of the leaves under their value."""
    total = max(1, frequency.total)
    return tuple(table @ held_by_value(frequency, column) / total for column, table in enumerate(tables))


class Ambiguity:
    """The mean, over people, of the combinations of given values that their row could stand for, the whole
    domain where they are suppressed (Goldberger & Tassa 2010).

    It grows when classes merge; that a suppressed class loses the rest of the domain grows when it falls
    apart. Without forming classes: the mean is at least the exponential of the mean of logarithms (Jensen).
    """

    is_exact = False

    def __init__(
        self, grouping: Grouping, steps: tuple[Shares, ...], logs: tuple[Shares, ...], domain: float
    ) -> None:
        """grouping: its tables are `log_leaves`. logs: `mean_logs`. domain: log2 of all combinations."""
        self._grouping = grouping
        self.steps = steps
        self._logs = logs
        self._domain = 2.0**domain
        self._total = max(1, grouping.total)

    def least(self, levels: Levels) -> float:
        logs = sum(each[level] for each, level in zip(self._logs, levels, strict=True))
        return float(2.0**logs * _ROUNDING) if self._grouping.total else 0.0

    def least_of_all(self, lattice: Lattice) -> Shares:
        return np.asarray(np.exp2(lattice.sums(self._logs)) * (_ROUNDING if self._grouping.total else 0.0))

    def floor(self, lattice: Lattice) -> Shares:
        return np.zeros(lattice.size)

    def generalization(self, levels: Levels, classes: Classes) -> float:
        return weighted(self._areas(levels, classes.rows), classes.sizes) / self._total

    def penalty(self, levels: Levels, classes: Classes, suppressed: Codes) -> float:
        rest = self._domain - self._areas(levels, classes.rows[suppressed])
        return weighted(rest, classes.sizes[suppressed]) / self._total

    def bounds(self, levels: Levels, classes: Classes, ruled_out: Codes, limit: int) -> Bounds:
        penalty = self.penalty(levels, classes, ruled_out) * _ROUNDING
        return Bounds(penalty, coarser=self.generalization(levels, classes) * _ROUNDING)

    def shown(self, value: float) -> float:
        return value

    def _areas(self, levels: Levels, rows: Codes) -> Shares:
        return np.exp2(self._grouping.sums(levels, rows))


class Divergence:
    """Kullback–Leibler divergence, in bits, of the given distribution from the one that a reader would take
    the release for: each class spread evenly over its combinations of given values, and those who are
    suppressed over the whole domain (Kifer & Gehrke 2006).

    = Σ log2(leaves) + H(classes) − H(input), the first a mean over people, column by column; so it is at
    least as large at each coarser node (log-sum inequality), and classes of a coarser node bound H.
    """

    is_exact = False

    def __init__(
        self,
        grouping: Grouping,
        steps: tuple[Shares, ...],
        logs: tuple[Shares, ...],
        domain: float,
        frequency: FrequencySet,
    ) -> None:
        """grouping: its tables are `log_leaves`. logs: `mean_logs`. domain: log2 of all combinations."""
        self._grouping = grouping
        self.steps = steps
        self._logs = logs
        self._domain = domain
        self._total = grouping.total
        self._given = _entropy(frequency.people)
        self._margins = tuple(
            np.array(
                [_entropy(np.bincount(level, weights=held_by_value(frequency, column))) for level in table]
            )
            for column, table in enumerate(frequency.maps)
        )

    def least(self, levels: Levels) -> float:
        logs = float(sum(each[level] for each, level in zip(self._logs, levels, strict=True)))
        held = max((float(each[level]) for each, level in zip(self._margins, levels, strict=True)), default=0)
        return logs + held - self._given - _SLACK

    def least_of_all(self, lattice: Lattice) -> Shares:
        """H of the classes is at least that of each column."""
        widest = np.zeros(lattice.size)
        for column in range(len(self._margins)):
            alone = [each if number == column else 0 * each for number, each in enumerate(self._margins)]
            widest = np.maximum(widest, lattice.sums(alone))
        return np.asarray(self.floor(lattice) + widest)

    def floor(self, lattice: Lattice) -> Shares:
        return np.asarray(lattice.sums(self._logs) - self._given - _SLACK)

    def generalization(self, levels: Levels, classes: Classes) -> float:
        logs = float(sum(each[level] for each, level in zip(self._logs, levels, strict=True)))
        return logs + _entropy(classes.sizes) - self._given

    def penalty(self, levels: Levels, classes: Classes, suppressed: Codes) -> float:
        sizes = classes.sizes[suppressed]
        spread = self._spread(int(sizes.sum())) - self._bits(levels, classes, suppressed)
        return spread / self._total if self._total else 0.0

    def bounds(self, levels: Levels, classes: Classes, ruled_out: Codes, limit: int) -> Bounds:
        """Others may be suppressed too at a finer node: the more, the less it can add, down to the limit."""
        suppressed = int(classes.sizes[ruled_out].sum())
        held = self._bits(levels, classes, ruled_out) + self._spread(limit - suppressed)
        penalty = max(0.0, self._spread(limit) - held) / self._total - _SLACK if self._total else 0.0
        return Bounds(
            max(0.0, penalty),
            finer=_entropy(classes.sizes),
            coarser=self.generalization(levels, classes) - _SLACK,
        )

    def shown(self, value: float) -> float:
        return value

    def _spread(self, people: int) -> float:
        """people · log2(domain · N ÷ people): what they weigh when they are suppressed together."""
        return people * (self._domain + log2(self._total / people)) if people else 0.0

    def _bits(self, levels: Levels, classes: Classes, chosen: Codes) -> float:
        """Σ f · log2(area · N ÷ f) of some classes."""
        sizes = classes.sizes[chosen]
        if not len(sizes):
            return 0.0
        bits = self._grouping.sums(levels, classes.rows[chosen]) + np.log2(self._total / sizes)
        return weighted(bits, sizes)


_SLACK = 1e-11
"""Bits by which rounding may move a bound."""


def _entropy(sizes: Codes | Shares) -> float:
    """−Σ p log2 p, p = size ÷ their sum."""
    held = sizes[sizes > 0]
    total = held.sum()
    return weighted(np.log2(total / held), held) / float(total) if len(held) else 0.0
