"""Values of a source become values of the declared type: exactly, or NULL."""

from __future__ import annotations

from personatwin_sql.compile.quoting import literal
from personatwin_sql.spec.domain import ColumnType

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_FLOATS = ("FLOAT", "DOUBLE")
_LOCAL = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_ZONED = "TIMESTAMP WITH TIME ZONE"
_SEEN = r"[^\s\p{Z}\p{C}]"
_FIRST, _LAST = "DATE '0001-01-01'", "DATE '9999-12-31'"
"""Dates outside are typing mistakes, or the infinities that the engine knows."""


def converted(
    value: str, found: str, declared: ColumnType, time_zone: str, written: str | None = None
) -> str:
    """SQL that gives `value`, of the type `found`, as the declared type; NULL where it is not of that type.

    What has no way of its own goes through its text: an integer is `32`, `32.0` or `3.2e1`, not `32.5`.
    `written` is the format of a text that is a date or a time.
    """
    if written is not None:
        return _parsed(_text(value, found), declared, written)
    by_type = {
        "text": _text,
        "integer": _integer,
        "number": _number,
        "date": _date,
        "timestamp": _moment,
        "boolean": _boolean,
    }
    return by_type[declared](value, found, time_zone)


def person(value: str, found: str, declared: ColumnType, time_zone: str) -> str:
    """SQL that gives the key of a person as text, by which tables of different types join.

    It is NULL where nothing is to be seen: rows of nobody must not count as one more person. A whole number
    that a program kept as a fraction (7.0, or 7.00 in a DECIMAL) is the number (7).
    """
    if declared == "text" and (found in _FLOATS or found.startswith("DECIMAL")):
        whole = f"TRY_CAST({value} AS {'BIGINT' if found in _FLOATS else 'HUGEINT'})"
        key = f"CASE WHEN {whole} = {value} THEN CAST({whole} AS VARCHAR) ELSE CAST({value} AS VARCHAR) END"
        return f"CASE WHEN isfinite(CAST({value} AS DOUBLE)) THEN {key} END"
    key = f"CAST({converted(value, found, declared, time_zone)} AS VARCHAR)"
    is_seen = f"regexp_matches({key}, {literal(_SEEN)})"
    return f"CASE WHEN {key} BETWEEN '!' AND '~' OR {is_seen} THEN {key} END"


def is_whole(found: str) -> bool:
    """Whether each value of the type is a whole number of at most 64 bits with a sign."""
    return found in _WHOLE


def is_always_valid(found: str, declared: ColumnType) -> bool:
    """Whether no value can fail to be of the type."""
    whole = found in _WHOLE and declared in ("integer", "number")
    return declared == "text" or whole or (found == "BOOLEAN" and declared == "boolean")


def _text(value: str, found: str, _time_zone: str = "") -> str:
    return value if found == "VARCHAR" else f"CAST({value} AS VARCHAR)"


def _integer(value: str, found: str, _time_zone: str) -> str:
    """The engine would round 32.5. Past 2^53 no DOUBLE has a fraction, so none may be written there."""
    if found in _WHOLE:
        return f"CAST({value} AS BIGINT)"
    text = _text(value, found)
    whole, double = f"TRY_CAST({text} AS BIGINT)", f"TRY_CAST({text} AS DOUBLE)"
    is_exact = f"(abs({double}) < 9007199254740992 OR NOT contains({text}, '.'))"
    return f"CASE WHEN CAST({whole} AS DOUBLE) = {double} AND {is_exact} THEN {whole} END"


def _number(value: str, found: str, _time_zone: str) -> str:
    number = value if found in (*_WHOLE, *_FLOATS) else _text(value, found)
    double = f"TRY_CAST({number} AS DOUBLE)"
    return f"CASE WHEN isfinite({double}) THEN {double} END"


def _boolean(value: str, found: str, _time_zone: str) -> str:
    return value if found == "BOOLEAN" else f"TRY_CAST(trim({_text(value, found)}) AS BOOLEAN)"


def _moment(value: str, found: str, time_zone: str) -> str:
    return _within(_timestamp(value, found, time_zone), "TIMESTAMP")


def _date(value: str, found: str, time_zone: str) -> str:
    if found == "DATE":
        return _within(value, "DATE")
    timestamp = _timestamp(value, found, time_zone)
    midnight = f"CASE WHEN date_trunc('day', {timestamp}) = {timestamp} THEN CAST({timestamp} AS DATE) END"
    if found in (*_LOCAL, _ZONED):
        return _within(midnight, "DATE")
    text = _text(value, found)
    short = f"CASE WHEN {_begins_with_digit(text)} THEN TRY_CAST({text} AS DATE) END"
    return _within(f"CASE WHEN length({text}) <= 10 THEN {short} ELSE {midnight} END", "DATE")


def _timestamp(value: str, found: str, time_zone: str) -> str:
    """Local time of the project's time zone: an instant is turned into it, what has no offset is in it."""
    if found in ("DATE", *_LOCAL):
        return f"CAST({value} AS TIMESTAMP)"
    zone = literal(time_zone)
    if found == _ZONED:
        return f"({value} AT TIME ZONE {zone})"
    text = f"trim({_text(value, found)})"
    has_offset = f"regexp_matches(substr({text}, 12), '[A-Za-z+-]')"
    instant = f"(TRY_CAST({text} AS TIMESTAMPTZ) AT TIME ZONE {zone})"
    local = f"TRY_CAST({text} AS TIMESTAMP)"
    return f"CASE WHEN {has_offset} THEN {instant} WHEN {_begins_with_digit(text)} THEN {local} END"


def _parsed(text: str, declared: ColumnType, written: str) -> str:
    kind = "DATE" if declared == "date" else "TIMESTAMP"
    return _within(f"CAST(try_strptime(trim({text}), {literal(written)}) AS {kind})", kind)


def _begins_with_digit(text: str) -> str:
    """Otherwise `epoch` would be a date."""
    return f"({text} >= '0' AND {text} < ':')"


def _within(moment: str, kind: str) -> str:
    last = _LAST if kind == "DATE" else "TIMESTAMP '9999-12-31 23:59:59.999999'"
    return f"CASE WHEN {moment} BETWEEN {_FIRST} AND {last} THEN {moment} END"
