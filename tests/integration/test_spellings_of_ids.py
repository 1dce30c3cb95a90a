"""What ids of people mean decides who is counted: said in project.yml, and never guessed."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.errors import NodeError
from personatwin_sql.workflow import Options, build

DOMAIN = """
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      color: {role: quasi_identifier}
sources:
  main.people: {entity: people}
"""
MODEL = (
    "{{ config(protection='k_anonymity', k=6) }}\n"
    "SELECT person_id, color FROM {{ source('main', 'people') }}\n"
)


def project(folder: Path, table: str = "path: people.csv") -> Path:
    """Ten reds who are five people, if a spelling is not a person, and twenty blues."""
    for name, text in {
        "project.yml": f"name: town\ndomain: town\nprivacy: {{level: low}}\n"
        f"sources:\n  main:\n    people: {{{table}}}\n",
        "domains/town.yml": DOMAIN,
        "models/people_public.sql": MODEL,
        "people.csv": "person_id,color\n"
        + "".join(f"zq{n},red\nZQ{n} ,red\n" for n in range(5))
        + "".join(f"b{n},blue\n" for n in range(20)),
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def colors(folder: Path) -> list[str]:
    build(Options(project_dir=folder), lambda event: None)
    with duckdb.connect(str(folder / "release" / "town.duckdb"), read_only=True) as release:
        return [
            row[0]
            for row in release.execute("SELECT DISTINCT color FROM people_public ORDER BY ALL").fetchall()
        ]


def test_two_spellings_of_an_id_stop_the_build_and_are_counted_for_the_owner(tmp_path: Path) -> None:
    with pytest.raises(NodeError) as raised:
        build(Options(project_dir=project(tmp_path)), lambda event: None)
    assert [problem.code for problem in raised.value.diagnostics] == ["PT340"]
    assert "zq1" not in str(raised.value).lower()
    owner = json.loads((tmp_path / ".personatwin" / "owner.json").read_text())
    assert [5] in [[fault[1] for fault in found["faults"]] for found in owner["sources"]]
    assert not (tmp_path / "release").exists()


def test_what_is_said_of_ids_decides_and_a_change_of_it_builds_anew(tmp_path: Path) -> None:
    rows = "".join(f"zq{n},red\nZQ{n} ,red\n" for n in range(12)) + "".join(f"b{n},blue\n" for n in range(20))
    for said, reds in (("exact", 24), ("normalized", 12)):
        folder = project(tmp_path, f"path: people.csv, ids: {said}")
        (folder / "people.csv").write_text(f"person_id,color\n{rows}")
        build(Options(project_dir=folder), lambda event: None)
        with duckdb.connect(str(folder / "release" / "town.duckdb"), read_only=True) as release:
            found = release.execute("SELECT count(*) FROM people_public WHERE color = 'red'").fetchall()
        assert found == [(reds,)]


def test_another_table_of_the_same_file_builds_anew(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "all.duckdb")) as database:
        for color in ("red", "blue"):
            database.execute(
                f"CREATE TABLE {color} AS "
                f"SELECT i AS person_id, '{color}' AS color FROM range(20) AS rows (i)"
            )
    assert colors(project(tmp_path, "path: all.duckdb, table: red")) == ["red"]
    assert colors(project(tmp_path, "path: all.duckdb, table: blue")) == ["blue"]
