"""Builds that die at a step, or run at once.

    python -m tests.integration.killed_builds FOLDER die    one copy of FOLDER/town after another, each killed
                                                            one step later than the last, and built again
    python -m tests.integration.killed_builds FOLDER race   sixteen builds of FOLDER/town at once

A step puts a file in its place: between two of them nothing changes that another process would look at.
Each build is a process of its own, which has read the code already, but opened no engine.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from personatwin_sql.engine.private_folder import secret
from personatwin_sql.errors import Unavailable
from personatwin_sql.release.ledger.frozen import read_frozen
from personatwin_sql.workflow import (
    pipe,  # noqa: F401  so that each process has it
    private_statistics,
)
from tests.integration.private_visits import built, folders, ledger_of, rows

NOT_LOOKED_AT = ("report", "manifest", "run_results")
"""What another build does not read."""
DONE, LOCKED, KILLED = 0, 4, -signal.SIGKILL


def child(work: Callable[[], object]) -> int:
    """The number of a process that does something."""
    process = os.fork()
    if process == 0:
        code = 70
        try:
            work()
            code = DONE
        except Unavailable as error:
            code = LOCKED if error.diagnostics[0].code == "PT413" else 6
        finally:
            os._exit(code)
    return process


def ended(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def kill_before(number: int) -> None:
    """Kill this process when it would put its file of that number in place; reports do not count."""
    count, replace = 0, os.replace

    def call(old: Any, new: Any) -> None:
        nonlocal count
        count += Path(new).stem not in NOT_LOOKED_AT
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(old, new)

    os.replace = call


def say_draws(root: Path) -> None:
    """Count what is drawn, and that it was paid for before."""
    drawn = private_statistics.drawn

    def said(*arguments: Any) -> Any:
        assert list(ledger_of(root).charges())
        with (root / "draws").open("a") as file:
            file.write("x")
        return drawn(*arguments)

    private_statistics.drawn = said


def die(root: Path, number: int) -> None:
    kill_before(number)
    say_draws(root)
    built(root)


def is_as_frozen(root: Path) -> bool:
    """Whether the rows that are published are those that the ledger paid for."""
    (release,) = (release for _, release in ledger_of(root).releases())
    return sorted(read_frozen(folders(root), release).rows, key=repr) == sorted(rows(root), key=repr)


def one_step_later_each_time(folder: Path) -> None:
    """Until one is killed only after its release is in place: nothing after that is paid for."""
    number, is_published, before = 0, False, None
    while not is_published:
        number += 1
        root = Path(shutil.copytree(folder / "town", folder / str(number)))
        secret(root / ".personatwin")
        code = ended(child(lambda root=root, number=number: die(root, number)))
        ledger = ledger_of(root)
        draws = len((root / "draws").read_text()) if (root / "draws").exists() else 0
        is_published = (root / "release" / "town.duckdb").exists()
        charges, releases = len(list(ledger.charges())), len(list(ledger.releases()))
        left = code, draws, charges, releases, is_published, files(root)
        if left != before:  # the build after it finds what it found the last time
            assert ended(child(lambda root=root: built(root))) == DONE
            after, is_same = len(list(ledger_of(root).charges())), is_as_frozen(root)
        before = left
        print(json.dumps([code, draws, charges, releases, int(is_published), after, int(is_same)]))


def files(root: Path) -> list[str]:
    """What there is of the ledger and of private state."""
    return sorted(
        path.name[:6]
        for folder in ("ledger", ".personatwin")
        for path in (root / folder).rglob("*")
        if path.is_file()
    )


def race(root: Path) -> None:
    processes = [child(lambda: built(root)) for _ in range(16)]
    print(json.dumps([ended(process) for process in processes]))


if __name__ == "__main__":
    if sys.argv[2] == "die":
        one_step_later_each_time(Path(sys.argv[1]))
    else:
        race(Path(sys.argv[1]) / "town")
