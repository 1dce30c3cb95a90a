"""A source as it lies there: what kind of file it is, the names of its columns, the SQL that reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import _duckdb as duckdb

from personatwin_sql.compile.quoting import folded, identifier, literal
from personatwin_sql.engine.csv_header import CsvHeader, NotText, UnusableHeader, read_header
from personatwin_sql.engine.source_database import Columns, Database, columns_of, database, described
from personatwin_sql.engine.source_failures import damaged, header_unusable, missing, not_understood, reading
from personatwin_sql.errors import Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.project import SourceTable

Kind = Literal["csv", "parquet", "json", "duckdb", "sqlite", "postgres"]

_KINDS: dict[str, Kind] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".duckdb": "duckdb",
    ".db": "duckdb",
}


UNKNOWN_SIZE = 1 << 30
"""Bytes of what cannot be weighed before it is read: enough for a session in a file, with all threads."""
_SCRATCH: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


@dataclass(frozen=True)
class SourceFile:
    """One table of a source, inspected: its columns are known, none of its rows was kept."""

    path: Path | None
    """None of what a server holds."""
    shown: str
    """The path, or the reference to a server, as the project writes it."""
    kind: Kind
    columns: Columns
    """Name and type as the engine reads them; a CSV file is all text."""
    relation: str
    """SQL that reads it; of a database, once it is attached."""
    fields: tuple[str, ...]
    """SQL of each column in the relation."""
    database: Database | None = None

    @property
    def size(self) -> int:
        """How many bytes it has; of what a server holds, so many that a session for it lies in a file."""
        return UNKNOWN_SIZE if self.path is None else self.path.stat().st_size

    @contextmanager
    def attached(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Where the relation can be read; the engine's errors pass through."""
        if self.database is None:
            yield
            return
        with self.database.attached(connection):
            yield


def inspect(root: Path, table: SourceTable, place: Place | None = None) -> SourceFile:
    """The columns of a table, and how it is read.

    Raises Unavailable PT401 when it is not there, PT402 when it is in use; NodeError PT304 when its columns
    have no usable names, PT305 when it is damaged, PT306 when it is not clear what it is.
    """
    try:
        if table.file is not None and not (path := root / table.file).is_file():
            raise missing(table.shown, place, is_folder=path.is_dir())
        with reading(table.shown, place):
            file = _inspected(root, table, place)
    except OSError as error:
        raise missing(table.shown, place, reason=error) from None
    names = [folded(name) for name, _ in file.columns]
    if not names:
        raise header_unusable(table.shown, place, "it is empty, so its columns have no names")
    if "" in names:
        raise header_unusable(table.shown, place, f"its column number {names.index('') + 1} has no name")
    for number, name in enumerate(names):
        if name in names[:number]:
            first = names.index(name) + 1
            raise header_unusable(
                table.shown, place, f"its columns number {first} and {number + 1} have the same name"
            )
    return file


def describe(root: Path, table: SourceTable, place: Place | None = None) -> Columns:
    """Name and type of each column of a table. Raises as `inspect` does."""
    return inspect(root, table, place).columns


def _kind_of(path: Path, table: SourceTable, place: Place | None) -> Kind:
    if table.sqlite is not None:
        return "sqlite"
    if table.postgres is not None:
        return "postgres"
    name = path.name.lower()
    kind = _KINDS.get(Path(name.removesuffix(".gz")).suffix)
    if kind is None or (name.endswith(".gz") and kind in ("parquet", "duckdb")):
        raise not_understood(table.path, place, "its ending is none that is known", _ENDINGS)
    if kind == "duckdb" and table.table is None:
        raise not_understood(table.path, place, "which of its tables is meant is not said", "add `table: …`")
    if kind != "duckdb" and table.table is not None:
        raise not_understood(table.path, place, "only a database has tables", "remove `table`")
    if kind != "csv" and table.delimiter is not None:
        raise not_understood(table.path, place, "only CSV has a delimiter", "remove `delimiter`")
    return kind


_ENDINGS = "name it .csv, .tsv, .txt, .parquet, .json, .jsonl, .ndjson (also .gz for text), .duckdb or .db"


def _inspected(root: Path, table: SourceTable, place: Place | None) -> SourceFile:
    path = root / table.path
    kind = _kind_of(path, table, place)
    if kind == "csv":
        return _csv(path, table, place)
    with duckdb.connect(":memory:", config=_SCRATCH) as scratch:
        if kind == "parquet":
            return _parquet(scratch, path, table)
        if kind == "json":
            return _json(scratch, path, table)
        return _of_database(scratch, root, table, place)


def _csv(path: Path, table: SourceTable, place: Place | None) -> SourceFile:
    separator = "\t" if table.delimiter == "\\t" else table.delimiter
    if separator is not None and len(separator) != 1:
        raise not_understood(table.path, place, "its `delimiter` is not one character", "write one character")
    try:
        header = read_header(path, separator)
    except UnusableHeader as error:
        raise header_unusable(table.shown, place, str(error)) from None
    except NotText as error:
        raise damaged(table.path, place, str(error), error.fix) from None
    fields = tuple(f"c{number}" for number in range(len(header.names)))
    columns = tuple((name, "VARCHAR") for name in header.names)
    return SourceFile(path, table.path, "csv", columns, _read_csv(path, header, fields), fields)


def _read_csv(path: Path, header: CsvHeader, fields: Sequence[str]) -> str:
    """Nothing is left to the engine's sniffer, which takes `#` for a comment and drops odd first lines."""
    columns = ", ".join(f"{field}: 'VARCHAR'" for field in fields)
    compression = "gzip" if path.suffix.lower() == ".gz" else "none"
    return (
        f"read_csv({_files(path)}, auto_detect = false, columns = {{{columns}}}, header = true, "
        f"skip = {header.blank_lines}, delim = {literal(header.separator)}, quote = '\"', escape = '\"', "
        f"comment = '', compression = '{compression}', strict_mode = true, null_padding = false, "
        "ignore_errors = false)"
    )


def _parquet(scratch: duckdb.DuckDBPyConnection, path: Path, table: SourceTable) -> SourceFile:
    relation = f"read_parquet({_files(path)})"
    read = described(scratch, relation)
    nodes = scratch.execute(f"SELECT name, num_children FROM parquet_schema({_files(path)})").fetchall()
    names = tuple(_top_names([(str(name), int(children or 0)) for name, children in nodes]))
    columns = tuple((name, kind) for name, (_, kind) in zip(names, read, strict=True))
    fields = tuple(identifier(name) if name else "NULL" for name, _ in read)
    return SourceFile(path, table.path, "parquet", columns, relation, fields)


def _top_names(nodes: Sequence[tuple[str, int]]) -> Iterator[str]:
    """The columns of a Parquet schema, whose nodes stand in the order of a walk from the root down.

    The engine itself renames the second of two that differ in case only.
    """
    at = 1
    for _ in range(nodes[0][1]):
        yield nodes[at][0]
        open_nodes = 1
        while open_nodes:
            open_nodes += nodes[at][1] - 1
            at += 1


def _json(scratch: duckdb.DuckDBPyConnection, path: Path, table: SourceTable) -> SourceFile:
    """The keys of every object: one that only the last has must have a role too. Values are read as text."""
    rows = scratch.execute(
        "SELECT name FROM ("
        "SELECT unnest(keys) AS name, unnest(range(len(keys))) AS nth, number FROM ("
        "SELECT json_keys(json) AS keys, row_number() OVER () AS number "
        f"FROM read_json_objects({_files(path)})"
        ")) GROUP BY name ORDER BY min(number * 100000 + nth)"
    ).fetchall()
    names = tuple(str(name) for (name,) in rows)
    keys = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    relation = f"read_json({_files(path)}, columns = {{{keys}}}, format = 'auto', records = 'true')"
    fields = tuple(identifier(name) if name else "NULL" for name in names)
    return SourceFile(path, table.path, "json", tuple((name, "VARCHAR") for name in names), relation, fields)


def _of_database(
    scratch: duckdb.DuckDBPyConnection, root: Path, table: SourceTable, place: Place | None
) -> SourceFile:
    found, name = database(root, table, place), f"{table.table}"
    columns = columns_of(scratch, found, name)
    fields = tuple(identifier(column) for column, _ in columns)
    path = None if table.file is None else root / table.file
    return SourceFile(path, table.shown, found.kind, columns, found.relation(name), fields, found)


def _files(path: Path) -> str:
    """The path as the engine reads it: one file, whatever its name, and not a pattern of many."""
    return literal(re.sub(r"([*?\[])", r"[\1]", str(path)))
