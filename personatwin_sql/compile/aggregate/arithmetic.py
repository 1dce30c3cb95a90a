"""What operators on numbers and dates give, and which of them cannot fail."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from personatwin_sql.compile.aggregate.kinds import NUMBERS

OPERATORS: Final[dict[type[exp.Expr], str]] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.IntDiv: "//", exp.Mod: "%", exp.Neg: "-",
    exp.Pow: "**", exp.BitwiseAnd: "&", exp.BitwiseOr: "|",
}  # fmt: skip
_DOUBLES: Final = (exp.Add, exp.Sub, exp.Mul, exp.Mod, exp.Neg)
_DAYS: Final = frozenset({"date", "wide date"})
_MOMENTS: Final = _DAYS | {"timestamp", "wide timestamp"}


def calculated(node: exp.Expr, kinds: list[str], *, tries: bool) -> str | None:
    """The kind of the result; None where a value could make it fail, and nothing catches that (`tries`)."""
    found = set(kinds) - {"null"}
    if isinstance(node, exp.Div):
        return "number" if found <= NUMBERS else None
    if isinstance(node, _DOUBLES) and "number" in found and found <= NUMBERS:
        return "number"
    if isinstance(node, exp.Neg) and found == {"decimal"}:
        return "decimal"
    return _caught(node, kinds, found) if tries else None


def _caught(node: exp.Expr, kinds: list[str], found: set[str]) -> str | None:
    """Inside TRY, where what runs over is NULL."""
    if isinstance(node, exp.Pow):
        return "number" if found <= NUMBERS else None
    if found and found <= {"integer", "huge"}:
        is_plain = isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Neg)
        return "integer" if found == {"integer"} else "huge" if is_plain else None
    return _of_dates(node, kinds, found) if isinstance(node, exp.Add | exp.Sub) else None


def _of_dates(node: exp.Expr, kinds: list[str], found: set[str]) -> str | None:
    if isinstance(node, exp.Sub) and len(kinds) == 2 and set(kinds) <= _DAYS:
        return "integer"
    if found & _DAYS and "integer" in found and found <= _DAYS | {"integer"}:
        return "wide date"
    is_moved = found & _MOMENTS and "interval" in found and found <= _MOMENTS | {"interval"}
    return "wide timestamp" if is_moved else None
