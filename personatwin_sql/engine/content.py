"""What a released table holds: its columns as they are published, its rows, and a digest of them in order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import _duckdb as duckdb

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.worker import Worker
from personatwin_sql.errors import Diagnostic, Withheld
from personatwin_sql.frozen import dataclass

Connection = duckdb.DuckDBPyConnection
Result = TypeVar("Result")

_BLOCK = 1 << 14
"""Rows that are digested together: many blocks, many threads."""
_RANGE = 1 << 22
"""Rows that are digested in one query, so that memory does not grow with the table."""
_PUBLISHABLE = re.compile(
    r"(VARCHAR|BOOLEAN|TINYINT|SMALLINT|INTEGER|BIGINT|DOUBLE|DATE|TIME|TIMESTAMP|DECIMAL\(\d+,\d+\))(\[\])*"
)
_PUBLISHED_AS = {
    "HUGEINT": "BIGINT",
    "UHUGEINT": "BIGINT",
    "UBIGINT": "BIGINT",
    "UINTEGER": "BIGINT",
    "USMALLINT": "INTEGER",
    "UTINYINT": "SMALLINT",
    "FLOAT": "DOUBLE",
    "UUID": "VARCHAR",
    "JSON": "VARCHAR",
}


@dataclass(frozen=True)
class Content:
    """What a table holds: columns with their published types, how many rows, a digest of them in order."""

    columns: tuple[tuple[str, str], ...]
    rows: int
    digest: str


def content_of(connection: Connection, schema: str, model: str) -> Content:
    """A table as it is published; Withheld if a column of it cannot leave as it is.

    `schema` may name an attached database before it: `published.main`.
    """
    relation = f"{schema}.{identifier(model)}"
    described = connection.execute(f"DESCRIBE {relation}").fetchall()
    columns = tuple((str(row[0]), _published_type(model, str(row[0]), str(row[1]))) for row in described)
    with published_range(model):
        rows, digest = _digest(connection, relation, columns)
    return Content(columns, rows, digest)


def _digest(connection: Connection, relation: str, columns: Sequence[tuple[str, str]]) -> tuple[int, str]:
    """SHA-256 over the header and blocks of rows in order; a value is `length:text`, NULL is `-`."""
    texts = (f"CAST(CAST({identifier(name)} AS {kind}) AS VARCHAR)" for name, kind in columns)
    fields = ", ".join(f"coalesce(concat(length({text}), ':', {text}), '-')" for text in texts)
    (rows,) = connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0]
    digest = hashlib.sha256("".join(f"{len(part)}:{part}" for column in columns for part in column).encode())
    for start in range(0, rows, _RANGE):
        blocks = connection.execute(
            f"SELECT sha256(array_to_string(list(concat({fields}) ORDER BY rowid), chr(10))) FROM {relation} "
            f"WHERE rowid >= {start} AND rowid < {start + _RANGE} "
            f"GROUP BY rowid // {_BLOCK} ORDER BY rowid // {_BLOCK}"
        ).fetchall()
        for (block,) in blocks:
            digest.update(block.encode())
    return rows, digest.hexdigest()


def _published_type(model: str, column: str, kind: str) -> str:
    if kind.startswith("ENUM(") and kind.endswith(")"):
        return "VARCHAR"  # the type itself would publish every value, the suppressed ones too
    published = _PUBLISHED_AS.get(kind, kind)
    if not _PUBLISHABLE.fullmatch(published):
        raise Withheld(
            Diagnostic(
                "PT209",
                f"`{model}` withheld: `{column}` has a type that is not published",
                fixes=(f"cast it in the SELECT: CAST({column} AS VARCHAR) AS {column}",),
            )
        )
    return published


def interruptible(connection: Connection, work: Callable[[], Result]) -> Result:
    """What `work` returns; Ctrl-C stops the query of the connection that it is waiting for."""
    worker = Worker(connection.interrupt)
    try:
        return worker.call(work)
    finally:
        worker.close()


@contextmanager
def published_range(model: str) -> Iterator[None]:
    try:
        yield
    except (duckdb.ConversionException, duckdb.OutOfRangeException):
        raise Withheld(
            Diagnostic(
                "PT209",
                f"`{model}` withheld: a number in it is beyond the range of BIGINT",
                fixes=("cast the column to DOUBLE or VARCHAR in the SELECT",),
            )
        ) from None
