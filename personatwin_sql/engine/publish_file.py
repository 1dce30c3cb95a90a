"""The database file of a release: what it holds, checked once it is written, and read again for the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import _duckdb as duckdb

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.content import Connection, Content, content_of
from personatwin_sql.errors import Diagnostic, Place, Unavailable
from personatwin_sql.frozen import dataclass

FACTS_SCHEMA = "_personatwin"
_FULL = ("No space left", "File too large", "quota exceeded")
_NOT_WRITTEN = {
    "PT404": "the memory limit (`resources.memory_limit` in project.yml) is too small to write",
    "PT411": "cannot write",
    "PT412": "no space left to write",
}


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


def check_file(
    connection: Connection, path: Path, tables: Sequence[PublishedTable], facts: Sequence[FactTable]
) -> None:
    """Open the finished file again and find in it what was to be published, and nothing besides.

    Each table is laid row by row beside the session's own, from which its digest was taken.
    """
    expected = {("main", table.name): table.content.columns for table in tables} | {
        (FACTS_SCHEMA, fact.name): tuple((name, kind) for name, kind, _ in fact.columns) for fact in facts
    }
    with writing(path.parent):
        connection.execute(f"ATTACH {literal(str(path))} AS published (READ_ONLY)")
        try:
            found: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
            for schema, table_name, name, kind in connection.execute(_COLUMNS).fetchall():
                found[schema, table_name] = (*found.get((schema, table_name), ()), (name, kind))
            ((others,),) = connection.execute(_OTHER_ENTRIES).fetchall()
            if found != expected or others:
                raise _not_as_written(path)
            if not all(is_as_judged(connection, table) for table in tables):
                raise _not_as_written(path)
        finally:
            with suppress(duckdb.Error):
                connection.execute("DETACH published")


def is_as_judged(connection: Connection, table: PublishedTable) -> bool:
    """Whether a table of the file, whose columns are known, has the rows and the order of the session's."""
    name, columns = identifier(table.name), table.content.columns
    differs = " OR ".join(
        f"written.{identifier(column)} IS DISTINCT FROM CAST(judged.{identifier(column)} AS {kind})"
        for column, kind in columns
    )
    found = connection.execute(
        f"SELECT (SELECT count(*) FROM published.main.{name}), "
        f"(SELECT count(*) FROM published.main.{name} AS written "
        f"POSITIONAL JOIN release.{name} AS judged WHERE {differs})"
    ).fetchall()
    return found == [(table.content.rows, 0)]


_COLUMNS = (
    "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() "
    "WHERE database_name = 'published' AND NOT internal ORDER BY schema_name, table_name, column_index"
)
"""A table has one at least; so has a view, which the other entries count."""
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
        connection.execute(f"ATTACH {literal(str(file))} AS earlier (READ_ONLY)")
        try:
            connection.execute(
                f"CREATE TABLE release.{identifier(model)} AS "
                f"SELECT * FROM earlier.main.{identifier(model)} ORDER BY rowid"
            )
        finally:
            with suppress(duckdb.Error):
                connection.execute("DETACH earlier")
    content = content_of(connection, "release", model)
    if content.digest != digest:
        connection.execute(f"DROP TABLE release.{identifier(model)}")
        raise _changed(file, model)
    return content.rows


@contextmanager
def writing(folder: Path) -> Iterator[None]:
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
        out_of_memory = isinstance(error, duckdb.OutOfMemoryException)
        code = "PT412" if is_full else "PT404" if out_of_memory else "PT411"
        raise Unavailable(not_written(folder, code)) from None


def not_written(folder: Path, code: str, detail: str = "") -> Diagnostic:
    """Why the release could not be written to `folder`: PT404, PT411 or PT412."""
    return Diagnostic(
        code,
        f"{_NOT_WRITTEN[code]} the release{detail}",
        Place(str(folder)),
        fixes=("mend it and build again: the release that was there before is untouched",),
    )


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
