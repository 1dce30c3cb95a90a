"""Reads ORDER BY: what the order of the rows is made of, and whether it leaves any as they stood."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from personatwin_sql.compile.proof.columns import STANDING, Key, Root
from personatwin_sql.compile.proof.expression import Scope, bare, is_total, only, value
from personatwin_sql.compile.proof.facts import Group, Order, Relation
from personatwin_sql.compile.proof.proof import need
from personatwin_sql.compile.quoting import folded


def order_of(
    select: exp.Select, scope: Scope, relation: Relation, projected: Mapping[str, exp.Expr]
) -> Order | None:
    """What the order of the rows is made of; a bare name is that of a column of the result, if any has it."""
    clause = select.args.get("order")
    if clause is None:
        return None
    only(clause, "expressions")
    nodes = [ordered.this for ordered in clause.expressions]
    for ordered in clause.expressions:
        only(ordered, "this", "desc", "nulls_first")
    if any(isinstance(node, exp.Var) for node in nodes):
        is_all = len(nodes) == 1 and folded(nodes[0].name) == "all"
        has_all = scope.relation.is_open or any(name == "all" for _, name in scope.relation.columns)
        return _told(frozenset(relation.names), relation, is_all and not has_all, frozenset({STANDING}))
    need(not any(isinstance(node, exp.Literal) for node in nodes), "ORDER BY a position")
    nodes = [_meant(node, projected) for node in nodes]
    named: dict[Key, frozenset[str]] = {}
    for name, node in projected.items():
        column = bare(node, scope)
        if column is not None:
            key = scope.key(column)
            named[key] = named.get(key, frozenset()) | {name}
    found: frozenset[str] = frozenset()
    inputs: frozenset[Root] = frozenset() if is_total(nodes, scope) else frozenset({STANDING})
    is_told = True
    for node in nodes:
        names = _names_of(node, projected, named, scope)
        column_of = value(node, scope)
        inputs |= column_of.inputs | (frozenset({STANDING}) if column_of.is_code else frozenset())
        found |= names
        is_told = is_told and not column_of.is_code and (bool(names) or column_of.constant is not None)
    return _told(found, relation, is_told, inputs)


def _meant(node: exp.Expr, projected: Mapping[str, exp.Expr]) -> exp.Expr:
    """A bare name in ORDER BY is that of a column of the result, if one has it."""
    if isinstance(node, exp.Column) and not node.table:
        return projected.get(folded(node.name), node)
    return node


def _names_of(
    node: exp.Expr, projected: Mapping[str, exp.Expr], named: Mapping[Key, frozenset[str]], scope: Scope
) -> frozenset[str]:
    """The columns of the result that an expression of ORDER BY is."""
    own = frozenset(name for name, each in projected.items() if each is node)
    if not isinstance(node, exp.Column):
        return own
    key = scope.key(node)
    return own | named.get(key, frozenset()) | _keys_of_numbered(key, named, scope)


def _keys_of_numbered(key: Key, named: Mapping[Key, frozenset[str]], scope: Scope) -> frozenset[str]:
    """The columns of the result that make the class whose number a column is; none where one is missing."""
    relation = scope.relation
    for group in relation.groups:
        if group.name not in relation.columns[key].numbers:
            continue
        found = [_published(group, name, named, scope) for name in group.of]
        if all(found):
            return frozenset().union(*found)
    return frozenset()


def _published(group: Group, name: str, named: Mapping[Key, frozenset[str]], scope: Scope) -> frozenset[str]:
    """Where a key of a group is published: from the group's row, or from the rows that are in it."""
    keys = set(group.keys.get(name, ()))
    for rows in scope.relation.rows:
        if rows.table == group.base.table and rows.classes is not None and name in rows.classes.keys:
            keys |= rows.columns.get(name, frozenset())
    return frozenset().union(*(named.get(key, frozenset()) for key in keys))


def _told(names: frozenset[str], relation: Relation, is_told: bool, inputs: frozenset[Root]) -> Order:
    """A code stands in the order of its ENUM, which may be any."""
    return Order(names, is_told and not any(relation.column(name).is_code for name in names), inputs)
