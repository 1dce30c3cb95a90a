"""A file as people name it on the command line or in a program: a path, or `FILE.duckdb:TABLE`."""

from __future__ import annotations

from pathlib import Path

from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.spec.project import SourceTable

_DATABASES = (".duckdb", ".db")
_SQLITE = b"SQLite format 3\x00"
"""How each file of SQLite begins."""


def given_source(file: str) -> SourceTable:
    """The file as it was named, or a table of it.

    Raises ProjectError: PT509 when it is not there, PT306 for a database without a table, or of SQLite.
    """
    path, colon, table = file.rpartition(":")
    if Path(file).exists() or not colon or not Path(path).exists():
        path, table = file, ""
    if not Path(path).is_file():
        raise ProjectError(Diagnostic("PT509", f"there is no file `{path}`", fixes=("mend its name",)))
    if path.lower().endswith(_DATABASES):
        _check_database(path, table)
    return SourceTable(path=path, table=table or None)


def _check_database(path: str, table: str) -> None:
    with Path(path).open("rb") as opened:
        is_sqlite = opened.read(len(_SQLITE)) == _SQLITE
    if is_sqlite:
        why = "files of SQLite are read as sources of a project alone"
        fix = "begin with CSV files; then write `people: {sqlite: FILE, table: NAME}` in project.yml"
    elif not table:
        why = "which of its tables is meant is not said"
        fix = f"write it behind the file: {path}:TABLE"
    else:
        return
    raise ProjectError(Diagnostic("PT306", f"`{path}` cannot be read: {why}", fixes=(fix,)))
