"""A file as people name it on the command line or in a program: a path, or `FILE.duckdb:TABLE`."""

from __future__ import annotations

from pathlib import Path

from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.spec.project import SourceTable


def given_source(file: str) -> SourceTable:
    """The file as it was named, or a table of it. Raises ProjectError PT509 when it is not there."""
    path, colon, table = file.rpartition(":")
    if Path(file).exists() or not colon or not Path(path).exists():
        path, table = file, ""
    if not Path(path).is_file():
        raise ProjectError(Diagnostic("PT509", f"there is no file `{path}`", fixes=("mend its name",)))
    return SourceTable(path=path, table=table or None)
