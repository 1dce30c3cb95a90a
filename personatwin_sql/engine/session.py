"""The private database of one build: opened fresh, readable by its owner alone, removed at the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import local
from typing import Any, TypeVar

import _duckdb as duckdb
import numpy.typing as npt

from personatwin_sql.compile.quoting import literal
from personatwin_sql.engine.failures import PlaceOf, failure
from personatwin_sql.engine.functions import registered_functions
from personatwin_sql.engine.private_folder import cleared, prepared, secret, spill_folder
from personatwin_sql.engine.worker import Worker
from personatwin_sql.errors import Diagnostic, NodeError, Place, ProjectError
from personatwin_sql.spec.project import Resources

Result = TypeVar("Result")
Parameters = Sequence[object] | None
Answers = Callable[[str], tuple[tuple[str, ...], list[tuple[Any, ...]]]]
"""Runs one query: names of its columns, and all rows."""
Settings = dict[str, str | bool | int | float | list[str]]
"""What the engine is opened with."""
Progress = Callable[[str, float], None]
"""Called while a statement runs, with its node and how much of it is done, from 0 to 1."""

SCHEMAS = ("source", "private", "hierarchy", "release")
LOCKED_DOWN: dict[str, str | bool] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}
"""No extension arrives by itself, and no Python variable is taken for a table."""
ALONE: Settings = {"threads": 1, "async_threads": 0}
"""One thread, that of the caller: the engine would start sixteen more, which wait for disks far away."""
_MEMORY = ":memory:"
_BUILD = "the build"
_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI)  # MULTI is a PIVOT


class Session:
    """Runs SQL. Whatever goes wrong comes out as an error of ours; Ctrl-C stops the query at once."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, time_zone: str, progress: Progress | None
    ) -> None:
        self.connection = connection
        self.time_zone = time_zone
        self._progress = progress
        self._worker = Worker(self.interrupt)

    def run(self, sql: str, node: str, place_of: PlaceOf | None = None) -> None:
        """Run one or more statements for a node, without a result.

        `place_of` says where a line and column of `sql` stand in the author's file.
        """
        self._told(lambda: self._completed(sql, None), sql, node, place_of)

    def rows(self, sql: str, params: Parameters = None, node: str = _BUILD) -> list[tuple[Any, ...]]:
        return self._told(lambda: self.connection.execute(sql, params).fetchall(), sql, node)

    def value(self, sql: str, params: Parameters = None, node: str = _BUILD) -> Any:
        """The one value of a query with one row and one column."""
        ((value,),) = self.rows(sql, params, node)
        return value

    def arrays(self, sql: str, params: Parameters = None, node: str = _BUILD) -> dict[str, npt.NDArray[Any]]:
        """Each column as an array; one that has NULLs is a masked array."""
        arrays: dict[str, npt.NDArray[Any]] = self._told(
            lambda: self.connection.execute(sql, params).fetchnumpy(), sql, node
        )
        return arrays

    def columns(self, table: str) -> tuple[tuple[str, str], ...]:
        """Name and type of each column of a relation, which is given as SQL: `release.personas`."""
        return tuple((str(row[0]), str(row[1])) for row in self.rows(f"DESCRIBE {table}"))

    def attempt(self, sql: str, params: Parameters = None, node: str = _BUILD) -> None:
        """Run statements and let the engine's own error through: for a caller that knows what it means."""
        self._watched(lambda: self._completed(sql, params), node)

    def together(self, work: Callable[[Answers], Result], node: str = _BUILD) -> Result:
        """What `work` makes of many queries, each of which gives names and rows; its errors are ours.

        They come from outside, so each is one statement and changes nothing: tables that are to be published
        have been judged already.
        """

        def answers(sql: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
            try:
                return self._only_read(sql, node)
            except duckdb.Error as error:
                told = failure(error, node, sql)
            raise told

        return self._watched(lambda: work(answers), node)

    def interrupt(self) -> None:
        """Stop what is running, from another thread."""
        self.connection.interrupt()

    def close(self) -> None:
        self._worker.close()
        self.connection.close()

    def _only_read(self, sql: str, node: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """Names and rows of one statement; an INSERT within a SELECT is refused by the engine itself."""
        statements = self.connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type not in _READING:
            message = f"`{node}`: more than one statement that only reads"
            raise NodeError(Diagnostic("PT330", message, fixes=("ask with one SELECT",)))
        self.connection.execute("BEGIN TRANSACTION READ ONLY")
        try:
            found = self.connection.execute(statements[0]).fetchall()
            return tuple(str(column[0]) for column in self.connection.description or ()), found
        finally:
            self.connection.execute("ROLLBACK")

    def _completed(self, sql: str, params: Parameters) -> None:
        self.connection.execute(sql, params)
        self.connection.complete()

    def _told(
        self, work: Callable[[], Result], sql: str, node: str, place_of: PlaceOf | None = None
    ) -> Result:
        try:
            return self._watched(work, node)
        except duckdb.Error as error:
            told = failure(error, node, sql, place_of)
        raise told  # outside of the handler: the engine's error is not even its context

    def _watched(self, work: Callable[[], Result], node: str) -> Result:
        progress = self._progress
        if progress is None:
            return self._worker.call(work)
        return self._worker.call(work, lambda: progress(node, self._share_done()))

    def _share_done(self) -> float:
        return min(max(float(self.connection.query_progress()) / 100, 0.0), 1.0)


SMALL = 64 << 20
"""Sources of fewer bytes are worked on in memory: no file is written, and nothing is left to remove."""
BYTES_PER_THREAD = 16 << 20
"""A thread more for each so many bytes: on few rows, threads that wait for work cost more than they do."""


@contextmanager
def open_session(
    private: Path,
    resources: Resources,
    time_zone: str,
    progress: Progress | None = None,
    source_bytes: int = SMALL,
) -> Iterator[Session]:
    """A session for sources of this size: in memory if they are small, else in a fresh file of `private`.

    The file is removed at the end, whatever happens.

    Schemas `source`, `private`, `hierarchy`, `release`; the functions `pt_…`; the variable `release_secret`,
    in hexadecimal. Raises ProjectError PT308 for resources or a time zone that the engine refuses.
    """
    path, spill = prepared(private)
    with ExitStack() as stack:
        stack.callback(_remove, private)
        if resources.temp_directory is not None:
            elsewhere = private.parent / resources.temp_directory
            spill = stack.enter_context(spill_folder(elsewhere, private))
        file = path if source_bytes >= SMALL else None
        connection = _connected(file, spill, resources, source_bytes)
        session = Session(connection, time_zone, progress)
        stack.callback(session.close)
        stack.enter_context(registered_functions(connection))
        _set_up(session, secret(private))
        yield session


_parsers = local()


def parser() -> duckdb.DuckDBPyConnection:
    """An engine of this thread that only parses, and so keeps nothing: a session in memory may take it over.

    To open one costs as much as fifty statements over few rows.
    """
    connection: duckdb.DuckDBPyConnection | None = getattr(_parsers, "unused", None)
    if connection is None:
        connection = _parsers.unused = duckdb.connect(_MEMORY, config={**LOCKED_DOWN, **ALONE})
        connection.execute("SET errors_as_json = true")
    return connection


def _unused() -> duckdb.DuckDBPyConnection | None:
    """The engine that has parsed, if there is one; it is the caller's from now on."""
    connection: duckdb.DuckDBPyConnection | None = vars(_parsers).pop("unused", None)
    return connection


@contextmanager
def invented_session(time_zone: str) -> Iterator[Session]:
    """An engine of its own for invented rows: it has no file, reaches none, and knows no other session."""
    connection = duckdb.connect(_MEMORY, config={**LOCKED_DOWN, **ALONE, "enable_external_access": False})
    session = Session(connection, time_zone, None)
    with ExitStack() as stack:
        stack.callback(session.close)
        stack.enter_context(registered_functions(connection))
        _set_up(session, bytes(32))
        yield session


_IN_FILE = (
    "ATTACH {} AS session (RECOVERY_MODE no_wal_writes); USE session; PRAGMA disable_checkpoint_on_shutdown"
)
"""Nobody opens the file of a session again: its disk is never waited for."""


def _connected(
    file: Path | None, spill: Path, resources: Resources, source_bytes: int
) -> duckdb.DuckDBPyConnection:
    settings: Settings = {
        **LOCKED_DOWN,
        "memory_limit": resources.memory_limit,
        "max_temp_directory_size": resources.max_temp_directory_size,
        "temp_directory": str(spill),
    }
    settings |= threads_for(source_bytes, resources.threads)
    umask = os.umask(0o077)
    try:
        unused = None if file else _unused()
        if unused is not None:
            unused.execute("; ".join(f"SET {name} = {literal(value)}" for name, value in settings.items()))
            return unused
        connection = duckdb.connect(_MEMORY, config=settings)
        if file is not None:
            connection.execute(_IN_FILE.format(literal(str(file))))
        return connection
    except (duckdb.ParserException, duckdb.SyntaxException, duckdb.InvalidInputException):
        told: BaseException = _refused(
            "the engine cannot work with these `resources`",
            "write sizes as `2GB` or `512MB`, and at least one thread",
        )
    except duckdb.Error as error:
        told = failure(error, _BUILD)
    finally:
        os.umask(umask)
    raise told


def threads_for(size: int, threads: int | None = None) -> Settings:
    """How many threads read so many bytes, unless `threads` says it: few are read by the caller's alone."""
    threads = threads or min(os.cpu_count() or 1, 1 + size // BYTES_PER_THREAD)
    return ALONE if threads == 1 else {"threads": threads}


def _set_up(session: Session, key: bytes) -> None:
    try:
        session.attempt(f"SET TimeZone = {literal(session.time_zone)}")
    except duckdb.NotImplementedException:
        raise _refused(
            "the engine does not know the `time_zone`", "name it as `Europe/Berlin`, or `UTC`"
        ) from None
    except duckdb.Error as error:
        raise failure(error, _BUILD) from None
    schemas = "; ".join(f"CREATE SCHEMA {name}" for name in SCHEMAS)
    progress = "SET enable_progress_bar = true; SET enable_progress_bar_print = false"
    session.run(f"{schemas}; {progress}; SET errors_as_json = true", _BUILD)
    session.rows("SET VARIABLE release_secret = ?", [key.hex()])


def _refused(message: str, fix: str) -> ProjectError:
    return ProjectError(Diagnostic("PT308", message, Place("project.yml"), fixes=(fix,)))


def _remove(private: Path) -> None:
    with suppress(OSError):
        cleared(private)
