"""The notebook of examples/ runs from the first cell to the last; a kernel is not needed for that."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).resolve().parents[3] / "examples" / "personas.ipynb"
CELLS: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]


def code_cells() -> list[str]:
    return ["".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "code"]


def shown(source: str, names: dict[str, Any]) -> Any:
    """Run a cell as a notebook does: the value of its last line, if that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, NOTEBOOK.name, "exec"), names)
    return eval(compile(ast.Expression(last.value), NOTEBOOK.name, "eval"), names) if last else None


def test_no_output_is_stored() -> None:
    assert all(cell["outputs"] == [] for cell in CELLS if cell["cell_type"] == "code")
    assert all(cell["execution_count"] is None for cell in CELLS if cell["cell_type"] == "code")
    assert len({cell["id"] for cell in CELLS}) == len(CELLS)


def test_every_cell_runs_and_shows_something(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(NOTEBOOK.parent)
    names: dict[str, Any] = {}
    try:
        for source in code_cells():
            value = shown(source, names)
            assert value is not None or capsys.readouterr().out
        assert "<table>" in names["result"]._repr_html_()
        assert sum(row[1] for row in names["genders"].rows()) > 2000
        assert {row[0] for row in names["denied"].rows()} >= {"Black", "White"}
        assert names["saved"].is_file()
    finally:
        shutil.rmtree(names.get("folder", "nowhere"), ignore_errors=True)
