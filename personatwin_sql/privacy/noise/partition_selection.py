"""Groups whose very existence tells of somebody: shown with the highest probability that (ε, δ) allows.

Optimal partition selection for people who are each in one group (Desfontaines, Voss, Gipson & Mandayam 2022).
Somebody who is in up to L0 groups gets ε / L0 and δ / L0 in each.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np

from personatwin_sql.privacy.noise.bernoulli import is_below
from personatwin_sql.privacy.noise.discrete_laplace import discrete_laplace
from personatwin_sql.privacy.noise.randomness import Bits
from personatwin_sql.privacy.noise.reals import Bounds, Real, exponential, product, rational, rounded
from personatwin_sql.privacy.numbers import Codes, Flags

LEAST_EPSILON = Fraction(1, 10_000)
_WIDTH = 32


def is_shown(bits: Bits, people: Codes, epsilon: Fraction, delta: Fraction) -> Flags:
    """(groups,): whether each group of so many people is shown. ValueError unless ε ≥ 10⁻⁴ and 0 < δ < 1."""
    low, high = _table(epsilon, delta)
    place = np.clip(people, 0, low.size - 1)
    drawn = np.frombuffer(bits.take(4 * people.size), dtype=np.uint32).astype(np.int64)
    shown = drawn < low[place]
    for index in np.flatnonzero(~shown & (drawn < high[place])):
        chance = chance_of_showing(int(place[index]), epsilon, delta)
        shown[index] = is_below(bits, int(drawn[index]), _WIDTH, chance)
    return shown


def noisy_counts(bits: Bits, people: Codes, epsilon: Fraction, delta: Fraction) -> tuple[Codes, Flags]:
    """(groups,) noisy counts, and (groups,) which groups are shown, with that: those above `truncation`.

    The noise is discrete Laplace of scale 1 / ε, given that it is at most k = `truncation` either way: 0
    people are never shown, one person with probability at most δ. The counts of the others are for nobody.
    """
    most = truncation(epsilon, delta)
    noise = discrete_laplace(bits, 1 / epsilon, people.size)
    while (late := np.flatnonzero(np.abs(noise) > most)).size:
        noise[late] = discrete_laplace(bits, 1 / epsilon, late.size)
    noise += people
    return noise, noise > most


@lru_cache(maxsize=64)
def truncation(epsilon: Fraction, delta: Fraction) -> int:
    """The least k that noise may be cut off at: the chance of exactly k is at most δ, for certain.

    P(k) = e^-kε (1 − r) / (1 + r − 2 r^(k+1)) with r = e^-ε.
    """
    _check(epsilon, delta)
    most = 1
    while not _is_rare(most, epsilon, delta):
        most *= 2
    least = most // 2
    while least + 1 < most:
        middle = (least + most) // 2
        least, most = (least, middle) if _is_rare(middle, epsilon, delta) else (middle, most)
    return most


def chance_of_showing(people: int, epsilon: Fraction, delta: Fraction) -> Real:
    """p(0) = 0, p(n + 1) = min(e^ε p(n) + δ, 1 − e^-ε (1 − p(n) − δ), 1), as a real number."""
    _check(epsilon, delta)

    def bounds(precision: int) -> Bounds:
        found = _chances(epsilon, delta, precision)
        return found[min(people, len(found) - 1)]

    return bounds


@lru_cache(maxsize=64)
def _chances(epsilon: Fraction, delta: Fraction, precision: int) -> tuple[Bounds, ...]:
    """Bounds of the chance for 0, 1, 2, … people, up to the first number that is shown for certain."""
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
    _check(epsilon, delta)
    low, high = zip(*_chances(epsilon, delta, _WIDTH), strict=True)
    return np.array(low, dtype=np.int64), np.array(high, dtype=np.int64)


def _is_rare(at: int, epsilon: Fraction, delta: Fraction) -> bool:
    """Whether noise of exactly `at`, where it is cut off, is certain to have at most the chance δ."""
    working = 128 + delta.denominator.bit_length() + epsilon.denominator.bit_length()
    one = 1 << working
    low = exponential(epsilon)(working)[0]
    here = exponential(epsilon * at)(working)[1]
    beyond = exponential(epsilon * (at + 1))(working)[1]
    return here * (one - low) <= delta * (one + low - 2 * beyond) * one


def _check(epsilon: Fraction, delta: Fraction) -> None:
    if epsilon < LEAST_EPSILON:
        raise ValueError("partition selection needs an ε of at least 0.0001 for each group")
    if not 0 < delta < 1:
        raise ValueError(
            "partition selection needs a δ between 0 and 1: with δ = 0 no private group is ever shown"
        )
