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
    exp.Max, exp.Avg, exp.And, exp.Or, exp.Try,
)  # fmt: skip
"""Functions of their arguments alone. Noise is none of them: it is drawn in the noisy table only."""


def only_noisy(query: exp.Expr, readable: Collection[str]) -> None:
    """Every relation is one of these, or a WITH query of this statement; every function is pure."""
    named = {folded(cte.alias) for cte in query.find_all(exp.CTE)}
    for node in query.walk():
        if isinstance(node, exp.Table):
            is_plain = isinstance(node.this, exp.Identifier) and not node.args.get("catalog")
            name = f"{folded(node.text('db'))}.{folded(node.name)}" if node.text("db") else folded(node.name)
            known = is_plain and (name in readable if node.text("db") else name in named)
            need(known, f"`{name}` is read beside noisy numbers")
        elif isinstance(node, exp.Func):
            need(
                isinstance(node, _PURE), f"{node.sql_name().lower()}() beside noisy numbers is not understood"
            )
        elif isinstance(node, exp.Unnest | exp.Lateral | exp.Command | exp.Placeholder | exp.Parameter):
            need(False, f"{type(node).__name__} beside noisy numbers is not understood")
    need(all(isinstance(cte.this, exp.Query) for cte in query.find_all(exp.CTE)), "a query changes a table")


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
