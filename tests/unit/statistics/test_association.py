"""Measures of association against their definitions, counted person by person."""

from __future__ import annotations

from itertools import product
from statistics import correlation

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.statistics.association import corrected_v, crossed, spearman

tables = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=4).map(
    lambda rows: np.array(rows, dtype=float)
)


def middle_ranks(values: list[int]) -> list[float]:
    ordered = sorted(values)
    return [ordered.index(value) + (ordered.count(value) - 1) / 2 for value in values]


def people(table: np.ndarray) -> list[tuple[int, int]]:
    cells = product(range(table.shape[0]), range(table.shape[1]))
    return [cell for cell in cells for _ in range(int(table[cell]))]


@given(tables)
def test_the_rank_correlation_is_that_of_middle_ranks(table: np.ndarray) -> None:
    pairs = people(table)
    rows, columns = [row for row, _ in pairs], [column for _, column in pairs]
    found = spearman(table)
    if len(set(rows)) < 2 or len(set(columns)) < 2:
        assert found is None
    else:
        assert found == pytest.approx(correlation(middle_ranks(rows), middle_ranks(columns)))


def test_columns_that_tell_each_other_are_associated_wholly() -> None:
    assert corrected_v(np.diag([50.0, 30.0, 20.0])) == pytest.approx(1.0)
    assert spearman(np.diag([50.0, 30.0, 20.0])) == pytest.approx(1.0)
    assert spearman(np.fliplr(np.diag([50.0, 30.0, 20.0]))) == pytest.approx(-1.0)


def test_independent_columns_are_not_associated() -> None:
    assert corrected_v(np.outer([10.0, 30.0], [20.0, 40.0, 60.0])) == 0.0
    assert spearman(np.outer([10.0, 30.0], [20.0, 40.0, 60.0])) == pytest.approx(0.0)


def test_the_correction_takes_off_what_chance_gives() -> None:
    """Bergsma's own figures are worked out by hand here: φ² = 0.04, n = 101, a table of two by two."""
    table = np.array([[30.3, 20.2], [20.2, 30.3]])
    phi = 0.04
    corrected = phi - 1 / 100
    least = 2 - 1 / 100 - 1
    assert corrected_v(table) == pytest.approx((corrected / least) ** 0.5)


@given(tables)
def test_a_value_that_nobody_has_changes_nothing(table: np.ndarray) -> None:
    wider = np.vstack((table, np.zeros(table.shape[1])))
    assert corrected_v(wider) == corrected_v(table)


def test_one_value_is_associated_with_nothing() -> None:
    assert corrected_v(np.array([[3.0, 4.0]])) is None
    assert spearman(np.array([[3.0], [4.0]])) is None
    assert corrected_v(np.zeros((2, 2))) is None
    assert spearman(np.zeros((2, 2))) is None


def test_people_are_counted_by_pair() -> None:
    found = crossed(np.array([0, 1, 1]), np.array([1, 0, 1]), np.array([2.0, 3.0, 4.0]))
    assert found.tolist() == [[0, 2], [3, 4]]
