"""One file of private data, asked by its owner: nothing of it is kept, and nothing else is in reach."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import _duckdb as duckdb
import numpy.typing as npt

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import LOCKED_DOWN
from personatwin_sql.engine.source_failures import reading_failure
from personatwin_sql.engine.source_file import inspect
from personatwin_sql.engine.worker import Worker
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.project import SourceTable

Answer = TypeVar("Answer")
Ask = Callable[[str], list[tuple[Any, ...]]]
Arrays = Callable[[str], dict[str, npt.NDArray[Any]]]


@dataclass(frozen=True)
class Asked:
    """A relation that answers: all rows of a statement over it."""

    ask: Ask
    relation: str
    """SQL that stands for it in FROM."""
    columns: tuple[tuple[str, str], ...]
    """Name and type of each column."""
    arrays: Arrays
    """The same, each column as an array."""
    kind: str = "duckdb"


_TEXT = ("csv", "json")
"""Kinds of files that are slower to read than to keep."""


@contextmanager
def asked_file(table: SourceTable, *, often: bool = False) -> Iterator[Asked]:
    """A file that answers. What memory cannot hold lies in a folder of the owner, which is gone at the end.

    Who asks `often` has a file of text read once. Raises as `source_file.inspect` does, and Unavailable or
    NodeError for rows that cannot be read.
    """
    file = inspect(Path(), table)
    spill = tempfile.mkdtemp(prefix="personatwin-")  # with rights 0700
    try:
        with duckdb.connect(":memory:", config={**LOCKED_DOWN, "temp_directory": spill}) as connection:
            worker = Worker(connection.interrupt)

            def told(work: Callable[[], Answer]) -> Answer:
                try:
                    return worker.call(work)
                except duckdb.Error as error:
                    failure = reading_failure(error, file.shown, None)
                raise failure  # outside of the handler: the engine's words may quote a value

            def ask(sql: str) -> list[tuple[Any, ...]]:
                return told(lambda: connection.execute(sql).fetchall())

            def arrays(sql: str) -> dict[str, npt.NDArray[Any]]:
                found: dict[str, npt.NDArray[Any]] = told(lambda: connection.execute(sql).fetchnumpy())
                return found

            try:
                with file.attached(connection):
                    items = (
                        f"{field} AS {identifier(name)}"
                        for (name, _), field in zip(file.columns, file.fields, strict=True)
                    )
                    relation = f"(SELECT {', '.join(items)} FROM {file.relation})"
                    if often and file.kind in _TEXT:
                        ask(f"CREATE TEMP TABLE given AS FROM {relation}")
                        relation = "temp.given"
                    yield Asked(ask, relation, file.columns, arrays, file.kind)
            finally:
                worker.close()
    finally:
        shutil.rmtree(spill, ignore_errors=True)
