"""A file as people name it on the command line or in a program: a path, or `FILE:TABLE` of a database."""

from __future__ import annotations

import re
from pathlib import Path

from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.spec.project import SourceTable

_DATABASES = (".duckdb", ".db")
_SQLITE = b"SQLite format 3\x00"
"""How each file of SQLite begins."""
_SERVER = re.compile(r"env:|\w+://|\w+ *= *\S+ +\w+ *=")
"""How people write the way to a server: a variable, a URL, or words as `host=… dbname=…`."""


def given_source(file: str) -> SourceTable:
    """The file as it was named, or a table of it.

    Raises ProjectError: PT509 when it is not there, PT306 for a database without a table, or a server.
    """
    path, colon, table = file.rpartition(":")
    if Path(file).exists() or not colon or not Path(path).exists():
        path, table = file, ""
    if not Path(path).is_file():
        refuse_server(file)
        raise ProjectError(Diagnostic("PT509", f"there is no file `{path}`", fixes=("mend its name",)))
    is_sqlite = _is_sqlite(path)
    if not table and (is_sqlite or path.lower().endswith(_DATABASES)):
        why, fix = "which of its tables is meant is not said", f"write it behind the file: {path}:TABLE"
        raise ProjectError(Diagnostic("PT306", f"`{path}` cannot be read: {why}", fixes=(fix,)))
    if is_sqlite:
        return SourceTable(sqlite=path, table=table)
    return SourceTable(path=path, table=table or None)


def refuse_server(subject: str) -> None:
    """Raises ProjectError PT306 for the way to a server, which is not told: it may hold a password."""
    if _SERVER.match(subject):
        message = "the table of a server is not named on the command line, but in a project"
        fixes = (
            "declare it in project.yml, `people: {postgres: env:NAME, table: …, epoch: …}`: "
            "`profile` and `risk` then take SOURCE.TABLE",
        )
        raise ProjectError(Diagnostic("PT306", message, fixes=fixes))


def _is_sqlite(path: str) -> bool:
    with Path(path).open("rb") as opened:
        return opened.read(len(_SQLITE)) == _SQLITE
