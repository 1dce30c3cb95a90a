"""Whom a published value may mean: it grows with each level, and never beyond the project's places."""

from __future__ import annotations

import numpy as np
import pytest

from personatwin_sql.census.places import Places
from personatwin_sql.census.reading import Census, CensusColumn, census_of
from personatwin_sql.census.table import CensusTable
from personatwin_sql.errors import Place, ProjectError
from personatwin_sql.spec.hierarchy import TOP, Flat, Taxonomy, Widths
from personatwin_sql.spec.loader import load_domain
from personatwin_sql.spec.population import PopulationSpec

HERE = Place("project.yml", 1)
ETHNICITY = load_domain("custom").hierarchies["ethnicity"]
STATES = load_domain("custom").hierarchies["us_state"]


def _census(table: CensusTable, *places: str, **keys: int) -> Census:
    return census_of(table, PopulationSpec(census=2018, places=places, **keys), HERE, False)


def test_a_countys_population_is_the_countys(table: CensusTable) -> None:
    broward = _census(table, "Broward, FL")
    assert broward.cells.sum() == pytest.approx(1_951_260)
    everybody = CensusColumn("county", "county", Flat())
    assert broward.whom(everybody, 1, TOP).sum() == 1


def test_a_group_of_a_taxonomy_means_what_lies_under_it(table: CensusTable) -> None:
    column = CensusColumn("ethnicity", "race", ETHNICITY)
    census = _census(table, "Florida")
    white, english = census.whom(column, 1, "White"), census.whom(column, 0, "English")
    assert white.sum() == 1
    assert not english.any()
    assert (white >= census.whom(column, 0, "White")).all()
    assert census.whom(column, 1, "Hispanic or Latino").sum() == 6
    assert census.whom(column, 2, TOP).all()


def test_each_level_of_a_taxonomy_means_at_least_those_of_the_level_below(table: CensusTable) -> None:
    census = _census(table, "US")
    for column in (CensusColumn("r", "race", ETHNICITY), CensusColumn("s", "state", STATES)):
        hierarchy = column.hierarchy
        assert isinstance(hierarchy, Taxonomy)
        for row in hierarchy.rows:
            for level in range(1, len(row)):
                below, above = (census.whom(column, n, row[n]) for n in (level - 1, level))
                assert (above >= below).all(), row


def test_a_region_of_states_is_within_the_places_of_the_project(table: CensusTable) -> None:
    column = CensusColumn("state", "state", STATES)
    assert _census(table, "Florida", "Georgia").whom(column, 1, "South Atlantic").sum() == 67 + 159
    assert not _census(table, "Florida").whom(column, 1, "Pacific").any()


def test_bands_of_ages_mean_their_years(table: CensusTable) -> None:
    column = CensusColumn("age", "age", Widths(widths=(5, 10), bottom=0, top=90))
    census = _census(table, "Florida", youngest=18)
    assert list(np.flatnonzero(census.whom(column, 1, "15-19"))) == [15, 16, 17, 18, 19]
    assert list(np.flatnonzero(census.whom(column, 2, "90+"))) == list(range(90, 101))
    assert census.cells[:, :, 15:18].sum() == 0


@pytest.mark.parametrize("text", [None, "unknown", "", TOP])
def test_a_value_that_the_census_does_not_know_is_rare(table: CensusTable, text: str | None) -> None:
    census = _census(table, "Florida")
    for attribute in ("county", "state", "sex", "age", "race", "hispanic"):
        column = CensusColumn(attribute, attribute, Flat())
        assert not census.whom(column, 0, text).any()


def test_without_a_level_a_value_means_no_more_than_at_the_finest(table: CensusTable) -> None:
    census = _census(table, "Florida")
    column = CensusColumn("age", "age", Widths(widths=(5, 10), bottom=0, top=90))
    assert census.whom(column, None, "20-29").sum() == 10
    assert census.whom(column, None, TOP).all()
    assert not census.whom(column, None, None).any()


def test_people_who_are_not_told_apart_by_race_answer_no_question_about_it(table: CensusTable) -> None:
    census = _census(table, "35013")
    race = CensusColumn("ethnicity", "race", ETHNICITY)
    people = census.cells.sum(axis=(0, 1, 2))
    assert people[census.whom(race, 1, "White")].sum() == 0
    assert people[census.whom(race, 2, TOP)].sum() == pytest.approx(217_522)


@pytest.mark.parametrize(
    ("name", "words"),
    [("Nowhere", "knows no place"), ("Franklin", "26 counties"), ("Baltimore, MD", "2 counties")],
)
def test_a_place_that_is_not_clear_is_refused(table: CensusTable, name: str, words: str) -> None:
    with pytest.raises(ProjectError, match="PT421") as caught:
        _census(table, "Florida", name)
    assert words in str(caught.value)


def test_a_name_of_several_counties_of_the_project_is_ambiguous(table: CensusTable) -> None:
    census = Census(table, np.flatnonzero(Places.everywhere(table).scope))
    assert census.is_ambiguous("Franklin", None)
    assert not census.is_ambiguous("Franklin", "Ohio")
    assert census.is_ambiguous("Baltimore", "MD")
    assert not census.is_ambiguous("Broward", None)
    assert not census.is_ambiguous("Nowhere", None)
