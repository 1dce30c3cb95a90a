"""Reads a released file with nothing else in reach: read-only, no other file, no setting to change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import _duckdb as duckdb
import numpy.typing as npt

from personatwin_sql.compile.quoting import literal
from personatwin_sql.engine.session import LOCKED_DOWN, Settings, threads_for
from personatwin_sql.engine.worker import Worker
from personatwin_sql.errors import Diagnostic, ProjectError, Unavailable
from personatwin_sql.frozen import dataclass

_ALONE: Settings = {
    **LOCKED_DOWN,
    "enable_external_access": False,
    "lock_configuration": True,
}
_READING = frozenset(
    {
        duckdb.StatementType.SELECT,  # FROM, VALUES, DESCRIBE, SHOW and SUMMARIZE too
        duckdb.StatementType.MULTI,  # PIVOT
        duckdb.StatementType.EXPLAIN,
    }
)

Result = TypeVar("Result")
Asking = Callable[[str], tuple[tuple[str, ...], list[tuple[Any, ...]]]]
"""Runs one statement that reads; names of the columns, and all rows."""


@dataclass(frozen=True)
class ReleasedTable:
    """One table of a release, as its file describes it."""

    schema: str
    name: str
    rows: int
    comment: str
    columns: tuple[tuple[str, str], ...]


def query(release_file: Path, sql: str, limit: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Names of the columns and at most `limit` rows of one statement that reads.

    Raises ProjectError PT330 for any other statement and PT331 for what the engine refuses, in its own
    words, for a release holds nothing that is not public; Unavailable PT408 when there is no release.
    """
    with opened(release_file) as connection:
        try:
            checked_query(connection, sql)
            worker = Worker(connection.interrupt)
            try:
                return worker.call(lambda: _fetched(connection, sql, limit))
            finally:
                worker.close()
        except duckdb.Error as error:
            raise failed(error) from None


def asked_together(release_file: Path, work: Callable[[Asking], Result]) -> Result:
    """What `work` makes of many statements, each of which reads and gives names and all rows.

    Raises as `query` does; `work` sees the errors of its statements first.
    """
    with opened(release_file) as connection:

        def ask(sql: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
            try:
                statements = connection.extract_statements(sql)
                if len(statements) != 1 or statements[0].type not in _READING:
                    raise _not_a_select(len(statements))
                found = connection.execute(statements[0]).fetchall()
            except duckdb.Error as error:
                raise failed(error) from None
            return tuple(str(column[0]) for column in connection.description or ()), found

        worker = Worker(connection.interrupt)
        try:
            return worker.call(lambda: work(ask))
        finally:
            worker.close()


@contextmanager
def asking(
    release_file: Path,
) -> Iterator[tuple[Callable[[str], list[tuple[Any, ...]]], Callable[[str], dict[str, npt.NDArray[Any]]]]]:
    """All rows of one statement that reads, or its columns as arrays, for many in a row.

    Raises as `query` does.
    """
    with opened(release_file) as connection:
        worker = Worker(connection.interrupt)

        def told(sql: str, fetched: Callable[[duckdb.DuckDBPyConnection], Result]) -> Result:
            try:
                checked_query(connection, sql)
                return worker.call(lambda: fetched(connection.execute(sql)))
            except duckdb.Error as error:
                raise failed(error) from None

        def rows(sql: str) -> list[tuple[Any, ...]]:
            return told(sql, lambda executed: executed.fetchall())

        def arrays(sql: str) -> dict[str, npt.NDArray[Any]]:
            return told(sql, lambda executed: executed.fetchnumpy())

        try:
            yield rows, arrays
        finally:
            worker.close()


def checked_query(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Refuse anything but one statement that reads: ProjectError PT330, or the engine's own error."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type not in _READING:
        raise _not_a_select(len(statements))


def tables(release_file: Path) -> tuple[ReleasedTable, ...]:
    """What a release holds, its own description (`_personatwin`) last."""
    with opened(release_file) as connection:
        found = connection.execute(
            "SELECT schema_name, table_name, estimated_size, coalesce(comment, ''), "
            "(SELECT list((column_name, data_type) ORDER BY column_index) FROM duckdb_columns() AS columns "
            "WHERE columns.table_oid = tables.table_oid AND columns.schema_oid = tables.schema_oid) "
            "FROM duckdb_tables() AS tables WHERE NOT internal "
            "ORDER BY schema_name = '_personatwin', schema_name, table_name"
        ).fetchall()
    return tuple(
        ReleasedTable(
            schema, name, rows, comment, tuple((str(column), str(kind)) for column, kind in columns)
        )
        for schema, name, rows, comment, columns in found
    )


@contextmanager
def opened(release_file: Path, folder: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The release read-only, with no other file in reach but those of one folder that copies go to."""
    if not release_file.is_file():
        raise Unavailable(
            Diagnostic("PT408", "there is no release yet", fixes=("build the project: personatwin build",))
        )
    try:
        connection = duckdb.connect(
            str(release_file),
            read_only=True,
            config={
                **(_ALONE if folder is None else LOCKED_DOWN),
                **threads_for(release_file.stat().st_size),
            },
        )
        if folder is not None:
            connection.execute(f"SET allowed_directories = [{literal(str(folder))}]")
            connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    except duckdb.Error as error:
        raise _unreadable(release_file, error) from None
    with connection:
        yield connection


def _fetched(
    connection: duckdb.DuckDBPyConnection, sql: str, limit: int
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    connection.execute(sql)
    names = tuple(str(column[0]) for column in connection.description or ())
    rows = connection.fetchmany(limit)
    connection.abort()
    return names, rows


def _not_a_select(statements: int) -> ProjectError:
    what = "that only reads" if statements == 1 else f"at a time, and there are {statements}"
    fixes = ("ask with SELECT, FROM, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN",)
    return ProjectError(Diagnostic("PT330", f"a release answers one statement {what}", fixes=fixes))


def failed(error: duckdb.Error) -> ProjectError | KeyboardInterrupt:
    """What the engine refused, in its own words."""
    if isinstance(error, duckdb.InterruptException):
        return KeyboardInterrupt()
    return ProjectError(
        Diagnostic("PT331", str(error).rstrip(), fixes=("`SHOW ALL TABLES` lists what there is",))
    )


def _unreadable(release_file: Path, error: duckdb.Error) -> Unavailable:
    if "lock" in str(error).casefold():
        fixes = ("close it there, or have it opened read-only",)
        return Unavailable(
            Diagnostic("PT402", f"another program holds `{release_file.name}` open for writing", fixes=fixes)
        )
    fixes = ("build the project anew: personatwin build",)
    return Unavailable(Diagnostic("PT414", f"`{release_file.name}` cannot be read as a release", fixes=fixes))
