"""What `init`, `doctor` and `clean` say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Call = Callable[..., Result]
Golden = Callable[[str, str], None]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file of people and one of events."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text('person_id,age,sex,gender,"shoe ""size"""\n1,2,F,F,40\n')
    Path("events.csv").write_text("person_id,type,Datum\n1,arrest,2014-01-01\n")
    return tmp_path


def test_init_says_what_was_recognised_and_what_stays_inside(call: Call, files: Path, golden: Golden) -> None:
    arguments = ("--domain", "criminal_justice", "--people", "people.csv", "--events", "events.csv")
    said = call("init", "court", *arguments)
    assert said.exit_code == 0
    assert said.stdout == "court\n"
    golden("init.stderr.txt", said.stderr)


def test_init_tells_machines_the_same(call: Call, files: Path) -> None:
    said = call("init", "court", "--people", "people.csv", "--log-format", "json")
    records = [json.loads(line) for line in said.stderr.splitlines()]
    table = next(record for record in records if record["event"] == "table")
    assert table["columns"]["gender"] == ["gender", "quasi_identifier"]
    assert table["columns"]["sex"] == ["gender", "direct_identifier"]
    assert table["columns"]['shoe "size"'] == [None, "direct_identifier"]


def test_init_goes_where_the_project_is_to_lie(call: Call, files: Path) -> None:
    said = call("init", "court", "--people", "people.csv", "--project-dir", "there")
    assert said.exit_code == 0
    assert "name: court" in Path("there/project.yml").read_text()


def test_init_into_a_folder_with_something_in_it_is_refused(call: Call, files: Path) -> None:
    said = call("init", "court", "--project-dir", ".")
    assert said.exit_code == 2
    assert said.stderr.startswith("error[PT505]")


def test_doctor_exits_with_1_on_a_finding(call: Call, files: Path) -> None:
    call("init", "court", "--people", "people.csv")
    assert call("doctor", "--project-dir", "court").exit_code == 0
    Path("people.csv").unlink()
    said = call("doctor", "--project-dir", "court")
    assert said.exit_code == 1
    assert "BAD   source court.people" in said.stdout
    found = json.loads(call("doctor", "--project-dir", "court", "--format", "json").stdout)
    assert [check["name"] for check in found if check["ok"] is False] == ["source court.people"]


def test_clean_names_what_it_removed(call: Call, files: Path) -> None:
    call("init", "court", "--people", "people.csv")
    assert call("clean", "--project-dir", "court").stderr == "Nothing to remove.\n"
    Path("court/target").mkdir()
    assert call("clean", "--project-dir", "court").stdout == "court/target\n"
    assert not Path("court/target").exists()
