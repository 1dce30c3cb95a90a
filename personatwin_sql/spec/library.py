"""Finds what travels with the tool: the built-in macros and domains, and the demo project."""

from __future__ import annotations

from pathlib import Path

from personatwin_sql.spec.home import Home

BUILTIN = "<builtin>/"
"""How errors and reports call the library's folder, wherever it lies."""

_PACKAGE = Path(__file__).resolve().parents[1]


def library() -> Home:
    """The folder with `macros/` and `domains/`: inside the package as installed, beside it in a checkout."""
    installed = _PACKAGE / "_builtin"
    return Home(installed if installed.is_dir() else _PACKAGE.parent, BUILTIN)


def demo() -> Path:
    """The folder of the demo project: `project.yml`, `models/` and `data/`."""
    installed = _PACKAGE / "_builtin" / "demo"
    return installed if installed.is_dir() else _PACKAGE.parent
