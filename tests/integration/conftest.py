"""Whole projects, made by `init` and built by `build` as users do."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.town_of_releases import Town, colors
from tests.started_processes import Python

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"

COMMAND_LINE = "from personatwin_sql.cli import main; main()"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data beside the repository; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the reference data is not here")
    return SHARED


@pytest.fixture(scope="session")
def personatwin(python: Python) -> Run:
    """Runs the command line as a process of its own."""

    def run(
        *arguments: str | Path, cwd: Path, code: int | None = 0, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        found = python(COMMAND_LINE, *arguments, cwd=cwd, NO_COLOR="1", **environment)
        if code is not None:
            assert found.returncode == code, found.stdout + found.stderr
        return found

    return run


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Two large classes, released once."""
    town = Town(tmp_path_factory.mktemp("released") / "town")
    town.people(colors(blue=300, red=180))
    town.build()
    return town


@pytest.fixture
def town(released: Town, tmp_path: Path) -> Town:
    """The same, for one test to change."""
    return released.copied(tmp_path / "town")
