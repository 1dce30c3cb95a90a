"""The whole demo as it compiles, and its manifest: a change of one macro shows its full reach."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from personatwin_sql.workflow import Options, build, compile_project_files
from tests.golden.golden import matches_golden

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "compiled"
CHANGING = {"generated_at", "fingerprint", "digest", "tool_version", "drawn_at", "entry", "ledger"}
"""Keys of the manifest that differ from build to build."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    for name in ("models", "data"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "project.yml", folder / "project.yml")
    (folder / "tests").mkdir()
    for path in (ROOT / "tests").glob("*.sql"):
        shutil.copy(path, folder / "tests")
    build(Options(project_dir=folder), lambda event: None)
    return folder


def test_the_lock_of_the_demo_is_the_golden_one(demo: Path) -> None:
    matches_golden((demo / "project.lock").read_text(), GOLDEN / "project.lock")


def test_every_model_of_the_demo_compiles_to_its_golden_sql(demo: Path) -> None:
    compiled = compile_project_files(Options(project_dir=demo))
    assert compiled.notes == ()
    for name, sql in compiled.sql.items():
        matches_golden(f"{sql}\n", GOLDEN / f"{name}.sql")
    assert {path.stem for path in GOLDEN.glob("*.sql")} == set(compiled.sql)


def test_the_sql_that_ran_is_the_sql_that_is_shown(demo: Path) -> None:
    for path in (demo / "target" / "compiled").rglob("*.sql"):
        assert path.read_text() == (GOLDEN / path.name).read_text()


def without_what_changes(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_what_changes(item) for key, item in value.items() if key not in CHANGING}
    return [without_what_changes(item) for item in value] if isinstance(value, list) else value


def test_the_manifest_of_the_demo_is_the_golden_one(demo: Path) -> None:
    manifest = json.loads((demo / "target" / "manifest.json").read_text())
    text = json.dumps(without_what_changes(manifest), indent=2, ensure_ascii=False) + "\n"
    matches_golden(text, GOLDEN / "manifest.json")


def test_k_walks_under_its_name_from_the_declaration_to_the_report(demo: Path) -> None:
    project = (demo / "project.yml").read_text().splitlines()
    manifest = json.loads((demo / "target" / "manifest.json").read_text())
    k = manifest["nodes"]["model.people_public"]["guarantees"]["k"]
    _, line, _ = k["declared_at"].split(":")
    assert "level: medium" in project[int(line) - 1]
    assert "HAVING count(*) >= 5" in (GOLDEN / "people_public.sql").read_text()
    assert (k["required"], k["proven"]) == (5, 5)
    assert k["measured"] >= 5
    report = json.loads((demo / "release" / "report.json").read_text())
    assert "HAVING count(*) &gt;= 5" in (demo / "release" / "report.html").read_text()
    assert report["project"] == "county_court"
