"""Every shape of SELECT that is accepted or refused, as data: see `cases/`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from select_cases import Case, cases

from personatwin_sql.compile.lineage import check_release
from personatwin_sql.errors import Diagnostic, ProjectError

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "select" / "refusals.txt"
ReadModels = Callable[[dict[str, str]], dict[str, Any]]


def problems(read_models: ReadModels, text: str) -> list[Diagnostic]:
    """What is told of a model, in the order of places."""
    try:
        read = read_models({"model": text})["model"]
        authored = read.authored
    except ProjectError as error:
        return list(error.diagnostics)
    if read.parsed.access == "private":
        return []
    found = check_release(read.parsed, authored, read.schemas)
    return list(ProjectError(found).diagnostics)


def told(diagnostics: list[Diagnostic]) -> list[str]:
    return sorted(f"{found.code} {found.place.line if found.place else ''}" for found in diagnostics)


@pytest.mark.parametrize("case", cases("unsafe.sql"))
def test_an_unsafe_release_is_refused(read_models: ReadModels, case: Case) -> None:
    found = problems(read_models, case.model("k_anonymity"))
    assert told(found) == sorted(case.says["expect"].split(", "))
    assert all(diagnostic.place is not None and diagnostic.fixes for diagnostic in found)
    assert {diagnostic.place.path for diagnostic in found if diagnostic.place} == {"models/model.sql"}


@pytest.mark.parametrize("case", cases("refused.sql"))
def test_what_cannot_be_followed_is_refused_in_private_models_too(
    read_models: ReadModels, case: Case
) -> None:
    found = problems(read_models, case.model(None))
    assert told(found) == sorted(case.says["expect"].split(", "))
    assert all(diagnostic.place is not None and diagnostic.fixes for diagnostic in found)


@pytest.mark.parametrize("case", cases("safe.sql"))
def test_a_safe_release_is_accepted(read_models: ReadModels, case: Case) -> None:
    text = case.model("k_anonymity")
    assert problems(read_models, text) == []
    authored = read_models({"model": text})["model"].authored
    columns = [
        " ".join(
            (
                column.name,
                f"{column.role}{'!' if column.is_expression else ''}",
                column.type,
                *([column.hierarchy.kind] if column.hierarchy else []),
            )
        )
        for column in authored.columns
    ]
    assert columns == case.says["columns"].split(", ")
    filters = sorted(f"{origin.source}.{origin.column}" for origin in authored.filters)
    assert filters == [name for name in case.says.get("filters", "").split(", ") if name]
    assert authored.one_row_per_unit == ("one row" in case.says)


def test_there_are_enough_shapes() -> None:
    assert len(cases("unsafe.sql")) + len(cases("refused.sql")) >= 150
    assert len(cases("safe.sql")) >= 50


def test_each_refusal_reads_well(read_models: ReadModels) -> None:
    """To the letter; PERSONATWIN_REWRITE_GOLDEN=1 rewrites it, and the diff is reviewed like code."""
    blocks = []
    for file, protection in (("unsafe.sql", "k_anonymity"), ("refused.sql", None)):
        for parameter in cases(file):
            (case,) = parameter.values
            found = problems(read_models, case.model(protection))
            blocks.append("\n".join((f"## {case.name}", *map(str, found))))
    text = "\n\n".join(blocks) + "\n"
    if os.environ.get("PERSONATWIN_REWRITE_GOLDEN"):
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == text
