"""Uniform whole numbers below a bound."""

from __future__ import annotations

import numpy as np

from personatwin_sql.privacy.noise.randomness import Bits, words
from personatwin_sql.privacy.numbers import Codes

MOST = 1 << 63
_WORD = 1 << 64


def below(bits: Bits, bound: int, size: int) -> Codes:
    """(size,): each of 0 … bound − 1 with the same probability. ValueError for a bound outside 1 … 2⁶³.

    A word is kept where it is below the largest multiple of the bound, so every remainder is as likely.
    """
    if not 1 <= bound <= MOST:
        raise ValueError("a bound lies between 1 and 2⁶³; larger ones are for `whole_below`")
    last = _WORD - _WORD % bound - 1
    drawn = words(bits, size)
    while (late := np.flatnonzero(drawn > last)).size:
        drawn = drawn.copy()
        drawn[late] = words(bits, late.size)
    return (drawn % np.uint64(bound)).astype(np.int64)


def whole_below(bits: Bits, bound: int) -> int:
    """Each of 0 … bound − 1 with the same probability, however large the bound."""
    if bound < 1:
        raise ValueError("a bound is at least 1")
    width = (bound - 1).bit_length()
    count = (width + 7) // 8
    while True:
        drawn = int.from_bytes(bits.take(count), "little") >> 8 * count - width
        if drawn < bound:
            return drawn
