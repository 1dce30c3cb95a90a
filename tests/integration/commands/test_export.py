"""Released tables as files: what lies there, what it says of itself, and what is refused."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import Result

from personatwin_sql.engine.export import exporter
from personatwin_sql.engine.reader import query

Call = Callable[..., Result]
TABLES = ["events_by_month", "people_public", "personas", "persona_events", "persona_patterns"]


def rows_of(path: Path) -> list[tuple[object, ...]]:
    reader = {".csv": "read_csv", ".json": "read_json", ".parquet": "read_parquet"}[path.suffix]
    return duckdb.sql(f"SELECT count(*), sum(people) FROM {reader}('{path}')").fetchall()


@pytest.mark.parametrize("form", ["csv", "parquet", "json"])
def test_every_table_leaves_with_its_digest_and_twice_the_same(
    form: str, built: Path, call: Call, tmp_path: Path
) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        said = call("export", "--project-dir", built, "--format", form, "--output", folder)
        assert said.exit_code == 0, said.stderr
    one, two = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert one == two
    assert set(one) == {*(f"{table}.{form}" for table in TABLES), "manifest.json"}
    manifest = json.loads(one["manifest.json"])
    assert [file["table"] for file in manifest["files"]] == TABLES
    for file in manifest["files"]:
        assert file["sha256"] == hashlib.sha256(one[file["path"]]).hexdigest()
        assert file["bytes"] == len(one[file["path"]])
    release = built / "release" / "county_court.duckdb"
    _, released = query(release, "SELECT count(*), sum(people) FROM personas", 1)
    assert rows_of(folders[0] / f"personas.{form}") == released


def test_the_manifest_says_what_is_guaranteed_and_what_is_not(
    built: Path, call: Call, tmp_path: Path
) -> None:
    call("export", "personas", "--project-dir", built, "--output", tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["project"] == "county_court"
    (file,) = manifest["files"]
    people = next(column for column in file["columns"] if column["name"] == "people")
    assert people["description"] == "How many people were merged."
    assert {row["model"] for row in manifest["guarantees"]} == {"personas"}
    k = next(row for row in manifest["guarantees"] if row["guarantee"] == "k")
    assert (k["required"], k["holds"]) == (5, True)
    assert manifest["not_promised"]


def test_null_and_star_and_empty_texts_differ_and_formulas_are_guarded(tmp_path: Path) -> None:
    release = tmp_path / "release.duckdb"
    with duckdb.connect(str(release)) as connection:
        connection.execute("""
            CREATE TABLE cells AS SELECT * FROM (VALUES
                ('=1+1', -5, NULL), ('+3', 1, ''), ('@cmd', 2, '*'), ('-x', 3, 'a'), ('-5', 4, '-5-4')
            ) AS cells(text, number, other)
            """)
    folder = tmp_path / "out"
    folder.mkdir()
    with exporter(release, folder) as release_tables:
        exported = release_tables.copy("cells", "csv", folder / "cells.csv")
    text = (folder / "cells.csv").read_text()
    assert text.splitlines() == [
        "text,number,other",
        "'=1+1,-5,",
        '+3,1,""',
        "'@cmd,2,*",
        "'-x,3,a",
        "-5,4,'-5-4",
    ]
    assert exported.guarded_cells == 4
    assert [row[1] for row in list(csv.reader(text.splitlines()))[1:]] == ["-5", "1", "2", "3", "4"]


def test_an_export_reaches_no_other_folder(built: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    release_file = built / "release" / "county_court.duckdb"
    with exporter(release_file, tmp_path / "out") as release, pytest.raises(duckdb.PermissionException):
        release.copy("personas", "csv", tmp_path / "personas.csv")
    assert not (tmp_path / "personas.csv").exists()


def test_a_folder_that_is_not_empty_is_refused_and_replaced_only_by_force(
    built: Path, call: Call, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    refused = call("export", "--project-dir", built, "--output", folder)
    assert refused.exit_code == 2
    assert "PT513" in refused.stderr
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    assert call("export", "--project-dir", built, "--output", folder, "--force").exit_code == 0
    again = call("export", "personas", "--project-dir", built, "--output", folder, "--force")
    assert again.exit_code == 0
    assert {path.name for path in folder.iterdir()} == {"mine.txt", "personas.csv", "manifest.json"}


@pytest.mark.parametrize(("name", "code"), [("stg_people", "PT511"), ("person", "PT510")])
def test_what_is_not_released_is_not_exported(
    name: str, code: str, built: Path, call: Call, tmp_path: Path
) -> None:
    said = call("export", name, "--project-dir", built, "--output", tmp_path / "out")
    assert (said.exit_code, code in said.stderr) == (2, True)
    assert not (tmp_path / "out").exists()


def test_without_a_release_or_of_a_preview_nothing_is_exported(
    call: Call, tmp_path: Path, fresh: Path
) -> None:
    said = call("export", "--project-dir", fresh, "--output", tmp_path / "out")
    assert (said.exit_code, "PT408" in said.stderr) == (5, True)
    project = fresh / "project.yml"
    project.write_text(project.read_text() + "  dev: {publish: false}\n")
    said = call("export", "--project-dir", fresh, "--target", "dev", "--output", tmp_path / "out")
    assert (said.exit_code, "PT512" in said.stderr) == (2, True)
    assert not (tmp_path / "out").exists()
