"""Groups are shown with the highest probability that (ε, δ) allows, and never with a higher one."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, exp, expm1, floor, log, log1p

import numpy as np
import pytest

from personatwin_sql.privacy.noise.partition_selection import (
    chance_of_showing,
    is_shown,
    noisy_counts,
    truncation,
)
from personatwin_sql.privacy.noise.randomness import SeededBits
from tests.unit.privacy.noise.plain_laws import (
    DRAWS,
    UNLIKELY,
    Scripted,
    e_to_minus,
    laplace,
    likelihood,
    normalised,
)

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


@pytest.mark.parametrize(("epsilon", "delta"), PARAMETERS)
def test_the_chance_is_that_of_the_paper(epsilon: Fraction, delta: Fraction) -> None:
    for n in (0, 1, 2, 3, 5, 8, 13, 14, 15, 21, 34, 55, 100, 1000, 10_000):
        low, high = chance_of_showing(n, epsilon, delta)(PRECISION)
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
        low, high = chance_of_showing(n, epsilon, delta)(PRECISION)
        next_low, next_high = chance_of_showing(n + 1, epsilon, delta)(PRECISION)
        less, more = Fraction(low + high, 2 * ONE), Fraction(next_low + next_high, 2 * ONE)
        room = [grown * less + delta - more, grown * (1 - more) + delta - (1 - less), 1 - more]
        assert all(each >= -tiny for each in room)
        assert min(room) <= tiny
        assert less <= more


def test_nobody_is_never_shown_and_many_are_always() -> None:
    epsilon, delta = Fraction(1), Fraction(1, 1000)
    assert not is_shown(SeededBits(1), np.zeros(10_000, dtype=np.int64), epsilon, delta).any()
    assert not is_shown(SeededBits(1), np.full(10_000, -5), epsilon, delta).any()
    assert is_shown(SeededBits(1), np.full(10_000, 1 << 62), epsilon, delta).all()


@pytest.mark.parametrize("people", [1, 3, 6, 7, 9, 12])
def test_groups_are_shown_as_often_as_they_should(people: int) -> None:
    epsilon, delta = Fraction(1), Fraction(1, 1000)
    shown = is_shown(SeededBits(people), np.full(DRAWS, people), epsilon, delta)
    chance = published_formula(people, 1, 0.001)
    assert likelihood(shown.astype(np.int64), {1: chance, 0: 1 - chance}) > UNLIKELY


def test_a_word_that_decides_nothing_leaves_the_rest_of_the_probability() -> None:
    epsilon, delta = Fraction(1), Fraction(1, 1000)
    low, high = chance_of_showing(4, epsilon, delta)(96)
    assert low >> 64 == high >> 64
    word = (low >> 64).to_bytes(4, "little")
    following = low % (1 << 64)
    for more in (following - 2, following + 2):
        source = Scripted(word, more.to_bytes(8, "little"))
        assert is_shown(source, np.array([4]), epsilon, delta)[0] == (more < following)


@pytest.mark.parametrize(("epsilon", "delta"), PARAMETERS)
def test_noise_is_cut_off_where_the_paper_says(epsilon: Fraction, delta: Fraction) -> None:
    e, d = float(epsilon), float(delta)
    assert truncation(epsilon, delta) == max(1, ceil(log((expm1(e) + 2 * d) / ((exp(e) + 1) * d)) / e))


@pytest.mark.parametrize(("epsilon", "delta"), PARAMETERS)
def test_the_least_cut_off_makes_shown_counts_private_and_one_less_does_not(
    epsilon: Fraction, delta: Fraction
) -> None:
    """By adding up, over all that can be shown, what exceeds e^ε times its chance with one person less."""
    most = truncation(epsilon, delta)
    r = e_to_minus(epsilon)

    def excess(limit: int, people: int, other: int) -> Fraction:
        total = (1 + r - 2 * r ** (limit + 1)) / (1 - r)

        def chance(result: int, n: int) -> Fraction:
            return (
                r ** abs(result - n) / total if abs(result - n) <= limit and result > limit else Fraction(0)
            )

        reach = range(limit + 1, max(people, other) + limit + 1)
        shown = sum(max(Fraction(0), chance(x, people) - chance(x, other) / r) for x in reach)
        hidden = [1 - sum(chance(x, n) for x in reach) for n in (people, other)]
        return shown + max(Fraction(0), hidden[0] - hidden[1] / r)

    tiny = Fraction(1, 10**60)
    for n in {0, 1, most // 2, most, 2 * most, 2 * most + 1} if most < 40 else {0}:
        assert excess(most, n + 1, n) <= delta + tiny
        assert excess(most, n, n + 1) <= delta + tiny
    if most > 1:
        assert excess(most - 1, 1, 0) > delta


def test_noise_of_shown_counts_is_laplace_within_the_cut_off() -> None:
    epsilon, delta = Fraction(1, 2), Fraction(1, 200)
    most = truncation(epsilon, delta)
    counts, shown = noisy_counts(SeededBits(4), np.full(DRAWS, 100), epsilon, delta)
    law = {x + 100: p for x, p in laplace(Fraction(2)).items() if abs(x) <= most}
    assert likelihood(counts, normalised(law)) > UNLIKELY
    assert np.abs(counts - 100).max() == most
    assert shown.all()


def test_counts_of_nobody_are_never_shown() -> None:
    counts, shown = noisy_counts(SeededBits(4), np.repeat([0, 1], 50_000), Fraction(1, 2), Fraction(1, 200))
    assert not shown[:50_000].any()
    assert 0 < shown[50_000:].sum() <= 50_000 / 200 * 1.3
    assert (counts[shown] > truncation(Fraction(1, 2), Fraction(1, 200))).all()


@pytest.mark.parametrize(
    ("epsilon", "delta"),
    [(Fraction(0), Fraction(1, 2)), (Fraction(1), Fraction(0)), (Fraction(1), Fraction(1))],
)
def test_parameters_that_allow_nothing_or_everything_are_refused(epsilon: Fraction, delta: Fraction) -> None:
    one = np.ones(1, dtype=np.int64)
    with pytest.raises(ValueError, match="partition selection needs"):
        is_shown(SeededBits(1), one, epsilon, delta)
    with pytest.raises(ValueError, match="partition selection needs"):
        noisy_counts(SeededBits(1), one, epsilon, delta)
    with pytest.raises(ValueError, match="partition selection needs"):
        chance_of_showing(1, epsilon, delta)
