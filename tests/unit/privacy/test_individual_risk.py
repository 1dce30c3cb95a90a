"""Individual risk, against the negative binomial distribution summed term by term."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.individual_risk import InvalidWeights, individual_risk, individual_risks
from personatwin_sql.privacy.risk import THRESHOLDS


def risk(people: int, weight: float) -> float:
    return float(individual_risks(np.array([people]), np.array([weight]))[0])


def summed(people: int, share: float) -> float:
    """Σ_{F ≥ f} 1/F · C(F−1, f−1)·p^f·(1−p)^{F−f}."""
    term, total = share**people, 0.0
    for size in range(people, people + 200_000):
        total += term / size
        term *= size / (size - people + 1) * (1 - share)
        if term < 1e-18 and size > people / share:
            break
    return total


@pytest.mark.parametrize("people", [1, 2, 3, 7, 39, 40, 41, 90])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.499999, 0.5, 0.500001, 0.9, 0.999999])
def test_the_risk_is_the_mean_of_one_over_the_people_of_the_population(people: int, share: float) -> None:
    assert risk(people, people / share) == pytest.approx(summed(people, share), rel=1e-9)


def test_one_and_two_people_have_the_closed_form_of_the_paper() -> None:
    p, q = 0.01, 0.99
    assert risk(1, 1 / p) == pytest.approx(p / q * math.log(1 / p), rel=1e-12)
    assert risk(2, 2 / p) == pytest.approx(p / q**2 * (p * math.log(p) + q), rel=1e-12)


def test_of_a_sample_that_is_the_population_it_is_the_prosecutors_risk() -> None:
    assert risk(4, 4.0) == 0.25
    assert risk(4, 3.0) == 0.25  # weights below 1: nobody is less than in the sample
    assert risk(1, 1.0) == 1.0


@given(st.integers(1, 10_000), st.floats(1.0, 1e9))
def test_the_risk_lies_between_those_of_the_population_and_the_sample(people: int, weight: float) -> None:
    found = risk(people, people * weight)
    assert 1 / (people * weight) * (1 - 1e-9) <= found <= 1 / people * (1 + 1e-12)


def test_all_risks_together_are_the_expected_re_identifications() -> None:
    found = individual_risk(np.array([1, 2]), np.array([1.0, 2.0]), np.array([3, 5]))
    assert (found.people, found.expected, found.highest) == (13, pytest.approx(3 * 1 + 5 * 2 * 0.5), 1.0)
    assert found.average == pytest.approx(8 / 13)
    assert dict(found.above)[0.5] == pytest.approx(3 / 13)


def test_of_nobody_there_is_no_risk() -> None:
    nobody = np.array([], dtype=np.int64)
    found = individual_risk(nobody, nobody.astype(np.float64), nobody)
    assert (found.people, found.expected, len(found.above)) == (0, 0.0, len(THRESHOLDS))


@pytest.mark.parametrize("weight", [0.0, -1.0, math.nan, math.inf])
def test_weights_that_are_none_are_refused(weight: float) -> None:
    with pytest.raises(InvalidWeights):
        risk(1, weight)
