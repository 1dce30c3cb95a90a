"""The values that public keys have: listed in the model or in a row, written in the key, of the domain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from personatwin_sql.compile.aggregate.form import KeyItem
from personatwin_sql.compile.quoting import literal
from personatwin_sql.spec.differential_privacy import KeyValue
from personatwin_sql.spec.domain import Column, Domain
from personatwin_sql.spec.hierarchy import Taxonomy

MOST_KEYS: Final = 1_000_000
"""So many combinations of keys at most."""
_PLAIN_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_DAYS: Final = {"day": 1, "week": 7}
_PYTHON: Final = {"text": str, "integer": int, "boolean": bool, "date": str}


class WrongKeys(ValueError):
    """What is wrong with the values of one key, and what to write instead."""

    def __init__(self, message: str, *fixes: str) -> None:
        super().__init__(message)
        self.fixes = fixes


def values_of(key: KeyItem, asked: Any, domain: Domain) -> tuple[KeyValue | None, ...]:
    """The values of a key, in the order of their writing. Raises WrongKeys."""
    if asked == "domain":
        asked = _with_null(key, _of_domain(key, domain))
    elif asked == "written":
        asked = _with_null(key, _of_expression(key))
    elif isinstance(asked, Mapping):
        asked = tuple(_in_a_row(key, asked))
    if not isinstance(asked, tuple) or not asked:
        raise WrongKeys("a list of values is needed", "write ['North', 'South'], 'domain' or 'written'")
    if all(value is None for value in asked):
        raise WrongKeys("there is no value beside none", "list the values too: ['North', 'South', none]")
    if len({(type(value), value) for value in asked}) < len(asked):
        raise WrongKeys("a value stands there twice", "write each value once")
    kind = _PYTHON.get(key.kind)
    if kind is None:
        raise WrongKeys("fractions are no keys", "round them, or make bands of them")
    for value in asked:
        is_of_kind = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        if value is not None and not is_of_kind:
            raise WrongKeys(
                f"its values are of the kind {key.kind}", "write texts in quotes, numbers without"
            )
    if kind is int and any(value is not None and abs(value) > 2**63 - 1 for value in asked):
        raise WrongKeys("a number has more than 64 bits", "write smaller numbers")
    if key.kind == "date" and not all(value is None or _is_date(value) for value in asked):
        raise WrongKeys("a value is no day", "write dates as '2020-01-31'")
    return asked


def key_literal(kind: str, value: KeyValue | None) -> str:
    """A value of a key as SQL of its kind."""
    return f"DATE {literal(value)}" if kind == "date" else literal(value)


def _of_domain(key: KeyItem, domain: Domain) -> tuple[KeyValue, ...]:
    """What the domain says that the column can hold."""
    source, name = key.domain or ("", "")
    column = domain.sources.get(source, {}).get(name)
    if column is None:
        fix = "list its values, or group by the column itself"
        raise WrongKeys("it is an expression, or of no source, so the domain says nothing of it", fix)
    found = column.values or _by_nature(column, name, domain)
    if not found:
        fix = f"declare them in the domain: {name}: {{values: [...]}}, or list them here"
        raise WrongKeys("the domain does not say which values there are", fix)
    return found


def _of_expression(key: KeyItem) -> tuple[KeyValue, ...]:
    """What the branches of the key give."""
    if not key.written:
        fixes = ("group by a CASE whose branches are texts or whole numbers", "or list its values")
        raise WrongKeys("its expression does not write out which values there are", *fixes)
    return key.written


def _with_null(key: KeyItem, values: tuple[KeyValue, ...]) -> tuple[KeyValue, ...]:
    """With the value of rows that have none."""
    return values if key.null_as is None or key.null_as in values else (*values, key.null_as)


def _by_nature(column: Column, name: str, domain: Domain) -> tuple[KeyValue, ...]:
    """The values of a taxonomy, the event types of the domain, and the two truths."""
    hierarchy = column.hierarchy
    if isinstance(hierarchy, Taxonomy) and hierarchy.rows:
        return tuple(dict.fromkeys(row[0] for row in hierarchy.rows))
    if name == "event_type":
        return domain.event_types
    return (False, True) if column.type == "boolean" else ()


def _in_a_row(key: KeyItem, asked: Mapping[str, Any]) -> Iterator[KeyValue]:
    """`{'from': …, 'to': …, 'by': 'month'}`, both ends included."""
    if not {"from", "to"} <= set(asked) <= {"from", "to", "by"}:
        raise WrongKeys(
            "`from` and `to` are needed", "{'from': '2022-01-01', 'to': '2023-12-01', 'by': 'month'}"
        )
    first, last, step = asked["from"], asked["to"], asked.get("by", 1)
    if key.kind == "integer" and all(type(each) is int for each in (first, last, step)) and step > 0:
        if (last - first) // step >= MOST_KEYS:
            raise WrongKeys(f"these are more than {MOST_KEYS:,} values", "take wider steps")
        yield from range(first, last + 1, step)
        return
    if key.kind != "date" or not (_is_date(first) and _is_date(last)):
        raise WrongKeys(
            f"`from` and `to` are of the kind {key.kind}", "write dates as '2020-01-31', years as 2020"
        )
    if step not in (*_MONTHS, *_DAYS):
        raise WrongKeys("`by` is day, week, month, quarter or year", "'by': 'month'")
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    is_first = day.day == 1 and (day.month - 1) % _MONTHS[step] == 0 if step in _MONTHS else True
    if not is_first or (step == "week" and day.weekday() != 0):
        raise WrongKeys(f"`from` is not the first day of a {step}", "date_trunc() gives first days")
    while day <= end:
        yield day.isoformat()
        day = _next(day, step)


def _next(day: date, step: str) -> date:
    if step in _DAYS:
        return day + timedelta(days=_DAYS[step])
    months = day.month - 1 + _MONTHS[step]
    return date(day.year + months // 12, months % 12 + 1, 1)


def _is_date(text: object) -> bool:
    if not isinstance(text, str) or _PLAIN_DATE.fullmatch(text) is None:
        return False
    try:
        return date.fromisoformat(text) < date(9999, 1, 1)
    except ValueError:
        return False
