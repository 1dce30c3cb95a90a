"""Groups are shown with the highest probability that (ε, δ) allows, and never with a higher one."""

from __future__ import annotations

from fractions import Fraction
from math import exp, expm1, floor, log, log1p

import pytest

from personatwin_sql.privacy.noise.partition_selection import (
    chances_of_showing,
    least_people,
    people_shown_with,
)
from personatwin_sql.privacy.noise.randomness import SeededBits
from personatwin_sql.privacy.noise.reals import Bounds
from tests.unit.privacy.noise.plain_laws import DRAWS, UNLIKELY, Scripted, e_to_minus, likelihood

PARAMETERS = [
    (Fraction(1), Fraction(1, 10**6)),
    (Fraction(1, 10), Fraction(1, 1000)),
    (Fraction(7, 3), Fraction(1, 10**10)),
    (Fraction(1, 100), Fraction(1, 50)),
    (Fraction(20), Fraction(1, 10**6)),
    (Fraction(1), Fraction(9, 10)),
]
PRECISION = 200
ONE = 1 << PRECISION


def published_formula(n: int, epsilon: float, delta: float) -> float:
    """Theorem 1 of the paper, in floats."""
    crossover = 1 + floor(log((expm1(epsilon) + 2 * delta) / ((exp(epsilon) + 1) * delta)) / epsilon)
    early = min(n, crossover)
    first = expm1(early * epsilon) / expm1(epsilon) * delta
    if n <= crossover:
        return first
    last = crossover + floor(log1p(expm1(epsilon) / delta * (1 - first)) / epsilon)
    if n > last:
        return 1.0
    shrunk = exp(-(n - crossover) * epsilon)
    return (1 - shrunk) * (1 + delta / expm1(epsilon)) + shrunk * first


def chance_of_showing(people: int, epsilon: Fraction, delta: Fraction) -> Bounds:
    found = chances_of_showing(epsilon, delta, PRECISION)
    return found[min(people, len(found) - 1)]


@pytest.mark.parametrize(("epsilon", "delta"), PARAMETERS)
def test_the_chance_is_that_of_the_paper(epsilon: Fraction, delta: Fraction) -> None:
    for n in (0, 1, 2, 3, 5, 8, 13, 14, 15, 21, 34, 55, 100, 1000, 10_000):
        low, high = chance_of_showing(n, epsilon, delta)
        assert 0 <= low <= high <= ONE
        assert high - low < 1 << 40
        assert low / ONE == pytest.approx(published_formula(n, float(epsilon), float(delta)), rel=1e-9)


@pytest.mark.parametrize(("epsilon", "delta"), PARAMETERS)
def test_one_person_more_or_less_is_hidden_and_nothing_is_given_away(
    epsilon: Fraction, delta: Fraction
) -> None:
    """All four inequalities hold, and one of them just so, or the chance is 1: no rule can show more."""
    grown, tiny = 1 / e_to_minus(epsilon), Fraction(1, 1 << 100)
    for n in range(60):
        low, high = chance_of_showing(n, epsilon, delta)
        next_low, next_high = chance_of_showing(n + 1, epsilon, delta)
        less, more = Fraction(low + high, 2 * ONE), Fraction(next_low + next_high, 2 * ONE)
        room = [grown * less + delta - more, grown * (1 - more) + delta - (1 - less), 1 - more]
        assert all(each >= -tiny for each in room)
        assert min(room) <= tiny
        assert less <= more


@pytest.mark.parametrize(("epsilon", "delta"), PARAMETERS)
def test_nobody_is_never_shown_and_many_are_always(epsilon: Fraction, delta: Fraction) -> None:
    drawn = least_people(SeededBits(1), epsilon, delta, 10_000)
    assert drawn.min() >= 1
    assert drawn.max() <= len(chances_of_showing(epsilon, delta, 32)) - 1


@pytest.mark.parametrize(
    ("epsilon", "delta"), [(Fraction(1), Fraction(1, 1000)), (Fraction(7, 23), Fraction(1, 50))]
)
def test_groups_are_shown_as_often_as_they_should(epsilon: Fraction, delta: Fraction) -> None:
    """The chance of exactly n is p(n) − p(n − 1)."""
    drawn = least_people(SeededBits(5), epsilon, delta, DRAWS)
    chances = [published_formula(n, float(epsilon), float(delta)) for n in range(200)]
    law = {n: chances[n] - chances[n - 1] for n in range(1, 200) if chances[n] > chances[n - 1]}
    assert likelihood(drawn, law) > UNLIKELY


@pytest.mark.parametrize("people", [1, 2, 4, 7])
def test_a_word_that_decides_nothing_leaves_the_rest_of_the_probability(people: int) -> None:
    epsilon, delta = Fraction(1), Fraction(1, 1000)
    low, high = chances_of_showing(epsilon, delta, 96)[people]
    assert low >> 64 == high >> 64
    word = (low >> 64).to_bytes(4, "little")
    following = low % (1 << 64)
    for more, found in ((following - 2, people), (following + 2, people + 1)):
        source = Scripted(word, more.to_bytes(8, "little"))
        assert least_people(source, epsilon, delta, 1)[0] == found


def test_a_word_that_many_chances_share_is_told_apart_by_more_bits() -> None:
    """With so small a δ the chances of one to nine people all begin with 32 zeros."""
    epsilon, delta = Fraction(1), Fraction(1, 10**14)
    for people in range(1, 10):
        low, high = chances_of_showing(epsilon, delta, 96)[people]
        assert high < 1 << 64
        for more, found in ((low - 1, people), (high, people + 1)):
            source = Scripted(bytes(4), more.to_bytes(8, "little"))
            assert least_people(source, epsilon, delta, 1)[0] == found


@pytest.mark.parametrize(("epsilon", "delta"), PARAMETERS)
@pytest.mark.parametrize("chance", [Fraction(1, 2), Fraction(19, 20)])
def test_the_least_group_that_is_shown_so_often_is_told(
    chance: Fraction, epsilon: Fraction, delta: Fraction
) -> None:
    found = people_shown_with(chance, epsilon, delta)
    e, d = float(epsilon), float(delta)
    assert published_formula(found - 1, e, d) < chance <= published_formula(found, e, d)


@pytest.mark.parametrize(
    ("epsilon", "delta"),
    [(Fraction(0), Fraction(1, 2)), (Fraction(1), Fraction(0)), (Fraction(1), Fraction(1))],
)
def test_parameters_that_allow_nothing_or_everything_are_refused(epsilon: Fraction, delta: Fraction) -> None:
    with pytest.raises(ValueError, match="partition selection needs"):
        least_people(SeededBits(1), epsilon, delta, 1)
    with pytest.raises(ValueError, match="partition selection needs"):
        people_shown_with(Fraction(1, 2), epsilon, delta)
