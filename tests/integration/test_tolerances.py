"""People are merged within the declared tolerance, or left out and counted."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.integration.conftest import Run
from tests.integration.records import EVENTS, PEOPLE, records, write


@pytest.fixture
def project(tmp_path: Path, personatwin: Run) -> Path:
    people, events = records(400)
    for person in people[:7]:
        person.update(age="77", ethnicity="Blue")
    write(tmp_path / "people.csv", people, PEOPLE)
    write(tmp_path / "events.csv", events, EVENTS)
    files = ("--people", "people.csv", "--events", "events.csv")
    personatwin("init", "court", "--domain", "criminal_justice", *files, cwd=tmp_path)
    return tmp_path / "court"


def tolerate(project: Path, tolerance: str) -> None:
    path = project / "domains" / "court.yml"
    text = path.read_text(encoding="utf-8")
    assert "hierarchy: age" in text
    path.write_text(
        text.replace("hierarchy: age", f"hierarchy: age, tolerance: {tolerance}"), encoding="utf-8"
    )


def ages(project: Path, table: str) -> set[str]:
    with duckdb.connect(str(project / "release" / "court.duckdb"), read_only=True) as connection:
        return {age for (age,) in connection.execute(f"SELECT DISTINCT age FROM {table}").fetchall()}


def widths(bands: set[str]) -> set[int]:
    return {int(last) - int(first) + 1 for first, last in (band.split("-") for band in bands)}


def test_without_a_tolerance_some_ages_are_not_told_apart(project: Path, personatwin: Run) -> None:
    personatwin("build", cwd=project)
    assert "*" in ages(project, "personas")


@pytest.mark.parametrize("width", [20, 40])
def test_nobody_is_merged_beyond_it(project: Path, personatwin: Run, width: int) -> None:
    tolerate(project, str(width))
    personatwin("build", cwd=project)
    for table in ("people_public", "personas"):
        found = ages(project, table)
        assert found
        assert "*" not in found
        assert max(widths(found)) <= width


def test_one_that_the_hierarchy_lacks_is_refused(project: Path, personatwin: Run) -> None:
    tolerate(project, "15")
    assert "PT060" in personatwin("build", cwd=project, code=2).stderr


def test_one_that_is_narrower_than_the_privacy_level_is_refused(project: Path, personatwin: Run) -> None:
    tolerate(project, "0")
    assert "PT061" in personatwin("build", cwd=project, code=2).stderr


def test_a_model_may_name_its_own(project: Path, personatwin: Run) -> None:
    path = project / "models" / "release" / "people_public.sql"
    text = path.read_text(encoding="utf-8")
    own = "protection='k_anonymity', columns={'age': {'tolerance': 20}}"
    path.write_text(text.replace("protection='k_anonymity'", own), encoding="utf-8")
    personatwin("build", cwd=project)
    assert max(widths(ages(project, "people_public"))) <= 20
