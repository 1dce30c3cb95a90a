"""Processes of their own that have read the program already.

Forks of one process run what they are asked, one after the other: nothing of one is left for the next, and
none pays again for the half second in which Python reads modules.
"""

from __future__ import annotations

import json
import os
import pkgutil
import select
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import personatwin_sql

ROOT = Path(__file__).resolve().parents[1]
Python = Callable[..., "subprocess.CompletedProcess[str]"]
"""Runs a program with arguments; `cwd` is its folder, and names beside it are of its environment."""
PATIENCE = 300
"""Seconds that one of them may take."""


class Started:
    """The process that forks, seen from the tests."""

    def __init__(self, folder: Path, order: int, process: subprocess.Popen[str]) -> None:
        self._out, self._err = folder / f"out{order}", folder / f"err{order}"
        self._process = process

    def run(
        self, program: str, arguments: Sequence[object], cwd: Path, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """What became of a program, which finds its arguments in `sys.argv`."""
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        for file in (self._out, self._err):
            file.write_bytes(b"")
        words = [str(argument) for argument in arguments]
        request = {
            "program": program, "arguments": words, "cwd": str(cwd.absolute()),
            "environment": dict(environment), "out": str(self._out), "err": str(self._err),
        }  # fmt: skip
        print(json.dumps(request), file=asked, flush=True)
        if not select.select([answers], [], [], PATIENCE)[0]:
            self._process.kill()
            raise subprocess.TimeoutExpired(words, PATIENCE)
        out, err = self._out.read_text(encoding="utf-8"), self._err.read_text(encoding="utf-8")
        return subprocess.CompletedProcess(words, int(answers.readline()), out, err)


@contextmanager
def started(folder: Path, order: int) -> Iterator[Started]:
    """One that puts sets in the given order, of which there are many; `folder` is for what its forks say."""
    command = [sys.executable, "-m", "tests.started_processes"]
    environment = {**os.environ, "PYTHONHASHSEED": str(order)}
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield Started(folder, order, process)


def serve() -> None:
    """Until standard input ends."""
    for module in pkgutil.walk_packages(personatwin_sql.__path__, "personatwin_sql."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            _run(**json.loads(line))
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(
    program: str, arguments: list[str], cwd: str, environment: dict[str, str], out: str, err: str
) -> NoReturn:
    code = 1
    try:
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(environment)
        for stream, path, flags in (
            (0, os.devnull, os.O_RDONLY),
            (1, out, os.O_WRONLY),
            (2, err, os.O_WRONLY),
        ):
            os.dup2(os.open(path, flags), stream)
        sys.argv = ["personatwin", *arguments]
        exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
