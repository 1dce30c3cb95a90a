"""Tables that a program hands in become Parquet files in a private folder; the tables stay as they are."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb  # the whole package: without it the engine reads no Arrow streams

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.session import LOCKED_DOWN
from personatwin_sql.errors import Diagnostic, ProjectError

_ARROW = "__arrow_c_stream__"
"""What Arrow tables, pandas and polars frames and all that speak Arrow's C interface have."""
_PLAIN = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".json", ".jsonl", ".ndjson")
"""Endings of files that stand by themselves; a database has others beside it."""
_KINDS = "a path, a DuckDB relation, an Arrow table, or a pandas or polars frame"


def handed_in(table: object, name: str, folder: Path) -> str:
    """The path of a table: as given for a file, else that of a Parquet file made of it in the folder.

    Raises ProjectError PT518 for what is no table, or cannot be read as one. An index of pandas is no column.
    """
    if isinstance(table, str | Path):
        return _linked(Path(table), name, folder) or str(table)
    path = folder / f"{name}.parquet"
    try:
        if isinstance(table, duckdb.DuckDBPyRelation):
            table.write_parquet(str(path))
        elif hasattr(table, _ARROW) and not isinstance(table, type):
            _copy(table, path)
        else:
            raise _no_table(f"`{name}` is no table but a `{_kind(table)}`")
    except duckdb.Error as error:
        told = _no_table(f"`{name}` cannot be read as a table ({type(error).__name__})")
        raise told from None
    path.chmod(0o600)
    return str(path)


def _linked(path: Path, name: str, folder: Path) -> str | None:
    """A link to a plain file: what is published names its sources, and this one's folders are nobody's."""
    ending = next((end for end in _PLAIN if path.name.lower().removesuffix(".gz").endswith(end)), None)
    if ending is None or not path.is_file():
        return None
    link = folder / f"{name}{ending}{'.gz' if path.name.lower().endswith('.gz') else ''}"
    link.symlink_to(path.resolve())
    return str(link)


def _copy(table: object, path: Path) -> None:
    settings: dict[str, str | bool | int | float | list[str]] = {
        **LOCKED_DOWN,
        "temp_directory": str(path.parent),
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        connection.register("handed_in", table)
        columns = connection.execute("DESCRIBE handed_in").fetchall()
        enums = [identifier(str(name)) for name, kind, *_ in columns if str(kind).startswith("ENUM")]
        replaced = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in enums)
        items = f"* REPLACE ({replaced})" if enums else "*"
        connection.execute(f"COPY (SELECT {items} FROM handed_in) TO {literal(str(path))} (FORMAT parquet)")


def _kind(table: object) -> str:
    return re.sub(r"\W", "_", type(table).__name__)


def _no_table(message: str) -> ProjectError:
    return ProjectError(Diagnostic("PT518", message, fixes=(f"hand in {_KINDS}",)))
