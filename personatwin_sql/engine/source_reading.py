"""What is to be read of a source: the needed columns, the one that names the person, and the event's id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from personatwin_sql.compile.quoting import folded
from personatwin_sql.engine.source import EVENTS, PEOPLE, Source
from personatwin_sql.engine.source_file import SourceFile
from personatwin_sql.engine.source_rows import ReadColumn, Reading
from personatwin_sql.engine.value_types import is_whole
from personatwin_sql.spec.role import Role

_EVENT_ID = "event_id"
_GIVEN = "BIGINT"
"""The type of the key that numbers the rows."""
_KEYS = ("text", "integer")
"""The declared types of a key that may be a whole number; a text is what is declared by declaring nothing."""


def have_whole_keys(tables: Iterable[tuple[Source, SourceFile]]) -> bool:
    """Whether every table that names people knows them by whole numbers, and nobody declares another type.

    Only then the key is a BIGINT in the session, by which tables join several times as fast as by text.
    """
    keys = [
        (found, column.type)
        for source, file in tables
        for name, column in source.columns.items()
        for other, found in (*file.columns, *_given_key(source))
        if column.role is Role.PRIVACY_UNIT and folded(name) == folded(other)
    ]
    return bool(keys) and all(is_whole(found) and declared in _KEYS for found, declared in keys)


def reading_of(source: Source, file: SourceFile, needed: frozenset[str], time_zone: str) -> Reading:
    """The needed columns under the domain's names, with the key of the person first if it is given."""
    fields = {
        folded(name): (field, found) for (name, found), field in zip(file.columns, file.fields, strict=True)
    }
    wanted = {folded(name) for name in needed}
    columns: list[ReadColumn] = []
    if source.table.one_row_per_person:
        columns.append(ReadColumn(source.person_column, "", _GIVEN, "text", is_person=True))
    for name, column in source.columns.items():
        is_person = column.role is Role.PRIVACY_UNIT
        if folded(name) in fields and (is_person or folded(name) in wanted):
            columns.append(ReadColumn(name, *fields[folded(name)], column.type, is_person, column.format))
    if not columns:  # a table without columns there is not
        columns.append(ReadColumn(file.columns[0][0], file.fields[0], file.columns[0][1], "text"))
    event, found = _event_field(source, fields)
    return Reading(
        tuple(columns),
        time_zone,
        event,
        found,
        is_one_row_many=source.is_wide and source.entity == PEOPLE,
        event_fields=_event_fields(source, fields),
    )


def _event_fields(source: Source, fields: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    """SQL, as text or NULL, of what a wide file has of events alone."""
    if not source.is_wide or source.entity != EVENTS:
        return ()
    own = {folded(name) for name, column in source.columns.items() if column.role is not Role.PRIVACY_UNIT}
    return tuple(
        f"nullif(trim(CAST({field} AS VARCHAR)), '')"
        for name, (field, _) in fields.items()
        if name in own - source.others
    )


def _event_field(source: Source, fields: Mapping[str, tuple[str, str]]) -> tuple[str | None, str]:
    """SQL and type of the event's id in the file; an empty text is none."""
    if source.entity != EVENTS or _EVENT_ID not in fields:
        return None, "VARCHAR"
    field, found = fields[_EVENT_ID]
    return f"nullif({field}, '')" if found == "VARCHAR" else field, found


def _given_key(source: Source) -> tuple[tuple[str, str], ...]:
    return ((source.person_column, _GIVEN),) if source.table.one_row_per_person else ()
