"""Wide files: each row is an event and repeats its person; people and events come out of the same file."""

from __future__ import annotations

import pytest
from table_source import EVENTS, PEOPLE, PLANTED, TODAY, TableSource, column, counts, of

from personatwin_sql.engine.session import Session
from personatwin_sql.engine.source import Source
from personatwin_sql.engine.source_columns import check_columns
from personatwin_sql.engine.source_file import inspect
from personatwin_sql.engine.source_quality import InvalidValues, SourceQuality
from personatwin_sql.engine.sources import load

HEADER = "event_id,person_id,date,charge,age,gender\n"
Rows = list[tuple[object, ...]]


def bound(source: TableSource, path: str) -> tuple[Source, Source]:
    return (
        source.bound(path, PEOPLE, wide=EVENTS, rows="events"),
        source.bound(path, EVENTS, "events", wide=PEOPLE),
    )


def read(
    source: TableSource, session: Session, lines: str
) -> tuple[SourceQuality, Rows, SourceQuality, Rows]:
    source.file("wide.csv", HEADER + lines)
    people, events = bound(source, "wide.csv")
    return (*source.loaded(session, people), *source.loaded(session, events, {"charge"}))


def test_each_column_has_a_role_in_one_of_the_tables(source: TableSource) -> None:
    source.file("wide.csv", HEADER.replace("gender", "gender,surprise"))
    for table in bound(source, "wide.csv"):
        (problem,) = check_columns(table, inspect(table.root, table.table).columns)
        assert problem.code == "PT301"
        assert "surprise" in problem.message


def test_people_are_taken_per_person_and_events_per_row(source: TableSource, session: Session) -> None:
    people, persons, events, rows = read(
        source, session, "1,b,2020-01-01,x,32,f\n2,a,2020-01-02,y,40,m\n3,b,2020-01-03,x,32,f\n"
    )
    assert persons == [("a", 40, "m"), ("b", 32, "f")]
    assert counts(people) == (3, 2, 0, 1, 1, 0)
    assert rows == [("b", "x"), ("a", "y"), ("b", "x")]
    assert counts(events) == (3, 3, 0, 0, 0, 0)
    assert session.columns("source.court__people") == (
        ("person_id", "VARCHAR"),
        ("age", "BIGINT"),
        ("gender", "VARCHAR"),
    )
    assert session.columns("source.court__events") == (("person_id", "VARCHAR"), ("charge", "VARCHAR"))
    assert len(session.rows("SELECT table_name FROM duckdb_tables()")) == 2


def test_what_a_persons_rows_disagree_on_is_null_and_counted_in_people(
    source: TableSource, session: Session
) -> None:
    people, persons, _, _ = read(
        source,
        session,
        "1,a,2020-01-01,x,32,f\n2,a,2020-01-02,y,33,f\n3,a,2020-01-03,x,33,\n4,b,2020-01-03,x,50,\n"
        "5,b,2020-01-03,x,50,\n6,c,2020-01-03,x,60,m\n",
    )
    assert persons == [("a", None, "f"), ("b", 50, None), ("c", 60, "m")]
    assert counts(people) == (6, 3, 0, 3, 2, 0)
    assert of(people, "age") == (0, 0, 0, 1)
    assert of(people, "gender") == (3, 0, 0, 0)


@pytest.mark.parametrize("lines", ["", "1,a,2020-01-01,x,32,f\n"])
def test_an_empty_file_and_one_person_are_read_too(source: TableSource, session: Session, lines: str) -> None:
    people, persons, events, rows = read(source, session, lines)
    assert len(persons) == len(rows) == lines.count("\n")
    assert counts(people) == counts(events) == (len(rows), len(rows), 0, 0, 0, 0)


def test_rows_without_a_person_are_left_out_of_both_and_counted(
    source: TableSource, session: Session
) -> None:
    people, persons, events, rows = read(
        source, session, "1,,2020-01-01,x,32,f\n2,  ,2020-01-01,x,33,f\n3,a,2020-01-01,x,34,f\n,,,,,\n"
    )
    assert persons == [("a", 34, "f")]
    assert rows == [("a", "x")]
    assert counts(people) == counts(events) == (4, 1, 3, 0, 0, 0)


def test_a_person_without_an_event_is_a_person_and_no_event(source: TableSource, session: Session) -> None:
    people, persons, events, rows = read(
        source, session, ",a,,,32,f\n1,b,2020-01-01,x,33,f\n,c,, ,34,m\n,b,,y,33,f\n"
    )
    assert persons == [("a", 32, "f"), ("b", 33, "f"), ("c", 34, "m")]
    assert rows == [("b", "x"), ("b", "y")]
    assert counts(people) == (4, 3, 0, 1, 1, 0)
    assert counts(events) == (4, 2, 0, 0, 0, 0)
    assert events.without_event == 2


def test_a_repeated_event_of_a_wide_file_is_one_event(source: TableSource, session: Session) -> None:
    _, persons, events, rows = read(
        source,
        session,
        "1,a,2020-01-01,x,32,f\n1,a,2020-01-01,x,32,f\n1,a,2020-01-01,x,33,f\n,b,,,40,m\n,b,,,40,m\n",
    )
    assert persons == [("a", None, "f"), ("b", 40, "m")]
    assert rows == [("a", "x"), ("a", "x")]
    assert counts(events) == (5, 2, 0, 1, 0, 1)
    assert events.without_event == 2


def test_invalid_values_are_counted_by_row_of_the_file(source: TableSource, session: Session) -> None:
    source.file("wide.csv", HEADER + f"1,a,2020-01-01,x,{PLANTED},f\n" * 3)
    people, _ = bound(source, "wide.csv")
    with pytest.raises(InvalidValues) as raised:
        source.loaded(session, people)
    assert PLANTED not in str(raised.value)
    assert of(raised.value.quality, "age") == (3, 3, 0, 0)


def test_a_wide_file_is_the_same_as_its_two_tables(source: TableSource, session: Session) -> None:
    people = (
        "SELECT i AS person_id, 20 + i % 50 AS age, if(i % 3 = 0, 'f', 'm') AS gender "
        "FROM range(500) AS p (i)"
    )
    events = (
        "SELECT i AS event_id, (i * 7919) % 500 AS person_id, "
        "DATE '2020-01-01' + CAST(i % 90 AS INTEGER) AS date, "
        "concat('c', i % 4) AS charge FROM range(3000) AS e (i)"
    )
    source.parquet("people.parquet", people)
    source.parquet("events.parquet", events)
    source.parquet(
        "wide.parquet",
        f"SELECT events.*, age, gender FROM ({events}) AS events JOIN ({people}) USING (person_id) "
        "ORDER BY event_id",
    )
    narrow = (source.bound("people.parquet", PEOPLE), source.bound("events.parquet", EVENTS, "events"))
    found = []
    for tables in (narrow, bound(source, "wide.parquet")):
        for table in tables:
            file = inspect(table.root, table.table)
            load(session, table, file, frozenset(table.columns), TODAY, has_whole_keys=True)
            found.append(session.rows(f"FROM {table.relation} ORDER BY ALL"))
            session.run(f"DROP TABLE {table.relation}", "test")
    assert found[:2] == found[2:]
    assert len(found[0]) == 500


def test_a_key_of_another_table_may_be_a_column_of_both(source: TableSource, session: Session) -> None:
    source.file("wide.csv", "person_id,county,charge\na,Oak,x\na,Oak,\n")
    people = source.bound(
        "wide.csv",
        {"person_id": PEOPLE["person_id"], "county": column()},
        wide=("county", "charge"),
        rows="events",
    )
    events = source.bound("wide.csv", {**EVENTS, "county": column()}, "events", wide=("county",))
    assert source.loaded(session, people)[1] == [("a", "Oak")]
    quality, rows = source.loaded(session, events, {"county", "charge"})
    assert rows == [("a", "x", "Oak")]
    assert quality.without_event == 1
