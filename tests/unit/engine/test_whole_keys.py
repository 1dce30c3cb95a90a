"""People and events that are known by whole numbers: stored as such, told apart exactly."""

from __future__ import annotations

import duckdb
import pytest
from table_source import EVENTS, PEOPLE, TableSource, column, counts

from personatwin_sql.engine.session import Session
from personatwin_sql.engine.source_file import inspect
from personatwin_sql.engine.source_rows import distinct_sql
from personatwin_sql.engine.sources import have_whole_keys


@pytest.fixture
def numbered(source: TableSource) -> TableSource:
    source.parquet("people.parquet", "SELECT 7::SMALLINT AS person_id, 32 AS age, 'f' AS gender")
    source.parquet("events.parquet", "SELECT 1 AS event_id, 7 AS person_id, DATE '2020-01-01' AS date")
    source.file("events.csv", "event_id,person_id,date\n1,7,2020-01-01\n")
    return source


def is_whole(source: TableSource, events: str, declared: str = "text", **people: object) -> bool:
    tables = (
        source.bound("people.parquet", {**PEOPLE, "person_id": column("privacy_unit", declared)}, **people),
        source.bound(events, EVENTS, "events"),
    )
    return have_whole_keys((table, inspect(table.root, table.table)) for table in tables)


def test_keys_are_whole_numbers_only_where_every_table_has_them(numbered: TableSource) -> None:
    assert is_whole(numbered, "events.parquet")
    assert not is_whole(numbered, "events.csv")


@pytest.mark.parametrize(("declared", "expected"), [("integer", True), ("number", False), ("date", False)])
def test_a_declared_type_of_the_key_decides_with(
    numbered: TableSource, declared: str, expected: bool
) -> None:
    assert is_whole(numbered, "events.parquet", declared) == expected


def test_numbers_of_rows_are_whole_and_a_project_without_people_has_no_keys(numbered: TableSource) -> None:
    numbered.parquet("adult.parquet", "SELECT 32 AS age")
    rows = numbered.bound("adult.parquet", PEOPLE, one_row_per_person=True)
    nobody = numbered.bound("adult.parquet", {"age": column(type="integer")})
    assert have_whole_keys([(rows, inspect(rows.root, rows.table))])
    assert not have_whole_keys([(nobody, inspect(nobody.root, nobody.table))])


@pytest.mark.parametrize("has_whole_keys", [True, False])
def test_the_same_people_and_events_are_found_by_number_and_by_text(
    source: TableSource, session: Session, has_whole_keys: bool
) -> None:
    source.parquet(
        "people.parquet",
        "SELECT * FROM (VALUES (9, 40, 'm'), (NULL, 1, 'f'), (10, 32, 'f'), (9, 41, 'm')) "
        "AS rows (person_id, age, gender)",
    )
    source.parquet(
        "events.parquet",
        "SELECT * FROM (VALUES (-65, 10, 'x'), (-1, 10, 'x'), (-65, 10, 'x'), (0, NULL, 'x'), (63, 9, 'x'), "
        "(63, 9, 'y'), (64, 9, 'x'), (9223372036854775807, 9, 'x'), (NULL, 9, 'x'), (NULL, 9, 'x')) "
        "AS rows (event_id, person_id, charge)",
    )
    kind = "BIGINT" if has_whole_keys else "VARCHAR"
    people, events = source.bound("people.parquet", PEOPLE), source.bound("events.parquet", EVENTS, "events")
    quality, rows = source.loaded(session, people, has_whole_keys=has_whole_keys)
    assert session.columns(people.relation)[0] == ("person_id", kind)
    assert [(str(key), *others) for key, *others in rows] == [("9", None, "m"), ("10", 32, "f")]
    assert counts(quality) == (4, 2, 1, 1, 1, 0)
    quality, rows = source.loaded(session, events, {"charge"}, has_whole_keys=has_whole_keys)
    assert session.columns(events.relation) == (("person_id", kind), ("charge", "VARCHAR"))
    assert [str(key) for key, _ in rows] == ["10", "10", "9", "9", "9", "9", "9", "9"]
    assert counts(quality) == (10, 8, 1, 1, 0, 1)


def test_rows_that_are_given_a_key_have_a_whole_one(source: TableSource, session: Session) -> None:
    source.parquet("adult.parquet", "SELECT 30 + i AS age FROM range(3) AS rows (i)")
    bound = source.bound("adult.parquet", {"age": column(type="integer")}, one_row_per_person=True)
    _, rows = source.loaded(session, bound, has_whole_keys=True)
    assert rows == [(1, 30), (2, 31), (3, 32)]


@pytest.mark.parametrize(
    "values",
    [
        "SELECT NULL::BIGINT",
        "SELECT unnest([NULL, -1, -64, -65, 0, 0, 63, 64, 9223372036854775807, -9223372036854775808])",
        "SELECT (hash(i) % 5000)::BIGINT - 2500 FROM range(4000) AS rows (i)",
        "SELECT (hash(i) >> 1)::BIGINT FROM range(4000) AS rows (i)",
    ],
)
def test_marked_whole_numbers_are_counted_as_distinct_ones(values: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE TABLE numbers AS SELECT CAST(value AS BIGINT) AS value FROM ({values}) AS rows (value)"
        )
        marked, listed = (
            connection.execute(distinct_sql("value", "numbers", is_whole=whole)).fetchone()
            for whole in (True, False)
        )
    assert marked == listed
