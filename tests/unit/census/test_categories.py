"""Published values in the words of the census; what it does not know is nobody."""

from __future__ import annotations

import numpy as np
import pytest

from personatwin_sql.census.categories import groups, origins, sexes, years
from personatwin_sql.census.table import GROUPS


def _years(text: str) -> list[int] | None:
    found = years(text)
    return None if found is None else list(np.flatnonzero(found))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("34", 34, 34),
        ("34.0", 34, 34),
        ("0", 0, 0),
        ("20-29", 20, 29),
        ("20 – 29", 20, 29),
        ("25 to 45", 25, 45),
        ("20 to under 30", 20, 29),
        ("<18", 0, 17),
        ("Less than 25", 0, 24),
        ("90+", 90, 100),
        ("65 and over", 65, 100),
        (">=85", 85, 100),
        ("Greater than 45", 46, 100),
        ("80-100", 80, 99),
    ],
)
def test_an_age_means_its_years(text: str, first: int, last: int) -> None:
    assert _years(text) == list(range(first, last + 1))


@pytest.mark.parametrize(
    "text", ["", "*", "unknown", "-5", "12.5", "30-20", "100", "105", "110+", "1e3", "abc-def"]
)
def test_what_is_no_age_of_the_tables_means_nobody(text: str) -> None:
    assert years(text) is None


@pytest.mark.parametrize("text", ["M", "male", "Male", "MEN"])
def test_a_sex_is_known_by_its_usual_spellings(text: str) -> None:
    assert list(sexes(text)) == [True, False]


@pytest.mark.parametrize("text", ["nonbinary", "X", "unknown", "", "*"])
def test_a_gender_that_the_tables_do_not_count_means_nobody(text: str) -> None:
    assert sexes(text) is None


def _groups(text: str, *, origin_is_apart: bool = False) -> set[str] | None:
    found = groups(text, origin_is_apart=origin_is_apart)
    return None if found is None else {group for group, is_in in zip(GROUPS, found, strict=True) if is_in}


def test_a_race_alone_is_those_of_it_who_are_not_hispanic() -> None:
    assert _groups("White") == {"nonhispanic_white"}
    assert _groups("African-American") == {"nonhispanic_black"}
    assert _groups("Non-Hispanic White") == {"nonhispanic_white"}
    assert _groups("Black non-Hispanic") == {"nonhispanic_black"}
    assert _groups("Two or more races") == {"nonhispanic_multiracial"}


def test_beside_a_column_of_origin_a_race_is_all_of_it() -> None:
    assert _groups("White", origin_is_apart=True) == {"nonhispanic_white", "hispanic_white"}
    assert _groups("Non-Hispanic White", origin_is_apart=True) == {"nonhispanic_white"}


def test_hispanic_is_of_any_race() -> None:
    assert _groups("Hispanic or Latino") == {group for group in GROUPS if group.startswith("hispanic")}


@pytest.mark.parametrize(
    "text", ["English", "Other", "Middle Eastern", "", "*", "Unknown", "Cuban", "Alaska Native"]
)
def test_a_group_that_the_tables_do_not_count_means_nobody(text: str) -> None:
    assert groups(text, origin_is_apart=False) is None


def test_origins_are_yes_and_no() -> None:
    yes, no = origins("yes"), origins("Not Hispanic or Latino")
    assert yes is not None
    assert no is not None
    assert (yes != no).all()
    assert origins("unknown") is None
