"""Each command calls one function and prints what it gives."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from personatwin_sql import workflow
from personatwin_sql.errors.codes import CODES
from personatwin_sql.workflow import CompileResult, Options, Reports, Table

Call = Callable[..., Result]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was asked of a release of three rows."""
    found: list[tuple[str, int]] = []

    def rows(options: Options, text: str, limit: int) -> Table:
        found.append((text, limit))
        table = [("F", 12), ("M", 30), (None, 11)]
        return Table(columns=("gender", "people"), rows=tuple(table[:limit]))

    monkeypatch.setattr(workflow, "query", rows)
    monkeypatch.setattr(workflow, "show", rows)
    return found


@pytest.mark.parametrize("command", ["query", "show"])
def test_rows_go_to_stdout_and_their_number_to_stderr(
    command: str, call: Call, asked: list[tuple[str, int]]
) -> None:
    said = call(command, "personas")
    assert said.stdout == "gender  people\n──────  ──────\nF           12\nM           30\nNULL        11\n"
    assert said.stderr == "3 rows\n"
    assert asked == [("personas", 101)]


def test_a_limit_that_cuts_is_noted(call: Call, asked: list[tuple[str, int]]) -> None:
    said = call("query", "FROM personas", "--limit", "2")
    assert len(said.stdout.splitlines()) == 4
    assert said.stderr == "The first 2 rows; more with --limit.\n"
    assert call("query", "FROM personas", "--limit", "3").stderr == "3 rows\n"
    assert call("query", "FROM personas", "--limit", "0").exit_code == 2


def test_machines_read_json_and_csv(call: Call, asked: list[tuple[str, int]]) -> None:
    said = call("query", "FROM personas", "--format", "json")
    assert json.loads(said.stdout)[2] == {"gender": None, "people": 11}
    assert said.stderr == ""
    said = call("show", "personas", "--format", "csv", "--limit", "1")
    assert list(csv.reader(io.StringIO(said.stdout))) == [["gender", "people"], ["F", "12"]]
    assert "more with --limit" in said.stderr


NODES = (
    {"id": "court.people", "kind": "source", "path": "project.yml", "protection": None, "access": "source",
     "depends_on": [], "description": ""},
    {"id": "personas", "kind": "model", "path": "models/release/personas.sql", "protection": "personas",
     "access": "release", "depends_on": ["court.people"], "description": "Groups."},
)  # fmt: skip


def test_ls_begins_each_line_with_the_name(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "list_nodes", lambda options: NODES)
    lines = call("ls").stdout.splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["court.people", "personas"]
    assert json.loads(call("ls", "--format", "json").stdout) == list(NODES)
    assert call("ls", "--format", "csv").stdout.splitlines()[1] == "court.people,source,source,,project.yml"


def test_compile_prints_files_or_the_selected_sql(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CompileResult(
        (tmp_path / "target/compiled/a.sql",), ("a: levels come later",), {"a": "SELECT 1;\n"}
    )
    monkeypatch.setattr(workflow, "compile_project_files", lambda options: result)
    assert call("compile").stdout == "target/compiled/a.sql\n"
    assert call("compile").stderr == "a: levels come later\n"
    said = call("compile", "-s", "a")
    assert said.stdout == "SELECT 1;\n"
    assert "-- a" in said.stderr


def test_report_names_its_files(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    paths = ((tmp_path / "release/report.html",), (tmp_path / ".personatwin/report.html",))
    monkeypatch.setattr(workflow, "report", lambda options, needs_release: Reports(*paths, is_withheld=False))
    assert call("report").stdout.split() == [
        "public",
        "release/report.html",
        "owner",
        ".personatwin/report.html",
    ]


@pytest.mark.parametrize("written", ["PT501", "pt501", "501", "[PT501]", "unknown_command"])
def test_explain_takes_a_code_however_it_is_written(written: str, call: Call) -> None:
    said = call("explain", written)
    assert said.exit_code == 0
    assert said.stdout.startswith("There is no such command\n")
    assert "```" not in said.stdout
    assert "    personatwin --help" in said.stdout


def test_explain_gives_machines_the_markdown(call: Call) -> None:
    record = json.loads(call("explain", "PT501", "--format", "json").stdout)
    assert (record["code"], record["name"]) == ("PT501", "unknown_command")
    assert record["explanation"].startswith("# ")


def test_an_unknown_code_is_met_with_the_nearest(call: Call) -> None:
    said = call("explain", "unknown_comand")
    assert said.exit_code == 2
    assert "did you mean `unknown_command`?" in said.stderr


def test_the_codes_of_the_command_line_are_explained(call: Call) -> None:
    for code in [code for code in CODES if code.startswith("PT50")]:
        assert call("explain", code).exit_code == 0


def test_domains_are_listed_and_shown(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    names = [line.split()[0] for line in call("domain", "list").stdout.splitlines()[2:]]
    assert {"criminal_justice", "custom"} <= set(names)
    assert {row["name"] for row in json.loads(call("domain", "list", "--format", "json").stdout)} == set(
        names
    )
    shown = call("domain", "show", "criminal_justice").stdout
    assert "person_id" in shown
    assert "charge comes after arrest" in shown
    assert "defendant_id" not in shown
    assert "defendant_id" in call("domain", "show", "criminal_justice", "-v").stdout
    record = json.loads(call("domain", "show", "criminal_justice", "--format", "json").stdout)
    assert record["entities"]["people"]["columns"]["age"]["role"] == "quasi_identifier"


def test_an_unknown_domain_is_met_with_the_nearest(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    said = call("domain", "show", "criminal_justise")
    assert said.exit_code == 2
    assert "did you mean `criminal_justice`?" in said.stderr


def test_domains_of_the_project_are_known_inside_it(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "domains").mkdir()
    (tmp_path / "domains" / "mine.yml").write_text("extends: custom\n")
    (tmp_path / "project.yml").write_text("name: mine\n")
    assert "mine" in call("domain", "list", "--project-dir", str(tmp_path)).stdout
    monkeypatch.chdir(tmp_path)
    assert "mine" in call("domain", "list").stdout
