"""Pitman's sampling formula as a model of class sizes (Pitman 1995), fitted as Hoshino (2001) does."""

from __future__ import annotations

import math

import numpy as np

from personatwin_sql.privacy.gamma import digamma, digammas
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.root import root

_LEAST_ALPHA = 1e-5
_MOST_ALPHA = 1 - 1e-9


def pitman_share(sizes: Codes, classes: Codes, population: int) -> float | str:
    """E[S1]/N = Γ(θ+α+N−1)Γ(θ+1) / (Γ(θ+α)Γ(θ+N)) at the likeliest θ and α, or why there are none.

    `sizes`, `classes` (rows,): the histogram of the sample; `population`: N.
    """
    fitted = fitted_pitman(sizes, classes)
    return fitted if isinstance(fitted, str) else expected_share(*fitted, population)


def expected_share(theta: float, alpha: float, population: int) -> float:
    """The expected share of people who are alone among N."""
    return math.exp(
        math.lgamma(theta + alpha + population - 1)
        + math.lgamma(theta + 1)
        - math.lgamma(theta + alpha)
        - math.lgamma(theta + population)
    )


def fitted_pitman(sizes: Codes, classes: Codes) -> tuple[float, float] | str:
    """The (θ, α) with 0 < α < 1, θ > −α at which both derivatives of the likelihood are 0, or why none is."""
    n, u = int((sizes * classes).sum()), int(classes.sum())
    if u == n:
        return "everybody in the sample is alone: the model has no likeliest form"
    if u == 1:
        return "all people of the sample are alike: the model has no likeliest form"

    def theta_of(alpha: float) -> float | None:
        return _theta(alpha, n, u)

    def slope(alpha: float) -> float | None:
        theta = theta_of(alpha)
        return None if theta is None else _slope_of_alpha(theta, alpha, sizes, classes)

    low, high = slope(_LEAST_ALPHA), slope(_MOST_ALPHA)
    if low is not None and low <= 0:
        return "the classes are more alike in size than the model allows"
    alpha = None if low is None or high is None or high >= 0 else root(slope, _LEAST_ALPHA, _MOST_ALPHA)
    theta = None if alpha is None else theta_of(alpha)
    if alpha is None or theta is None:
        return "no likeliest form of the model was found"
    return theta, alpha


def _theta(alpha: float, n: int, u: int) -> float | None:
    """Where Σ_{i=1}^{u−1} 1/(θ+iα) = Σ_{i=1}^{n−1} 1/(θ+i); the left side is the larger below it."""

    def slope(log_distance: float) -> float:
        theta = math.exp(log_distance) - alpha
        return _inverses(theta, alpha, u) - (digamma(theta + n) - digamma(theta + 1))

    low, high = -30.0, math.log(n) + 14
    if slope(low) <= 0 or slope(high) >= 0:
        return None
    found = root(slope, low, high)
    return None if found is None else math.exp(found) - alpha


def _inverses(theta: float, alpha: float, u: int) -> float:
    """Σ_{i=1}^{u−1} 1/(θ+iα), θ > −α."""
    return (digamma(theta / alpha + u) - digamma(theta / alpha + 1)) / alpha


def _slope_of_alpha(theta: float, alpha: float, sizes: Codes, classes: Codes) -> float:
    """Σ_{i=1}^{u−1} i/(θ+iα) − Σ_j μ_j Σ_{i=1}^{j−1} 1/(i−α)."""
    u = int(classes.sum())
    first = (u - 1 - theta * _inverses(theta, alpha, u)) / alpha
    inside = digammas(np.asarray(sizes - alpha, dtype=np.float64)) - digamma(1 - alpha)
    return first - float((classes * inside).sum())
