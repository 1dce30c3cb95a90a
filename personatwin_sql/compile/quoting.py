"""Names and values as DuckDB reads them: identifiers quoted where they must be, literals always escaped."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Final

_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*")
_MOST_PLACES: Final = 60
_LOWER: Final = {ord(upper): ord(upper.lower()) for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}

_WORDS: Final = """
    all analyse analyze and anti any array as asc asof asymmetric at authorization between bigint binary bit
    boolean both by case cast char character check coalesce collate collation column columns concurrently
    constraint create cross current_catalog current_date current_role current_schema current_time
    current_timestamp current_user dec decimal default deferrable desc describe distinct do else end except
    exists extract false fetch float for foreign freeze from full generated glob group grouping grouping_id
    having ilike in initially inner inout int integer intersect interval into is isnull join lambda lateral
    leading left like limit localtime localtimestamp map national natural nchar none not notnull null nullif
    numeric offset on only or order out outer overlaps overlay pivot pivot_longer pivot_wider placing position
    positional precision primary qualify real references returning right row select semi session_user setof
    show similar smallint some struct substring summarize symmetric table tablesample then time timestamp to
    trailing treat trim true try_cast tuple union unique unpack unpivot user using values varchar variadic
    verbose when where window with
"""
RESERVED: Final = frozenset(_WORDS.split())
"""DuckDB's words that cannot stand bare as the name of a column or table everywhere, and some to be sure."""


def identifier(name: str) -> str:
    """The name as DuckDB reads it: quoted when it is reserved, mixed-case, or more than a-z, 0-9 and _."""
    if not name or "\0" in name:
        raise ValueError("an identifier has at least one character and no NUL")
    if _PLAIN.fullmatch(name) and name not in RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """The value as a SQL literal; raises TypeError for what has none, ValueError for NUL and infinities."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number in SQL is finite")
        return repr(value)
    if isinstance(value, Fraction):
        return _decimal(value)
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a text in SQL has no NUL")
        return "'" + value.replace("'", "''") + "'"
    raise TypeError(f"no SQL literal for a {type(value).__name__}")


def _decimal(value: Fraction) -> str:
    """Every digit of a number that ends; ValueError for one that does not."""
    places = 0
    while (value * 10**places).denominator > 1:
        places += 1
        if places > _MOST_PLACES:
            raise ValueError("a number in SQL ends")
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if value < 0 else text


def folded(name: str) -> str:
    """The name as DuckDB compares it: without regard to the case of A-Z, and of A-Z only."""
    return name.translate(_LOWER)
