"""The fitted people of a county have the published margins, and their sum is the published population."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.census.fitting import UNKNOWN_GROUP, fitted, proportional, shares_of_years
from personatwin_sql.census.places import Places
from personatwin_sql.census.reading import Census
from personatwin_sql.census.table import BRACKETS, CensusTable
from personatwin_sql.privacy.population import rounded_down

numbers = st.lists(st.integers(0, 10_000), min_size=1, max_size=5)


def test_every_county_has_its_published_margins_and_population(table: CensusTable) -> None:
    cells = fitted(table, np.arange(len(table.fips)))
    assert np.allclose(cells.sum(axis=3), table.by_age, atol=1e-6)
    told = table.tells_race
    assert np.allclose(cells.sum(axis=2)[told, :, :UNKNOWN_GROUP], table.by_race[told], atol=1e-6)
    assert (rounded_down(cells.sum(axis=(1, 2, 3))) == table.population).all()
    assert (cells >= 0).all()


def test_a_county_without_numbers_by_race_keeps_its_people_apart(table: CensusTable) -> None:
    county = Places.everywhere(table).counties("35013")
    (cells,) = fitted(table, county)
    assert cells[:, :, :UNKNOWN_GROUP].sum() == 0
    assert cells[:, :, UNKNOWN_GROUP].sum() == pytest.approx(217_522)


def test_single_years_add_up_to_their_bracket_and_to_the_population(table: CensusTable) -> None:
    shares = shares_of_years(table)
    assert np.allclose([shares[:, first : last + 1].sum(axis=1) for first, last in BRACKETS], 1)
    counties = Places.everywhere(table).states("FL")
    cells = Census(table, counties).cells
    assert cells.shape == (67, 2, 101, 13)
    assert (rounded_down(cells.sum(axis=(1, 2, 3))) == table.population[counties]).all()
    assert np.allclose(cells[:, :, 18:65].sum(axis=(2, 3)), table.by_age[counties, :, 1], atol=1e-6)


def test_nobody_is_younger_than_the_youngest(table: CensusTable) -> None:
    census = Census(table, Places.everywhere(table).states("FL"), youngest=18)
    assert census.cells[:, :, :18].sum() == 0
    assert census.cells.sum() == pytest.approx(table.by_age[census.counties, :, 1:].sum())


@settings(max_examples=60, deadline=None)
@given(numbers, numbers, st.data())
def test_a_table_is_fitted_to_any_margins_of_one_total(
    rows: list[int], columns: list[int], data: st.DataObject
) -> None:
    difference = sum(rows) - sum(columns)
    (rows if difference < 0 else columns)[0] += abs(difference)
    start = np.array(
        data.draw(
            st.lists(st.floats(0.1, 10), min_size=len(rows) * len(columns), max_size=len(rows) * len(columns))
        )
    ).reshape(len(rows), len(columns))
    cells = proportional(start, np.array(rows, dtype=float), np.array(columns, dtype=float))
    assert np.allclose(cells.sum(axis=1), rows, atol=1e-4)
    assert np.allclose(cells.sum(axis=0), columns, atol=1e-4)


def test_margins_of_different_totals_are_refused() -> None:
    with pytest.raises(ValueError, match="no table"):
        proportional(np.ones((2, 2)), np.array([1.0, 2.0]), np.array([5.0, 5.0]))


def test_the_ratios_of_the_start_are_kept() -> None:
    start = np.array([[4.0, 1.0], [2.0, 3.0]])
    cells = proportional(start, np.array([60.0, 40.0]), np.array([30.0, 70.0]))
    odds = cells[0, 0] * cells[1, 1] / (cells[0, 1] * cells[1, 0])
    assert odds == pytest.approx(4.0 * 3.0 / (1.0 * 2.0))
