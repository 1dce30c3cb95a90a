"""A project whose classes differ in levels, compiled from its lock: what runs, without any value."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from personatwin_sql.compile.lock import Lock, write_lock
from personatwin_sql.compile.protection import Chosen
from personatwin_sql.workflow import Options, compile_project_files
from tests.golden.golden import matches_golden
from tests.property.test_generated_projects import PLAIN, QUASI, make

GOLDEN = Path(__file__).parent / "compiled_recoded"
FINEST = dict(zip(QUASI, (1, 0, 0, 0, 1), strict=True))
COARSEST = dict(zip(QUASI, (5, 0, 1, 2, 3), strict=True))


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("world")
    make(root, replace(PLAIN, people=1))
    public, personas = (root / "models" / "release" / f"{name}.sql" for name in ("public", "personas"))
    public.write_text(public.read_text().replace("k_anonymity'", "k_anonymity', recoding='local'"))
    personas.write_text(personas.read_text().replace("priors FROM", "priors, zip FROM"))
    chosen = Chosen(3, FINEST, "local", COARSEST)
    write_lock(root, Lock().with_choices("prod", {"public": chosen, "personas": chosen}))
    compile_project_files(Options(project_dir=root))
    return root


@pytest.mark.parametrize("name", ["public", "personas"])
def test_the_compiled_sql_joins_the_table_of_the_recoding(compiled: Path, name: str) -> None:
    path = compiled / "target" / "compiled" / "release" / f"{name}.sql"
    matches_golden(path.read_text(encoding="utf-8"), GOLDEN / f"{name}.sql")


def test_the_lock_names_levels_alone(compiled: Path) -> None:
    matches_golden((compiled / "project.lock").read_text(encoding="utf-8"), GOLDEN / "project.lock")


def test_the_compiled_sql_says_which_numbers_are_those_of_groups(tmp_path: Path) -> None:
    make(tmp_path, replace(PLAIN, people=1))
    public = tmp_path / "models" / "release" / "public.sql"
    for name in ("personas", "happened"):
        public.with_name(f"{name}.sql").unlink()
    means = "columns={'priors': {'microaggregate': 'median'}, 'age': {'microaggregate': 'mean'}}"
    public.write_text(public.read_text().replace("k_anonymity'", f"k_anonymity', {means}"))
    levels = dict(zip(QUASI, (5, 0, 0, 2, 1), strict=True))
    grouped = {"age": "mean of a group, to 5", "priors": "median of a group, to 0.1"}
    chosen = Chosen(3, levels, "means", levels, microaggregate=grouped)
    write_lock(tmp_path, Lock().with_choices("prod", {"public": chosen}))
    compile_project_files(Options(project_dir=tmp_path))
    path = tmp_path / "target" / "compiled" / "release" / "public.sql"
    matches_golden(path.read_text(encoding="utf-8"), GOLDEN / "grouped.sql")
