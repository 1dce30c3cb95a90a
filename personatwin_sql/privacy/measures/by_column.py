"""Losses of columns, brought together by a mean: Loss, precision, non-uniform entropy."""

from __future__ import annotations

from math import expm1, log1p
from typing import Protocol

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.classes import Classes, Grouping
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Lattice, Levels
from personatwin_sql.privacy.measures.measure import Bounds
from personatwin_sql.privacy.numbers import Codes, Shares, weighted


class ColumnLosses(Protocol):
    """What each column loses, 0 as given to 1 all gone."""

    @property
    def margins(self) -> tuple[Shares, ...]:
        """Per column (height + 1,): its loss at each level, nobody suppressed."""

    def penalty(self, column: int, level: int, values: Codes, people: Codes) -> float:
        """What is added in a column by suppressing people; `values` are their base values."""


@dataclass(frozen=True)
class Cells:
    """Each cell loses something between 0 and 1 by its level, and a suppressed one all of it.

    margins: as in `ColumnLosses`. lost: per column (height + 1, base values), what a cell loses. factors: per
    column, what one person's cell counts. suppression: how much of the rest a suppressed cell loses.
    """

    margins: tuple[Shares, ...]
    lost: tuple[Shares, ...]
    factors: tuple[float, ...]
    suppression: float

    def penalty(self, column: int, level: int, values: Codes, people: Codes) -> float:
        rest = 1.0 - self.lost[column][level][values]
        return self.factors[column] * self.suppression * weighted(rest, people)

    def per_person(self, weights: Shares) -> tuple[Shares, ...]:
        """Per column (height + 1, base values): what suppressing one person adds to the weighted mean."""
        return tuple(
            weight * factor * self.suppression * (1.0 - lost)
            for weight, factor, lost in zip(weights, self.factors, self.lost, strict=True)
        )


@dataclass(frozen=True)
class Entropies:
    """Bits that a generalized value leaves open about the given one (de Waal & Willenborg 1999).

    Generalization loses Σ n(v) · log2(n(g(v)) ÷ n(v)), n counting people of the whole input; suppressing S
    people loses Σ s(g) · log2(S ÷ s(g)) more, s counting the suppressed ones by generalized value, as ARX
    does. Both over Σ n(v) · log2(N ÷ n(v)), so that all gone is 1.
    """

    margins: tuple[Shares, ...]
    maps: tuple[Codes, ...]
    factors: tuple[float, ...]
    """Per column, the inverse of what there is to lose; 0 where it is nothing."""
    suppression: float

    def penalty(self, column: int, level: int, values: Codes, people: Codes) -> float:
        held = np.bincount(self.maps[column][level][values], weights=people)
        held = held[held > 0]
        lost = weighted(np.log2(held.sum() / held), held) if len(held) else 0.0
        return self.factors[column] * self.suppression * lost


class _Steps:
    """A loss whose columns' steps add up: what generalization loses is known without forming classes."""

    is_exact = True
    steps: tuple[Shares, ...]

    def least(self, levels: Levels) -> float:
        return float(sum(step[level] for step, level in zip(self.steps, levels, strict=True)))

    def least_of_all(self, lattice: Lattice) -> Shares:
        return lattice.sums(self.steps)

    def floor(self, lattice: Lattice) -> Shares:
        return lattice.sums(self.steps)

    def generalization(self, levels: Levels, classes: Classes) -> float:
        return self.least(levels)


class Arithmetic(_Steps):
    """Σ w·L ÷ Σ w of the columns' losses."""

    def __init__(self, losses: ColumnLosses, grouping: Grouping, weights: Shares, *, is_summed: bool) -> None:
        """weights: (columns,), of sum 1. is_summed: the grouping's tables hold what suppression costs."""
        self._is_summed = is_summed
        self._losses = losses
        self._weights = weights
        self._grouping = grouping
        self.steps = tuple(weight * each for weight, each in zip(weights, losses.margins, strict=True))

    def penalty(self, levels: Levels, classes: Classes, suppressed: Codes) -> float:
        rows, sizes = classes.rows[suppressed], classes.sizes[suppressed]
        if self._is_summed:
            return weighted(self._grouping.sums(levels, rows), sizes)
        return float(self._weights @ _penalties(self._losses, self._grouping, levels, rows, sizes))

    def bounds(self, levels: Levels, classes: Classes, ruled_out: Codes, limit: int) -> Bounds:
        return Bounds(self.penalty(levels, classes, ruled_out))

    def shown(self, value: float) -> float:
        return value


class Geometric(_Steps):
    """Π (1 + L)^(w ÷ Σ w) − 1 of the columns' losses, as ARX has it (there for equal weights).

    Searched as Σ w · ln(1 + L). A finer node loses less by generalization and more by suppression in each
    column, and ln is concave, so what suppression adds here it adds there at least.
    """

    def __init__(self, losses: ColumnLosses, grouping: Grouping, weights: Shares) -> None:
        """weights: (columns,), of sum 1."""
        self._losses = losses
        self._weights = weights
        self._grouping = grouping
        self.steps = tuple(
            weight * np.log1p(each) for weight, each in zip(weights, losses.margins, strict=True)
        )

    def penalty(self, levels: Levels, classes: Classes, suppressed: Codes) -> float:
        rows, sizes = classes.rows[suppressed], classes.sizes[suppressed]
        added = _penalties(self._losses, self._grouping, levels, rows, sizes)
        lost = (margin[level] for margin, level in zip(self._losses.margins, levels, strict=True))
        terms = (
            weight * (log1p(loss + more) - log1p(loss))
            for weight, loss, more in zip(self._weights, lost, added, strict=True)
        )
        return float(sum(terms))

    def bounds(self, levels: Levels, classes: Classes, ruled_out: Codes, limit: int) -> Bounds:
        return Bounds(self.penalty(levels, classes, ruled_out))

    def shown(self, value: float) -> float:
        return expm1(value)


def _penalties(
    losses: ColumnLosses, grouping: Grouping, levels: Levels, rows: Codes, people: Codes
) -> Shares:
    """(columns,)"""
    return np.array(
        [
            losses.penalty(column, level, grouping.base_values(column, rows), people)
            for column, level in enumerate(levels)
        ]
    )


def iyengar(frequency: FrequencySet, suppression: float) -> Cells:
    """Loss: a cell loses leaves under its value ÷ leaves in all (Iyengar 2002).

    (raw − min) ÷ (N − min) per column, where min = N ÷ |domain|; a column of one leaf can lose nothing.
    """
    total, factors, margins, lost = frequency.total, [], [], []
    for column, leaves in enumerate(frequency.leaves):
        shares = frequency.shares(column)
        least = total / max(1, int(leaves.sum()))
        factor = 1.0 / (total - least) if total > least else 0.0
        factors.append(factor)
        margins.append(factor * (shares @ held_by_value(frequency, column) - least))
        lost.append(shares)
    return Cells(tuple(margins), tuple(lost), tuple(factors), suppression)


def climbed(frequency: FrequencySet, suppression: float) -> Cells:
    """1 − precision: a cell loses its level ÷ the height of its hierarchy (Sweeney 2002)."""
    share = 1.0 / frequency.total if frequency.total else 0.0
    heights = [np.arange(height + 1) / max(1, height) for height in frequency.heights]
    lost = tuple(
        np.repeat(each[:, None], table.shape[1], axis=1)
        for each, table in zip(heights, frequency.maps, strict=True)
    )
    margins = tuple(each * (share * frequency.total) for each in heights)
    return Cells(margins, lost, (share,) * len(heights), suppression)


def entropies(frequency: FrequencySet, suppression: float) -> Entropies:
    """Non-uniform entropy of each column."""
    margins, factors = [], []
    for column, table in enumerate(frequency.maps):
        held = held_by_value(frequency, column)
        there = held > 0
        given = held[there]
        merged = [np.bincount(level[there], weights=given)[level[there]] for level in table]
        bits = np.array([weighted(np.log2(each / given), given) for each in merged])
        all_of_it = weighted(np.log2(given.sum() / given), given) if len(given) else 0.0
        factors.append(1.0 / all_of_it if all_of_it > 0 else 0.0)
        margins.append(np.asarray(bits * factors[-1], dtype=np.float64))
    return Entropies(tuple(margins), frequency.maps, tuple(factors), suppression)


def held_by_value(frequency: FrequencySet, column: int) -> Shares:
    """(base values,): people by base value."""
    values = frequency.maps[column].shape[1]
    held = np.bincount(frequency.codes[:, column], weights=frequency.people, minlength=values)
    return np.asarray(held, dtype=np.float64)
