"""Kinds of values that keys may have: what each released key is kept as, and is read by, is the same for all.

Frozen tables keep whole numbers, texts, days and truths. Of a TIMESTAMP each person's own moment would be a
group. Two DOUBLEs can be equal and yet be written differently (0.0 and -0.0), and a day can lie outside of
the years that are kept: where the data choose the keys, one person could choose how a group is written.
"""

from __future__ import annotations

from typing import Final

_LEFT_OUT: Final = "leave it out: it is no value that rows differ by"
_OUTSIDE: Final = "its days may lie outside of the years 1 to 9999, which are kept"


def unfit_key(kind: str, sql: str, name: str) -> tuple[str, str] | None:
    """What is wrong with a key of a kind, and what to write instead; None where nothing is."""
    if kind in ("timestamp", "wide timestamp"):
        day = _day(kind, sql)
        return "a key is a day, a number, a text or a truth, and no TIMESTAMP", f"write {day} AS {name}"
    if kind == "huge":
        return "a key may be larger than a BIGINT here", f"write TRY_CAST({sql} AS BIGINT) AS {name}"
    if kind == "unknown":
        return "it is not known what values this key has", f"write TRY_CAST({sql} AS VARCHAR) AS {name}"
    if kind in ("null", "interval"):
        return "a key of this kind tells no rows apart", _LEFT_OUT
    return None


def unfit_private_key(kind: str, sql: str, name: str) -> tuple[str, tuple[str, ...]] | None:
    """The same of a key whose values are those of the data."""
    if kind == "number":
        fix = f"write TRY_CAST(floor({sql}) AS BIGINT) AS {name}, or make bands of it: CASE WHEN … END"
        return "fractions are no private keys: equal ones can be written differently", (fix,)
    if kind == "wide date":
        fixes = ("list the days: keys={'" + name + "': {'from': …, 'to': …, 'by': 'month'}}",)
        return f"this key is no private one: {_OUTSIDE}", (*fixes, f"or write CAST({sql} AS VARCHAR)")
    return None


def _day(kind: str, sql: str) -> str:
    """An expression of a TIMESTAMP as one of a DATE."""
    is_cut = kind == "wide timestamp" or sql.lower().startswith(("date_trunc", "datetrunc"))
    return f"CAST({sql} AS DATE)" if is_cut else f"CAST(date_trunc('month', {sql}) AS DATE)"
