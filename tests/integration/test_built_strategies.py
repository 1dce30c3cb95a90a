"""The demo by each strategy: what is released of its events, and that what is made of them agrees."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.spec.library import demo
from tests.integration.conftest import Run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("models", "data"):
        shutil.copytree(demo() / name, tmp_path / name)
    shutil.copy(demo() / "project.yml", tmp_path)
    return tmp_path


def configured(project: Path, level: str) -> None:
    path = project / "project.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("privacy: {level: medium}", level), "utf-8")


def of_strategy(project: Path, options: str) -> None:
    path = project / "models" / "release" / "persona_events.sql"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("personas=ref('personas')", f"personas=ref('personas'), {options}"), "utf-8")


def released(project: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(project / "release" / "county_court.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_sequence_marks_what_it_adds_and_patterns_count_none_of_it(project: Path, personatwin: Run) -> None:
    configured(project, "privacy: {level: medium, strategy: sequence}")
    personatwin("build", cwd=project)
    assert released(project, "SELECT count(*) > 0, sum(events) FROM persona_events WHERE is_added") == [
        (True, 0)
    ]
    counted = released(
        project,
        "SELECT sum(events), (SELECT sum(events) FROM persona_patterns) FROM persona_events "
        "WHERE persona_id IS NOT NULL AND NOT is_added",
    )
    assert counted[0][0] == counted[0][1]
    guarantees = "SELECT holds, measured FROM _personatwin.guarantees WHERE guarantee = 'order_rules_broken'"
    assert released(project, guarantees) == [(True, 0)]
    comments = dict(
        released(
            project,
            "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'persona_events'",
        )
    )
    assert "no evidence" in str(comments["is_added"])
    assert "Place of the row" in str(comments["step"])
    owner = json.loads((project / ".personatwin" / "owner.json").read_text(encoding="utf-8"))
    assert any("events were added that the order rules miss" in note for note in _notes(owner))
    public = (project / "release" / "report.json").read_text(encoding="utf-8")
    assert "events were added that" not in public


def test_a_sample_says_as_a_band_what_it_left_out_and_to_the_owner_how_much(
    project: Path, personatwin: Run
) -> None:
    of_strategy(project, "strategy='sample', max_rows=2")
    personatwin("build", cwd=project)
    rows = "SELECT max(rows) FROM (SELECT count(*) AS rows FROM persona_events WHERE persona_id IS NOT NULL "
    assert released(project, f"{rows} GROUP BY persona_id)") == [(2,)]
    owner = json.loads((project / ".personatwin" / "owner.json").read_text(encoding="utf-8"))
    assert any("were left out by its strategy" in note for note in _notes(owner))
    public = (project / "release" / "report.json").read_text(encoding="utf-8")
    assert "a sample was taken: of the events that could be released" in public
    assert "were left out by its strategy" not in public


def test_representatives_keep_every_event_and_say_at_least_how_many_people(
    project: Path, personatwin: Run
) -> None:
    (project / "domains").mkdir()
    (project / "domains" / "court.yml").write_text(
        "extends: criminal_justice\norder_rules: {on_violation: repair}\n", encoding="utf-8"
    )
    path = project / "project.yml"
    text = path.read_text(encoding="utf-8").replace("domain: criminal_justice", "domain: court")
    path.write_text(text, encoding="utf-8")
    of_strategy(project, "strategy='representative'")
    personatwin("build", cwd=project)
    assert released(project, "SELECT count(*) > 0 FROM persona_events WHERE is_added") == [(True,)]
    real = "SELECT sum(events) FROM persona_events WHERE persona_id IS NOT NULL"
    assert released(project, real) == released(project, "SELECT sum(events) FROM persona_patterns")
    comment = (
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'persona_events' AND column_name = 'people'"
    )
    assert "At least so many" in str(released(project, comment)[0][0])


def _notes(owner: object) -> list[str]:
    if isinstance(owner, dict):
        found = [note for note in owner.get("notes", []) if isinstance(note, str)]
        return found + [note for part in owner.values() for note in _notes(part)]
    return [note for part in owner for note in _notes(part)] if isinstance(owner, list) else []
