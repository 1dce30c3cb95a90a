"""Dates as people write them, read as the domain says."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.integration.conftest import Run
from tests.integration.records import EVENTS, PEOPLE, records, write


@pytest.fixture
def project(tmp_path: Path, personatwin: Run) -> Path:
    people, events = records(200)
    for event in events:
        year, month, day = event["date"].split("-")
        event["date"] = f"{int(month)}/{int(day)}/{year}"
    write(tmp_path / "people.csv", people, PEOPLE)
    write(tmp_path / "events.csv", events, EVENTS)
    files = ("--people", "people.csv", "--events", "events.csv")
    personatwin("init", "court", "--domain", "criminal_justice", "--level", "low", *files, cwd=tmp_path)
    return tmp_path / "court"


def write_as(project: Path, form: str) -> None:
    domain = project / "domains" / "court.yml"
    text = domain.read_text(encoding="utf-8")
    assert "type: date" in text
    domain.write_text(text.replace("type: date", f"type: date, format: '{form}'"), encoding="utf-8")


def test_without_a_format_they_are_refused_and_the_way_out_is_told(project: Path, personatwin: Run) -> None:
    refused = personatwin("build", cwd=project, code=1).stderr
    assert "PT303" in refused
    assert "format: '%m/%d/%Y'" in refused


def test_with_it_each_is_the_day_that_was_written(project: Path, personatwin: Run) -> None:
    write_as(project, "%m/%d/%Y")
    personatwin("build", cwd=project)
    _, events = records(200)
    given = {event["date"][:4] for event in events}
    with duckdb.connect(str(project / "release" / "court.duckdb"), read_only=True) as release:
        periods = release.execute("SELECT DISTINCT period FROM persona_events").fetchall()
    assert {period[:4] for (period,) in periods if period != "*"} == given


def test_days_that_do_not_fit_it_are_refused(project: Path, personatwin: Run) -> None:
    write_as(project, "%d/%m/%Y")
    assert "PT303" in personatwin("build", cwd=project, code=1).stderr


def test_a_format_without_a_century_is_refused(project: Path, personatwin: Run) -> None:
    write_as(project, "%m/%d/%y")
    assert "PT062" in personatwin("build", cwd=project, code=2).stderr


def test_a_format_of_what_is_a_date_already_is_refused(project: Path, personatwin: Run) -> None:
    write_as(project, "%m/%d/%Y")
    events = project.parent / "events.csv"
    parquet = "SELECT * REPLACE (strptime(date, '%m/%d/%Y')::DATE AS date)"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY ({parquet} FROM read_csv('{events}', all_varchar = true)) TO '{events}.parquet'"
        )
    config = project / "project.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("events.csv", "events.csv.parquet"))
    assert "PT349" in personatwin("build", cwd=project, code=2).stderr
