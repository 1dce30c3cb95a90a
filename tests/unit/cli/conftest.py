"""The command line inside this process, and golden files of what it prints."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from personatwin_sql.cli.application import application

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "cli"


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command line and gives back its exit code, stdout and stderr."""
    for name in list(os.environ):
        if name.startswith("PERSONATWIN_") and name != "PERSONATWIN_REWRITE_GOLDEN":
            monkeypatch.delenv(name)

    def run(*arguments: str, **environment: str) -> Result:
        return CliRunner().invoke(application, list(arguments), env=environment, prog_name="personatwin")

    return run


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares a text with a golden file, or rewrites it under PERSONATWIN_REWRITE_GOLDEN=1."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if os.environ.get("PERSONATWIN_REWRITE_GOLDEN") == "1":
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8")

    return compare
