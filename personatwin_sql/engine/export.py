"""Released tables as files: read from the finished release alone, written into one folder alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

import _duckdb as duckdb

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.publish_file import FACTS_SCHEMA, writing
from personatwin_sql.engine.reader import opened
from personatwin_sql.engine.worker import Worker
from personatwin_sql.frozen import dataclass

ExportForm = Literal["csv", "parquet", "json"]
Result = TypeVar("Result")
_OPTIONS: Mapping[str, str] = {
    "csv": "FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR ''",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "json": "FORMAT json, ARRAY true",
}
_STARTS_FORMULA = r"^[=+\-@\t\r]"
"""How a cell begins that a spreadsheet would run (OWASP, CSV injection)."""
_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
GUARD = "'"
"""What stands before such a text in CSV: spreadsheets then take it for a text."""


@dataclass(frozen=True)
class Exported:
    """One table as a file."""

    table: str
    path: Path
    rows: int
    guarded_cells: int
    """Texts of a CSV file that got an apostrophe."""


class Exporter:
    """Copies tables of one release into one folder."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._worker = Worker(connection.interrupt)

    def facts(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table of `_personatwin`, each by column."""
        return self._call(lambda: self._fetched(f"SELECT * FROM {FACTS_SCHEMA}.{identifier(table)}"))

    def fact_tables(self) -> frozenset[str]:
        """The tables of `_personatwin` that this release has."""
        query = f"SELECT table_name FROM duckdb_tables() WHERE schema_name = {literal(FACTS_SCHEMA)}"
        return frozenset(str(row["table_name"]) for row in self._call(lambda: self._fetched(query)))

    def names(self) -> tuple[str, ...]:
        """The released tables, as the release lists them."""
        return tuple(str(row["model"]) for row in self.facts("releases"))

    def copy(self, table: str, form: ExportForm, path: Path) -> Exported:
        """One table into a file of the folder: the rows in the order of the release."""
        relation = f"main.{identifier(table)}"
        columns = [
            (str(row["column_name"]), str(row["column_type"]))
            for row in self._call(lambda: self._fetched(f"DESCRIBE {relation}"))
        ]
        items = [_item(name, kind, form) for name, kind in columns]
        with writing(self._folder):
            self._call(
                lambda: self._connection.execute(
                    f"COPY (SELECT {', '.join(items)} FROM {relation}) "
                    f"TO {literal(str(path))} ({_OPTIONS[form]})"
                ).fetchall()
            )
        texts = [name for name, kind in columns if kind == "VARCHAR"] if form == "csv" else []
        guarded = " + ".join(f"count(*) FILTER ({_is_formula(name)})" for name in texts) or "0"
        (counts,) = self._call(
            lambda: self._fetched(f"SELECT count(*) AS rows, {guarded} AS guarded FROM {relation}")
        )
        return Exported(table, path, int(counts["rows"]), int(counts["guarded"]))

    def close(self) -> None:
        self._worker.close()

    def _call(self, work: Callable[[], Result]) -> Result:
        return self._worker.call(work)

    def _fetched(self, sql: str) -> list[dict[str, Any]]:
        self._connection.execute(sql)
        names = [str(column[0]) for column in self._connection.description or ()]
        return [dict(zip(names, row, strict=True)) for row in self._connection.fetchall()]


@contextmanager
def exporter(release_file: Path, folder: Path) -> Iterator[Exporter]:
    """A release that can be copied into a folder; raises as `reader.opened` does."""
    with opened(release_file, folder) as connection:
        found = Exporter(connection, folder)
        try:
            yield found
        finally:
            found.close()


def _item(name: str, kind: str, form: ExportForm) -> str:
    """A column on its way out: in CSV nested values are JSON, and texts that would be run are guarded."""
    column = identifier(name)
    if form != "csv":
        return column
    alias = identifier(GUARD + name if name[:1] in "=+-@\t\r" else name)
    if kind == "VARCHAR":
        guarded = f"concat({literal(GUARD)}, {column})"
        return f"CASE WHEN {_is_formula(name)} THEN {guarded} ELSE {column} END AS {alias}"
    if any(mark in kind for mark in ("[", "STRUCT", "MAP", "UNION")):
        return f"CAST(to_json({column}) AS VARCHAR) AS {alias}"
    return f"{column} AS {alias}"


def _is_formula(name: str) -> str:
    """A text that a spreadsheet would run; a number written as text is none."""
    column = identifier(name)
    starts = f"regexp_matches({column}, {literal(_STARTS_FORMULA)})"
    return f"coalesce({starts} AND NOT regexp_full_match({column}, {literal(_NUMBER)}), FALSE)"


def released_names(names: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """Those wanted in the order of the release; all when none is named."""
    return tuple(name for name in names if not wanted or name in wanted)
