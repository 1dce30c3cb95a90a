"""Tables of databases: of a DuckDB or SQLite file, or of a Postgres server; attached while they are read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import field
from pathlib import Path
from typing import Literal

import _duckdb as duckdb

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.source_failures import in_use, not_understood
from personatwin_sql.errors import Diagnostic, Place, Unavailable
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.project import SourceTable

DatabaseKind = Literal["duckdb", "sqlite", "postgres"]
Columns = tuple[tuple[str, str], ...]

ATTACHED = "source_file"
"""The name under which a database is attached while it is read."""
_SCHEMAS: dict[DatabaseKind, str] = {"duckdb": "main", "sqlite": "main", "postgres": "public"}
_REFERENCE = "env:"
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True)
class Database:
    """A database that can be attached, read-only. Where it lies may hold a password, so that is not shown."""

    kind: DatabaseKind
    address: str = field(repr=False)
    """A path, or what Postgres takes for a connection."""
    shown: str
    """As the project writes it."""
    place: Place | None

    def relation(self, table: str) -> str:
        """SQL of a table of it: `people`, or `schema.people`."""
        schema, _, name = table.rpartition(".")
        return f"{ATTACHED}.{identifier(schema or _SCHEMAS[self.kind])}.{identifier(name)}"

    @contextmanager
    def attached(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Where the relation can be read; the engine's errors about a file and its tables pass through.

        Raises Unavailable PT347 where the engine has no scanner, PT348 where there is no way to the server.
        """
        if self.kind != "duckdb":
            self._load_scanner(connection)
        self._attach(connection)
        try:
            yield
        finally:
            with suppress(duckdb.Error):  # what went wrong before is what counts
                connection.abort()
                connection.execute(f"DETACH {ATTACHED}").fetchall()

    @property
    def attaching(self) -> str:
        """SQL that attaches it."""
        kind = "" if self.kind == "duckdb" else f"TYPE {self.kind}, "
        return f"ATTACH {literal(self.address)} AS {ATTACHED} ({kind}READ_ONLY)"

    def _attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        try:
            connection.execute(self.attaching).fetchall()
            return
        except duckdb.Error:
            if self.kind != "postgres":
                raise
        raise Unavailable(_not_reached(self))  # outside of the handler: the engine's error has the password

    def _load_scanner(self, connection: duckdb.DuckDBPyConnection) -> None:
        """A scanner that was installed before; nothing is fetched from anywhere.

        SQLite keeps any value in any column, so its values come as text and are converted as those of CSV.
        """
        try:
            connection.execute(f"LOAD {self.kind}").fetchall()
            if self.kind == "sqlite":
                connection.execute("SET sqlite_all_varchar = true").fetchall()
        except duckdb.Error:
            raise Unavailable(_no_scanner(self)) from None


def database(root: Path, table: SourceTable, place: Place | None) -> Database:
    """The database of a table that is not in a text or Parquet file.

    Raises Unavailable PT402 for an SQLite file that is being written, PT346 for a variable that is not set;
    NodeError PT306 for an SQLite file that is named as one of DuckDB.
    """
    if table.postgres is not None:
        return Database("postgres", _resolved(table.postgres, place), table.shown, place)
    if table.sqlite is None:
        if _begins_as_sqlite(root / table.path):
            fix = "name it `sqlite: …` instead of `path: …`"
            raise not_understood(table.shown, place, "it is of SQLite, not of DuckDB", fix)
        return Database("duckdb", str(root / table.path), table.shown, place)
    log = root / f"{table.sqlite}-wal"
    if log.is_file() and log.stat().st_size:
        raise in_use(table.shown, place)
    return Database("sqlite", str(root / table.sqlite), table.shown, place)


def _begins_as_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def columns_of(connection: duckdb.DuckDBPyConnection, found: Database, table: str) -> Columns:
    """Name and type of each column; NodeError PT306 where there is no such table."""
    with found.attached(connection):
        try:
            return described(connection, found.relation(table))
        except (duckdb.CatalogException, duckdb.BinderException):
            fix = f"mend `table`; write `schema.table` outside of {_SCHEMAS[found.kind]}"
            raise not_understood(found.shown, found.place, "it has no such table", fix) from None


def described(connection: duckdb.DuckDBPyConnection, relation: str) -> Columns:
    """An ENUM keeps its values to itself: they are data."""
    rows = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    return tuple((str(row[0]), re.sub(r"^ENUM\(.*", "ENUM", str(row[1]), flags=re.S)) for row in rows)


def _resolved(reference: str, place: Place | None) -> str:
    name = reference.removeprefix(_REFERENCE)
    if value := os.environ.get(name):
        return value
    raise Unavailable(
        Diagnostic(
            "PT346",
            f"the environment variable `{name}`, which says how to reach the database, is not set",
            place,
            fixes=(f'set it, for example: export {name}="host=… dbname=… user=…"',),
        )
    )


def _no_scanner(found: Database) -> Diagnostic:
    return Diagnostic(
        "PT347",
        f"`{found.shown}` cannot be read: this DuckDB has no extension `{found.kind}` of its version",
        found.place,
        fixes=(
            f'install it once, where there is a network: python -c "import duckdb; '
            f"duckdb.execute('INSTALL {found.kind}')\"",
            "or export the table as Parquet or CSV, and name that file as `path`",
        ),
        notes=("a build fetches nothing from the network by itself",),
    )


def _not_reached(found: Database) -> Diagnostic:
    return Diagnostic(
        "PT348",
        f"the database of `{found.shown}` cannot be reached, or refuses to be read",
        found.place,
        fixes=(
            "see whether the server runs, and whether the variable holds the right host, name and password",
        ),
        notes=("what the server answers is not repeated, because it may quote the password",),
    )
