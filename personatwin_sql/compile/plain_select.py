"""Whether a SELECT only picks columns: then it need not be copied to be read several times."""

from __future__ import annotations

from sqlglot import exp

_CLAUSES = frozenset({"expressions", "from_", "kind"})


def picks_columns_only(query: exp.Expr) -> bool:
    """`SELECT a, b AS c FROM table`, and nothing else: no filter, no expression that could fail or cost."""
    if not isinstance(query, exp.Select) or any(
        value for clause, value in query.args.items() if clause not in _CLAUSES
    ):
        return False
    source = query.args.get("from_")
    table = source.this if source is not None else None
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
        return False
    if any(table.args.get(more) for more in ("joins", "sample", "pivots", "laterals")):
        return False
    return all(isinstance(_named(item), exp.Column) for item in query.expressions)


def _named(item: exp.Expr) -> exp.Expr:
    column = item.this if isinstance(item, exp.Alias) else item
    return column if not isinstance(column.this, exp.Star) else column.this
