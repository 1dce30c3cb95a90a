"""Groups whose very existence tells of somebody: shown with the highest probability that (ε, δ) allows.

Optimal partition selection for people who are each in one group (Desfontaines, Voss, Gipson & Mandayam 2022).
Somebody who is in up to L0 groups gets ε / L0 and δ / L0 in each.
"""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from functools import lru_cache

import numpy as np

from personatwin_sql.privacy.noise.randomness import Bits
from personatwin_sql.privacy.noise.reals import Bounds, exponential, product, rational, rounded
from personatwin_sql.privacy.numbers import Codes

LEAST_EPSILON = Fraction(1, 1000)
"""Below it the law has tens of thousands of steps, and noise on a count does better anyway."""
_WIDTH = 32
_MORE = 64


def least_people(bits: Bits, epsilon: Fraction, delta: Fraction, size: int) -> Codes:
    """(size,): for each group a random number of people from which on it is shown, at least 1.

    A group of n people is so shown with the chance of `chances_of_showing`. ValueError unless ε ≥ 10⁻³ and
    0 < δ < 1.
    """
    low, high = _table(epsilon, delta)
    drawn = np.frombuffer(bits.take(4 * size), dtype=np.uint32).astype(np.int64)
    found = np.searchsorted(low, drawn, side="right")
    for index in np.flatnonzero(drawn < high[found - 1]):  # the word alone does not tell
        found[index] = _told_by_more(bits, int(drawn[index]), epsilon, delta)
    return found


def people_shown_with(chance: Fraction, epsilon: Fraction, delta: Fraction) -> int:
    """The least number of people whose group is shown with this chance, at least: of one such as 1/2."""
    low, _ = _table(epsilon, delta)
    return int(np.searchsorted(low, -(-chance * (1 << _WIDTH) // 1)))


@lru_cache(maxsize=64)
def chances_of_showing(epsilon: Fraction, delta: Fraction, precision: int) -> tuple[Bounds, ...]:
    """Bounds, in 2^-precision, of the chance for 0, 1, 2, … people, up to the first that is certain.

    p(0) = 0, p(n + 1) = min(e^ε p(n) + δ, 1 − e^-ε (1 − p(n) − δ), 1).
    """
    _check(epsilon, delta)
    working = precision + 32 + delta.denominator.bit_length()
    one, shrink, small = 1 << working, exponential(epsilon)(working), rational(delta)(working)
    low = high = 0
    found = [(0, 0)]
    while low < one:
        low = min(
            (low << working) // shrink[1] + small[0],
            one - product(shrink, (0, max(0, one - low - small[0])), working)[1],
            one,
        )
        high = min(
            -((-high << working) // shrink[0]) + small[1] if shrink[0] else one,
            one - product(shrink, (max(0, one - high - small[1]), one), working)[0],
            one,
        )
        found.append(rounded((low, high), working - precision))
    return tuple(found)


@lru_cache(maxsize=64)
def _table(epsilon: Fraction, delta: Fraction) -> tuple[Codes, Codes]:
    low, high = zip(*chances_of_showing(epsilon, delta, _WIDTH), strict=True)
    return np.array(low, dtype=np.int64), np.array(high, dtype=np.int64)


def _told_by_more(bits: Bits, known: int, epsilon: Fraction, delta: Fraction) -> int:
    """The least number of people whose chance is above a uniform number that begins with these bits."""
    width = _WIDTH
    while True:
        known = known << _MORE | int.from_bytes(bits.take(_MORE // 8), "little")
        width += _MORE
        chances = chances_of_showing(epsilon, delta, width)
        found = bisect_right(chances, known, key=lambda bounds: bounds[0])
        if known >= chances[found - 1][1]:
            return found


def _check(epsilon: Fraction, delta: Fraction) -> None:
    if epsilon < LEAST_EPSILON:
        raise ValueError("partition selection needs an ε of at least 0.001 for each group")
    if not 0 < delta < 1:
        raise ValueError(
            "partition selection needs a δ between 0 and 1: with δ = 0 no private group is ever shown"
        )
