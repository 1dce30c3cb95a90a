"""Events with an exact probability: a fraction, or any real number that can be bounded.

A uniform number u in [0, 1) is drawn bit by bit, no further than it takes to tell on which side of the
probability p it lies: u < p has probability p exactly, though p may have no last digit.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from personatwin_sql.privacy.noise.randomness import Bits, short_words
from personatwin_sql.privacy.noise.reals import Real, rational
from personatwin_sql.privacy.numbers import Flags

_WIDTH = 16
"""Bits that decide nearly always: one event in 2¹⁶ needs more."""
_MORE = 64


def bernoulli(bits: Bits, chance: Real | Fraction, size: int) -> Flags:
    """(size,): true with that probability. Raises ValueError if it is not one."""
    real = checked(chance) if isinstance(chance, Fraction) else chance
    low, high = real(_WIDTH)
    drawn = short_words(bits, size)
    happens = drawn < low
    if low < high:
        for index in np.flatnonzero((drawn >= low) & (drawn < high)):
            happens[index] = is_below(bits, int(drawn[index]), _WIDTH, real)
    return happens


def is_below(bits: Bits, known: int, width: int, real: Real) -> bool:
    """Whether a uniform number, whose first `width` bits are known, is below the real number."""
    while True:
        low, high = real(width)
        if known < low:
            return True
        if known >= high:
            return False
        known = known << _MORE | int.from_bytes(bits.take(_MORE // 8), "little")
        width += _MORE


def checked(chance: Fraction) -> Real:
    if not 0 <= chance <= 1:
        raise ValueError("a probability lies between 0 and 1")
    return rational(chance)
