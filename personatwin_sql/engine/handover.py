"""What the process that writes a release is given: released tables, facts, and what to do with them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import _duckdb as duckdb

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.content import Connection, published_range
from personatwin_sql.engine.publish_file import FACTS_SCHEMA, FactTable, PublishedTable, writing
from personatwin_sql.engine.publisher import HANDOVER
from personatwin_sql.engine.session import ALONE, LOCKED_DOWN, Settings

_SMALL = 1_000_000
"""Rows that one thread writes in a second or so; threads of its own would cost more than they give."""


def hand_over(
    connection: Connection,
    folder: Path,
    file: Path,
    tables: Sequence[PublishedTable],
    facts: Sequence[FactTable],
) -> None:
    """Put the session's released tables into `folder`, for their owner's eyes, to be written to `file`."""
    umask = os.umask(0o077)
    try:
        with writing(folder):
            connection.execute("SET preserve_insertion_order = true")
            for number, table in enumerate(tables):
                _hand_over_table(connection, table, folder / _parquet(number))
        handover = {
            "file": str(file.absolute()),
            "modules": str(Path(duckdb.__file__).parent),
            "settings": _settings(connection, folder, sum(table.content.rows for table in tables)),
            "statements": list(_statements(file.absolute(), tables, facts)),
        }
        (folder / HANDOVER).write_text(json.dumps(handover), encoding="utf-8")
    finally:
        os.umask(umask)


def _hand_over_table(connection: Connection, table: PublishedTable, path: Path) -> None:
    selected = ", ".join(
        f"CAST({identifier(name)} AS {kind}) AS {identifier(name)}" for name, kind in table.content.columns
    )
    source = f"SELECT {selected} FROM release.{identifier(table.name)}"  # in the order of rows, as set above
    with published_range(table.name):
        connection.execute(f"COPY ({source}) TO {literal(str(path))} (FORMAT parquet)")


def _settings(connection: Connection, folder: Path, rows: int) -> Settings:
    """The session's limits hold for the process that writes, too."""
    ((memory, spill, threads),) = connection.execute(
        "SELECT current_setting('memory_limit'), current_setting('max_temp_directory_size'), "
        "current_setting('threads')"
    ).fetchall()
    limits = {"memory_limit": memory, "max_temp_directory_size": spill}
    return {
        **LOCKED_DOWN,
        **{name: str(limit) for name, limit in limits.items() if str(limit).endswith("B")},
        **(ALONE if rows <= _SMALL else {"threads": int(threads)}),
        "temp_directory": str(folder / "tmp"),
    }


def _statements(file: Path, tables: Sequence[PublishedTable], facts: Sequence[FactTable]) -> Iterator[str]:
    """A fresh database: the tables in their order, then `_personatwin`, in one transaction."""
    yield "SET enable_progress_bar = false"  # it would be printed into the answer
    # without a log, a second copy of everything: a file that is not whole is never put in place
    yield f"ATTACH {literal(str(file))} AS publication (RECOVERY_MODE no_wal_writes)"
    yield "BEGIN TRANSACTION"
    for number, table in enumerate(tables):
        target = f"publication.main.{identifier(table.name)}"
        selected = ", ".join(
            f"CAST({identifier(name)} AS {kind}) AS {identifier(name)}"
            for name, kind in table.content.columns
        )
        source = f"read_parquet({literal(_parquet(number))}, hive_partitioning = false)"
        yield f"CREATE TABLE {target} AS SELECT {selected} FROM {source}"
        yield _comments(target, table.comment, table.comments)
    yield f"CREATE SCHEMA publication.{FACTS_SCHEMA}"
    for fact in facts:
        yield from _fact(fact)
    yield "COMMIT"
    yield "CHECKPOINT publication"
    yield "DETACH publication"


def _fact(fact: FactTable) -> Iterator[str]:
    target = f"publication.{FACTS_SCHEMA}.{identifier(fact.name)}"
    columns = ", ".join(f"{identifier(name)} {kind}" for name, kind, _ in fact.columns)
    yield f"CREATE TABLE {target} ({columns})"
    if fact.rows:
        names = [name for name, _, _ in fact.columns]
        rows = json.dumps(
            [dict(zip(names, row, strict=True)) for row in fact.rows], default=str, allow_nan=False
        )
        yield (
            f"INSERT INTO {target} SELECT fact.* FROM "
            f"(SELECT unnest(from_json_strict({literal(rows)}, {literal(_shape(fact))})) AS fact)"
        )
    yield _comments(target, fact.comment, [(name, comment) for name, _, comment in fact.columns])


def _shape(fact: FactTable) -> str:
    """The columns of a fact, as the engine reads JSON: lists of texts are `["VARCHAR"]`."""
    kinds = {name: [kind[:-2]] if kind.endswith("[]") else kind for name, kind, _ in fact.columns}
    return json.dumps([kinds])


def _comments(target: str, comment: str, columns: Iterable[tuple[str, str]]) -> str:
    statements = [f"COMMENT ON TABLE {target} IS {literal(comment)}"]
    statements.extend(
        f"COMMENT ON COLUMN {target}.{identifier(name)} IS {literal(text)}" for name, text in columns if text
    )
    return "; ".join(statements)


def _parquet(number: int) -> str:
    return f"{number}.parquet"
