"""Whichever way SQL takes to classes and personas, the people in them are the same."""

from __future__ import annotations

import duckdb
import pytest
from proven_scripts import (
    COLUMNS,
    MACROS,
    PEOPLE_SQL,
    K,
    classes_script,
    personas_script,
    prove_merged,
)
from small_court import court, names_of

from personatwin_sql.compile.protection import MacroModel

QUASI = ("age", "gender", "ethnicity")
Rows = list[tuple[object, ...]]


def rows_script() -> str:
    """The classes of the same people, each person generalized: as where more is published."""
    people = {"model": MacroModel("people_public", "models/people_public.sql", 1, PEOPLE_SQL)}
    rest = {"unit": "person_id", "columns": COLUMNS[:3], "k": K, "one_row_per_unit": True}
    return MACROS.call("k_anonymity", people | rest)


def given(scripts: list[str], query: str, seed: int, more: str = "") -> Rows:
    """What a query finds when the scripts have run over a small court."""
    connection = court(seed, people=30 + 15 * seed)
    if more:
        connection.execute(more)
    for script in scripts:
        connection.execute(script)
    return connection.execute(query).fetchall()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "query",
    ["FROM release.people_public", "FROM private.people_public__units ORDER BY ALL"],
    ids=["rows in order", "who is where"],
)
def test_classes_counted_on_combinations_are_those_counted_on_people(query: str, seed: int) -> None:
    found = given([classes_script()], query, seed)
    assert found == given([rows_script()], query, seed)
    assert found


@pytest.mark.parametrize("seed", range(5))
def test_personas_are_the_same_whether_a_person_or_a_combination_tells_the_class(seed: int) -> None:
    query = "FROM release.personas"
    found = given([classes_script(), personas_script(QUASI)], query, seed)
    assert found == given([classes_script(), personas_script()], query, seed)
    assert found


SEVERAL_ROWS = "INSERT INTO private.stg_people SELECT * FROM private.stg_people WHERE age > 20"


@pytest.mark.parametrize("seed", range(3))
def test_people_with_several_rows_count_once_in_classes_and_personas(seed: int) -> None:
    scripts = [classes_script(one_row_per_unit=False), personas_script(QUASI, one_row_per_unit=False)]
    for query in ("FROM release.people_public", "FROM release.personas"):
        assert given(scripts, query, seed, SEVERAL_ROWS) == given(scripts, query, seed)


def test_people_stand_in_the_order_of_a_kept_column_too() -> None:
    script = personas_script(within_block=("screening", "age"))
    assert (
        "people.screening,\n    people.age,\n    people.gender,\n    people.ethnicity,\n    md5_number"
        in script
    )
    assert prove_merged(script)["k"].value == K
    assert given([classes_script(), script], "FROM release.personas", 2)


def test_a_float_that_is_no_number_is_one_of_its_like() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA private; CREATE SCHEMA release; CREATE SCHEMA hierarchy")
    connection.execute(
        "CREATE TABLE hierarchy.ethnicity AS FROM (VALUES ('Ash', 'Tree')) AS t(level_0, level_1); "
        "CREATE TABLE private.stg_people AS SELECT CAST(i AS VARCHAR) AS person_id, "
        "CASE WHEN i < 4 THEN 'NaN'::DOUBLE ELSE 31 END AS age, 'F' AS gender, 'Ash' AS ethnicity, "
        "'low' AS screening FROM range(8) AS t(i)"
    )
    connection.execute(classes_script().replace("CAST(floor(", "TRY_CAST(floor("))
    assert names_of(connection, "release.people_public") == list(QUASI)
    assert connection.execute("SELECT count(*) FROM release.people_public").fetchall() == [(8,)]
    left_out = "SELECT count(*) FROM private.people_public__units WHERE class_id IS NULL"
    assert connection.execute(left_out).fetchall() == [(0,)]
