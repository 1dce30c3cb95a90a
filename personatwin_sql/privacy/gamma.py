"""The gamma function's logarithm and its derivative, as estimators of uniqueness need them."""

from __future__ import annotations

import math

import numpy as np

from personatwin_sql.privacy.numbers import Codes, Shares

_FAR = 20.0
"""From here on the asymptotic series of the digamma function is exact to about 1e-17."""


def digamma(x: float) -> float:
    """ψ(x) for x > 0, the derivative of log Γ, with about 14 digits (Abramowitz & Stegun 1964, 6.3)."""
    shift = 0.0
    while x < _FAR:
        shift -= 1 / x
        x += 1
    inverse = 1 / (x * x)
    series = inverse * (
        1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse / 132)))
    )
    return shift + math.log(x) - 0.5 / x - series


def digammas(x: Codes | Shares) -> Shares:
    """ψ of each."""
    return np.array([digamma(float(each)) for each in x], dtype=np.float64)


def log_choose(n: Codes | Shares, k: float) -> Shares:
    """log C(n, k) of each n; −∞ where n < k."""
    return np.array(
        [
            math.lgamma(each + 1) - math.lgamma(k + 1) - math.lgamma(each - k + 1) if each >= k else -math.inf
            for each in map(float, n)
        ],
        dtype=np.float64,
    )
