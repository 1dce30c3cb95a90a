"""Proves what a level leaves behind: of a group nobody, or enough people, or all that it had.

Where everybody has exactly one event of a kind, the people of a persona less those of its rows are known. A
level may therefore not leave 1 to k - 1 people of a group of which it publishes a cell: then one cell of the
group, which has k people itself, is not published. Leaving further whole cells out does no harm: each adds at
least k people to what is left of its groups, and takes nobody away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from personatwin_sql.compile.proof.cells import Cell
from personatwin_sql.compile.proof.context import Context
from personatwin_sql.compile.proof.expression import conjuncts, only
from personatwin_sql.compile.proof.left import left_in
from personatwin_sql.compile.proof.proof import NotProvableError, Proof, given, need, of_kind, refuted
from personatwin_sql.compile.proof.statements import statements
from personatwin_sql.compile.quoting import folded

_CELLS = "cells"
_REST = "rest"


def rest_of(
    script: str, context: Context, cells: Sequence[Cell], members: str, dimensions: frozenset[str]
) -> Proof:
    """How many people a level leaves at least of a group that it publishes in part.

    A group is what agrees in the columns of the personas that the level keeps and in `dimensions`. Each
    level: `FROM cells ANTI JOIN held`, where `held` has a cell of every group of which fewer would be left.
    """
    try:
        queries = _queries(script)
        least = min(_proven(queries, context, cell, members, dimensions) for cell in cells)
    except NotProvableError as error:
        return refuted(error)
    return Proof(
        least, f"a cell stays behind where count(DISTINCT …) BETWEEN 1 AND {least - 1} would be left"
    )


def _queries(script: str) -> Mapping[str, exp.Select]:
    found = {}
    for statement in statements(script):
        if isinstance(statement, exp.Create) and isinstance(statement.args.get("expression"), exp.Select):
            table = statement.this
            found[f"{folded(table.db)}.{folded(table.name)}"] = statement.args["expression"]
    return found


def _proven(
    queries: Mapping[str, exp.Select], context: Context, cell: Cell, members: str, dimensions: frozenset[str]
) -> int:
    released = cell.relation.rows
    whole = [
        rows.table for rows in released if rows.table in queries and rows.is_whole_but_for(cell.group.of)
    ]
    query = queries[given(next(iter(whole), None), "a level is not released as it stands in its table")]
    need(cell.group.base.is_whole_but_for(cell.group.of), f"`{whole[0]}` may count a cell in part")
    columns = context.made(cell.source)
    kept = {name for name in cell.group.of if any(copy[1] == members for copy in columns.column(name).copies)}
    group = frozenset(kept) | (dimensions & cell.group.of)
    left = left_in(context, cell.source)
    is_whole = left.has(group) and all(columns <= group for columns in left.within)
    need(is_whole, f"`{cell.source}` may hold a group of `{whole[0]}` in part")
    only(query, "expressions", "from_", "joins", "with_")
    _is_named(_part(query, "from_").this, _CELLS)
    ctes = {folded(cte.alias): cte.this for cte in _part(query, "with_").expressions}
    for join in query.args.get("joins") or []:
        held = ctes.get(folded(join.this.name))
        is_anti = (
            folded(join.kind) == "anti" and _agree(join, _CELLS, folded(join.this.name)) == cell.group.of
        )
        if held is None or not is_anti or join.side:
            continue
        try:
            least = _held(held, ctes, cell, group)
            need(cell.group.at_least, f"a cell of `{whole[0]}` that stays behind may be of nobody")
            return min(least, cell.group.at_least)
        except NotProvableError:
            continue
    raise NotProvableError(
        f"`{whole[0]}` may leave a few people of a group: nothing keeps a cell of its own back with them"
    )


def _held(query: exp.Expr, ctes: Mapping[str, exp.Expr], cell: Cell, group: frozenset[str]) -> int:
    """The first cell of each group that is short; gives how many people a group that is not short has."""
    query = of_kind(query, exp.Select, "no SELECT")
    only(query, "expressions", "from_", "joins", "qualify")
    _is_named(_part(query, "from_").this, _CELLS)
    need(_columns(query.expressions, _CELLS) == cell.group.of, "other columns than those of a cell")
    join = _only(query.args.get("joins") or [], "semi")
    name = folded(join.this.name)
    need(_agree(join, _CELLS, name, flag="is_short") == group, "groups are not joined on their columns")
    first = _part(query, "qualify").this
    need(isinstance(first, exp.EQ) and first.expression == exp.Literal.number(1), "not the first of each")
    window = of_kind(first.this, exp.Window, "not the first of each")
    need(isinstance(window.this, exp.RowNumber), "not the first of each")
    parts = window.args.get("partition_by") or []
    need(not window.args.get("spec") and _columns(parts, _CELLS) == group, "not the first of each group")
    _is_rest(of_kind(ctes.get(_REST), exp.Select, "no SELECT"), cell, group)
    return _short(of_kind(ctes.get(name), exp.Select, "no SELECT"), cell, group) + 1


def _is_rest(query: exp.Select, cell: Cell, group: frozenset[str]) -> None:
    """The events that were counted without those that the cells cover, under their names."""
    only(query, "expressions", "from_", "joins")
    source = _part(query, "from_").this
    events = folded(source.alias)
    only(source, "this", "db", "alias")
    table = f"{folded(source.db)}.{folded(source.name)}"
    need(table == cell.source and events, "what is left is not that of the events that were counted")
    join = _only(query.args.get("joins") or [], "anti")
    _is_named(join.this, _CELLS)
    need(_agree(join, events, _CELLS) == cell.group.of, "what is left is not what the cells do not cover")
    names = _columns(query.expressions, events)
    is_there = names is not None and group | {str(cell.group.unit)} <= names
    need(is_there, "what is left lacks a column of the group")


def _short(query: exp.Select, cell: Cell, group: frozenset[str]) -> int:
    """All groups of which 1 to n people are left without the cells; gives n."""
    only(query, "expressions", "from_", "joins", "group", "having")
    source = _part(query, "from_").this
    events = folded(source.alias)
    need(isinstance(source, exp.Table) and not source.args.get("db"), "the rest is not what is counted")
    need(folded(source.name) == _REST and events, "the rest is not what is counted")
    only(source, "this", "alias")
    need(not _without_groups_of_no_cell(query, events, group), "groups are left out")
    flags = [node for node in query.expressions if isinstance(node, exp.Alias)]
    is_flagged = len(flags) == 1 and flags[0].this == exp.true() and folded(flags[0].alias) == "is_short"
    named = [node for node in query.expressions if not isinstance(node, exp.Alias)]
    need(is_flagged and _columns(named, events) == group, "a group is not named by its columns")
    clause = query.args.get("group")
    keys = clause.expressions if clause is not None else []
    need(clause is None or not clause.args.get("all"), "GROUP BY ALL")
    need(_columns(keys, events) == group and bool(keys) == bool(group), "groups are not those of the level")
    having = of_kind(_part(query, "having").this, exp.Between, "no BETWEEN")
    unit = exp.column(str(cell.group.unit), table=events)
    count = having.this
    is_unit = (
        isinstance(count, exp.Count)
        and isinstance(count.this, exp.Distinct)
        and [_folded(node) for node in count.this.expressions] == [_folded(unit)]
    )
    low, high = having.args["low"], having.args["high"]
    need(
        is_unit and low == exp.Literal.number(1) and not having.args.get("symmetric"),
        "people are not counted",
    )
    need(isinstance(high, exp.Literal) and high.name.isdecimal(), "people are not counted")
    return int(high.name)


def _without_groups_of_no_cell(query: exp.Select, events: str, group: frozenset[str]) -> Sequence[exp.Join]:
    """The joins without a SEMI JOIN that keeps each group whole or, where it has no cell, leaves it out."""
    joins = query.args.get("joins") or []
    if not group or len(joins) != 1 or folded(joins[0].kind) != "semi" or joins[0].side:
        return joins
    beside = joins[0].this
    is_cells = isinstance(beside, exp.Table) and not beside.args.get("db") and folded(beside.name) == _CELLS
    need(is_cells and _agree(joins[0], events, folded(beside.alias)) == group, "groups are left out")
    return []


def _part(query: exp.Select, name: str) -> exp.Expr:
    return of_kind(query.args.get(name), exp.Expr, f"no {name.strip('_').upper()}")


def _only(joins: Sequence[exp.Join], kind: str) -> exp.Join:
    """The one join, which is of this kind."""
    is_it = len(joins) == 1 and folded(joins[0].kind) == kind and not joins[0].side
    need(is_it, f"not one {kind.upper()} JOIN")
    return joins[0]


def _is_named(node: exp.Expr, name: str) -> None:
    is_cte = isinstance(node, exp.Table) and not node.args.get("db") and not node.args.get("alias")
    need(is_cte and folded(node.name) == name, f"`{name}` is not what is read")
    only(node, "this")


def _columns(nodes: Sequence[exp.Expr], table: str) -> frozenset[str] | None:
    """The names of columns of one relation; None where one is something else."""
    is_own = all(isinstance(node, exp.Column) and folded(node.table) == table for node in nodes)
    return frozenset(folded(node.name) for node in nodes) if is_own else None


def _agree(join: exp.Join, left: str, right: str, flag: str | None = None) -> frozenset[str] | None:
    """The columns in which two relations must agree, NULL with NULL; None where the condition is another."""
    only(join, "this", "on", "kind")
    only(join.this, "this", "alias")
    names = set()
    for part in conjuncts(join.args["on"]) if join.args.get("on") is not None else ():
        if flag is not None and isinstance(part, exp.Column) and _folded(part) == (right, flag):
            continue
        sides = (part.this, part.expression) if isinstance(part, exp.NullSafeEQ) else ()
        found = [_folded(side) for side in sides if isinstance(side, exp.Column)]
        if len(found) != 2 or [table for table, _ in found] != [left, right] or found[0][1] != found[1][1]:
            return None
        names.add(found[0][1])
    return frozenset(names)


def _folded(node: exp.Expr) -> tuple[str, str]:
    return (folded(node.table), folded(node.name)) if isinstance(node, exp.Column) else ("", "")
