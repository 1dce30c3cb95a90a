"""Which numbers a rule may ask for, and when a measured one is equal to it.

A value that is one quotient of whole numbers (α, t, β, c, risks) is divided once, which IEEE arithmetic
rounds correctly: it is above, at or below a decimal limit in floats exactly when it is so in truth, while the
quotient's denominator times the limit's stays below 2⁵³. Values that need a logarithm, or a sum of quotients,
are compared at nine decimals: double arithmetic has more than that needs.
"""

from __future__ import annotations

from math import inf, isfinite

import numpy as np

from personatwin_sql.privacy.numbers import Shares

DECIMALS = 9


def rounded(values: Shares) -> Shares:
    """Values that are no single quotient, at the decimals that they are compared at."""
    return np.asarray(np.round(values, DECIMALS), dtype=np.float64)


def least_above(value: float) -> float:
    """The least number that a value is below: what a rule with < holds for. Of 0, which is nothing, 0."""
    return float(np.nextafter(value, inf)) if value > 0 else 0.0


def number(
    value: float,
    what: str,
    least: float,
    most: float = inf,
    *,
    without_least: bool = False,
    without_most: bool = False,
) -> float:
    """The number, if it lies in the range. Raises ValueError with the parameter's name and the range."""
    above = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    above = above and (value > least if without_least else value >= least)
    if not above or not (value < most if without_most else value <= most):
        start = f"above {least:g}" if without_least else f"at least {least:g}"
        end = "" if most == inf else f" and below {most:g}" if without_most else f" and at most {most:g}"
        raise ValueError(f"{what} must be {start}{end}")
    return value


def whole(value: float, what: str, least: int) -> int:
    """The whole number, if it is one and large enough. Raises ValueError with the parameter's name."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{what} must be a whole number, at least {least}")
    return value
