"""Kinds of values inside aggregates over people: as exact as it takes to tell whether a cast can fail.

Beside the kinds of columns: `huge`, a whole number past 64 bits; `decimal`, of a written fraction;
`wide date` and `wide timestamp`, which may lie outside of the years 1 to 9999 that sources have; `unit`, a
person as stored; `null`; and `unknown`, of which nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from sqlglot import exp

UNKNOWN: Final = "unknown"
WHOLE: Final = frozenset({"integer", "huge"})
NUMBERS: Final = frozenset({"integer", "huge", "number", "decimal"})
DATES: Final = frozenset({"date", "timestamp", "wide date", "wide timestamp"})
BOUNDED: Final = frozenset({"date", "timestamp"})
"""Dates of which neither a month nor a TIMESTAMP runs over."""
_PUBLIC: Final = {
    "wide date": "date", "wide timestamp": "timestamp", "huge": "integer", "decimal": "number",
    "unit": "text",
}  # fmt: skip
_JOINED: Final = (
    (frozenset({"integer", "huge"}), "huge"),
    (frozenset({"integer", "decimal"}), "decimal"),
    (frozenset({"integer", "decimal", "number"}), "number"),
    (frozenset({"integer", "huge", "number"}), "number"),
    (frozenset({"date", "wide date"}), "wide date"),
    (frozenset({"date", "timestamp"}), "timestamp"),
    (frozenset({"date", "timestamp", "wide timestamp"}), "wide timestamp"),
)
"""Kinds that the engine brings together, and what they become: no value of them fails to."""
_BIGINT: Final = 2**63 - 1
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?)?")
_TARGETS: Final = {
    exp.DType.TEXT: "text", exp.DType.VARCHAR: "text", exp.DType.CHAR: "text",
    exp.DType.TINYINT: "integer", exp.DType.SMALLINT: "integer", exp.DType.INT: "integer",
    exp.DType.BIGINT: "integer", exp.DType.DOUBLE: "number", exp.DType.FLOAT: "number",
    exp.DType.BOOLEAN: "boolean", exp.DType.DATE: "date", exp.DType.TIMESTAMP: "timestamp",
    exp.DType.TIMESTAMPNTZ: "timestamp",
}  # fmt: skip
"""Types that may be cast to."""


def target_of(node: exp.DataType) -> str:
    """The kind of a type; `unknown` for types of which too little is known (DECIMAL, unsigned, lists …)."""
    return _TARGETS.get(node.this, UNKNOWN)


def public(kind: str) -> str:
    """The kind of column that holds such values."""
    return _PUBLIC.get(kind, kind)


def joined(kinds: Iterable[str]) -> str | None:
    """What values of these kinds become beside each other; None where one of them could fail to."""
    known = frozenset(kinds) - {"null"}
    if not known:
        return "null"
    if UNKNOWN in known or "interval" in known:
        return None
    if len(known) == 1:
        return next(iter(known))
    return next((kind for several, kind in _JOINED if known <= several), None)


def of_number(text: str) -> str:
    """The kind of a written number; `unknown` where it fits no type that keeps it."""
    digits = text.replace("_", "")
    if digits.isdigit():
        return "integer" if int(digits) <= _BIGINT else UNKNOWN
    if "e" in digits.lower():
        return "number" if float(digits) not in (float("inf"), float("-inf")) else UNKNOWN
    whole, _, fraction = digits.partition(".")
    return "decimal" if len(whole) <= 18 and len(fraction) <= 15 else UNKNOWN


def reads_as(text: str, kind: str) -> bool:
    """Whether a written text becomes a value of a kind, whatever happens around it."""
    if kind in ("text", "null"):
        return True
    if kind in WHOLE:
        return re.fullmatch(r"-?\d{1,18}", text) is not None
    if kind in ("number", "decimal"):
        return re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", text) is not None
    if kind == "boolean":
        return text in ("true", "false")
    if kind in ("date", "wide date"):
        return _DAY.fullmatch(text) is not None and _is_day(text)
    moment = _MOMENT.fullmatch(text) if kind in ("timestamp", "wide timestamp") else None
    return moment is not None and _is_day(moment[1])


def whole_value(node: exp.Expr | None) -> int | None:
    """The value of whole numbers written out, `2 * 3`; None for anything else, and where 32 bits run over."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Literal):
        found = int(node.this) if not node.is_string and node.this.isdigit() else None
    elif isinstance(node, exp.Neg):
        part = whole_value(node.this)
        found = None if part is None else -part
    elif isinstance(node, exp.Add | exp.Sub | exp.Mul):
        one, other = whole_value(node.left), whole_value(node.right)
        if one is None or other is None:
            return None
        found = one + other if isinstance(node, exp.Add) else one - other
        found = one * other if isinstance(node, exp.Mul) else found
    else:
        return None
    return found if found is not None and abs(found) < 2**31 else None


def text_value(node: exp.Expr | None) -> str | None:
    """A written text; None for anything else."""
    while isinstance(node, exp.Paren):
        node = node.this
    return str(node.this) if isinstance(node, exp.Literal) and node.is_string else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
