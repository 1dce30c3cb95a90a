"""Reads what a condition says of counts: at least so many, at most this share of another count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.proof.expression import Scope
from personatwin_sql.compile.proof.facts import Share

_TURNED: Final[Mapping[type[exp.Expr], type[exp.Expr]]] = {
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.EQ: exp.EQ,
}


def bound(part: exp.Expr, is_count: Callable[[exp.Expr], bool]) -> tuple[int, str] | None:
    """What a condition says a count is at least, and its sign: `>= 11` and `> 10` both say 11."""
    kind = type(part)
    if kind not in _TURNED:
        return None
    count, number = part.this, part.expression
    if is_count(number):
        count, number, kind = number, count, _TURNED[kind]
    if (
        not is_count(count)
        or not isinstance(number, exp.Literal)
        or number.is_string
        or not number.name.isdecimal()
    ):
        return None
    if kind in (exp.GTE, exp.EQ):
        return int(number.name), f"{'>=' if kind is exp.GTE else '='} {number.name}"
    return (int(number.name) + 1, f"> {number.name}") if kind is exp.GT else None


def read_share(part: exp.Expr, scope: Scope) -> Share | None:
    """`people <= 0.8 * people`, both the counts of groups."""
    if not isinstance(part, exp.LTE):
        return None
    return share_of(part.this, part.expression, scope)


def share_of(part: exp.Expr, share: exp.Expr, scope: Scope) -> Share | None:
    """Two counted groups and the factor between them."""
    if not isinstance(share, exp.Mul):
        return None
    factor, whole = share.this, share.expression
    if isinstance(factor, exp.Cast) and factor.to.this == exp.DType.DOUBLE:
        factor = factor.this
    if not isinstance(factor, exp.Literal) or factor.is_string:
        return None
    groups = [counted_group(side, scope) for side in (part, whole)]
    if groups[0] is None or groups[1] is None:
        return None
    return Share(groups[0], groups[1], float(factor.this))


def counted_group(node: exp.Expr, scope: Scope) -> str | None:
    """The group whose people a column counts."""
    key = scope.key(node) if isinstance(node, exp.Column) else None
    return next((group.name for group in scope.relation.groups if key in group.people), None)
