"""The geometric law P(x) ∝ e^(-x / scale) on 0, 1, 2, …, drawn binary digit by binary digit.

The binary digits of such a number are independent, digit i being 1 with odds e^(-2^i / scale) to 1 (Dwork,
Kenthapadi, McSherry, Mironov & Naor 2006): every digit is an event with an exact probability, and there is
neither a loop that lasts longer for some results nor a number that could overflow on the way.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import ceil

import numpy as np

from personatwin_sql.privacy.noise.bernoulli import bernoulli
from personatwin_sql.privacy.noise.randomness import Bits
from personatwin_sql.privacy.noise.reals import Real, exponential, kept, odds
from personatwin_sql.privacy.numbers import Codes

MOST_SCALE = 1 << 54
"""Up to here a result leaves 64 bits with probability below e^-128, and then there is an error, no result."""
BLOCK = 1 << 14
"""Draws at a time, so that what is worked on stays close to the processor."""


def geometric(bits: Bits, scale: Fraction, size: int) -> Codes:
    """(size,): x with probability (1 − r) r^x, r = e^(-1 / scale). ValueError for a scale it cannot serve."""
    digits, rest = _digits(check(scale))
    found = np.zeros(size, dtype=np.int64)
    for start in range(0, size, BLOCK):
        block = found[start : start + BLOCK]
        for place, digit in enumerate(digits):
            block |= bernoulli(bits, digit, block.size).astype(np.int64) << place
        for index in np.flatnonzero(bernoulli(bits, rest, block.size)):
            block[index] += _far(bits, rest, 1 << len(digits), int(block[index]))
    return found


def check(scale: Fraction) -> Fraction:
    """The scale, if draws of it fit 64 bits."""
    if not 0 < scale <= MOST_SCALE:
        raise ValueError("a scale is above 0 and at most 2⁵⁴, so that noise fits 64 bits")
    return scale


def _far(bits: Bits, rest: Real, step: int, near: int) -> int:
    """What the digits beyond the last are worth, given that they are not all 0."""
    far = step
    while near + far < 1 << 62:
        if not bernoulli(bits, rest, 1)[0]:
            return far
        far += step
    raise OverflowError("noise of this scale left 64 bits")


@lru_cache(maxsize=256)
def _digits(scale: Fraction) -> tuple[tuple[Real, ...], Real]:
    """The chance of each binary digit up to 64 scales, and of any beyond: what exceeds them has it again."""
    count = ceil(64 * scale).bit_length()
    digits = tuple(kept(odds(exponential((1 << place) / scale))) for place in range(count))
    return digits, kept(exponential((1 << count) / scale))
