"""Whole projects, made by `init` and built by `build` as users do."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

import pytest

from tests.integration.town_of_releases import Town, colors

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data beside the repository; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the reference data is not here")
    return SHARED


class Starter:
    """Runs the command line in forks of one process; two of them put sets in different orders."""

    def __init__(self, folder: Path, order: int, stack: ExitStack) -> None:
        self._out, self._err = folder / f"out{order}", folder / f"err{order}"
        self._process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "tests.integration.started_commands"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONHASHSEED": str(order)},
            )
        )

    def run(self, command: list[str], cwd: Path, environment: dict[str, str]) -> tuple[int, str, str]:
        """Exit code, and what was written to standard output and standard error."""
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        for file in (self._out, self._err):
            file.write_bytes(b"")
        request = {
            "arguments": command, "cwd": str(cwd.absolute()), "environment": environment,
            "out": str(self._out), "err": str(self._err),
        }  # fmt: skip
        print(json.dumps(request), file=asked, flush=True)
        if not select.select([answers], [], [], 300)[0]:
            self._process.kill()
            pytest.fail(f"{command} takes more than five minutes")
        code = int(answers.readline())
        return code, self._out.read_text(encoding="utf-8"), self._err.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def personatwin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Runs the command line as a process of its own, with another order of sets than the last time."""
    folder = tmp_path_factory.mktemp("commands")
    with ExitStack() as stack:
        starters = cycle([Starter(folder, order, stack) for order in (1, 2)])

        def run(
            *arguments: str | Path, cwd: Path, code: int | None = 0, **environment: str
        ) -> subprocess.CompletedProcess[str]:
            command = [str(argument) for argument in arguments]
            ended, out, err = next(starters).run(command, cwd, {**os.environ, "NO_COLOR": "1", **environment})
            if code is not None:
                assert ended == code, out + err
            return subprocess.CompletedProcess(command, ended, out, err)

        yield run


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
