"""δ(ε) by definition, Σ max(0, P(x) − e^ε·Q(x)) over all outcomes: slow sums, for the tests."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from math import exp, fsum

import numpy as np

from personatwin_sql.privacy.numbers import Shares


def laplace(scale: Fraction, reach: int) -> Shares:
    weights = np.array([exp(-abs(x) / float(scale)) for x in range(-reach, reach + 1)])
    return np.asarray(weights / fsum(weights), dtype=np.float64)


def gaussian(variance: Fraction, reach: int) -> Shares:
    weights = np.array([exp(-(x**2) / (2 * float(variance))) for x in range(-reach, reach + 1)])
    return np.asarray(weights / fsum(weights), dtype=np.float64)


def moved(law: Shares, shift: int) -> tuple[Shares, Shares]:
    """P and Q over the same outcomes, Q moved by `shift`."""
    nothing = np.zeros(shift)
    return np.concatenate([law, nothing]), np.concatenate([nothing, law])


def joint(pairs: list[tuple[Shares, Shares]]) -> tuple[Shares, Shares]:
    """The laws of independent outcomes together: every combination."""
    return reduce(
        lambda one, two: (np.outer(one[0], two[0]).ravel(), np.outer(one[1], two[1]).ravel()), pairs
    )


def delta(pair: tuple[Shares, Shares], epsilon: float) -> float:
    """The hockey-stick divergence."""
    return fsum(np.maximum(0.0, pair[0] - exp(epsilon) * pair[1]))
