"""Rows that people invented become SQL: each value cast to the type of its column, strictly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

from personatwin_sql.compile.quoting import folded, identifier, literal
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.spec.data_test import GivenRows
from personatwin_sql.spec.document import Plain

Columns = Sequence[tuple[str, str]]
"""Name and kind of each."""

SQL_TYPES: Mapping[str, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "other": "VARCHAR",
}
"""Kind of a column → its type, as sources are read."""
_WORDS: Mapping[str, str] = {
    "text": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date, written 2014-12-24",
    "timestamp": "a time, written 2014-12-24 13:45:00",
    "other": "text",
}


def table_sql(relation: str, columns: Columns, given: GivenRows) -> str:
    """SQL that makes a table of the rows; raises ProjectError PT098 for a value of another type."""
    typed = ", ".join(f"{identifier(name)} {SQL_TYPES[kind]}" for name, kind in columns)
    create = f"CREATE TABLE {relation} ({typed})"
    if not given.rows:
        return create
    return f"{create}; INSERT INTO {relation} {values_sql(columns, given)}"


def values_sql(columns: Columns, given: GivenRows) -> str:
    """`VALUES (…), (…)`: what a row does not say is NULL. Raises ProjectError PT098, one a value."""
    problems = list(_problems(columns, given))
    if problems:
        raise ProjectError(problems)
    rows = ", ".join(f"({', '.join(_cells(columns, row))})" for row in given.rows)
    return f"VALUES {rows}"


def natural_kind(name: str, given: GivenRows) -> str:
    """The kind that the first value of a column has by itself; text where there is none."""
    found = (value for row in given.rows for key, value in row.items() if folded(key) == folded(name))
    kinds = {bool: "boolean", int: "integer", float: "number"}
    return next((kinds.get(type(value), "text") for value in found), "text")


def _cells(columns: Columns, row: Mapping[str, Plain]) -> Iterator[str]:
    by_name = {folded(key): value for key, value in row.items()}
    for name, kind in columns:
        value = by_name.get(folded(name))
        text = None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        yield f"CAST({literal(text)} AS {SQL_TYPES[kind]})"


def _problems(columns: Columns, given: GivenRows) -> Iterator[Diagnostic]:
    kinds = {folded(name): kind for name, kind in columns}
    for row, places in zip(given.rows, given.places, strict=True):
        for name, value in row.items():
            kind = kinds[folded(name)]
            if not (_is_csv_of if given.is_csv else _is_of)(kind, value):
                message = f"`{name}` is {_WORDS[kind]}"
                yield Diagnostic("PT098", message, places[name], fixes=_fixes(kind, value))


def _fixes(kind: str, value: Plain) -> tuple[str, ...]:
    return (f'to mean the text, write "{value}"',) if kind == "text" and isinstance(value, float) else ()


def _is_of(kind: str, value: Plain) -> bool:
    """Whether a value of YAML is of the kind; a whole number may stand for its text."""
    if kind in ("text", "other"):
        return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))
    if kind == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind in ("integer", "number"):
        return isinstance(value, int) or (kind == "number" and isinstance(value, float))
    return isinstance(value, str) and _reads(_moment(kind), value)


def _is_csv_of(kind: str, value: Plain) -> bool:
    text = str(value)
    if kind == "integer":
        return re.fullmatch(r"[-+]?[0-9]+", text) is not None
    if kind == "number":
        return _reads(float, text)
    if kind == "boolean":
        return text.lower() in ("true", "false")
    return kind in ("text", "other") or _reads(_moment(kind), text)


def _moment(kind: str) -> Callable[[str], object]:
    return date.fromisoformat if kind == "date" else datetime.fromisoformat


def _reads(reading: Callable[[str], object], text: str) -> bool:
    try:
        reading(text)
    except ValueError:
        return False
    return True
