"""What is computed of noisy numbers: nothing else is read, so nothing more is spent."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.proof.aggregate.noisy import Noisy
from personatwin_sql.compile.proof.aggregate.totals import SET
from personatwin_sql.compile.proof.proof import need, of_kind
from personatwin_sql.compile.quoting import folded

_PURE: Final = (
    exp.Cast, exp.TryCast, exp.Least, exp.Greatest, exp.Coalesce, exp.Nullif, exp.Case, exp.If, exp.Sqrt,
    exp.Round, exp.Floor, exp.Ceil, exp.Abs, exp.Pow, exp.Ln, exp.Exp, exp.Sign, exp.Sum, exp.Count, exp.Min,
    exp.Max, exp.Avg, exp.And, exp.Or, exp.Try, exp.Array, exp.Explode,
)  # fmt: skip
"""Functions of their arguments alone. Noise is none of them: it is drawn in the noisy table only."""


_AGREEING: Final = "pt_agreeing"
"""Totals and parts of lists of noisy numbers, by least squares."""


def only_noisy(query: exp.Expr, readable: Collection[str], keys: Collection[str]) -> None:
    """Every relation is one of these, or a WITH query of this statement; every function is pure.

    Rows are numbered by set and keys, which no two have in common.
    """
    named = {folded(cte.alias) for cte in query.find_all(exp.CTE)}
    for node in query.walk():
        if isinstance(node, exp.Table):
            is_plain = isinstance(node.this, exp.Identifier) and not node.args.get("catalog")
            name = f"{folded(node.text('db'))}.{folded(node.name)}" if node.text("db") else folded(node.name)
            known = is_plain and (name in readable if node.text("db") else name in named)
            need(known, f"`{name}` is read beside noisy numbers")
        elif isinstance(node, exp.Anonymous):
            is_known = folded(node.name) == _AGREEING
            need(is_known, f"{folded(node.name)}() beside noisy numbers is not understood")
        elif isinstance(node, exp.ArrayAgg):
            need(isinstance(node.this, exp.Order), "noisy numbers are listed in the order in which they came")
        elif isinstance(node, exp.DenseRank):
            pass
        elif isinstance(node, exp.RowNumber):
            _numbers_by_keys(node, keys)
        elif isinstance(node, exp.Func):
            need(
                isinstance(node, _PURE), f"{node.sql_name().lower()}() beside noisy numbers is not understood"
            )
        elif isinstance(node, exp.Unnest | exp.Lateral | exp.Command | exp.Placeholder | exp.Parameter):
            need(False, f"{type(node).__name__} beside noisy numbers is not understood")
    need(all(isinstance(cte.this, exp.Query) for cte in query.find_all(exp.CTE)), "a query changes a table")


def _numbers_by_keys(node: exp.RowNumber, keys: Collection[str]) -> None:
    window = of_kind(node.parent, exp.Window, "rows are numbered without an order")
    order = of_kind(window.args.get("order"), exp.Order, "rows are numbered without an order")
    names = {folded(part.this.name) for part in order.expressions if isinstance(part.this, exp.Column)}
    need({SET, *keys} <= names, "rows that tie are numbered as they came")


def ordered_by_keys(query: exp.Expr, noisy: Noisy) -> None:
    """The rows stand in the order of their keys, not in that in which people's rows happened to lie."""
    if not noisy.keys and not noisy.has_sets:
        return
    order = of_kind(query.args.get("order"), exp.Order, "released rows stand in the order in which they came")
    names = {
        folded(part.this.name)
        for part in order.expressions
        if isinstance(part.this, exp.Column) and part.this.table
    }
    needed = {*noisy.keys, *((SET,) if noisy.has_sets else ())}
    need(needed <= names, "released rows that tie in their order stand as they came")
