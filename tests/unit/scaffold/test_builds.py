"""What `init` writes is published by the first build, as it stands."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.scaffold.new_project import Wish, new_project
from personatwin_sql.spec.library import demo
from personatwin_sql.workflow import Options, build

pytestmark = pytest.mark.slow


def kept(path: Path, name: str, columns: Sequence[str], heads: Sequence[str] = ()) -> str:
    """Some columns of a file of the demo, under other heads; its path."""
    with (demo() / "data" / name).open(newline="", encoding="utf-8") as file:
        rows = [[row[column] for column in columns] for row in csv.DictReader(file)]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([heads or columns, *rows])
    return str(path)


def released(wish: Wish) -> set[str]:
    """The tables that a build of the new project publishes."""
    new_project(wish)
    result = build(Options(project_dir=wish.folder), lambda event: None)
    assert result.published
    file = wish.folder / "release" / f"{wish.name}.duckdb"
    with duckdb.connect(file, read_only=True) as database:
        tables = database.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'")
        return {str(name) for (name,) in tables.fetchall()}


PEOPLE = {"people_public", "personas"}
EVENTS = {"persona_events", "persona_patterns"}


def test_the_sample_project_builds(tmp_path: Path) -> None:
    assert released(Wish("sample", tmp_path / "sample", "criminal_justice", "medium")) == PEOPLE | EVENTS


def test_people_without_an_id_under_quoted_names_build(tmp_path: Path) -> None:
    heads = ("AGE (years)", '"Sex"', "select")
    people = kept(tmp_path / "p.csv", "people.csv", ("age", "gender", "name"), heads)
    assert released(Wish("rows", tmp_path / "rows", "custom", "medium", people)) == PEOPLE


def test_events_without_outcomes_build(tmp_path: Path) -> None:
    people = kept(tmp_path / "p.csv", "people.csv", ("person_id", "age", "gender"))
    events = kept(
        tmp_path / "e.csv", "events.csv", ("date", "person_id", "event_type"), ("Date", "Person", "Type")
    )
    wish = Wish("null", tmp_path / "null", "criminal_justice", "medium", people, events)
    assert released(wish) == PEOPLE | EVENTS


def test_events_without_dates_stay_inside(tmp_path: Path) -> None:
    people = kept(tmp_path / "p.csv", "people.csv", ("person_id", "age", "gender"))
    events = kept(tmp_path / "e.csv", "events.csv", ("person_id", "event_type"))
    assert released(Wish("court", tmp_path / "court", "criminal_justice", "low", people, events)) == PEOPLE


SOME_PEOPLE = f"(FROM '{demo() / 'data' / 'people.csv'}' WHERE person_id < 103500)"
SOME_EVENTS = f"(FROM '{demo() / 'data' / 'events.csv'}' WHERE person_id < 103500)"


def test_birth_dates_in_parquet_and_events_in_json_build(tmp_path: Path) -> None:
    people, events = str(tmp_path / "p.parquet"), str(tmp_path / "e.json")
    with duckdb.connect() as database:
        born = "CAST(DATE '2023-12-31' - to_years(CAST(age AS INTEGER)) AS DATE) AS dob"
        database.execute(f"COPY (SELECT person_id, {born}, gender FROM {SOME_PEOPLE}) TO '{people}'")
        database.execute(f"COPY (SELECT * FROM {SOME_EVENTS}) TO '{events}'")
    folder = tmp_path / "court"
    wish = Wish("court", folder, "criminal_justice", "low", people, events, reference_date="2023-12-31")
    assert released(wish) == PEOPLE | EVENTS
    with duckdb.connect(folder / "release" / "court.duckdb", read_only=True) as database:
        columns = database.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = 'people_public'"
        )
        assert columns.fetchall() == [("age",), ("gender",)]
        ages = database.execute("SELECT DISTINCT age FROM people_public").fetchall()
    assert len(ages) > 2


def test_a_wide_table_of_a_duckdb_file_builds(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "court.duckdb") as database:
        rows = f"SELECT * FROM {SOME_EVENTS} JOIN {SOME_PEOPLE} USING (person_id)"
        database.execute(f"CREATE TABLE bookings AS {rows}")
    events = f"{tmp_path / 'court.duckdb'}:bookings"
    wish = Wish("court", tmp_path / "court", "criminal_justice", "low", events=events)
    assert released(wish) == PEOPLE | EVENTS
    with duckdb.connect(tmp_path / "court" / "release" / "court.duckdb", read_only=True) as database:
        ((people,),) = database.execute("SELECT sum(people) FROM personas").fetchall()
    with duckdb.connect() as database:
        ((given,),) = database.execute(f"SELECT count(DISTINCT person_id) FROM {SOME_EVENTS}").fetchall()
    assert 0.9 * given <= people <= given
