"""Looks for planted values in everything that a project wrote or printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from tests.integration.records import IDENTIFIERS, SENSITIVE


def leaks(project: Path, *printed: str, planted: Sequence[str] = (*IDENTIFIERS, *SENSITIVE)) -> list[str]:
    """Where a planted value was found outside `.personatwin/`: file or `printed`, and which kind of value."""
    pattern = re.compile("|".join(f"{beginning}[A-Z]*[0-9]" for beginning in planted), re.IGNORECASE)
    found = [f"printed: {match}" for text in printed for match in pattern.findall(text)[:1]]
    for path in sorted(project.rglob("*")):
        if not path.is_file() or ".personatwin" in path.parts:
            continue
        raw = path.read_bytes().decode("latin-1")
        texts = [raw, str(path.name), *(_tables(path) if path.suffix == ".duckdb" else ())]
        found.extend(
            f"{path.relative_to(project)}: {match}" for text in texts for match in pattern.findall(text)[:1]
        )
    return found


def _tables(path: Path) -> list[str]:
    """Every table and comment of a released file as text: compression hides values from a search of bytes."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute("SELECT schema_name, table_name, comment FROM duckdb_tables()").fetchall()
        comments = connection.execute("SELECT comment FROM duckdb_columns()").fetchall()
        rows = [
            repr(connection.execute(f'SELECT * FROM "{schema}"."{table}"').fetchall())
            for schema, table, _ in names
        ]
    return [*rows, repr(names), repr(comments)]
