"""How much noise one core draws in a second, and how many random bits the operating system gives for it."""

from __future__ import annotations

import resource
import statistics
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from personatwin_sql.privacy.noise.discrete_gaussian import discrete_gaussian
from personatwin_sql.privacy.noise.discrete_laplace import discrete_laplace
from personatwin_sql.privacy.noise.exponential_mechanism import exponential_mechanism
from personatwin_sql.privacy.noise.partition_selection import least_people
from personatwin_sql.privacy.noise.quantile import quantiles, sensitivity
from personatwin_sql.privacy.noise.randomness import SystemBits

DRAWS = 1_000_000
GROUPS = 1_000
VALUES = 100
"""Distinct values of each group that a median is drawn of."""
BITS = SystemBits()


def measured_noise(repeats: int) -> dict[str, object]:
    """CPU seconds (median) and what was drawn in one of them."""
    figures: dict[str, object] = {}
    print("noise, by one core: millions a second")
    for name, (count, draw) in ways().items():
        draw()
        seconds = statistics.median(cpu_of(draw) for _ in range(repeats))
        figures[name] = {"cpu_seconds": seconds, "per_second": count / seconds}
        print(f"  {name:42} {count / seconds / 1e6:9.3f}")
    return figures


def ways() -> dict[str, tuple[int, Callable[[], object]]]:
    """What is drawn, how many of it, and the function that draws them."""
    epsilon, delta = Fraction(1), Fraction(1, 10**6)
    found: dict[str, tuple[int, Callable[[], object]]] = {
        "bytes of the operating system": (1 << 26, lambda: [BITS.take(1 << 16) for _ in range(1 << 10)]),
    }
    for scale in (Fraction(1), Fraction(10), Fraction(200), Fraction(10**6), Fraction(1 << 54)):
        found[f"discrete Laplace, scale {float(scale):g}"] = DRAWS, laplace(scale)
    for sigma in (Fraction(1), Fraction(10), Fraction(2001, 10), Fraction(10**6), Fraction(1 << 53)):
        found[f"discrete Gaussian, σ {float(sigma):g}"] = DRAWS, gaussian(sigma**2)
    found["partition selection"] = DRAWS, lambda: least_people(BITS, epsilon, delta, DRAWS)
    found[f"medians of {VALUES} values"] = GROUPS, medians()
    found["exponential mechanism, of 1,000"] = (
        10 * 1_000,
        lambda: [exponential_mechanism(BITS, range(1_000), epsilon / 2) for _ in range(10)],
    )
    return found


def laplace(scale: Fraction) -> Callable[[], object]:
    return lambda: discrete_laplace(BITS, scale, DRAWS)


def gaussian(variance: Fraction) -> Callable[[], object]:
    return lambda: discrete_gaussian(BITS, variance, DRAWS)


def medians() -> Callable[[], object]:
    values = np.tile(np.arange(VALUES, dtype=np.int64) * 997, GROUPS)
    starts = np.arange(GROUPS + 1, dtype=np.int64) * VALUES
    half = Fraction(1, 2)
    rate = Fraction(1) / (2 * sensitivity(half, 1))
    return lambda: quantiles(BITS, values, np.ones_like(values), starts, half, rate, 0, 100_000)


def cpu_of(draw: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF)
    draw()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
