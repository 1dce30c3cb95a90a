"""Answers are told as they are just as often as is public, and the correction finds how many there are."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.noise.randomised_response import DRAWS, ResponseLaw, response_law

LAWS = [(Fraction(1, 10), 13), (Fraction(1, 50), 2), (Fraction(3, 20), 5), (Fraction(1, 3), 3)]


@given(st.fractions(Fraction(1, 10**6), Fraction(49, 100)), st.integers(2, 200))
def test_another_answer_is_told_at_least_as_often_as_was_asked(changed: Fraction, categories: int) -> None:
    law = response_law(changed, categories)
    assert changed <= law.changed < changed + Fraction(categories, DRAWS)
    assert law.changing == (categories - 1) * law.other < DRAWS


@pytest.mark.parametrize(("changed", "categories"), LAWS)
def test_epsilon_is_the_largest_ratio_of_any_two_answers_and_never_below(
    changed: Fraction, categories: int
) -> None:
    law = response_law(changed, categories)
    truth, other = DRAWS - law.changing, law.other
    ratios = [Fraction(a, b) for a, b in product((truth, other), repeat=2)]
    exact = math.log(max(ratios))
    assert exact <= float(law.epsilon) <= exact + 3e-9
    asked = math.log((1 - changed) * (categories - 1) / changed)
    assert float(law.epsilon) == pytest.approx(asked, abs=1e-8)


def test_the_catalogue_of_levels_has_these_losses() -> None:
    told = [round(float(response_law(Fraction(r, 100), 13).epsilon), 2) for r in (2, 5, 10, 15)]
    assert told == [6.38, 5.43, 4.68, 4.22]


@pytest.mark.parametrize(("changed", "categories"), LAWS)
def test_the_correction_is_exact_in_expectation(changed: Fraction, categories: int) -> None:
    law, of, true = response_law(changed, categories), 1000, 137
    for kinds in range(1, categories):
        inside = 1 - law.changed + Fraction((kinds - 1) * law.other, DRAWS)
        expected = true * inside + (of - true) * Fraction(kinds * law.other, DRAWS)
        assert (expected - of * Fraction(kinds * law.other, DRAWS)) / law.slope == true
        whole = law.corrected(of, of, categories)
        assert whole == of


@pytest.mark.parametrize(("changed", "categories"), LAWS)
def test_the_deviation_is_what_draws_show(changed: Fraction, categories: int) -> None:
    law, of, true, generator = response_law(changed, categories), 4000, 1500, np.random.default_rng(5)
    own, elsewhere = 1 - float(law.changed), float(Fraction(law.other, DRAWS))
    told = generator.binomial(true, own, 4000) + generator.binomial(of - true, elsewhere, 4000)
    found = np.array([float(law.corrected(int(count), of)) for count in told])
    assert found.mean() == pytest.approx(true, abs=5 * law.deviation(true, of) / math.sqrt(4000))
    assert found.std() == pytest.approx(law.deviation(true, of), rel=0.05)


@pytest.mark.parametrize(
    ("changed", "categories"),
    [
        (Fraction(1, 2), 1),
        (Fraction(0), 2),
        (Fraction(-1, 2), 2),
        (Fraction(1, 2), 2),
        (Fraction(12, 13), 13),
    ],
)
def test_what_hides_nothing_or_tells_less_than_chance_is_refused(changed: Fraction, categories: int) -> None:
    with pytest.raises(ValueError, match=r"categories|probability"):
        response_law(changed, categories)


def test_a_law_says_itself() -> None:
    assert ResponseLaw(2, DRAWS // 4).epsilon >= Fraction(math.floor(math.log(3) * 10**9), 10**9)
