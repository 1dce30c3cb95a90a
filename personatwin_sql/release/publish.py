"""Publishing: the released tables into a file of their own, checked, and put in place at once."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from personatwin_sql.engine.content import Connection, Content, content_of, interruptible
from personatwin_sql.engine.handover import hand_over
from personatwin_sql.engine.private_folder import handover_folder
from personatwin_sql.engine.publish_file import PublishedTable, check_file
from personatwin_sql.engine.publisher_process import write_file
from personatwin_sql.errors import Diagnostic, Place, Unavailable, Withheld
from personatwin_sql.release.catalogue import catalogue
from personatwin_sql.release.durable_file import (
    PUBLIC,
    public_folder,
    put_in_place,
    sync,
    temporary_of,
    unavailable,
)
from personatwin_sql.release.gate import judge
from personatwin_sql.release.result import Release, ReleasedModel
from personatwin_sql.release.words import column_comment, table_comment


def publish(
    connection: Connection,
    release: Release,
    path: Path,
    private: Path,
    remember: Callable[[Release], object] = lambda _: None,
    mode: int = PUBLIC,
) -> Release:
    """Write the session's `release` tables to `path`; the release with types and digests filled in.

    They go through the folder `private` to a process of its own: the session's memory holds private rows.
    What must be on disk before, `remember` writes. Whatever happens, `path` is the old file or the whole new
    one. Withheld if the gate holds a model back or a table is not what was declared; Unavailable if the file
    cannot be written, with the old one untouched. `mode`: PRIVATE for a preview, whose noise is no secret.
    """
    if held := judge(release.models):
        raise Withheld(held)
    names = [model.name for model in release.models]
    contents = interruptible(
        connection, lambda: {name: content_of(connection, "release", name) for name in names}
    )
    release = replace(
        release, models=tuple(_with_content(model, contents[model.name]) for model in release.models)
    )
    tables = tuple(
        PublishedTable(
            model.name,
            contents[model.name],
            table_comment(model),
            tuple((column.name, column_comment(model, column)) for column in model.columns),
        )
        for model in release.models
    )
    facts = catalogue(release)
    public_folder(path.parent)
    refuse_if_taken(path)
    remember(release)
    with _replacing(path, mode) as temporary, handover_folder(private) as handover:
        interruptible(connection, lambda: hand_over(connection, handover, temporary, tables, facts))
        write_file(handover, temporary)
        interruptible(connection, lambda: check_file(connection, temporary, tables, facts))
    return release


def _with_content(model: ReleasedModel, content: Content) -> ReleasedModel:
    declared = tuple(column.name for column in model.columns)
    if declared != tuple(name for name, _ in content.columns):
        raise Withheld(_not_declared(model, "columns"))
    if model.rows != content.rows:
        raise Withheld(_not_declared(model, "rows"))
    columns = tuple(
        replace(column, type=kind) for column, (_, kind) in zip(model.columns, content.columns, strict=True)
    )
    return replace(model, columns=columns, digest=content.digest)


def _not_declared(model: ReleasedModel, what: str) -> Diagnostic:
    return Diagnostic(
        "PT210",
        f"`{model.name}` withheld: its table does not have the {what} that were judged",
        Place(model.path, 1),
        fixes=("build again; if it stays, the macro that writes the protection adds or drops some",),
    )


@contextmanager
def _replacing(path: Path, mode: int) -> Iterator[Path]:
    """A temporary file beside `path`, which takes its place if all goes well and is gone if not."""
    refuse_if_taken(path)
    temporary = temporary_of(path)
    try:
        _remove(temporary)
        yield temporary
        temporary.chmod(mode)
        sync(temporary)
        _log_of(path).unlink(
            missing_ok=True
        )  # of a writer that is gone: it would be replayed into the new file
        put_in_place(temporary, path)
    except OSError as error:
        raise unavailable(path, error) from None
    finally:
        _remove(temporary)


def _remove(temporary: Path) -> None:
    temporary.unlink(missing_ok=True)
    _log_of(temporary).unlink(missing_ok=True)


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def refuse_if_taken(path: Path) -> None:
    """Readers do not mind a new file; a program that has the old one open for writing would lose its work."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return
    except OSError as error:
        raise unavailable(path, error) from None
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        raise Unavailable(
            Diagnostic(
                "PT410",
                f"{path.name} is open for writing in another program",
                Place(str(path)),
                fixes=("close it there, or open it read-only, and build again",),
            )
        ) from None
    finally:
        os.close(descriptor)
