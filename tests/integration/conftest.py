"""Whole projects, made by `init` and built by `build` as users do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data beside the repository; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the reference data is not here")
    return SHARED


@pytest.fixture(scope="session")
def personatwin() -> Run:
    """Runs the command line as a process of its own."""

    def run(
        *arguments: str | Path, cwd: Path, code: int | None = 0, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        finished = subprocess.run(
            [sys.executable, "-m", "personatwin_sql", *map(str, arguments)],
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, "NO_COLOR": "1", **environment},
            check=False,
        )
        if code is not None:
            assert finished.returncode == code, finished.stdout + finished.stderr
        return finished

    return run
