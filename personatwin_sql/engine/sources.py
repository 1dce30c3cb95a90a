"""Sources come into the session: read once, only the needed columns, nothing lost without a count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import _duckdb as duckdb

from personatwin_sql.engine.session import Session
from personatwin_sql.engine.source import PEOPLE, Source, sources_of
from personatwin_sql.engine.source_columns import check_columns
from personatwin_sql.engine.source_failures import reading_failure
from personatwin_sql.engine.source_file import SourceFile, describe, inspect
from personatwin_sql.engine.source_quality import ColumnQuality, InvalidValues, SourceQuality
from personatwin_sql.engine.source_reading import have_whole_keys, reading_of
from personatwin_sql.engine.source_rows import (
    ReadColumn,
    Reading,
    counts_sql,
    disagreement_sql,
    distinct_sql,
    one_row_a_person_sql,
    read_sql,
    reused_event_ids_sql,
    same_ids_sql,
    without_person_sql,
    without_repeated_events_sql,
)
from personatwin_sql.engine.value_types import is_whole
from personatwin_sql.errors import Diagnostic
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.project import Ids

__all__ = ["check_columns", "describe", "have_whole_keys", "inspect", "load", "sources_of"]

_EXPECTED = {
    "integer": "a whole number",
    "number": "a finite number",
    "date": "a date, written 2014-12-24",
    "timestamp": "a time, written 2014-12-24 13:45:00",
    "boolean": "true or false",
}


_NAME_FORMAT = ("or say how the file writes them: `format: '%m/%d/%Y'`",)


@dataclass(frozen=True)
class _Counts:
    """What one query over the rows that were read says of them."""

    rows: int
    with_person: int
    without_event: int
    """Rows of a wide file with a person and no event."""
    repeated: int
    """Rows that were read whose person (of people) or event id (of events) stood in an earlier one."""
    distinct: int
    """People (of people) or event ids (of events)."""
    columns: tuple[tuple[int, int, int], ...]
    """Missing, invalid and future values of each column."""


def load(
    session: Session,
    source: Source,
    file: SourceFile,
    needed: frozenset[str],
    today: date,
    *,
    has_whole_keys: bool = False,
    ids: Ids | None = None,
) -> SourceQuality:
    """Read a source into its table of the session: the needed columns, and the one that names the person.

    Rows that name nobody are left out, and of the events of a wide file rows without one. A table of people
    gets one row a person; a table of events one row an event, where rows of one `event_id` that agree in
    every column of the file are one event. Dates after `today` are counted. The key of a person is a text,
    or BIGINT if the project `has_whole_keys`; ids that are `normalized` are one person in any spelling.
    Raises InvalidValues (PT303), and what `inspect` raises if the file has changed.
    """
    reading = replace(
        reading_of(source, file, needed, session.time_zone),
        has_whole_keys=has_whole_keys,
        are_ids_normalized=ids == "normalized",
    )
    _read(session, source, file, reading)
    counts = _counts(session, source, reading, today)
    _refuse_invalid(source, reading, counts)
    if source.entity == PEOPLE and (counts.repeated or reading.is_one_row_many):
        return _one_row_a_person(session, source, reading, counts)
    if counts.repeated:
        return _each_event_once(session, source, file, reading, counts)
    _keep_rows(session, source, reading, counts)
    return _quality(source, reading, counts)


def _read(session: Session, source: Source, file: SourceFile, reading: Reading) -> None:
    sql = f"CREATE OR REPLACE TABLE {source.rows_read} AS {read_sql(reading, file.relation)}"
    try:
        with file.attached(session.connection):
            session.attempt(sql, node=source.name)
    except duckdb.Error as error:
        raise reading_failure(error, file.shown, source.place) from None


def _counts(session: Session, source: Source, reading: Reading, today: date) -> _Counts:
    key, key_is_whole = _row_key(source, reading)
    (found,) = session.rows(counts_sql(reading, source.rows_read, key, today))
    read, with_person, without_event, keyed, *of_columns = found
    distinct = 0
    if key is not None:
        distinct = session.value(distinct_sql(key, source.rows_read, is_whole=key_is_whole))
    triples = zip(of_columns[::3], of_columns[1::3], of_columns[2::3], strict=True)
    return _Counts(read, with_person, without_event, keyed - distinct, distinct, tuple(triples))


def _row_key(source: Source, reading: Reading) -> tuple[str | None, bool]:
    """What no two rows may share, of people and of events, and whether it is a whole number."""
    if source.entity == PEOPLE:
        return reading.person, reading.has_whole_keys
    return (reading.event_key, is_whole(reading.event_found)) if reading.event_field else (None, False)


def _refuse_invalid(source: Source, reading: Reading, counts: _Counts) -> None:
    refused = [
        column
        for column, (_, invalid, _) in zip(reading.columns, counts.columns, strict=True)
        if invalid and source.columns[column.name].invalid == "error"
    ]
    if refused:
        raise InvalidValues(
            [_invalid(source, column) for column in refused], _quality(source, reading, counts)
        )


def _invalid(source: Source, column: ReadColumn) -> Diagnostic:
    return Diagnostic(
        "PT303",
        f"some values of `{column.name}` of `{source.name}` are not of the type {column.type}: "
        f"each must be {_EXPECTED[column.type]}",
        source.column_places.get(column.name, source.columns_place),
        fixes=(
            "clean the source",
            *(_NAME_FORMAT if column.type in ("date", "timestamp") else ()),
            "or declare another `type`",
            "or take them as NULL and have them counted: `invalid: null`",
        ),
        notes=("how many they are stands in the owner's report",),
    )


def _one_row_a_person(session: Session, source: Source, reading: Reading, counts: _Counts) -> SourceQuality:
    rows = source.rows_read
    ((several, *disagreeing),) = session.rows(disagreement_sql(reading, rows))
    if counts.repeated:
        session.run(
            f"CREATE TABLE {source.relation} AS {one_row_a_person_sql(reading, rows)}; DROP TABLE {rows}",
            source.name,
        )
    else:
        _keep_rows(session, source, reading, counts)
    return _quality(
        source,
        reading,
        counts,
        repeated_rows=counts.with_person - counts.distinct,
        repeated_people=several,
        disagreeing=disagreeing,
    )


def _each_event_once(
    session: Session, source: Source, file: SourceFile, reading: Reading, counts: _Counts
) -> SourceQuality:
    """Only now all columns are looked at: most files have no id twice, and hashes of rows are large."""
    reading, rows = replace(reading, rows_told_apart_by=file.fields), source.rows_read
    _read(session, source, file, reading)
    same_ids = source.same_ids
    session.run(f"CREATE TABLE {same_ids} AS {same_ids_sql(reading, rows)}", source.name)
    reused = session.value(reused_event_ids_sql(same_ids))
    session.run(f"{without_repeated_events_sql(rows, same_ids)}; DROP TABLE {same_ids}", source.name)
    _keep_rows(session, source, reading, counts)
    to_keep = counts.with_person - counts.without_event
    kept = session.value(f"SELECT count(*) FROM {source.relation}")
    return _quality(source, reading, counts, repeated_rows=to_keep - kept, reused_event_ids=reused)


def _quality(
    source: Source,
    reading: Reading,
    counts: _Counts,
    *,
    repeated_rows: int = 0,
    repeated_people: int = 0,
    reused_event_ids: int = 0,
    disagreeing: Sequence[int] = (),
) -> SourceQuality:
    of_columns = zip(reading.columns, counts.columns, disagreeing or (0,) * len(reading.columns), strict=True)
    return SourceQuality(
        source=source.name,
        rows_read=counts.rows,
        rows=counts.with_person - counts.without_event - repeated_rows,
        without_person=counts.rows - counts.with_person,
        repeated_rows=repeated_rows,
        repeated_people=repeated_people,
        reused_event_ids=reused_event_ids,
        without_event=counts.without_event,
        columns=tuple(
            ColumnQuality(column.name, missing, invalid, future, differing)
            for column, (missing, invalid, future), differing in of_columns
        ),
    )


def _keep_rows(session: Session, source: Source, reading: Reading, counts: _Counts) -> None:
    """The rows that were read become the table: nothing is written a second time."""
    rows = source.rows_read
    if counts.with_person - counts.without_event < counts.rows:
        session.run(without_person_sql(reading, rows), source.name)
    statements = [f"ALTER TABLE {rows} DROP COLUMN {helper}" for helper in reading.helpers]
    statements.append(f"ALTER TABLE {rows} RENAME TO {source.table_name}")
    session.run("; ".join(statements), source.name)
