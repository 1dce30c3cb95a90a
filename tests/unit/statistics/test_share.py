"""Shares of groups against published figures, and against scipy 1.17 and statsmodels 0.15."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.statistics.share import (
    Share,
    cohens_h,
    detectable,
    difference,
    p_value,
    power,
    ratio,
    wilson,
    worth,
)

shares = st.integers(1, 10_000).flatmap(lambda total: st.builds(Share, st.integers(0, total), st.just(total)))


@pytest.mark.parametrize(
    ("counted", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_of_a_share_is_that_of_newcombe_1998a_table_1(
    counted: int, total: int, low: float, high: float
) -> None:
    found = wilson(Share(counted, total))
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_that_of_newcombe_1998b_table_2(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = difference(Share(*one), Share(*other))
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_ratio_effect_size_and_test_are_those_of_statsmodels() -> None:
    one, other = Share(56, 70), Share(48, 80)
    assert ratio(one, other) == pytest.approx(4 / 3)
    assert cohens_h(one, other) == pytest.approx(0.4421431880029534)
    assert p_value(one, other) == pytest.approx(0.00804508136819656)


def test_power_is_that_of_statsmodels() -> None:
    assert power(0.30, 0.05, 500, 1000) == pytest.approx(0.5010211841730122, abs=1e-12)


def test_cohen_1988_finds_a_medium_effect_with_63_people_a_group() -> None:
    # table 6.4.1, two-sided 0.05, power 0.80, h = 0.50: n = 63 by the arcsine; the pooled test needs as many
    moved = math.sin(math.asin(math.sqrt(0.25)) + 0.25) ** 2
    assert power(0.25, moved - 0.25, 63, 63) == pytest.approx(0.80, abs=0.01)


def test_without_a_difference_power_is_the_significance() -> None:
    assert power(0.3, 0.0, 400, 400) == pytest.approx(0.05)


@pytest.mark.parametrize("base", [0.0, 0.3, 0.5, 0.8, 1.0])
def test_the_detectable_difference_is_found_with_the_wanted_power_and_a_smaller_one_is_not(
    base: float,
) -> None:
    found = detectable(base, 300, 500)
    assert found is not None
    assert power(base, worth(base, found), 300, 500) == pytest.approx(0.8, abs=1e-6)
    assert power(base, worth(base, 0.99 * found), 300, 500) < 0.8


def test_two_people_can_tell_no_difference() -> None:
    assert detectable(0.5, 2, 2) is None


def test_equal_extremes_are_no_difference() -> None:
    assert p_value(Share(0, 5), Share(0, 9)) == 1.0
    assert p_value(Share(5, 5), Share(9, 9)) == 1.0
    assert ratio(Share(1, 5), Share(0, 9)) is None


@given(shares, shares)
def test_intervals_hold_their_estimates_and_stay_in_range(one: Share, other: Share) -> None:
    found = wilson(one)
    assert 0 <= found.low <= one.rate + 1e-12
    assert one.rate - 1e-12 <= found.high <= 1
    apart = difference(one, other)
    assert -1 <= apart.low <= one.rate - other.rate + 1e-12
    assert one.rate - other.rate - 1e-12 <= apart.high <= 1


@given(shares, shares)
def test_who_is_named_first_changes_the_sign_alone(one: Share, other: Share) -> None:
    forth, back = difference(one, other), difference(other, one)
    assert (forth.low, forth.high) == pytest.approx((-back.high, -back.low))
    assert p_value(one, other) == pytest.approx(p_value(other, one))
    assert cohens_h(one, other) == pytest.approx(-cohens_h(other, one))


@given(shares, shares, st.floats(-1, 1))
def test_power_is_a_chance(one: Share, other: Share, apart: float) -> None:
    assert -1e-12 <= power(other.rate, apart, one.total, other.total) <= 1 + 1e-12
