"""Tables of databases as commands are given them: a file and its table, a source of a project, no server."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import Result

from personatwin_sql.engine.given_file import given_source
from personatwin_sql.scaffold.project_design import ProjectDesign
from personatwin_sql.scaffold.recognition import recognised
from personatwin_sql.scaffold.table_design import TableDesign
from personatwin_sql.spec.loader import load_domain
from personatwin_sql.spec.yaml_reader import parse_yaml

Call = Callable[..., Result]
PASSWORD = "zq-planted-7731"
SERVERS = (
    f"postgres://reader:{PASSWORD}@db/court",
    f"host=db password={PASSWORD} dbname=court",
    "env:COURT_DB",
    "env:COURT_DB:public.people",
)


@pytest.fixture
def lite(tmp_path: Path) -> Path:
    path = tmp_path / "court.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE people (person_id TEXT, age INTEGER, gender TEXT)")
    database.close()
    return path


@pytest.mark.parametrize("command", ["profile", "risk"])
def test_a_file_of_sqlite_needs_its_table_whatever_its_ending(command: str, lite: Path, call: Call) -> None:
    said = call(command, lite)
    assert (said.exit_code, "PT306" in said.stderr) == (2, True)
    assert f"{lite}:TABLE" in said.stderr
    assert given_source(f"{lite}:people").model_dump(exclude_defaults=True) == {
        "sqlite": str(lite),
        "table": "people",
    }


@pytest.mark.parametrize("command", ["profile", "risk", "init"])
def test_a_table_of_sqlite_is_read_or_the_extension_is_named(
    command: str, lite: Path, tmp_path: Path, call: Call
) -> None:
    table, folder = f"{lite}:people", ("--project-dir", tmp_path / "new")
    said = call(command, *(("new", "--people", table, *folder) if command == "init" else (table,)))
    assert said.exit_code == 0 or "PT347" in said.stderr


def test_a_new_project_over_sqlite_says_so() -> None:
    domain = load_domain("criminal_justice")
    found = recognised(["person_id", "age", "gender"], domain.entities["people"].columns)
    people = TableDesign("../court.db", "people", found, is_sqlite=True)
    written = ProjectDesign("court", "criminal_justice", "high", people).files()["project.yml"]
    sources = parse_yaml(written, "project.yml").data["sources"]
    assert sources == {"court": {"people": {"sqlite": "../court.db", "table": "people"}}}


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("command", ["profile", "risk", "init"])
def test_a_server_is_named_in_a_project_alone_and_its_password_is_not_repeated(
    command: str, server: str, call: Call, tmp_path: Path
) -> None:
    folder = ("--project-dir", tmp_path / "new")
    asked = ("new", "--people", server, *folder) if command == "init" else (server,)
    said = call(command, *asked)
    assert (said.exit_code, "PT306" in said.stderr) == (2, True)
    assert "postgres: env:NAME" in said.stderr
    assert PASSWORD not in said.output


def test_a_source_in_a_database_is_profiled_and_its_risk_told(
    built: Path, tmp_path: Path, call: Call
) -> None:
    with duckdb.connect(str(tmp_path / "court.duckdb")) as database:
        for name in ("people", "events"):
            database.execute(f"CREATE TABLE {name} AS FROM read_csv('{built}/data/{name}.csv')")
    (tmp_path / "project.yml").write_text(
        "name: court\ndomain: criminal_justice\nprivacy: {level: low}\nsources:\n  court:\n"
        "    people: {path: court.duckdb, table: people, entity: people}\n"
        "    events: {path: court.duckdb, table: events, entity: events}\n"
    )
    for command in ("profile", "risk"):
        said = call(command, "court.people", "--project-dir", tmp_path)
        assert said.exit_code == 0, said.stderr
        assert "3,000" in said.stdout


def test_who_profiles_a_model_is_told_of_its_risk(built: Path, call: Call) -> None:
    said = call("profile", "stg_people", "--project-dir", built)
    assert (said.exit_code, "PT514" in said.stderr) == (2, True)
    assert "personatwin risk stg_people" in said.stderr
