"""What a build keeps to itself in `.personatwin/`: the session's file while it runs, and the secret."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from personatwin_sql.errors import Diagnostic, Place, Unavailable

SECRET_BYTES = 32
_SESSION = "session.duckdb"
_SPILL = "tmp"
_HANDOVER = "handover"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def prepared(private: Path) -> tuple[Path, Path]:
    """The path of a session's file, not there yet, and an empty folder for what memory cannot hold.

    Both lie where only the owner can enter. What a killed build left behind is removed.
    """
    try:
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
        private.chmod(0o700)
        cleared(private)
        spill = private / _SPILL
        spill.mkdir(mode=0o700)
    except OSError as error:
        raise _not_writable(private, error) from None
    return private / _SESSION, spill


@contextmanager
def spill_folder(elsewhere: Path, private: Path) -> Iterator[Path]:
    """An empty folder for what memory cannot hold, on another disk: the owner's alone, gone at the end.

    It has the same name in each build of a project, so that what a killed one left behind is removed.
    """
    name = hashlib.sha256(str(private.resolve()).encode()).hexdigest()[:16]
    with _for_a_while(elsewhere / f"personatwin-{name}", of_parent=0o777) as folder:
        yield folder


def cleared(private: Path) -> None:
    """Remove the session's file with its log, what was spilled, and what was handed over."""
    for name in (_SESSION, f"{_SESSION}.wal"):
        (private / name).unlink(missing_ok=True)
    _remove_folder(private / _SPILL)
    _remove_folder(private / _HANDOVER)


@contextmanager
def handover_folder(private: Path) -> Iterator[Path]:
    """An empty folder for what the process that writes the release is given; gone at the end."""
    with _for_a_while(private / _HANDOVER, of_parent=0o700) as folder:
        yield folder


@contextmanager
def _for_a_while(folder: Path, of_parent: int) -> Iterator[Path]:
    """An empty folder that only its owner can enter, gone at the end."""
    try:
        folder.parent.mkdir(mode=of_parent, parents=True, exist_ok=True)
        _remove_folder(folder)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise _not_writable(folder, error) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_folder(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def secret(private: Path) -> bytes:
    """The secret of the project, 32 bytes: made once by the system's randomness, readable by its owner.

    A damaged one is refused rather than replaced: keys and digests that were made with it would be orphaned.
    So is a lost one, where a ledger says that there was one: Unavailable PT686.
    """
    path = private / "secret"
    if not path.exists() and _has_ledger(private):
        raise _lost_secret(private)
    try:
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make_secret(path)
        path.chmod(0o600)
        found = path.read_bytes()
    except OSError as error:
        raise _not_writable(path, error) from None
    if len(found) != SECRET_BYTES:
        raise Unavailable(
            Diagnostic(
                "PT407",
                "the secret of the project is damaged",
                Place(f"{private.name}/secret"),
                fixes=(
                    "put it back from a backup",
                    f"or remove {private.name} and release: the project then forgets its past releases",
                ),
            )
        )
    return found


def _has_ledger(private: Path) -> bool:
    """Whether anything was ever spent here, as far as can be seen: in the project, or in the private copy."""
    folders = (private.parent / "ledger", private / "ledger")
    return any(next(folder.glob("*.json"), None) is not None for folder in folders)


def _lost_secret(private: Path) -> Unavailable:
    shown = f"{private.name}/secret"
    return Unavailable(
        Diagnostic(
            "PT686",
            f"the project has a ledger, and {shown} is not here",
            Place(shown),
            fixes=(
                f"copy {shown} from the folder, or its backup, where the ledger was written, by a way that "
                "nobody reads along: git does not carry it",
            ),
            notes=(
                "with a new secret the same release would be drawn again, and noise drawn twice averages out",
            ),
        )
    )


def _make_secret(path: Path) -> None:
    """Written whole beside its place first, so that a crash leaves no half, and linked, so that one wins."""
    beside = path.with_name(f".secret.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, path)
        except FileExistsError:
            return
        except OSError:  # a file system without hard links
            beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)


def _not_writable(path: Path, error: OSError) -> Unavailable:
    if error.errno in _FULL:
        fixes = ("free some space on that disk and build again",)
        return Unavailable(
            Diagnostic("PT412", f"no space left to write {path.name}", Place(str(path)), fixes=fixes)
        )
    reason = os.strerror(error.errno) if error.errno else "the file system refused"
    fixes = ("give yourself the right to write there, and build again",)
    return Unavailable(
        Diagnostic("PT411", f"cannot write {path.name}: {reason}", Place(str(path)), fixes=fixes)
    )
