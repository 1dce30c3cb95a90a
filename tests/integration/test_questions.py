"""A project's own questions: asked of the release for everybody, and of the source for the owner."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Run

ROOT = Path(__file__).resolve().parents[2]
OWN = """{{ config(
    title='My own question',
    question='Are men arrested more often?',
    groups=['gender', 'shoe_size'],
    of='events',
    counted='were an arrest',
) }}
SELECT
    {{ group }},
    sum(events) FILTER (WHERE event_type = 'arrest') AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
GROUP BY ALL
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, personatwin: Run) -> Path:
    folder = tmp_path_factory.mktemp("questions")
    for part in ("project.yml", "models", "data"):
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, folder / part)
    text = (folder / "project.yml").read_text()
    (folder / "project.yml").write_text(f"{text.rstrip()}\n  dev: {{publish: false}}\n")
    (folder / "analyses").mkdir()
    (folder / "analyses" / "mine.sql").write_text(OWN)
    (folder / "analyses" / "loose.sql").write_text("SELECT 1\n")
    personatwin("build", cwd=folder)
    return folder


def facts(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text()))


def asked(file: Path) -> set[tuple[str, str]]:
    return {(question["name"], question["group"]) for question in facts(file)["questions"]}


def test_a_question_in_analyses_is_answered_in_both_reports(project: Path) -> None:
    for folder in ("release", ".personatwin"):
        found = asked(project / folder / "report.json")
        assert ("mine", "gender") in found
        assert ("screened_high", "ethnicity") in found
        assert "Are men arrested more often?" in (project / folder / "report.html").read_text()
    reasons = {
        (u["name"], u["group"]): u["reason"] for u in facts(project / "release/report.json")["unanswered"]
    }
    assert reasons["mine", "shoe_size"] == "no table that it reads has a column `shoe_size`"
    assert "no header" in reasons["loose", ""]


def test_the_owner_alone_reads_what_everybody_in_the_source_would_have_answered(project: Path) -> None:
    owner = facts(project / ".personatwin/report.json")["owner"]
    mine = next(question for question in owner["asked"] if question["name"] == "mine")
    events = (project / "data" / "events.csv").read_text().splitlines()[1:]
    assert sum(cell["total"] for cell in mine["cells"]) <= len(events)
    assert sum(cell["total"] for cell in mine["cells"]) > 0.99 * len(events)
    assert "Do differences between groups survive?" in (project / ".personatwin/report.html").read_text()
    assert "owner" not in facts(project / "release/report.json")
    assert "in the source" not in (project / "release/report.html").read_text()


def test_the_answers_are_those_of_the_released_file(project: Path, personatwin: Run) -> None:
    sql = (
        "SELECT gender, sum(events) FILTER (WHERE event_type = 'arrest') AS arrests, sum(events) AS events "
        "FROM persona_events GROUP BY ALL"
    )
    rows = json.loads(personatwin("query", sql, "--format", "json", cwd=project).stdout)
    told = next(q for q in facts(project / "release/report.json")["questions"] if q["name"] == "mine")
    for group in told["answers"][0]["groups"]:
        row = next(row for row in rows if row["gender"] == group["group"])
        assert (int(row["arrests"]), int(row["events"])) == (group["counted"], group["total"])


def test_a_changed_question_changes_the_report_and_nothing_else(project: Path, personatwin: Run) -> None:
    released = (project / "release" / "county_court.duckdb").read_bytes()
    (project / "analyses" / "mine.sql").write_text(OWN.replace("men arrested", "women arrested"))
    personatwin("build", cwd=project)
    assert "Are women arrested more often?" in (project / "release/report.html").read_text()
    assert (project / "release" / "county_court.duckdb").read_bytes() == released


def test_a_preview_leaves_the_owners_report_of_the_release_alone(project: Path, personatwin: Run) -> None:
    kept = {name: (project / ".personatwin" / name).read_bytes() for name in ("owner.json", "report.html")}
    personatwin("build", "--target", "dev", cwd=project)
    for name, content in kept.items():
        assert (project / ".personatwin" / name).read_bytes() == content
        assert (project / ".personatwin" / "preview" / name).is_file()
        assert (project / ".personatwin" / "preview" / name).stat().st_mode & 0o777 == 0o600
    assert "target dev" in (project / ".personatwin/preview/report.html").read_text()


def test_a_question_that_is_written_wrong_stops_the_build_with_its_line(
    project: Path, personatwin: Run
) -> None:
    path = project / "analyses" / "wrong.sql"
    path.write_text(OWN.replace("groups", "group"))
    finished = personatwin("build", cwd=project, code=None)
    path.unlink()
    assert finished.returncode == 2
    assert "error[PT417]: a question has no `group`" in finished.stderr
    assert "analyses/wrong.sql:4:5" in finished.stderr
    assert "did you mean `groups`?" in finished.stderr
