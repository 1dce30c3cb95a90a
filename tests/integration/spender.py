"""Spends of a ledger, draws and keeps, as a build does; and dies, or finds the disk full, at a step of it.

    python spender.py FOLDER die      one process after another, each killed one step later than the last
    python spender.py FOLDER full     likewise, the disk being full at that step
    python spender.py FOLDER race N   N processes at once, each until it is refused

A step is a call to the operating system that changes a file. Each process says what it did in FOLDER/said.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from personatwin_sql.engine.private_folder import secret
from personatwin_sql.errors import PersonaTwinError, Place, Unavailable, Withheld
from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.privacy.accounting.events import Laplace
from personatwin_sql.release.ledger.charge import Budgets, Request, charged, frozen
from personatwin_sql.release.ledger.folders import folders_of
from personatwin_sql.release.ledger.frozen import FrozenTable
from personatwin_sql.spec.budget import Budget

STEPS = ("open", "fdopen", "fsync", "replace", "mkdir", "unlink", "close", "chmod", "fchmod")
NEEDING_SPACE = ("open", "fsync", "replace", "mkdir")
BUDGET = Budget("court", Fraction(3), epoch="")
LARGE = Budget("court", Fraction(1000), epoch="")
TABLE = FrozenTable((("visits", "BIGINT"),), ((12,),))
DONE, DISTURBED, KILLED = 0, 1, -signal.SIGKILL


def spend(root: Path, budget: Budget, said: Callable[[str], object]) -> None:
    """Charge, draw, keep, publish: each is said when it is done."""
    folders, key = folders_of(root, root / ".personatwin"), secret(root / ".personatwin")
    third = Guarantee(Fraction("0.3"), Fraction(0))
    asked = Request(
        "visits",
        Place("visits.sql"),
        "court",
        third,
        (("visits", Laplace(1 / third.epsilon, 1, 1)),),
        "0" * 64,
    )
    (charge,) = charged(folders, key, Budgets({"court": budget}), [asked])
    said("drawn")
    frozen(folders, key, charge, TABLE)
    said("published")


def child(work: Callable[[], int]) -> int:
    """Do something in a process of its own; how that ended."""
    process = os.fork()
    if process == 0:
        code = 70
        try:
            code = work()
        except Withheld:
            code = 3
        except Unavailable as error:
            code = 5 if error.diagnostics[0].code == "PT412" else 6
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def at_step(number: int, happen: Callable[[], object], names: tuple[str, ...]) -> Callable[[], bool]:
    """Have something happen before the step of that number; whether it has.

    Between two steps nothing changes on disk: before the next is after the last.
    """
    count = 0

    def counted(step: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == number:
                happen()
            return step(*arguments, **named)

        return call

    for name in names:
        setattr(os, name, counted(getattr(os, name)))
    return lambda: count >= number


def one_step_later_each_time(root: Path, happen: Callable[[], object], names: tuple[str, ...]) -> None:
    """Until a process comes to its end undisturbed."""
    number, code = 0, -1
    while code != DONE:
        number += 1

        def work(number: int = number) -> int:
            log = os.open(root / "said", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            has_happened = at_step(number, happen, names)
            spend(root, LARGE, lambda word: os.write(log, f"{word}\n".encode()))
            return DISTURBED if has_happened() else DONE

        code = child(work)
        print(number, code)


def race(root: Path, processes: int) -> None:
    """So many at once, each until it is refused."""
    reader, writer = os.pipe()

    def work() -> None:
        os.close(writer)
        os.read(reader, 1)  # until all are there
        log = os.open(root / "said", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        while True:
            spend(root, BUDGET, lambda word: os.write(log, f"{word}\n".encode()))

    started = []
    for _ in range(processes):
        process = os.fork()
        if process == 0:
            try:
                work()
            except Withheld:
                os._exit(3)
            except PersonaTwinError as error:
                print(error, file=sys.stderr)
            finally:
                os._exit(70)
        started.append(process)
    os.close(writer)
    for process in started:
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))


def full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    secret(folder / ".personatwin")
    match sys.argv[2]:
        case "die":
            one_step_later_each_time(folder, lambda: os.kill(os.getpid(), signal.SIGKILL), STEPS)
        case "full":
            one_step_later_each_time(folder, full, NEEDING_SPACE)
        case "race":
            race(folder, int(sys.argv[3]))
