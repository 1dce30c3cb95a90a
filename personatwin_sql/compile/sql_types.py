"""The type of an expression, as far as it matters for hierarchies, and the casts that lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.sql_functions import TYPES
from personatwin_sql.spec.hierarchy import Flat, Hierarchy, Mask, Prefix, Taxonomy

TypeOf = Callable[[exp.Expr], str]

_TEXT: Final = {exp.DType.TEXT, exp.DType.VARCHAR, exp.DType.CHAR, exp.DType.NVARCHAR}
_INTEGER: Final = {
    exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT, exp.DType.INT128,
    exp.DType.UTINYINT, exp.DType.USMALLINT, exp.DType.UINT, exp.DType.UBIGINT, exp.DType.UINT128,
}  # fmt: skip
_NUMBER: Final = {exp.DType.DOUBLE, exp.DType.FLOAT, exp.DType.DECIMAL}
_TIMESTAMP: Final = {exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.TIMESTAMPTZ}

_WIDENINGS: Final = {
    ("integer", "number"),
    ("date", "timestamp"),
}
"""Casts between kinds of which each value can be taken back. A cast to the same kind or to text is one too
(an integer that does not fit stops the build; it is never cut), but for FLOAT and DECIMAL, which round."""

_FIXED: Final[tuple[tuple[tuple[type[exp.Expr], ...], str], ...]] = (
    (
        (
            exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In,
            exp.Between, exp.Like, exp.ILike, exp.Exists, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Boolean,
        ),
        "boolean",
    ),
    ((exp.Div, exp.Pow), "number"),
    ((exp.Extract, exp.StrPosition), "integer"),
    ((exp.Interval,), "interval"),
    ((exp.Null,), "null"),
)  # fmt: skip
"""Expressions whose type does not depend on their parts."""

_OF_THEIR_PART: Final = (
    exp.Paren, exp.Neg, exp.Alias, exp.Filter, exp.Window, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls,
    exp.Order,
)  # fmt: skip
_ARITHMETIC: Final = (exp.Add, exp.Sub, exp.Mul, exp.Mod, exp.IntDiv)


def kind_of(target: exp.DataType) -> str:
    """The kind of column that a SQL type is."""
    for kinds, name in (
        (_TEXT, "text"),
        (_INTEGER, "integer"),
        (_NUMBER, "number"),
        (_TIMESTAMP, "timestamp"),
    ):
        if target.this in kinds:
            return name
    return {exp.DType.DATE: "date", exp.DType.BOOLEAN: "boolean"}.get(target.this, "other")


def is_lossless(source: str, target: exp.DataType) -> bool:
    """Whether CAST keeps every value of a kind apart and readable."""
    kind = kind_of(target)
    if kind == "text":
        return True
    if target.this in (exp.DType.FLOAT, exp.DType.DECIMAL, exp.DType.TIMESTAMPTZ):
        return False
    return kind == source or (source, kind) in _WIDENINGS


def hierarchy_after_cast(hierarchy: Hierarchy | None, source: str, kind: str) -> Hierarchy | None:
    """A hierarchy goes on working where it reads the new kind: bands and periods need numbers and dates."""
    if kind == source or kind != "text" or isinstance(hierarchy, Flat | Prefix | Mask | Taxonomy):
        return hierarchy
    return None


def type_of(node: exp.Expr, column_type: TypeOf, function: Callable[[exp.Expr], str]) -> str:
    """The kind of value that an expression gives; `text` where it cannot be told."""

    def of(part: exp.Expr) -> str:
        return type_of(part, column_type, function)

    if isinstance(node, exp.Column):
        return column_type(node)
    if isinstance(node, exp.Cast):
        return kind_of(node.to)
    if isinstance(node, exp.Literal):
        return "text" if node.is_string else ("integer" if node.this.isdigit() else "number")
    fixed = next((kind for kinds, kind in _FIXED if isinstance(node, kinds)), None)
    if fixed is not None:
        return fixed
    if isinstance(node, _OF_THEIR_PART):
        return of(node.this)
    kind = _compound(node, of, function(node))
    return "text" if kind == "null" else kind


def _compound(node: exp.Expr, of: TypeOf, name: str) -> str:
    if isinstance(node, _ARITHMETIC):
        return _arithmetic({of(node.left), of(node.right)})
    branches = _branches(node)
    if branches:
        return _common({of(branch) for branch in branches})
    kind = TYPES.get(name)
    if kind is not None:
        return kind
    arguments = [part for part in (node.this, *node.expressions) if isinstance(part, exp.Expr)]
    if isinstance(node, exp.Distinct) or (name in TYPES and arguments):
        return of(arguments[0])
    return "text"


def _branches(node: exp.Expr) -> list[exp.Expr]:
    """The expressions of which one is the value."""
    if isinstance(node, exp.Case):
        found = [branch.args["true"] for branch in node.args["ifs"]] + [node.args.get("default")]
    elif isinstance(node, exp.If):
        found = [node.args.get("true"), node.args.get("false")]
    elif isinstance(node, exp.Coalesce | exp.Greatest | exp.Least):
        found = [node.this, *node.expressions]
    else:
        found = []
    return [branch for branch in found if isinstance(branch, exp.Expr)]


def _arithmetic(kinds: set[str]) -> str:
    if kinds & {"date", "timestamp", "interval"}:
        return "integer" if kinds == {"date"} else "timestamp"
    return "integer" if kinds <= {"integer", "null"} else "number"


def _common(kinds: set[str]) -> str:
    known = kinds - {"null"}
    if known == {"integer", "number"}:
        return "number"
    return known.pop() if len(known) == 1 else "text"
