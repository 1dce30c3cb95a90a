"""Two names of one file are one table, and no other file is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from personatwin_sql.compile.column import Origin
from personatwin_sql.compile.same_table import columns_read, tables_of
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.project import SourceTable
from tests.unit.compile.promised import project

PATHS = {
    "as_it_is": "data/events.csv",
    "round_about": "./data/../data/events.csv",
    "linked": "link.csv",
    "other": "data/other.csv",
}


def court(root: Path) -> Loaded:
    (root / "data").mkdir()
    (root / "data" / "events.csv").write_text("person_id\n", "utf-8")
    (root / "link.csv").symlink_to(root / "data" / "events.csv")
    loaded = project()
    sources = {"court": {name: SourceTable(path=path) for name, path in PATHS.items()}}
    sources["db"] = {name: SourceTable(path="data/court.duckdb", table=name) for name in ("events", "people")}
    return replace(loaded, root=root, project=loaded.project.model_copy(update={"sources": sources}))


def test_a_file_is_the_same_under_every_name(tmp_path: Path) -> None:
    tables = tables_of(court(tmp_path))
    assert tables["court.as_it_is"] == tables["court.round_about"] == tables["court.linked"]
    assert len(set(tables.values())) == 4
    assert not any("events" in table for table in tables.values())


def test_columns_are_the_same_by_source_or_by_table(tmp_path: Path) -> None:
    tables = tables_of(court(tmp_path))
    read = {name: columns_read([Origin(f"court.{name}", "outcome")], tables) for name in PATHS}
    assert read["as_it_is"] & read["linked"]
    assert not read["as_it_is"] & read["other"]
    moved = {**tables, "court.as_it_is": "elsewhere"}
    assert read["as_it_is"] & columns_read([Origin("court.as_it_is", "outcome")], moved)
