"""One build of a project at a time."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from personatwin_sql.errors import Diagnostic, Place, Unavailable
from personatwin_sql.release.durable_file import PRIVATE, private_folder, unavailable

_PAUSE = 0.05


@contextmanager
def project_lock(folder: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold `lock` in the private folder, waiting up to `wait` seconds for whoever holds it.

    The kernel lets go of it when the process ends, however it ends, so a lock is never left behind.
    """
    path = private_folder(folder) / "lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE)
    except OSError as error:
        raise unavailable(path, error) from None
    try:
        _acquire(descriptor, path, time.monotonic() + wait)
        _sign(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise _held(descriptor, path) from None
            time.sleep(_PAUSE)
        else:
            return


def _sign(descriptor: int, path: Path) -> None:
    """Say who holds it."""
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        raise unavailable(path, error) from None


def _held(descriptor: int, path: Path) -> Unavailable:
    holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
    who = f"process {holder}" if holder.isdecimal() else "another process"
    return Unavailable(
        Diagnostic(
            "PT413",
            f"{who} is building this project",
            Place(str(path)),
            fixes=("wait until it has ended, then build again",),
        )
    )
