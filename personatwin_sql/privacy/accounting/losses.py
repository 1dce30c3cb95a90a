"""The privacy loss as a random variable on a grid, always at least as bad as the true one.

Of two output laws P and Q, the loss is log(P(x)/Q(x)) for x drawn from P, and the release is (ε, δ)-DP
with δ(ε) = E[(1 − e^(ε − loss))⁺] (Sommer, Meiser & Mohammadi 2019). Losses of independent noise add up.
A greater loss, and a spread of e^(−loss) that keeps its mean, can only make δ greater: the two ways onto
the grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import ceil, expm1, inf, log, log1p, log2

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares

LARGER = 1 + 1e-9
"""By this a δ is raised for all that doubles round off in positive sums."""
UNLIKELY = 1e-16
"""What lies beyond the window of a sum at either end; it is counted as loss without limit."""
_UNIT = 2.0**-53


@dataclass(frozen=True)
class Losses:
    """`masses` (cells,) at the losses (first + 0, 1, …) · step, `unbounded` where the loss has no limit."""

    step: float
    first: int
    masses: Shares
    unbounded: float

    @cached_property
    def values(self) -> Shares:
        """The losses (cells,)."""
        return np.asarray((self.first + np.arange(len(self.masses))) * self.step, dtype=np.float64)

    def delta(self, epsilon: float) -> float:
        """The least δ ≤ 1 that is proven at ε, rounded up; of a negative ε, a bound."""
        start = min(max(0, int(epsilon / self.step) - self.first), len(self.masses))
        above = (self.first + np.arange(start, len(self.masses))) * self.step - epsilon
        total = -float((self.masses[start:] * np.expm1(-np.maximum(above, 0.0))).sum())
        return min(1.0, (self.unbounded + total) * LARGER)

    def epsilon(self, delta: float) -> float:
        """The least ε ≥ 0 that is proven at δ ≥ 0, rounded up; infinite where no ε has so small a δ."""
        if self.unbounded * LARGER > delta:
            return inf
        values = self.values
        low, high = 0, len(values) - 1  # at the greatest loss δ is `unbounded`, which is small enough
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self.delta(float(values[middle])) <= delta else (middle + 1, high)
        mass = float(self.masses[low:].sum())
        part = float((self.masses[low:] * np.exp(values[low] - values[low:])).sum())
        excess = self.unbounded + mass - delta / LARGER
        if excess <= 0 or part <= 0:
            return 0.0
        found = float(values[low]) + log(excess / part)
        return max(0.0, min(found, float(values[low]))) * LARGER


def rounded_up(losses: Shares, masses: Shares, step: float, unbounded: float) -> Losses:
    """Every loss at the next grid point above it."""
    cells = np.ceil(losses / step).astype(np.int64)
    return _placed(cells, masses, step, unbounded)


def spread(losses: Shares, masses: Shares, step: float, unbounded: float) -> Losses:
    """Every loss between its two neighbours on the grid, keeping E[e^(−loss)] (Doroshenko et al. 2022)."""
    cells = np.floor(losses / step).astype(np.int64)
    share = np.clip(np.expm1(-(losses - cells * step)) / np.expm1(-step), 0.0, 1.0)
    return _placed(
        np.concatenate([cells, cells + 1]),
        np.concatenate([masses * (1 - share), masses * share]),
        step,
        unbounded,
    )


def composed(parts: Sequence[tuple[Losses, int]]) -> Losses:
    """The sum of so many independent losses of each kind, all of one step (Koskela et al. 2020).

    A convolution by FFT on a window that all but `UNLIKELY` lies in. What lies beyond folds back into it, and
    is counted again as loss without limit, as is the bound of all that the transforms round off.
    """
    if [times for _, times in parts] == [1]:
        return parts[0][0]
    step = parts[0][0].step
    first, last = _window(parts)
    size = max(2, 1 << (last - first).bit_length())
    wrong = 8 * _UNIT * log2(size)
    total = np.ones(size // 2 + 1, dtype=np.complex128)
    larger, relative = np.ones(size // 2 + 1), np.zeros(size // 2 + 1)
    for losses, times in parts:
        places = (losses.first + np.arange(len(losses.masses))) % size
        transformed = np.fft.rfft(np.bincount(places, weights=losses.masses, minlength=size))
        at_most = np.abs(transformed) + wrong
        total *= transformed**times
        larger *= at_most**times
        relative += times * wrong / at_most
    # each transform is wrong by `wrong` at most where masses sum to 1, the product by what it grows by then,
    # the way back by `wrong` of the norm; Σ|error| of masses is at most the norm of their transform's error
    rounded = float(np.sqrt(2 * ((larger * relative) ** 2).sum()) + wrong * np.sqrt(2 * (larger**2).sum()))
    masses = np.roll(np.fft.irfft(total, size), -(first % size))
    unbounded = 2 * UNLIKELY + rounded + _any_unbounded(parts)
    return Losses(step, first, np.maximum(masses, 0.0), min(1.0, unbounded))


def _any_unbounded(parts: Sequence[tuple[Losses, int]]) -> float:
    """1 − Π (1 − unbounded): the probability that one of them is, to the last digits that `LARGER` covers."""
    return -expm1(sum(times * log1p(-min(losses.unbounded, 1 - _UNIT)) for losses, times in parts))


def _window(parts: Sequence[tuple[Losses, int]]) -> tuple[int, int]:
    """Grid points (first, last) that the sum leaves with probability `UNLIKELY` each at most (Chernoff)."""
    step = parts[0][0].step
    first = sum(losses.first * times for losses, times in parts)
    last = sum((losses.first + len(losses.masses) - 1) * times for losses, times in parts)
    room = -log(UNLIKELY)
    for tilt in np.geomspace(1e-3, 1e3, 49):
        above = sum(times * _log_moment(losses, float(tilt)) for losses, times in parts)
        below = sum(times * _log_moment(losses, float(-tilt)) for losses, times in parts)
        last = min(last, ceil((above + room) / tilt / step))
        first = max(first, -ceil((below + room) / tilt / step))
    return first, max(first, last)


def _log_moment(losses: Losses, tilt: float) -> float:
    """log E[e^(tilt · loss)] of what is bounded."""
    exponents = tilt * losses.values
    greatest = float(exponents[-1 if tilt > 0 else 0])
    return greatest + log(float((losses.masses * np.exp(exponents - greatest)).sum()) + 1e-300)


def _placed(cells: Codes, masses: Shares, step: float, unbounded: float) -> Losses:
    first = int(cells.min())
    return Losses(step, first, np.bincount(cells - first, masses).astype(np.float64), unbounded)
