"""Counties and states are found by what people call them, and a name that several have is not guessed."""

from __future__ import annotations

import numpy as np
import pytest

from personatwin_sql.census.places import Places
from personatwin_sql.census.table import CensusTable


@pytest.fixture(scope="module")
def everywhere(table: CensusTable) -> Places:
    return Places.everywhere(table)


@pytest.mark.parametrize(
    ("written", "fips"),
    [
        ("Broward", 12011),
        ("Broward County", 12011),
        ("  broward   COUNTY ", 12011),
        ("County of Broward", 12011),
        ("Broward, FL", 12011),
        ("Broward County, Florida", 12011),
        ("12011", 12011),
        ("01001", 1001),
        ("1001", 1001),
        ("Dona Ana", 35013),
        ("Doña Ana County", 35013),
        ("Don\u0303a Ana", 35013),
        ("St. Mary's", 24037),
        ("Saint Marys County, MD", 24037),
        ("Prince Georges", 24033),
        ("Ste Genevieve", 29186),
        ("Miami Dade", 12086),
        ("DeSoto, FL", 12027),
        ("De Soto, Louisiana", 22031),
        ("LaSalle Parish", 22059),
        ("Orleans Parish", 22071),
        ("Orleans County, LA", 22071),
        ("St. Louis city, MO", 29510),
        ("City of St. Louis", 29510),
        ("Saint Louis County, Missouri", 29189),
        ("Fairfax city", 51600),
        ("Carson City", 32510),
        ("City and County of San Francisco", 6075),
        ("James City", 51095),
        ("O\u2019Brien", 19141),
        ("District of Columbia", 11001),
    ],
)
def test_a_county_is_found(everywhere: Places, table: CensusTable, written: str, fips: int) -> None:
    assert list(table.fips[everywhere.counties(written)]) == [fips]


@pytest.mark.parametrize(
    "written", ["", "*", "Nowhere", "99999", "123456", "12", "Broward, GA", "Broward, XX"]
)
def test_what_is_no_county_is_none(everywhere: Places, written: str) -> None:
    assert len(everywhere.counties(written)) == 0


@pytest.mark.parametrize(
    ("written", "counties"),
    [
        ("Washington", 31),
        ("Baltimore, MD", 2),
        ("Fairfax", 2),
        ("St. Louis, Missouri", 2),
        ("Orleans County", 2),
    ],
)
def test_a_name_that_several_have_finds_all_of_them(everywhere: Places, written: str, counties: int) -> None:
    assert len(everywhere.counties(written)) == counties


def test_a_state_beside_it_or_fewer_places_tell_which(everywhere: Places, table: CensusTable) -> None:
    ohio = everywhere.within(everywhere.mask(everywhere.states("Ohio")))
    assert list(table.fips[ohio.counties("Franklin")]) == [39049]
    assert len(ohio.counties("Broward")) == 0
    assert len(ohio.states("FL")) == 0


@pytest.mark.parametrize("written", ["Florida", "florida", "FL", "fl", "12"])
def test_a_state_is_found(everywhere: Places, table: CensusTable, written: str) -> None:
    assert set(table.fips[everywhere.states(written)] // 1000) == {12}


def test_every_state_is_found_by_its_name_its_letters_and_its_code(
    everywhere: Places, table: CensusTable
) -> None:
    for state in sorted(set(table.states)):
        named = everywhere.states(state)
        (number,) = set(table.fips[named] // 1000)
        assert np.array_equal(everywhere.states(f"{number:02}"), named)
        assert np.array_equal(everywhere.states(f"{number}"), named)
        assert {table.states[county] for county in named} == {state}


@pytest.mark.parametrize("written", ["", "*", "99", "03", "Fla", "XX", "0"])
def test_what_is_no_state_is_none(everywhere: Places, written: str) -> None:
    assert len(everywhere.states(written)) == 0


def test_the_letters_of_states_are_those_of_their_codes(everywhere: Places, table: CensusTable) -> None:
    known = {"AL": "Alabama", "AK": "Alaska", "DC": "District of Columbia", "ME": "Maine", "MO": "Missouri"}
    known |= {"NE": "Nebraska", "VA": "Virginia", "WV": "West Virginia", "WY": "Wyoming", "HI": "Hawaii"}
    for letters, state in known.items():
        assert {table.states[county] for county in everywhere.states(letters)} == {state}


def test_a_project_names_the_nation_a_state_or_a_county(everywhere: Places) -> None:
    assert len(everywhere.place("US")) == 3_142
    assert len(everywhere.place("Florida")) == 67
    assert len(everywhere.place("Broward, FL")) == 1
    assert len(everywhere.place("Franklin")) == 26


def test_every_county_is_found_by_its_own_name_and_state(everywhere: Places, table: CensusTable) -> None:
    for number in range(0, len(table.fips), 7):
        found = everywhere.counties(f"{table.names[number]}, {table.states[number]}")
        assert list(found) == [number]
