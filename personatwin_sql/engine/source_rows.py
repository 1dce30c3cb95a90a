"""The SQL that reads a source once, counts what is wrong with it, and keeps one row a person or event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from personatwin_sql.compile.quoting import folded, identifier
from personatwin_sql.engine.id_spelling import normalized
from personatwin_sql.engine.value_types import converted, is_always_valid, is_whole, person
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.domain import ColumnType


@dataclass(frozen=True)
class ReadColumn:
    """A column to be read: its name in the session, its SQL and type in the file, and what it becomes."""

    name: str
    field: str
    """SQL of it in the file; empty for the key that numbers the rows."""
    found: str
    type: ColumnType
    is_person: bool = False
    format: str | None = None
    """How the file writes it, where it is a date or a time."""

    @property
    def sql(self) -> str:
        return identifier(self.name)

    @property
    def is_dated(self) -> bool:
        return self.type in ("date", "timestamp") and not self.is_person

    @property
    def can_be_invalid(self) -> bool:
        return bool(self.field) and not is_always_valid(self.found, self.type)


@dataclass(frozen=True)
class Reading:
    """What is read of a source, and under which names: those of its columns, and helpers beside them."""

    columns: tuple[ReadColumn, ...]
    time_zone: str
    event_field: str | None = None
    """SQL of the event's id in a file of events that has one."""
    event_found: str = "VARCHAR"
    """The type of that id in the file."""
    has_whole_keys: bool = False
    """Whether people are known by whole numbers in every source of the project, and so here too."""
    are_ids_normalized: bool = False
    """Whether ids of people that differ in their spelling alone are one person."""
    is_one_row_many: bool = False
    """Whether equal rows are read as one, with how many they are: of people in a wide file."""
    event_fields: tuple[str, ...] = ()
    """SQL, as text, of the columns of a wide file that are of events alone: a row without them is none."""
    rows_told_apart_by: tuple[str, ...] = ()
    """SQL of every column of the file, where some of its events have the same id."""

    @property
    def person(self) -> str | None:
        return next((column.sql for column in self.columns if column.is_person), None)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.sql for column in self.columns)

    @property
    def helpers(self) -> tuple[str, ...]:
        """Everything that is read and does not stay."""
        flags = (self.flag(number) for number, column in enumerate(self.columns) if column.can_be_invalid)
        keys = (self.event_key,) if self.event_field else ()
        no_event = (self.no_event,) if self.event_fields else ()
        equal_rows = (self.equal_rows,) if self.is_one_row_many else ()
        row_key = (self.row_key,) if self.rows_told_apart_by else ()
        return (*flags, *keys, *row_key, *no_event, *equal_rows)

    def flag(self, number: int) -> str:
        """The helper that says whether a value was invalid."""
        return identifier(f"{self._free}invalid_{number}")

    @property
    def event_key(self) -> str:
        """The helper that tells events apart: the id if it is whole, or its hash, for texts cost too much."""
        return identifier(f"{self._free}event")

    @property
    def row_key(self) -> str:
        """The helper that tells rows apart which differ in any column of the file: a hash of all of them."""
        return identifier(f"{self._free}row")

    @property
    def no_event(self) -> str:
        """The helper that says that a row of a wide file has no event."""
        return identifier(f"{self._free}no_event")

    @property
    def equal_rows(self) -> str:
        """The helper that says how many rows are read as this one."""
        return identifier(f"{self._free}rows")

    def number(self, *tests: str) -> str:
        """SQL of how many rows of the file pass all tests."""
        passed = f" FILTER ({' AND '.join(tests)})" if tests else ""
        if self.is_one_row_many:
            return f"CAST(coalesce(sum({self.equal_rows}){passed}, 0) AS BIGINT)"
        return f"count(*){passed}"

    @property
    def _free(self) -> str:
        """A beginning that no column has."""
        free = "__"
        while any(folded(column.name).startswith(free) for column in self.columns):
            free += "_"
        return free


def read_sql(reading: Reading, relation: str) -> str:
    """All rows in the order of the file, or of their values if equal ones are one; values are converted."""
    rows = f"SELECT {', '.join(_read_items(reading))} FROM {relation}"
    if not reading.is_one_row_many:
        return rows
    return f"SELECT *, count(*) AS {reading.equal_rows} FROM ({rows}) GROUP BY ALL ORDER BY ALL"


def _read_items(reading: Reading) -> Iterator[str]:
    for number, column in enumerate(reading.columns):
        if not column.field:
            kind = "BIGINT" if reading.has_whole_keys else "VARCHAR"
            yield f"CAST(row_number() OVER () AS {kind}) AS {column.sql}"
            continue
        conversion = (column.field, column.found, column.type, reading.time_zone, column.format)
        if not column.is_person:
            yield f"{converted(*conversion)} AS {column.sql}"
        elif reading.has_whole_keys:
            yield f"CAST({column.field} AS BIGINT) AS {column.sql}"
        else:
            yield f"{_person(reading, column)} AS {column.sql}"
        if column.can_be_invalid:
            is_invalid = f"{column.field} IS NOT NULL AND {converted(*conversion)} IS NULL"
            yield f"({is_invalid}) AS {reading.flag(number)}"
    if reading.event_field:
        yield f"{_event_key(reading.event_field, reading.event_found)} AS {reading.event_key}"
    if reading.event_fields:
        yield f"coalesce({', '.join(reading.event_fields)}) IS NULL AS {reading.no_event}"
    if reading.rows_told_apart_by:
        yield f"hash({', '.join(reading.rows_told_apart_by)}) AS {reading.row_key}"


def _person(reading: Reading, column: ReadColumn) -> str:
    key = person(column.field, column.found, column.type, reading.time_zone)
    return f"nullif({normalized(key)}, '')" if reading.are_ids_normalized else key


def _event_key(event: str, found: str) -> str:
    if is_whole(found):
        return f"CAST({event} AS BIGINT)"
    return f"CASE WHEN {event} IS NOT NULL THEN hash({event}) END"


def distinct_sql(column: str, table: str, *, is_whole: bool) -> str:
    """How many different values a column has, NULL not among them.

    Whole numbers are marked in words of 64 bits: where they are dense, as numbers that were given out in a
    row are, that takes a sixty-fourth of the room of a list of them.
    """
    if not is_whole:
        return f"SELECT count(DISTINCT {column}) FROM {table}"
    return (
        f"SELECT CAST(coalesce(sum(bit_count(marks)), 0) AS BIGINT) FROM ("
        f"SELECT bit_or(1::UBIGINT << CAST({column} & 63 AS UBIGINT)) AS marks FROM {table} "
        f"WHERE {column} IS NOT NULL GROUP BY {column} >> 6)"
    )


def counts_sql(reading: Reading, table: str, keyed: str | None, today: date) -> str:
    """One row: rows, those with a person, those of them without an event, rows of the table with the key;
    then a column's missing, invalid, future.
    """
    named = (f"{reading.person} IS NOT NULL",) if reading.person else ()
    items = [reading.number(), reading.number(*named)]
    items.append(reading.number(*named, reading.no_event) if reading.event_fields else "0")
    items.append(f"count({keyed})" if keyed else "0")
    for number, column in enumerate(reading.columns):
        items.append(reading.number(f"{column.sql} IS NULL"))
        items.append(reading.number(reading.flag(number)) if column.can_be_invalid else "0")
        future = reading.number(f"{column.sql} >= DATE '{today.isoformat()}' + 1")
        items.append(future if column.is_dated else "0")
    return f"SELECT {', '.join(items)} FROM {table}"


def without_person_sql(reading: Reading, table: str) -> str:
    """Leaves out the rows that name nobody, and of events those that are none."""
    no_event = f" OR {reading.no_event}" if reading.event_fields else ""
    return f"DELETE FROM {table} WHERE {reading.person} IS NULL{no_event}"


def one_row_a_person_sql(reading: Reading, table: str) -> str:
    """Columns in which a person's rows disagree are NULL; people stand in the order of their first rows."""
    items = (
        name
        if name == reading.person
        else f"CASE WHEN min({name}) = max({name}) THEN min({name}) END AS {name}"
        for name in reading.names
    )
    return (
        f"SELECT {', '.join(items)} FROM {table} WHERE {reading.person} IS NOT NULL "
        f"GROUP BY {reading.person} ORDER BY min(rowid)"
    )


def disagreement_sql(reading: Reading, table: str) -> str:
    """How many people have several rows; then for each column, how many have rows that disagree in it."""
    tests = [f"min({column.sql}) <> max({column.sql}) AS d{n}" for n, column in enumerate(reading.columns)]
    counts = [f"count(*) FILTER (d{n})" for n in range(len(tests))]
    return (
        f"SELECT count(*) FILTER (rows > 1), {', '.join(counts)} FROM ("
        f"SELECT {reading.number()} AS rows, {', '.join(tests)} FROM {table} "
        f"WHERE {reading.person} IS NOT NULL GROUP BY {reading.person})"
    )


def same_ids_sql(reading: Reading, table: str) -> str:
    """Of each event whose id another row has too: `number`, its rowid, `id`, and `row`, what is on it."""
    event = reading.event_key
    return (
        f"SELECT rowid AS number, {event} AS id, {reading.row_key} AS row FROM {table} WHERE {event} IN ("
        f"SELECT {event} FROM {table} GROUP BY {event} HAVING count(*) > 1)"
    )


def without_repeated_events_sql(table: str, same_ids: str) -> str:
    """Leaves out each row that repeats an earlier one in every column of the file, its event id included."""
    return (
        f"DELETE FROM {table} WHERE rowid IN (SELECT number FROM {same_ids} "
        f"QUALIFY row_number() OVER (PARTITION BY id, row ORDER BY number) > 1)"
    )


def reused_event_ids_sql(same_ids: str) -> str:
    """How many event ids stand on rows that differ."""
    return f"SELECT count(*) FROM (SELECT id FROM {same_ids} GROUP BY id HAVING count(DISTINCT row) > 1)"
