"""Private models of `private_shapes`, run in DuckDB on a small table: exact, noisy and released."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from personatwin_sql.engine.functions import register
from personatwin_sql.engine.noise import noise_functions
from personatwin_sql.privacy.noise.randomness import SeededBits
from tests.private_shapes import Shape
from tests.unit.compile.aggregate.relations import TABLES

Table = dict[str, list[Any]]


@contextmanager
def drawn(shape: Shape, events: str, seed: int = 1) -> Iterator[duckdb.DuckDBPyConnection]:
    """The session after the release was drawn; `events`: a SELECT of rows of private.events."""
    with duckdb.connect() as connection:
        connection.execute(
            "SET threads = 1; CREATE SCHEMA private; CREATE SCHEMA release; CREATE SCHEMA hierarchy"
        )
        connection.execute("SET VARIABLE release_secret = '00ff'")
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {name} {columns}")
        connection.execute(f"INSERT INTO private.events {events}")
        register(connection)
        connection.execute(shape.before)
        with noise_functions(connection, SeededBits(seed)):
            connection.execute(shape.after)
        yield connection


def table(connection: duckdb.DuckDBPyConnection, query: str) -> Table:
    """Its columns."""
    result = connection.execute(query)
    names = [column[0] for column in result.description or ()]
    rows: Sequence[Sequence[Any]] = result.fetchall()
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}
