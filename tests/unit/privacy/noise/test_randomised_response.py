"""Answers are true just as often as is public, and otherwise tell nothing."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from personatwin_sql.privacy.noise.randomised_response import randomised_response, truth_for
from personatwin_sql.privacy.noise.randomness import SeededBits
from tests.unit.privacy.noise.plain_laws import DRAWS, UNLIKELY, e_to_minus, likelihood


@pytest.mark.parametrize(
    ("categories", "truth"), [(2, Fraction(3, 4)), (5, Fraction(1, 3)), (3, Fraction(1, 7))]
)
def test_each_answer_has_its_law(categories: int, truth: Fraction) -> None:
    for answer in range(categories):
        draws = randomised_response(SeededBits(answer), np.full(DRAWS // 4, answer), categories, truth)
        law = dict.fromkeys(range(categories), float((1 - truth) / (categories - 1))) | {answer: float(truth)}
        assert likelihood(draws, law) > UNLIKELY


@pytest.mark.parametrize("epsilon", [Fraction(0), Fraction(1), Fraction(7, 2), Fraction(30)])
@pytest.mark.parametrize("categories", [2, 3, 100])
def test_truth_is_as_likely_as_epsilon_allows(epsilon: Fraction, categories: int) -> None:
    low, high = truth_for(epsilon, categories)(120)
    truth = 1 / (1 + (categories - 1) * e_to_minus(epsilon)) * (1 << 120)
    assert low <= truth + Fraction(1, 10**9)
    assert truth <= high + Fraction(1, 10**9)
    assert high - low <= categories + 2


def test_an_epsilon_decides_how_often_answers_are_true() -> None:
    answers = np.zeros(DRAWS, dtype=np.int64)
    draws = randomised_response(SeededBits(1), answers, 3, truth_for(Fraction(1), 3))
    truth = 1 / (1 + 2 * float(e_to_minus(Fraction(1))))
    assert likelihood(draws, {0: truth, 1: (1 - truth) / 2, 2: (1 - truth) / 2}) > UNLIKELY


def test_certain_truth_changes_nothing() -> None:
    answers = np.arange(1000) % 4
    assert (randomised_response(SeededBits(1), answers, 4, Fraction(1)) == answers).all()
    assert (randomised_response(SeededBits(1), answers, 4, Fraction(0)) != answers).all()
    assert randomised_response(SeededBits(1), answers[:0], 4, Fraction(1, 2)).size == 0


@pytest.mark.parametrize(("answers", "categories"), [([0], 1), ([2], 2), ([-1], 2)])
def test_answers_that_are_no_category_are_refused(answers: list[int], categories: int) -> None:
    with pytest.raises(ValueError, match="categor"):
        randomised_response(SeededBits(1), np.array(answers), categories, Fraction(1, 2))


def test_less_than_nothing_is_no_epsilon() -> None:
    with pytest.raises(ValueError, match="ε"):
        truth_for(Fraction(-1), 2)
