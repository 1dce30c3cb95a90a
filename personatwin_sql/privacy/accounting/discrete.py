"""The privacy losses of integer noise when one integer moves by at most Δ.

Both laws are log-concave and symmetric, so the move by exactly Δ is the worst, in either direction.
"""

from __future__ import annotations

from fractions import Fraction
from math import erfc, exp, inf, isqrt, pi, sqrt

import numpy as np

from personatwin_sql.privacy.numbers import Codes, Shares

BLOCKS = 1 << 16
"""So many different losses of Laplace noise are kept apart; more are rounded up in blocks of outcomes."""
REACH = 10
"""Outcomes further out than so many σ have probability below 2e⁻⁵⁰ and count as loss without limit."""
BEYOND = 2 * exp(-(REACH**2) / 2)


def laplace_losses(scale: Fraction, shift: int) -> tuple[Shares, Shares]:
    """Losses (outcomes,) and their masses for P(x) ∝ exp(−|x| / scale) moved by `shift` > 0."""
    rate = float(1 / scale)
    blocks = min(shift, BLOCKS)
    edges = np.array(
        [block * shift // blocks for block in range(blocks + 1)] if shift > BLOCKS else range(shift + 1)
    )
    starts, ends = edges[:-1].astype(np.float64), edges[1:].astype(np.float64)
    base = exp(-rate) / (1 + exp(-rate))  # P(x ≥ 1)
    # outcomes x ≤ 0, then blocks 1 + start ≤ x ≤ end, then x > shift; the loss at the lowest outcome of each
    inner = base * np.exp(-starts * rate) * -np.expm1(-(ends - starts) * rate)
    losses = np.concatenate([[shift * rate], (shift - 2 * (starts + 1)) * rate, [-shift * rate]])
    masses = np.concatenate([[1 - base], inner, [base * exp(-shift * rate)]])
    return losses, masses


def gaussian_masses(variance: float) -> tuple[Codes, Shares]:
    """Outcomes x (outcomes,) up to `REACH` σ and their masses ∝ exp(−x² / (2 · variance)), which sum to 1."""
    furthest = REACH * (isqrt(int(variance)) + 1)
    outcomes = np.arange(-furthest, furthest + 1, dtype=np.int64)
    weights = np.exp(outcomes.astype(np.float64) ** 2 / (-2 * variance))
    return outcomes, weights / weights.sum()


def gaussian_losses(variance: float, shift: int) -> tuple[Shares, Shares]:
    """Losses (outcomes,) and their masses of the discrete Gaussian moved by `shift`, without `BEYOND`."""
    outcomes, masses = gaussian_masses(variance)
    return np.asarray((outcomes + shift / 2) * (shift / variance), dtype=np.float64), masses


def smooth_losses(variance: float, shift: int, step: float) -> tuple[Shares, Shares]:
    """As `gaussian_losses`, on a grid, without touching each outcome: for a σ of thousands.

    The discrete Gaussian lies stochastically below a continuous one plus 1: for k ≥ 1 the sum of
    exp(−x²/2σ²) over x ≥ k is below its integral from k − 1, and the sum over all x is at least σ√(2π)
    (Poisson summation), which it exceeds by no more than doubles can tell; for k ≤ 0 by symmetry. So its
    loss lies below that of the continuous one plus shift/σ².
    """
    unit = shift / sqrt(variance)
    middle = shift * (shift / 2 + 1) / variance
    cells = np.arange(int((middle - REACH * unit) / step) - 1, int((middle + REACH * unit) / step) + 2)
    above = np.array([normal_above((cell * step - middle) / unit) for cell in cells], dtype=np.float64)
    return np.asarray(cells[1:] * step, dtype=np.float64), above[:-1] - above[1:]


def normal_above(z: float) -> float:
    """P(N(0, 1) > z)."""
    return erfc(z / sqrt(2)) / 2


def log_excess_of_sum(variance: float, count: int) -> float:
    """By what the log-probability of an outcome of the sum of `count` discrete Gaussians can differ from
    that of the one of their summed variance: 10 Σ exp(−2π²σ²k/(k+1)) over k < count, for σ² ≥ 1/4
    (Kairouz, Liu & Steinke 2021, corollary 12), each term at its greatest, k = 1.
    """
    return 10 * (count - 1) * exp(-(pi**2) * variance) if variance >= 0.25 else inf
