"""The columns on their way out: hierarchy, finest level, declared level, and names that are taken."""

from __future__ import annotations

from typing import Any

import pytest
from promised import AGE, DATES, PRIORS, codes, column, k_anonymity, persona_events, personas, select, written

from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.model import PublishedColumn
from personatwin_sql.compile.published import finest_level, published_columns
from personatwin_sql.errors import Diagnostic
from personatwin_sql.spec.hierarchy import Dates, Flat, Hierarchy, Prefix, Widths
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.spec.protection import ColumnPromise
from personatwin_sql.spec.role import Role

LEVELS = ("low", "medium", "high", "maximum")


def published(
    *columns: LineageColumn, level: str = "medium", protection: Any = None
) -> tuple[tuple[PublishedColumn, ...], list[Diagnostic]]:
    promise = protection or k_anonymity()
    return published_columns(written(protection="any"), select(*columns), promise, PRESETS[level])


def floors(hierarchy: Hierarchy, **facts: Any) -> list[int]:
    """The finest level at low, medium, high and maximum."""
    return [
        finest_level(column("x", hierarchy=hierarchy, **facts), hierarchy, PRESETS[level]) for level in LEVELS
    ]


def test_the_age_band_is_the_levels() -> None:
    assert floors(AGE) == [1, 1, 2, 2]
    assert floors(Widths(widths=(10, 20), measures="age")) == [1, 1, 1, 1]
    assert floors(Widths(widths=(2, 4), measures="age")) == [3, 3, 3, 3]
    assert floors(Widths(widths=(5, 10))) == [0, 0, 0, 0]


def test_an_age_band_that_an_open_end_cuts_short_is_too_narrow() -> None:
    assert floors(Widths(widths=(5, 10, 20), bottom=18, top=90, measures="age")) == [4, 4, 4, 4]
    assert floors(Widths(widths=(5, 10), bottom=15, top=90, measures="age")) == [1, 1, 3, 3]


def test_the_finest_period_is_the_levels() -> None:
    assert floors(DATES) == [2, 3, 4, 5]
    assert floors(Dates(dates=("day", "year"))) == [2, 2, 2, 2]
    assert floors(Dates(dates=("day",))) == [2, 2, 2, 2]
    assert floors(Dates(dates=("month", "quarter"))) == [1, 1, 2, 3]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("address", [1, 1, 1, 1]),
        ("city", [0, 1, 1, 1]),
        ("county", [0, 0, 0, 1]),
        ("state", [0, 0, 0, 0]),
        ("country", [0, 0, 0, 0]),
    ],
)
def test_a_place_finer_than_the_level_allows_is_a_star(place: str, expected: list[int]) -> None:
    assert floors(Flat(), place_precision=place) == expected


def test_a_zip_code_of_a_city_is_a_star_where_cities_are_too_fine() -> None:
    assert floors(Prefix(prefix=(3, 1)), place_precision="city") == [0, 3, 3, 3]


def test_the_unit_is_not_published_and_the_others_keep_their_order_and_facts() -> None:
    columns, found = published(
        column("gender", merge="never"),
        column("age", hierarchy=AGE, hierarchy_name="age", type="integer"),
        column("screening", Role.SENSITIVE),
    )
    assert found == []
    assert [(each.name, each.floor, each.never_merges, each.is_quasi_identifier) for each in columns] == [
        ("gender", 0, True, True),
        ("age", 1, False, True),
        ("screening", 0, False, False),
    ]
    assert (columns[1].hierarchy_name, columns[0].hierarchy) == ("age", Flat())


@pytest.mark.parametrize(("level", "expected"), [(0, ["PT152"]), (1, []), (5, []), (6, ["PT161"])])
def test_a_declared_level_is_from_the_floor_to_the_top(level: int, expected: list[str]) -> None:
    promise = k_anonymity(columns={"age": ColumnPromise(level=level)})
    columns, found = published(column("age", hierarchy=AGE), protection=promise)
    assert codes(found) == expected
    assert columns[0].declared_level == level


def test_a_promise_needs_its_column() -> None:
    _, (mistake,) = published(column("age"), protection=k_anonymity(columns={"aeg": ColumnPromise(level=1)}))
    assert mistake.code == "PT158"
    assert "`aeg`" in mistake.message


def test_a_tolerance_is_of_what_is_made_coarser() -> None:
    promise = k_anonymity(columns={"score": ColumnPromise(PRIORS, None, "prior_offenses", tolerance=5)})
    _, found = published(column("score", Role.SENSITIVE), protection=promise)
    assert codes(found) == ["PT060"]


def test_an_expression_over_a_quasi_identifier_names_its_hierarchy() -> None:
    made = column("age_group", is_expression=True)
    assert codes(published(made)[1]) == ["PT160"]
    promise = k_anonymity(columns={"age_group": ColumnPromise(AGE, None, "age")})
    columns, found = published(made, protection=promise)
    assert found == []
    assert (columns[0].hierarchy, columns[0].hierarchy_name, columns[0].floor) == (AGE, "age", 1)
    assert published(column("score", Role.SENSITIVE, is_expression=True))[1] == []


@pytest.mark.parametrize(
    "name",
    [
        "people",
        "People",
        "person",
        "persona",
        "persona_id",
        "class_id",
        "level",
        "period",
        "events",
        "risk",
        "method",
        "given_1",
        "period_month",
        "level_0",
        "level_12",
        "round",
        "value_code",
        "within_class",
        "ROUND",
    ],
)
def test_a_name_that_a_protection_uses_is_refused(name: str) -> None:
    _, found = published(column(name))
    assert codes(found) == ["PT159"]


@pytest.mark.parametrize(
    "name", ["period_of_stay", "levels", "order", "code", "unit", "Ünïcode", 'a "b" c', "select"]
)
def test_other_names_are_taken(name: str) -> None:
    assert published(column(name))[1] == []


def test_the_unit_too_may_not_have_a_name_that_a_protection_uses() -> None:
    authored = select(column("age"))
    unit = column("class_id", Role.PRIVACY_UNIT)
    authored = type(authored)((unit, *authored.columns[1:]), frozenset(), frozenset(), True)
    _, found = published_columns(written(protection="any"), authored, k_anonymity(), PRESETS["low"])
    assert codes(found) == ["PT159"]


def test_personas_add_a_level_and_a_count_beside_columns_so_these_names_are_taken() -> None:
    assert codes(published(column("age"), column("age_level"), protection=personas())[1]) == ["PT159"]
    kept = column("screening", Role.SENSITIVE)
    assert codes(published(kept, column("Screening_People"), protection=personas())[1]) == ["PT159"]
    assert published(column("age"), column("age_level"))[1] == []
    assert published(column("age"), column("age_people"), protection=personas())[1] == []


def test_events_take_an_expression_as_it_is() -> None:
    made = column("kind", is_expression=True)
    assert published(made, protection=persona_events())[1] == []
