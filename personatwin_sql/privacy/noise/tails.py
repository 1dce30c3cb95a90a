"""How large noise gets: tails, thresholds and intervals, each rounded to the side that keeps the promise."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import exp, expm1, sqrt
from math import pi as about_pi
from typing import Protocol

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.noise import discrete_gaussian, geometric
from personatwin_sql.privacy.noise.gaussian_tail import tail
from personatwin_sql.privacy.noise.reals import exponential, odds

LEAST_CHANCE = Fraction(1, 1 << 100)
"""Smaller chances than this are not told apart."""
_PRECISION = 256
_MANY = 10.0
"""From this σ on, a sum over whole numbers is the integral, to every digit of a double."""


class Law(Protocol):
    """A law of noise: symmetric, on the whole numbers."""

    def check(self) -> None:
        """ValueError where its noise would not fit 64 bits."""

    def tail(self, at: int) -> Fraction:
        """No less than the chance of at least `at` ≥ 1, and hardly more."""

    @property
    def variance(self) -> float:
        """Expected squared error; its root is the root mean squared error."""

    @property
    def mean_deviation(self) -> float:
        """Expected absolute error."""


@dataclass(frozen=True)
class DiscreteLaplace:
    """The law of `discrete_laplace`."""

    scale: Fraction

    def check(self) -> None:
        """ValueError where its noise would not fit 64 bits."""
        geometric.check(self.scale)

    def tail(self, at: int) -> Fraction:
        """r^at / (1 + r) = r^(at − 1) · r / (1 + r), r = e^(-1 / scale)."""
        geometric.check(self.scale)
        first = odds(exponential(1 / self.scale))(_PRECISION)[1]
        rest = exponential((at - 1) / self.scale)(_PRECISION)[1]
        return Fraction(first * rest, 1 << 2 * _PRECISION)

    @property
    def variance(self) -> float:
        rate = float(1 / self.scale)
        return 2 * exp(-rate) / expm1(-rate) ** 2

    @property
    def mean_deviation(self) -> float:
        rate = float(1 / self.scale)
        return -2 * exp(-rate) / expm1(-2 * rate)


@dataclass(frozen=True)
class DiscreteGaussian:
    """The law of `discrete_gaussian`, with its parameter σ²."""

    parameter: Fraction

    def check(self) -> None:
        """ValueError where its noise would not fit 64 bits."""
        discrete_gaussian.check(self.parameter)

    def tail(self, at: int) -> Fraction:
        return tail(discrete_gaussian.check(self.parameter), at)

    @property
    def variance(self) -> float:
        """σ² itself from σ = 10 on, less below."""
        return float(self.parameter) if self._is_wide else self._mean(lambda x: x * x)

    @property
    def mean_deviation(self) -> float:
        if self._is_wide:  # Euler–Maclaurin: Σ x e^(-x²/2σ²) over x ≥ 1 is σ² − 1/12 and less than 1/σ² off
            return 2 * (float(self.parameter) - 1 / 12) / sqrt(2 * about_pi * float(self.parameter))
        return self._mean(abs)

    @property
    def _is_wide(self) -> bool:
        return self.parameter >= _MANY**2

    def _mean(self, value: Callable[[int], float]) -> float:
        """Of a value that is 0 at 0 and the same for x and −x."""
        chances = [exp(-x * x / (2 * float(self.parameter))) for x in range(1, int(10 * _MANY))]
        beside = sum(value(x) * chance for x, chance in enumerate(chances, start=1))
        return 2 * beside / (1 + 2 * sum(chances))


def threshold(law: Law, contribution: int, delta: Fraction) -> int:
    """The least noisy count that may show a group: one person, who adds at most `contribution` to it, is the
    cause with a chance of at most δ. Somebody who is in up to L0 groups needs δ / L0 for each.
    """
    if contribution < 1:
        raise ValueError("a contribution is at least 1")
    if not LEAST_CHANCE <= delta < 1:
        raise ValueError(
            "a threshold needs a δ between 2⁻¹⁰⁰ and 1: with δ = 0 no private group is ever shown"
        )
    return contribution + _least(law, delta)


def half_width(law: Law, confidence: Fraction) -> int:
    """The least h so that noise is within ± h with at least that probability."""
    if not 0 <= confidence <= 1 - LEAST_CHANCE:
        raise ValueError("a confidence lies between 0 and 1")
    return _least(law, (1 - confidence) / 2) - 1


def _least(law: Law, chance: Fraction) -> int:
    """The least number ≥ 1 that noise reaches with at most that chance."""
    most = 1
    while law.tail(most) > chance:
        most *= 2
    least = most // 2
    while least + 1 < most:
        middle = (least + most) // 2
        least, most = (middle, most) if law.tail(middle) > chance else (least, middle)
    return most
