"""δ of discrete Gaussian noise on all groups and measures of a release at once.

A person moves L0 groups of each column by at most Δ. The noise of those groups adds up in the privacy
loss to one discrete Gaussian of L0 times the variance, but for a known factor of its probabilities, so
that a release costs as much work as it has columns. What has thousands of outcomes is then taken as
continuous (Balle & Wang 2018).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import exp, expm1, sqrt

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.discrete import (
    BEYOND,
    REACH,
    gaussian_masses,
    log_excess_of_sum,
    normal_above,
)
from personatwin_sql.privacy.accounting.losses import LARGER, Losses, composed, spread
from personatwin_sql.privacy.numbers import Shares

CONTINUOUS = 2048
"""From this σ of a sum on, taking it as continuous raises ε by less than μ / 2000."""
CELLS = 256
"""So many grid points to a standard deviation of the loss, times √columns: raises ε by some 10⁻⁶ of it."""
MOST = 8000
"""So many outcomes of one group's noise are added up one by one, where it is too small to add as one."""
_NEGLIGIBLE = 1e-6


@dataclass(frozen=True)
class Column:
    """One measure of one grouping set under noise: a person moves `groups` integers by up to `per_group`."""

    variance: float
    per_group: int
    groups: int

    @property
    def mu(self) -> float:
        """√L0 · Δ / σ: the loss is about normal with this deviation."""
        return sqrt(self.groups / self.variance) * self.per_group


def delta_of_gaussians(columns: Sequence[Column], epsilon: float) -> float:
    """δ at which all columns together are (ε, δ)-DP, rounded up; 1 where the noise is too small to tell."""
    smooth = [column for column in columns if _is_smooth(column)]
    coarse = Counter(column for column in columns if not _is_smooth(column))
    mu = sqrt(sum(column.mu**2 for column in smooth))
    later = epsilon - sum(column.per_group / column.variance for column in smooth)
    if any(_too_many(column) for column in coarse):
        return 1.0
    excess = _excess(columns)
    if not coarse:
        return min(1.0, exp(excess) * _normal_delta(mu, later) * LARGER)
    losses = _coarse_losses(coarse)
    values = losses.values
    needed = values > later - mu * (
        9.5 + mu / 2
    )  # further down the continuous part has probability below 1e-20
    total = _mixed(losses.masses[needed], later - values[needed], mu) + losses.unbounded + 1e-20
    return min(1.0, exp(excess) * total * LARGER)


def mu_of(epsilon: float, delta: float) -> float:
    """The greatest μ of which continuous Gaussian noise is (ε, δ)-DP (Balle & Wang 2018): where to start."""
    low, high = 0.0, 1.0
    while _normal_delta(high, epsilon) < delta:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _normal_delta(middle, epsilon) <= delta else (low, middle)
    return low


def _normal_delta(mu: float, epsilon: float) -> float:
    """E[(1 − e^(ε − loss))⁺] for a loss that is N(μ²/2, μ²), with what the difference rounds off."""
    if mu == 0:
        return max(0.0, -expm1(epsilon)) if epsilon < 0 else 0.0
    reached = normal_above(epsilon / mu - mu / 2)
    if epsilon > 700:
        return reached
    returned = exp(epsilon) * normal_above(epsilon / mu + mu / 2)
    return max(0.0, reached - returned) + (reached + returned) * 1e-14


def _mixed(masses: Shares, epsilons: Shares, mu: float) -> float:
    """Σ mass · δ(ε) of the continuous part at each ε that the others leave over."""
    if mu == 0:
        return float((masses * np.maximum(0.0, -np.expm1(np.minimum(epsilons, 0.0)))).sum())
    pairs = zip(masses.tolist(), epsilons.tolist(), strict=True)
    return float(sum(mass * _normal_delta(mu, left) for mass, left in pairs if mass > 1e-30)) + 1e-24


def _coarse_losses(columns: Counter[Column]) -> Losses:
    together = sqrt(sum(column.mu**2 * times for column, times in columns.items()))
    step = together / (CELLS * sqrt(columns.total()))
    return composed([(_losses(column, step), times) for column, times in columns.items()])


def _losses(column: Column, step: float) -> Losses:
    """The summed loss of a column's groups, on the grid."""
    rate = column.per_group / column.variance
    if _adds_as_one(column):
        outcomes, masses = gaussian_masses(column.variance * column.groups)
        beyond = BEYOND
    else:
        masses, beyond = _added(gaussian_masses(column.variance)[1], column.groups), BEYOND * column.groups
        outcomes = np.arange(len(masses)) - len(masses) // 2
    losses = np.asarray((outcomes + column.groups * column.per_group / 2) * rate, dtype=np.float64)
    return spread(losses, masses, step, beyond)


def _added(masses: Shares, times: int) -> Shares:
    """The law of the sum of so many: only positive terms, so that each is right to a part in 10¹³."""
    if times == 1:
        return masses
    half = _added(masses, times // 2)
    doubled = np.convolve(half, half)
    return np.convolve(doubled, masses) if times % 2 else doubled


def _adds_as_one(column: Column) -> bool:
    return log_excess_of_sum(column.variance, column.groups) <= _NEGLIGIBLE


def _is_smooth(column: Column) -> bool:
    return _adds_as_one(column) and column.variance * column.groups >= CONTINUOUS**2


def _too_many(column: Column) -> bool:
    return not _adds_as_one(column) and column.groups * 2 * REACH * (sqrt(column.variance) + 1) > MOST


def _excess(columns: Sequence[Column]) -> float:
    """By what logarithm δ is raised for all columns whose groups add as one."""
    added = (column for column in columns if _adds_as_one(column))
    return sum(log_excess_of_sum(column.variance, column.groups) for column in added)
