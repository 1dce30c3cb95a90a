"""Choices follow their weights exactly."""

from __future__ import annotations

from fractions import Fraction
from math import exp

import numpy as np
import pytest

from personatwin_sql.privacy.noise.choice import choose
from personatwin_sql.privacy.noise.exponential_mechanism import exponential_mechanism
from personatwin_sql.privacy.noise.randomness import SeededBits
from personatwin_sql.privacy.noise.reals import Bounds
from tests.unit.privacy.noise.plain_laws import (
    UNLIKELY,
    Scripted,
    e_to_minus,
    likelihood,
    normalised,
)

DRAWS = 5000


@pytest.mark.parametrize(
    ("scores", "rate"),
    [
        ([0], Fraction(1)),
        ([3, 3, 3], Fraction(1)),
        ([0, -1, -2, -50], Fraction(1, 2)),
        ([10**30, 10**30 - 1, 0], Fraction(2)),
        ([1, 5, 2, 4, 3] * 4, Fraction(1, 7)),
        ([7, 1], Fraction(0)),
    ],
)
def test_choices_follow_the_law(scores: list[int], rate: Fraction) -> None:
    bits, best = SeededBits(1), max(scores)
    draws = np.array([exponential_mechanism(bits, scores, rate) for _ in range(DRAWS)])
    law = normalised({place: exp(-rate * min(best - score, 1000)) for place, score in enumerate(scores)})
    assert likelihood(draws, law) > UNLIKELY or len(scores) == 1
    assert set(draws.tolist()) <= set(law)


def test_a_choice_turns_exactly_where_the_weights_say() -> None:
    scores, rate = [0, -1, -3], Fraction(1, 3)
    weights = [e_to_minus(-rate * score) for score in scores]
    for place in (1, 2):
        boundary = sum(weights[:place], Fraction(0)) / sum(weights) * (1 << 64)
        for off in (-4, 4):
            source = Scripted((int(boundary) + off).to_bytes(8, "little"))
            assert exponential_mechanism(source, scores, rate) == (place - 1 if off < 0 else place)


def test_bits_are_drawn_until_the_choice_is_certain() -> None:
    def thirds(precision: int) -> list[Bounds]:
        low = (1 << precision) // 3
        return [(low, low + 1)] * 3

    first = ((1 << 64) // 3).to_bytes(8, "little")
    assert choose(Scripted(first, bytes(8)), thirds) == 0
    assert choose(Scripted(first, b"\xff" * 8), thirds) == 1


def test_loose_bounds_decide_only_what_is_certain() -> None:
    """At first both weights may be a quarter or a half, so the boundary is anywhere from 1/3 to 2/3."""

    def weights(precision: int) -> list[Bounds]:
        quarter = 1 << precision - 2
        if precision == 64:
            return [(quarter, 2 * quarter), (quarter, 2 * quarter)]
        return [(quarter, quarter), (2 * quarter, 2 * quarter)]

    below, above = ((1 << 64) // 10 * tenths for tenths in (4, 6))
    assert choose(Scripted(below.to_bytes(8, "little"), bytes(8)), weights) == 1
    assert choose(Scripted(above.to_bytes(8, "little"), bytes(8)), weights) == 1
    assert choose(Scripted(bytes(8)), weights) == 0
    assert choose(Scripted(b"\xff" * 8), weights) == 1


def test_weights_of_nothing_are_never_chosen() -> None:
    def weights(precision: int) -> list[Bounds]:
        return [(0, 0), (1 << precision, 1 << precision), (0, 0), (1 << precision, 1 << precision), (0, 0)]

    bits = SeededBits(2)
    assert {choose(bits, weights) for _ in range(200)} == {1, 3}
    assert choose(Scripted(bytes(8)), weights) == 1
    assert choose(Scripted(b"\xff" * 8), weights) == 3


def test_there_must_be_something_to_choose_from() -> None:
    with pytest.raises(ValueError, match="something to choose"):
        exponential_mechanism(SeededBits(1), [], Fraction(1))
    with pytest.raises(ValueError, match="rate"):
        exponential_mechanism(SeededBits(1), [1], Fraction(-1))
