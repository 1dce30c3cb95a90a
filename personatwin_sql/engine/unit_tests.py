"""Runs models on invented rows, each in a fresh database of an engine that knows nothing of real ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from personatwin_sql.compile.data_tests.compiled import CompiledUnitTest
from personatwin_sql.compile.data_tests.rows import values_sql
from personatwin_sql.compile.quoting import folded, identifier
from personatwin_sql.engine.hierarchies import materialize
from personatwin_sql.engine.session import SCHEMAS, Session

DATABASE = "invented"
SECRET = "00" * 32
"""Keys what macros hash, in place of the project's own secret."""
MOST_SHOWN = 10
"""Rows of each kind that are shown: who needs more has a test of its own for them."""
_INTEGERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)


def differences(session: Session, test: CompiledUnitTest) -> tuple[str, ...]:
    """What the model gives otherwise than expected, in words; nothing when all is as expected.

    Values are shown: all of them were invented by the author of the test. Rows are compared without order,
    and by the columns that are expected. Raises NodeError for SQL that fails, ProjectError PT098 for an
    expected value that is not of its column's type.
    """
    with _invented(session, test.name):
        session.run(test.given, test.name)
        for name, taxonomy in test.taxonomies.items():
            materialize(session, name, taxonomy, test.place)
        session.run(test.script, test.name)
        return _compared(session, test)


@contextmanager
def _invented(session: Session, node: str) -> Iterator[None]:
    """Names mean tables of the fresh database while it lasts; the session is as before in the end."""
    before, secret = session.rows("SELECT current_database(), getvariable('release_secret')", node=node)[0]
    session.run(f"ATTACH ':memory:' AS {DATABASE}; USE {DATABASE}", node)
    try:
        session.run("; ".join(f"CREATE SCHEMA {name}" for name in SCHEMAS), node)
        session.rows("SET VARIABLE release_secret = ?", [SECRET], node)
        yield
    finally:
        session.run(f"USE {identifier(str(before))}; DETACH {DATABASE}", node)
        session.rows("SET VARIABLE release_secret = ?", [secret], node)


def _compared(session: Session, test: CompiledUnitTest) -> tuple[str, ...]:
    types = dict(session.columns(test.result))
    by_name = {folded(name): name for name in types}
    if not test.expect.rows:
        every = tuple(types)
        found = session.rows(f"SELECT {_texts(every)} FROM {test.result} ORDER BY ALL", node=test.name)
        return _shown("not expected", every, found)
    names = tuple(dict.fromkeys(by_name[folded(name)] for name in test.expect.columns))
    columns = [(name, _kind(types[name])) for name in names]
    compared = ", ".join(_comparable(name, kind) for name, kind in columns)
    listed = ", ".join(identifier(name) for name in names)
    actual = f"SELECT {compared} FROM {test.result}"
    expected = f"SELECT {compared} FROM ({values_sql(columns, test.expect)}) AS expected({listed})"
    missing, surplus = (
        session.rows(f"SELECT {_texts(names)} FROM ({one} EXCEPT ALL {other}) ORDER BY ALL", node=test.name)
        for one, other in ((expected, actual), (actual, expected))
    )
    return (
        *_shown("expected, and not there", names, missing),
        *_shown("there, and not expected", names, surplus),
    )


def _kind(type_: str) -> str:
    """The kind of a column of the result; lists and the like are compared as text."""
    if type_ in _INTEGERS:
        return "integer"
    if type_ in ("DOUBLE", "FLOAT") or type_.startswith("DECIMAL"):
        return "number"
    if type_.startswith("TIMESTAMP"):
        return "timestamp"
    return {"DATE": "date", "BOOLEAN": "boolean"}.get(type_, "text")


def _comparable(name: str, kind: str) -> str:
    """A column as it is compared: fractions to nine places, because sums of them depend on their order."""
    column = identifier(name)
    if kind == "number":
        return f"round(CAST({column} AS DOUBLE), 9) AS {column}"
    if kind == "text":
        return f"CAST({column} AS VARCHAR) AS {column}"
    return column


def _texts(names: Sequence[str]) -> str:
    return ", ".join(f"CAST({identifier(name)} AS VARCHAR)" for name in names)


def _shown(what: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> tuple[str, ...]:
    told = [
        f"{what}: "
        + ", ".join(
            f"{name} {'NULL' if cell is None else cell}" for name, cell in zip(names, row, strict=True)
        )
        for row in rows[:MOST_SHOWN]
    ]
    more = len(rows) - MOST_SHOWN
    return (*told, *((f"{what}: {more} more rows",) if more > 0 else ()))
