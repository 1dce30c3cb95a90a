"""Files that are either the old ones or the new ones, whatever happens in between."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from personatwin_sql.errors import Diagnostic, Place, Unavailable

PRIVATE = 0o600
PUBLIC = 0o644
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def write_durably(path: Path, content: bytes, mode: int = PUBLIC) -> None:
    """Put `content` in place at once: beside it first, on disk, then renamed over the old file."""
    write_all_durably({path: content}, path.parent if mode == PRIVATE else None)


def write_all_durably(contents: Mapping[Path, bytes], private: Path | None = None) -> None:
    """Put files in place in their order, each at once, and none before all are on disk beside their places.

    So a full disk leaves none of them, and a crash in between the first of them. Those in the folder
    `private` are their owner's alone.
    """
    path = Path()
    try:
        for path, content in contents.items():
            _write(temporary_of(path), content, PRIVATE if path.parent == private else PUBLIC)
        for path in contents:
            put_in_place(temporary_of(path), path)
    except OSError as error:
        raise unavailable(path, error) from None
    finally:
        for path in contents:
            temporary_of(path).unlink(missing_ok=True)


def _write(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def written_privately(path: Path) -> Iterator[Path]:
    """Where somebody else writes a file of the owner's: put in place when it is whole, else removed."""
    temporary = temporary_of(path)
    try:
        yield temporary
        temporary.chmod(PRIVATE)
        sync(temporary)
        put_in_place(temporary, path)
    except OSError as error:
        raise unavailable(path, error) from None
    finally:
        temporary.unlink(missing_ok=True)


def put_in_place(temporary: Path, path: Path) -> None:
    """Rename over `path`, and have the folder remember it."""
    temporary.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Have the disk hold a file's bytes or a folder's names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def temporary_of(path: Path) -> Path:
    """The one name beside a file that its next version is written under: a leftover is overwritten."""
    return path.with_name(f".{path.name}.new")


def private_folder(path: Path) -> Path:
    """A folder that only its owner can enter."""
    return _folder(path, 0o700)


def public_folder(path: Path) -> Path:
    return _folder(path, 0o755)


def lasting_folder(path: Path) -> Path:
    """A folder for everyone that the disk itself holds."""
    if not path.exists():
        _folder(path, 0o755)
        try:
            sync(path.parent)
        except OSError as error:
            raise unavailable(path, error) from None
    return path


def _folder(path: Path, mode: int) -> Path:
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        if mode == 0o700:
            path.chmod(mode)
    except OSError as error:
        raise unavailable(path, error) from None
    return path


def unavailable(path: Path, error: OSError | None = None, *, is_full: bool = False) -> Unavailable:
    """What went wrong with a file, without the words of the operating system around it."""
    if is_full or (error is not None and error.errno in _FULL):
        return Unavailable(
            Diagnostic(
                "PT412",
                f"no space left to write {path.name}",
                Place(str(path)),
                fixes=("free some space on that disk and build again: what was there before is untouched",),
            )
        )
    reason = os.strerror(error.errno) if error is not None and error.errno else "the file system refused"
    return Unavailable(
        Diagnostic(
            "PT411",
            f"cannot write {path.name}: {reason}",
            Place(str(path)),
            fixes=(
                "give yourself the right to write there, and build again: what was there before is untouched",
            ),
        )
    )


def unreadable(path: Path, error: OSError) -> Unavailable:
    """What kept a file from being read."""
    reason = os.strerror(error.errno) if error.errno else "the file system refused"
    return Unavailable(
        Diagnostic(
            "PT414",
            f"cannot read {path.name}: {reason}",
            Place(str(path)),
            fixes=("put the file back, or give yourself the right to read it",),
        )
    )
