"""The recoding of a table of people, resolved from project and model, and what the lock says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from promised import codes, project, written

from personatwin_sql.compile.config import resolve
from personatwin_sql.compile.lock import Lock, lock_text, read_lock
from personatwin_sql.compile.protection import Chosen
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import KAnonymity, RecodingRule


def read(loaded: Loaded, **config: Any) -> tuple[RecodingRule, list[Diagnostic]]:
    promise, diagnostics = resolve(written(protection="k_anonymity", **config), loaded)
    assert isinstance(promise, KAnonymity)
    return promise.recoding, diagnostics


def test_every_column_has_one_level_unless_somebody_says_otherwise() -> None:
    rule, diagnostics = read(project())
    assert (rule, rule.name, rule.is_by_class, diagnostics) == (RecodingRule(), "global", False, [])


def test_a_model_goes_before_its_project() -> None:
    of_project = project(recoding="local")
    rule, diagnostics = read(of_project)
    assert (rule.name, str(rule.place), diagnostics) == ("local", "project.yml:9:20", [])
    rule, diagnostics = read(of_project, recoding="global")
    assert (rule.is_by_class, diagnostics) == (False, [])


def test_single_cells_are_suppressed_in_a_global_recoding() -> None:
    rule, diagnostics = read(project(), suppression="cell")
    assert (rule.name, rule.is_by_class, diagnostics) == ("cell", True, [])
    assert codes(read(project(), recoding="local", suppression="cell")[1]) == ["PT179"]
    assert codes(read(project(suppression="cell"), recoding="local")[1]) == ["PT179"]


@pytest.mark.parametrize(
    "rule", [{}, {"recoding": "local"}, {"recoding": "multidimensional"}, {"suppression": "cell"}]
)
def test_k_map_goes_with_any_recoding(rule: dict[str, str]) -> None:
    assert read(project(), k_map=1000, **rule)[1] == []
    assert read(project(k_map=1000), **rule)[1] == []


@pytest.mark.parametrize(
    ("key", "value", "meant"),
    [("recoding", "locl", "local"), ("recoding", 7, "global"), ("suppression", "cel", "cell")],
)
def test_an_unknown_name_is_refused(key: str, value: Any, meant: str) -> None:
    _, diagnostics = read(project(), **{key: value})
    assert codes(diagnostics) == ["PT178"]
    assert f"`{meant}`" in str(diagnostics[0].label)


def test_other_protections_take_no_recoding() -> None:
    _, diagnostics = resolve(written(protection="personas", recoding="local"), project())
    assert codes(diagnostics) == ["PT150"]


LOCAL = Chosen(5, {"age": 1}, "local", {"age": 3})


def locked(root: Path, text: str) -> Lock:
    (root / "project.lock").write_text(text, encoding="utf-8")
    return read_lock(root)


def test_the_lock_says_how_fine_and_how_coarse_classes_are(tmp_path: Path) -> None:
    lock = Lock().with_choices("prod", {"people_public": LOCAL})
    assert "recoding: local" in lock_text(lock)
    assert locked(tmp_path, lock_text(lock)) == lock


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("local", "locl"),
        ("age: 3", "age: 0"),
        ("age: 3", "zip: 3"),
        ("recoding: local\n", "\n"),
        ("k: 5", "k: 0"),
    ],
)
def test_a_lock_that_no_build_wrote_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = lock_text(Lock().with_choices("prod", {"people_public": LOCAL}))
    assert old in text
    with pytest.raises(ProjectError, match="PT170"):
        locked(tmp_path, text.replace(old, new))
