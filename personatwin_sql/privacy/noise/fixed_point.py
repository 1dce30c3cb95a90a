"""e^-x of many numbers at once, in units of 2^-31 by whole-number arithmetic, with a known error."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np

from personatwin_sql.privacy.noise.randomness import Words
from personatwin_sql.privacy.noise.reals import exponential

WIDTH = 31
"""Binary places of a result."""
PLACES = 32
"""Binary places of an exponent."""
MOST = 32 << PLACES
"""Exponents above it are taken for it: e^-32 is far below a unit."""
ERROR = 8
"""Units that a result may be off: four products rounded down, and a series that is cut off."""
_FINE = 22
_LAST = np.uint64(31)


def exponentials(exponents: Words) -> Words:
    """(n,): e^(-x / 2³²) · 2³¹, at most `ERROR` off.

    x = whole + part / 1024 + y; the first two from tables, and e^-y = 1 − y + y² / 2 for y < 2^-10, whose
    next term, y³ / 6, is below 2^-32.
    """
    x = np.minimum(exponents, np.uint64(MOST - 1))
    whole, parts = _tables()
    y = (x & np.uint64((1 << _FINE) - 1)) >> np.uint64(PLACES - WIDTH)
    near = np.uint64(1 << WIDTH) - y + (y * y >> np.uint64(WIDTH + 1))
    part = parts[(x >> np.uint64(_FINE)) & np.uint64(1023)]
    found: Words = (whole[x >> np.uint64(PLACES)] * part >> _LAST) * near >> _LAST
    return found


@lru_cache(maxsize=1)
def _tables() -> tuple[Words, Words]:
    """e^-n for n = 0 … 31, and e^(-n / 1024) for n = 0 … 1023, rounded down."""
    return (
        np.array([exponential(Fraction(n))(WIDTH)[0] for n in range(32)], dtype=np.uint64),
        np.array([exponential(Fraction(n, 1024))(WIDTH)[0] for n in range(1024)], dtype=np.uint64),
    )
