"""A wide file of events releases what its two tables release, and its faults are the owner's to see."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.errors import ProjectError
from personatwin_sql.workflow import Options, build
from tests.integration.records import Row, records, write

PERSON = ("person_id", "age", "gender")
EVENT = ("event_id", "person_id", "date", "event_type", "outcome")
DOMAIN = """
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier, hierarchy: {widths: [20, 40], bottom: 0, top: 80}}
      gender: {role: quasi_identifier}
  events:
    columns:
      event_id: {role: direct_identifier}
      person_id: {role: privacy_unit}
      date: {role: quasi_identifier, hierarchy: {dates: [month, year]}, type: date}
      event_type: {role: quasi_identifier}
      outcome: {role: insensitive}
sources:
  main.people: {entity: people}
  main.events: {entity: events}
"""
MODELS = {
    "with_events": "SELECT person_id FROM {{ source('main', 'events') }} GROUP BY person_id",
    "people_public": """{{ config(protection='k_anonymity') }}
SELECT people.person_id, people.age, people.gender
FROM {{ source('main', 'people') }} AS people
INNER JOIN {{ ref('with_events') }} AS with_events ON people.person_id = with_events.person_id""",
}


def project(folder: Path, people: str, events: str) -> Path:
    models = {f"models/{name}.sql": f"{sql}\n" for name, sql in MODELS.items()}
    for name, text in {
        "project.yml": "name: town\ndomain: town\nprivacy: {level: low}\n"
        f"sources:\n  main:\n    people: {people}\n    events: {events}\n",
        "domains/town.yml": DOMAIN,
        **models,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def wide(people: list[Row], events: list[Row]) -> list[Row]:
    """Each event beside its person's columns, and a row for each person without one."""
    by_id = {person["person_id"]: person for person in people}
    rows = [{**by_id[event["person_id"]], **event} for event in events]
    seen = {event["person_id"] for event in events}
    return [*rows, *(person for person in people if person["person_id"] not in seen)]


def released(folder: Path) -> list[tuple[object, ...]]:
    build(Options(project_dir=folder), lambda event: None)
    with duckdb.connect(str(folder / "release" / "town.duckdb"), read_only=True) as release:
        return release.execute("FROM people_public ORDER BY ALL").fetchall()


def test_a_wide_file_releases_what_its_two_tables_release(tmp_path: Path) -> None:
    people, events = records(300)
    events = [event for event in events if event["person_id"] != people[0]["person_id"]]
    narrow = project(tmp_path / "narrow", "{path: people.csv}", "{path: events.csv}")
    write(narrow / "people.csv", people, PERSON)
    write(narrow / "events.csv", events, EVENT)
    one = project(tmp_path / "wide", "{path: wide.csv, rows: events}", "{path: wide.csv}")
    write(one / "wide.csv", wide(people, events), (*EVENT, *PERSON[1:]))
    expected, found = released(narrow), released(one)
    assert found == expected
    assert len(expected) == 299


def test_what_the_rows_of_a_person_disagree_on_is_counted_for_the_owner(tmp_path: Path) -> None:
    people, events = records(300)
    rows = wide(people, events)
    rows[0]["gender"] = "Other"
    folder = project(tmp_path, "{path: wide.csv, rows: events}", "{path: wide.csv}")
    write(folder / "wide.csv", rows, (*EVENT, *PERSON[1:]))
    released(folder)
    owner = json.loads((folder / ".personatwin" / "owner.json").read_text())
    (faults,) = (dict(found["faults"]) for found in owner["sources"] if found["source"] == "main.people")
    assert faults["gender: people whose rows disagree"] == 1


def test_a_column_of_a_wide_file_that_neither_table_knows_stops_the_build(tmp_path: Path) -> None:
    people, events = records(20)
    folder = project(tmp_path, "{path: wide.csv, rows: events}", "{path: wide.csv}")
    write(folder / "wide.csv", wide(people, events), (*EVENT, *PERSON[1:], "judge_name"))
    with pytest.raises(ProjectError) as raised:
        released(folder)
    assert [problem.code for problem in raised.value.diagnostics] == ["PT301", "PT301"]


def test_rows_of_events_are_said_at_the_table_of_people(tmp_path: Path) -> None:
    folder = project(tmp_path, "{path: wide.csv}", "{path: wide.csv, rows: events}")
    with pytest.raises(ProjectError) as raised:
        released(folder)
    assert [problem.code for problem in raised.value.diagnostics] == ["PT343"]
