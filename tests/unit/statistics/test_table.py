"""Several groups, bands and tails against scipy 1.17 and statsmodels 0.15."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.statistics.bands import median_band, superiority
from personatwin_sql.statistics.distance import total_variation
from personatwin_sql.statistics.normal import below, chi_square_tail, quantile, two_sided
from personatwin_sql.statistics.share import Share, p_value
from personatwin_sql.statistics.table import chi_square, cramers_v, holm, homogeneity_p

THREE = (Share(56, 70), Share(48, 80), Share(20, 60))


def test_three_groups_differ_as_scipy_says() -> None:
    assert chi_square(THREE) == pytest.approx(29.144786196549134)
    assert homogeneity_p(THREE) == pytest.approx(4.691266331286083e-07)
    assert cramers_v(THREE) == pytest.approx(0.37253818082720525)


def test_two_groups_are_tested_alike_in_both_ways() -> None:
    assert homogeneity_p(THREE[:2]) == pytest.approx(p_value(*THREE[:2]))


def test_one_group_and_equal_extremes_do_not_differ() -> None:
    assert homogeneity_p(THREE[:1]) == 1.0
    assert cramers_v((Share(0, 5), Share(0, 7))) == 0.0
    assert cramers_v((Share(5, 5), Share(7, 7))) == 0.0
    assert cramers_v(()) == 0.0


@pytest.mark.parametrize(
    ("x", "degrees", "tail"),
    [
        (3.2, 1, 0.07363827012030258),
        (7.5, 2, 0.023517745856009114),
        (20, 7, 0.005569683072945574),
        (150, 12, 5.669857731738041e-26),
        (0, 3, 1.0),
    ],
)
def test_the_tail_of_chi_square_is_that_of_scipy(x: float, degrees: int, tail: float) -> None:
    assert chi_square_tail(x, degrees) == pytest.approx(tail, rel=1e-9)


def test_the_normal_distribution_is_that_of_scipy() -> None:
    expected = (-6.3613409, -0.84162123, 1.95996398, 2.5758293)
    assert [quantile(p) for p in (1e-10, 0.2, 0.975, 0.995)] == pytest.approx(expected, abs=1e-7)
    assert below(-8) == pytest.approx(6.22096057e-16)
    assert below(1.3) == pytest.approx(0.903199515, abs=1e-9)
    assert two_sided(1.959963984540054) == pytest.approx(0.05)
    assert quantile(0.5) == 0.0


def test_holm_is_that_of_statsmodels() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), max_size=8))
def test_looking_at_more_makes_nothing_more_certain(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))


def test_ranks_are_tested_as_scipy_does() -> None:
    found = superiority([5, 7, 3], [2, 4, 9])
    assert found is not None
    assert found.chance == pytest.approx(0.2866666666666667)
    assert found.p_value == pytest.approx(0.033300125535173204)
    assert found.interval.low < found.chance < found.interval.high < 0.5


def test_the_interval_of_the_chance_is_that_of_hanley_and_mcneil_1982() -> None:
    # their example: 51 abnormal and 58 normal images in five bands, area 0.893, standard error 0.032
    found = superiority([3, 2, 2, 11, 33], [33, 6, 6, 11, 2])
    assert found is not None
    assert found.chance == pytest.approx(0.893, abs=5e-4)
    assert (found.interval.high - found.interval.low) / 2 / 1.96 == pytest.approx(0.032, abs=5e-4)


def test_equal_bands_and_empty_groups_say_nothing() -> None:
    same = superiority([0, 4], [0, 6])
    assert same is not None
    assert (same.chance, same.p_value) == (0.5, 1.0)
    assert superiority([0, 0], [1, 2]) is None


def test_the_median_of_bands_is_the_band_of_the_lower_middle() -> None:
    assert median_band([1, 1]) == 0
    assert median_band([1, 2]) == 1
    assert median_band([0, 0, 5]) == 2
    assert median_band([0, 0]) is None


def test_equal_shares_are_at_no_distance_whatever_the_counts() -> None:
    assert total_variation([1, 3], [10, 30]) == 0.0


def test_the_distance_is_half_the_sum_of_differences() -> None:
    assert total_variation([50, 50, 0], [20, 40, 40]) == pytest.approx(0.4)
    assert total_variation([7, 0], [0, 9]) == 1.0


def test_nobody_is_far_from_anybody_and_at_no_distance_from_nobody() -> None:
    assert total_variation([0, 0], [1, 1]) == 1.0
    assert total_variation([0, 0], [0, 0]) == 0.0
