"""A database file that holds released tables and nothing else, written from a session and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from personatwin_sql.engine.content import Connection, Content, content_of, published_range, quoted
from personatwin_sql.errors import Diagnostic, Place, Unavailable

FACTS_SCHEMA = "_personatwin"
_FULL = ("No space left", "File too large", "quota exceeded")


@dataclass(frozen=True)
class PublishedTable:
    """One released table: what it holds, and what is said of it and of its columns."""

    name: str
    content: Content
    comment: str
    comments: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FactTable:
    """One table of `_personatwin`: the release explaining itself. Columns are (name, type, comment)."""

    name: str
    comment: str
    columns: tuple[tuple[str, str, str], ...]
    rows: tuple[tuple[object, ...], ...]


def write_file(
    connection: Connection, path: Path, tables: Sequence[PublishedTable], facts: Sequence[FactTable]
) -> None:
    """Write a fresh database from the session's released tables, in their order, and let go of it."""
    with _writing(path):
        connection.execute(f"ATTACH {_literal(str(path))} AS publication")
        try:
            connection.execute("SET preserve_insertion_order = true; BEGIN TRANSACTION")
            for table in tables:
                _write_table(connection, table)
            connection.execute(f"CREATE SCHEMA publication.{FACTS_SCHEMA}")
            for fact in facts:
                _write_facts(connection, fact)
            connection.execute("COMMIT; CHECKPOINT publication")
        except BaseException:
            with suppress(duckdb.Error):
                connection.execute("ROLLBACK")
            raise
        finally:
            with suppress(duckdb.Error):
                connection.execute("DETACH publication")


def _write_table(connection: Connection, table: PublishedTable) -> None:
    target = f"publication.main.{quoted(table.name)}"
    selected = ", ".join(
        f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}" for name, kind in table.content.columns
    )
    with published_range(table.name):
        connection.execute(
            f"CREATE TABLE {target} AS SELECT {selected} FROM release.{quoted(table.name)} ORDER BY rowid"
        )
    _comment(connection, target, table.comment, table.comments)


def _write_facts(connection: Connection, fact: FactTable) -> None:
    target = f"publication.{FACTS_SCHEMA}.{quoted(fact.name)}"
    columns = ", ".join(f"{quoted(name)} {kind}" for name, kind, _ in fact.columns)
    connection.execute(f"CREATE TABLE {target} ({columns})")
    if fact.rows:
        unnested = ", ".join(f"unnest(CAST(? AS {kind}[]))" for _, kind, _ in fact.columns)
        values = [list(column) for column in zip(*fact.rows, strict=True)]
        connection.execute(f"INSERT INTO {target} SELECT {unnested}", values)
    _comment(connection, target, fact.comment, [(name, comment) for name, _, comment in fact.columns])


def _comment(connection: Connection, target: str, comment: str, columns: Iterable[tuple[str, str]]) -> None:
    statements = [f"COMMENT ON TABLE {target} IS {_literal(comment)}"]
    statements.extend(
        f"COMMENT ON COLUMN {target}.{quoted(name)} IS {_literal(text)}" for name, text in columns if text
    )
    connection.execute("; ".join(statements))


def check_file(
    connection: Connection, path: Path, tables: Sequence[PublishedTable], facts: Sequence[FactTable]
) -> None:
    """Open the finished file again and find in it what was to be published, and nothing besides."""
    expected = {("main", table.name) for table in tables} | {(FACTS_SCHEMA, fact.name) for fact in facts}
    with _writing(path):
        connection.execute(f"ATTACH {_literal(str(path))} AS published (READ_ONLY)")
        try:
            found = set(connection.execute(_TABLES).fetchall())
            ((others,),) = connection.execute(_OTHER_ENTRIES).fetchall()
            if found != expected or others:
                raise _not_as_written(path)
            for table in tables:
                if content_of(connection, "published.main", table.name) != table.content:
                    raise _not_as_written(path)
            for fact in facts:
                described = connection.execute(
                    f"DESCRIBE published.{FACTS_SCHEMA}.{quoted(fact.name)}"
                ).fetchall()
                if [(row[0], row[1]) for row in described] != [
                    (name, kind) for name, kind, _ in fact.columns
                ]:
                    raise _not_as_written(path)
        finally:
            with suppress(duckdb.Error):
                connection.execute("DETACH published")


_TABLES = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'published'"
_OTHER_ENTRIES = (
    "SELECT (SELECT count(*) FROM duckdb_schemas() WHERE database_name = 'published' "
    f"AND NOT internal AND schema_name NOT IN ('main', '{FACTS_SCHEMA}')) "
    "+ (SELECT count(*) FROM duckdb_views() WHERE database_name = 'published' AND NOT internal) "
    "+ (SELECT count(*) FROM duckdb_types() WHERE database_name = 'published' AND NOT internal) "
    "+ (SELECT count(*) FROM duckdb_sequences() WHERE database_name = 'published') "
    "+ (SELECT count(*) FROM duckdb_indexes() WHERE database_name = 'published')"
)


def carry_table(connection: Connection, file: Path, model: str, digest: str) -> int:
    """Bring a table of an earlier release into the session; the number of its rows.

    Unavailable if the file is gone, or the table is not the one that was published (`digest`).
    """
    with _reading(file):
        connection.execute(f"ATTACH {_literal(str(file))} AS earlier (READ_ONLY)")
        try:
            connection.execute(
                f"CREATE TABLE release.{quoted(model)} AS "
                f"SELECT * FROM earlier.main.{quoted(model)} ORDER BY rowid"
            )
        finally:
            with suppress(duckdb.Error):
                connection.execute("DETACH earlier")
    content = content_of(connection, "release", model)
    if content.digest != digest:
        connection.execute(f"DROP TABLE release.{quoted(model)}")
        raise _changed(file, model)
    return content.rows


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Errors of the engine without its words, which could quote a value."""
    try:
        yield
    except (
        duckdb.IOException,
        duckdb.TransactionException,
        duckdb.FatalException,
        duckdb.OutOfMemoryException,
    ) as error:
        is_full = any(words in str(error) for words in _FULL)
        code, what = ("PT412", "no space left to write") if is_full else ("PT411", "cannot write")
        raise Unavailable(
            Diagnostic(
                code,
                f"{what} the release",
                Place(str(path.parent)),
                fixes=("mend it and build again: the release that was there before is untouched",),
            )
        ) from None


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    try:
        yield
    except (duckdb.IOException, duckdb.CatalogException, duckdb.FatalException):
        raise Unavailable(
            Diagnostic(
                "PT414",
                f"cannot read the earlier release {file.name}",
                Place(str(file)),
                fixes=("build the whole project, without --select",),
            )
        ) from None


def _not_as_written(path: Path) -> Unavailable:
    return Unavailable(
        Diagnostic(
            "PT416",
            "the release file does not read back as it was written, and was not put in place",
            Place(str(path.parent)),
            fixes=("check the disk, then build again: the release that was there before is untouched",),
        )
    )


def _changed(file: Path, model: str) -> Unavailable:
    return Unavailable(
        Diagnostic(
            "PT416",
            f"`{model}` in the earlier release is not what was published",
            Place(str(file)),
            fixes=("build the whole project, without --select",),
        )
    )
