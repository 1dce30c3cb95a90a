"""Whether no person can have two rows in a result: read from its joins, groups and choices, never assumed."""

from __future__ import annotations

from sqlglot import exp

from personatwin_sql.compile.lineage_condition import conjuncts
from personatwin_sql.compile.lineage_expression import Expressions
from personatwin_sql.compile.lineage_facts import Facts, is_unit
from personatwin_sql.compile.lineage_items import Item
from personatwin_sql.compile.lineage_join import Rows
from personatwin_sql.compile.lineage_scope import Found, Scope
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.role import Role


@dataclass(frozen=True)
class Key:
    """One key of GROUP BY or DISTINCT ON; `unit` where it is the person key itself."""

    facts: Facts
    unit: Found | None
    node: exp.Expr


def one_row_per_unit(
    node: exp.Select,
    items: tuple[Item, ...],
    scope: Scope,
    rows: Rows,
    keys: tuple[Key, ...],
    distinct_on: tuple[Key, ...],
    expressions: Expressions,
) -> bool:
    """True when one column is the unit, and the tree proves each unit to be in one row."""
    units = [item for item in items if item.column.role == Role.PRIVACY_UNIT]
    unit = units[0].unit if len(units) == 1 else None
    if unit is None:
        return False
    was_single = rows.one_row_per_unit and rows.key in unit.aliases
    if node.args.get("group") is not None:
        is_key = any(_is_same(key.unit, unit) for key in keys)
        return is_key and (len(keys) == 1 or was_single)
    if was_single:
        return True
    if len(distinct_on) == 1:
        return _is_same(distinct_on[0].unit, unit)
    distinct = node.args.get("distinct")
    if distinct is not None and distinct.args.get("on") is None and len(items) == 1:
        return True
    qualify = node.args.get("qualify")
    return qualify is not None and any(
        _is_first_of(unit, part, items, scope, expressions) for part in conjuncts(qualify.this)
    )


def _is_same(one: Found | None, other: Found) -> bool:
    return (
        one is not None and one.column == other.column and one.aliases == other.aliases and bool(one.aliases)
    )


def _is_first_of(
    unit: Found, condition: exp.Expr, items: tuple[Item, ...], scope: Scope, expressions: Expressions
) -> bool:
    """`row_number() OVER (PARTITION BY unit …) = 1`, written out or by its alias."""
    if not isinstance(condition, exp.EQ) or not isinstance(condition.right, exp.Literal):
        return False
    if condition.right.is_string or condition.right.this != "1":
        return False
    window = condition.left
    if isinstance(window, exp.Column) and not window.table:
        named = [item.node for item in items if folded(item.column.name) == folded(window.name)]
        shadowed = any(input.find(window.name) is not None for input in scope.inputs)
        node = named[0] if len(named) == 1 and not shadowed else window
        window = node.this if isinstance(node, exp.Alias) else node
    if not isinstance(window, exp.Window) or not isinstance(window.this, exp.RowNumber):
        return False
    windows = scope.window_and_those_it_extends(window)
    partition = [key for part in windows for key in part.args.get("partition_by") or ()]
    if len(partition) != 1:
        return False
    found = expressions.bare(partition[0], scope)
    return found is not None and is_unit(found.column) and _is_same(found, unit)
