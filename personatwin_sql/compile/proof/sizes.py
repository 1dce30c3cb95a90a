"""What counts rows of a table: how many of them a group has."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from personatwin_sql.compile.proof.columns import Key
from personatwin_sql.compile.proof.expression import Scope, is_whole_number
from personatwin_sql.compile.proof.facts import Rows


def sizes(projections: Sequence[tuple[str, exp.Expr]], scope: Scope, base: Rows) -> frozenset[Key]:
    """The columns of a SELECT that groups which are the number of rows of `base` in a group.

    `count(*)`, or the sum of such counts where rows that agree are one; none where a row may stand twice.
    """
    if not base.is_once:
        return frozenset()
    return frozenset(("", name) for name, node in projections if _is_size(node, scope, base))


def _is_size(node: exp.Expr, scope: Scope, base: Rows) -> bool:
    if type(node) is exp.Cast and is_whole_number(node.to):
        node = node.this
    if type(node) is exp.Count:
        return base in scope.relation.rows and node.this == exp.Star()
    is_sum = type(node) is exp.Sum and isinstance(node.this, exp.Column)
    return is_sum and base in scope.relation.distinct and scope.key(node.this) in base.numbers
