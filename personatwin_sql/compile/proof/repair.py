"""Proves a repair: the author's events as they are, and beside them events that are marked as added."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from personatwin_sql.compile.proof.context import AUTHORED, Authored
from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import NotProvableError, Proof, need, of_kind, refuted
from personatwin_sql.compile.proof.statements import statements
from personatwin_sql.compile.quoting import folded

IS_ADDED: Final = "is_added"


def prove_repair(statement: str, model: str, authored: Authored) -> Proof:
    """1 where rows with `is_added` FALSE are the author's events, each once, and all others say TRUE.

    Whose an added event is was taken from the author's unit, row by row: it is no person who is not there.
    """
    try:
        trees = statements(statement)
        need(len(trees) == 1, "the events are not repaired by one statement")
        union = _union(of_kind(trees[0], exp.Expr, "a type is made"), model)
        names = _ctes(union, authored)
        events = of_kind(union.this, exp.Select, "more than two parts")
        added = of_kind(union.expression, exp.Select, "more than two parts")
        _is_authored(events, authored)
        _is_added(added, authored, names)
        called = [[folded(node.alias_or_name) for node in part.expressions] for part in (events, added)]
        need(called[0] == called[1], "the columns of added events are not those of the author's")
    except NotProvableError as error:
        return refuted(error)
    return Proof(1, f"added events are marked by {IS_ADDED}")


def _union(tree: exp.Expr, model: str) -> exp.Union:
    is_create = isinstance(tree, exp.Create) and folded(tree.kind or "") == "table"
    need(is_create, "a statement that is no CREATE TABLE … AS")
    only(tree, "this", "kind", "expression")
    table = of_kind(tree.this, exp.Table, "a table with columns of its own")
    only(table, "this", "db")
    name = f"{folded(table.db)}.{folded(table.name)}"
    need(name == f"private.{folded(model)}__repaired", f"`{name}` is made instead")
    union = of_kind(tree.args.get("expression"), exp.Union, "nothing is added")
    only(union, "this", "expression", "with_")
    need(union.args.get("distinct") is False, "UNION without ALL is not understood")
    return union


def _ctes(union: exp.Union, authored: Authored) -> frozenset[str]:
    """The CTEs behind the author's SELECT: each has the unit of a row of one before it."""
    clause = of_kind(union.args.get("with_"), exp.With, "the author's SELECT is not there")
    only(clause, "expressions")
    first, *others = clause.expressions
    written = [tree for tree in statements(authored.sql) if isinstance(tree, exp.Expr)]
    only(first, "this", "alias")
    only(first.args["alias"], "this")
    is_it = len(written) == 1 and first.this == written[0] and folded(first.alias) == AUTHORED
    need(is_it, "the author's SELECT does not stand as written")
    names = {AUTHORED}
    for cte in others:
        only(cte, "this", "alias")
        only(cte.args["alias"], "this")
        need(folded(cte.alias) not in names, f"two CTEs are called `{cte.alias}`")
        for select in _branches(cte.this):
            _keeps_unit(select, authored, names)
        names.add(folded(cte.alias))
    return frozenset(names)


def _branches(query: exp.Expr) -> list[exp.Select]:
    if isinstance(query, exp.Union):
        only(query, "this", "expression")
        return [*_branches(query.this), *_branches(query.expression)]
    return [of_kind(query, exp.Select, "something else than a SELECT")]


def _keeps_unit(select: exp.Select, authored: Authored, names: frozenset[str] | set[str]) -> None:
    """A SELECT from one CTE, whose column of the name of the unit is that of its rows."""
    only(select, "expressions", "from_", "where", "group")
    source = of_kind(select.args.get("from_"), exp.From, "a SELECT without FROM")
    only(source, "this")
    table = of_kind(source.this, exp.Table, "something else than the author's events is read")
    only(table, "this")
    need(folded(table.name) in names, f"`{table.name}` is read beside the author's events")
    need(not list(select.find_all(exp.Subquery, exp.Select))[1:], "a subquery is not understood")
    unit = folded(authored.unit)
    for node in select.expressions:
        name = node.alias_or_name
        is_star = isinstance(node, exp.Star) and not any(node.args.values())
        is_own = isinstance(node, exp.Column) and not node.table
        need(is_star or folded(name) != unit or is_own, "the unit is not that of the author's events")
    kept = [
        node
        for node in select.expressions
        if isinstance(node, exp.Star) or folded(node.alias_or_name) == unit
    ]
    need(kept, "the unit is lost")


def _is_authored(select: exp.Select, authored: Authored) -> None:
    """Every event of the author, its columns as they are."""
    only(select, "expressions", "from_")
    source = of_kind(select.args.get("from_"), exp.From, "a SELECT without FROM")
    only(source, "this")
    table = of_kind(source.this, exp.Table, "the author's events are not read")
    only(table, "this")
    need(folded(table.name) == AUTHORED, "the author's events are not read")
    *columns, flag = select.expressions
    names = [folded(node.name) for node in columns if isinstance(node, exp.Column) and not node.table]
    expected = [folded(name) for name in (authored.unit, *authored.columns)]
    need(len(names) == len(columns), "a column of the author's is computed")
    need(sorted(names) == sorted(expected), "the columns are not those of the author's SELECT")
    need(_flag(flag) is False, f"the author's events are not marked {IS_ADDED} FALSE")


def _is_added(select: exp.Select, authored: Authored, names: frozenset[str]) -> None:
    _keeps_unit(select, authored, names)
    need(_flag(select.expressions[-1]) is True, f"added events are not marked {IS_ADDED} TRUE")


def _flag(node: exp.Expr) -> bool | None:
    """What a column that is called `is_added` says, where it says one thing."""
    is_flag = isinstance(node, exp.Alias) and folded(node.alias) == IS_ADDED
    return bool(node.this.this) if is_flag and isinstance(node.this, exp.Boolean) else None
