"""Where a function of one number is zero."""

from __future__ import annotations

import math
from collections.abc import Callable

_STEPS = 200


def root(function: Callable[[float], float | None], low: float, high: float) -> float | None:
    """A zero between two ends of different sign, by bisection; None where there is no value on the way."""
    at_low = function(low)
    if at_low is None or not math.isfinite(at_low):
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high) or high - low < 1e-13 * max(1.0, abs(high)):
            break
        value = function(middle)
        if value is None or not math.isfinite(value):
            return None
        if (value > 0) == (at_low > 0):
            low = middle
        else:
            high = middle
    return (low + high) / 2
