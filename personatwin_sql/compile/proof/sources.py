"""Reads FROM and JOIN: which relations stand there, and what is known of them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from personatwin_sql.compile.proof.columns import (
    A_PERSON,
    PLACE,
    ROWID,
    STANDING,
    Column,
    Key,
    Root,
    Unique,
    column_at,
    units_of_rows,
)
from personatwin_sql.compile.proof.context import Context
from personatwin_sql.compile.proof.counts import read_share
from personatwin_sql.compile.proof.expression import Scope, conjuncts, only, value
from personatwin_sql.compile.proof.facts import Relation, Rows, Share
from personatwin_sql.compile.proof.groups_in_rows import spread
from personatwin_sql.compile.proof.joins import KINDS, Condition, Kind, Pair, Pairing, is_unit, joined
from personatwin_sql.compile.proof.proof import NotProvableError, OutOfOrderError, given, need, of_kind
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass, replace

Branches = tuple[Relation, ...]
"""A relation for each branch of a UNION ALL; one, as a rule."""


@dataclass(frozen=True)
class Reading:
    """Where a SELECT stands, and how it reads what stands in it."""

    context: Context
    place: str
    """Names the SELECT: statement, CTE, branch."""
    ctes: Mapping[str, Branches]
    read: Callable[[exp.Expr, Reading], Branches]

    def at(self, place: str) -> Reading:
        return replace(self, place=f"{self.place}.{place}")

    def subquery(self, node: exp.Subquery) -> Column:
        """One value, taken from rows of anybody."""
        only(node, "this")
        branches = self.read(node.this, self.at("subquery"))
        need(len(branches) == 1 and len(branches[0].columns) == 1, "a subquery of more than one value")
        (column,) = branches[0].columns.values()
        return Column(column.inputs, column.groups | {A_PERSON})


def read_sources(select: exp.Select, reading: Reading) -> tuple[Scope, ...]:
    """The scope of a SELECT; one for each branch where it selects from a union and nothing else."""
    source = of_kind(select.args.get("from_"), exp.From, "a SELECT without FROM")
    only(source, "this")
    joins = select.args.get("joins") or []
    alias, branches = _source(source.this, select, reading)
    if len(branches) > 1:
        need(not joins, "a union can only be projected")
    scopes = []
    for branch in branches:
        scope = Scope(branch.aliased(alias), (alias,), reading.subquery, types=reading.context.types)
        for join in joins:
            scope = _joined(scope, join, select, reading)
        scopes.append(scope)
    return tuple(scopes)


def _source(node: exp.Expr, select: exp.Select, reading: Reading) -> tuple[str, Branches]:
    """The alias of a relation and what is known of it."""
    alias = node.args.get("alias")
    if alias is not None:
        only(alias, "this")
    if isinstance(node, exp.Subquery):
        only(node, "this", "alias")
        need(alias is not None, "a subquery without a name")
        name = folded(node.alias)
        return name, reading.read(node.this, reading.at(name))
    node = of_kind(node, exp.Table, "a relation that is no table")
    need(isinstance(node.this, exp.Identifier), "a relation that is no table")
    only(node, "this", "db", "alias")
    name = folded(node.alias or node.name)
    if not node.args.get("db"):
        cte = folded(node.name)
        need(cte in reading.ctes, f"`{node.name}` is neither a CTE nor a table with its schema")
        return name, reading.ctes[cte]
    return name, _table(f"{folded(node.db)}.{folded(node.name)}", name, select, reading)


def _table(table: str, alias: str, select: exp.Select, reading: Reading) -> Branches:
    context = reading.context
    if table in context.unread:
        raise context.unread[table]
    if table in context.tables:
        branches, is_numbered = context.tables[table], table not in context.views
        return tuple(_as_table(branch, table, len(branches), is_numbered) for branch in branches)
    if context.is_own(table) and table != context.recoding:
        raise OutOfOrderError(f"`{table}` is read before it is made")
    names = _asked_for(select, alias)
    relation = context.upstream(table, f"{reading.place}.{alias}", names)
    return (_as_table(relation, table, 1),)


def _table_name(node: exp.Expr) -> str:
    return f"{folded(node.db)}.{folded(node.name)}" if isinstance(node, exp.Table) else ""


def _unread(table: str, node: exp.Expr, select: exp.Select) -> tuple[str, Branches]:
    """The alias of a table of which nothing is known, and that: it may hold anything of anybody."""
    only(node, "this", "db", "alias")
    alias = folded(node.alias or node.name)
    names = _asked_for(select, alias)
    columns = {("", name): Column(frozenset({(table, name)}), frozenset({A_PERSON})) for name in names}
    rows = Rows(table, {name: frozenset({("", name)}) for name in names}, is_exact=False, is_unread=True)
    return alias, (Relation(columns=columns, rows=(rows,), is_open=True),)


def _as_table(relation: Relation, table: str, branches: int, is_numbered: bool = True) -> Relation:
    """Each row is a row of the table, whatever it was before; one of a branch is what it was."""
    columns = {name: frozenset({("", name)}) for name in relation.names}
    if branches > 1:
        return relation
    relation = replace(relation, rows=(Rows(table, columns),))
    return _with_rowid(relation) if is_numbered else relation


def _with_rowid(relation: Relation) -> Relation:
    """The rows of a table that the script made have numbers, in the order in which they were made."""
    if relation.is_open or ROWID in relation.names:
        return relation
    number = Column(
        frozenset({PLACE, *({STANDING} if relation.order is None else relation.order.inputs)}),
        frozenset({A_PERSON}),
        codes=units_of_rows(relation.unique, relation.columns),
        is_filled=True,
        is_rowid=True,
    )
    unique = relation.unique | {Unique(frozenset({("", ROWID)}), True)}
    return replace(relation, columns={**relation.columns, ("", ROWID): number}, unique=unique)


def _asked_for(select: exp.Select, alias: str) -> frozenset[str]:
    """The columns of a table that a SELECT names: with its alias, or without any where it stands alone."""
    is_alone = not select.args.get("joins")
    return frozenset(
        folded(column.name)
        for column in select.find_all(exp.Column)
        if (folded(column.table) == alias if column.table else is_alone and column.parent_select is select)
        and isinstance(column.this, exp.Identifier)
    )


def _joined(scope: Scope, join: exp.Join, select: exp.Select, reading: Reading) -> Scope:
    only(join, "this", "on", "side", "kind")
    if isinstance(join.this, exp.Table) and isinstance(join.this.this, exp.GenerateSeries):
        return _spread(scope, join)
    kind = _kind(join)
    if kind in ("SEMI", "ANTI") and (table := _table_name(join.this)) in reading.context.unread:
        alias, branches = _unread(table, join.this, select)
    else:
        alias, branches = _source(join.this, select, reading)
    need(len(branches) == 1, "a union can only be projected")
    need(alias not in scope.aliases, f"two relations are called `{alias}`")
    right = branches[0].aliased(alias)
    both = Scope(
        replace(scope.relation, columns={**scope.relation.columns, **right.columns}),
        (*scope.aliases, alias),
        scope.subquery,
        types=scope.types,
    )
    on = join.args.get("on")
    is_crossed = folded(join.kind) == "cross" or (on is None and not join.kind and not join.side)
    need((on is None) == is_crossed, "a join without its condition")
    condition = (
        read_condition(on, both, scope, right, reading.context.units) if on is not None else Condition()
    )
    merged = joined(scope.relation, right, kind, condition, reading.context.units)
    if kind in ("SEMI", "ANTI"):
        return replace(scope, relation=merged)
    is_pairing = kind == "INNER" and condition.is_plain and scope.pairing is None and len(scope.aliases) == 1
    pairing = Pairing(scope.relation, right, condition.pairs) if is_pairing else None
    return replace(both, relation=merged, pairing=pairing)


def _spread(scope: Scope, join: exp.Join) -> Scope:
    """`CROSS JOIN range(classes.people) AS copies`: each class as many times as it has people."""
    only(join, "this", "kind")
    only(join.this, "this", "alias")
    numbers = join.this.this
    only(numbers, "start", "end", "is_end_exclusive")
    alias = of_kind(join.this.args.get("alias"), exp.TableAlias, "a range without a name")
    only(alias, "this")
    need(folded(alias.name) not in scope.aliases, f"two relations are called `{alias.name}`")
    is_range = folded(join.kind) == "cross" and numbers.args.get("is_end_exclusive") is True
    starts_at_0 = numbers.args.get("start") == exp.Literal.number(0)
    key = _key(numbers.args["end"], scope)
    relation = spread(scope.relation, key) if is_range and starts_at_0 and key is not None else None
    relation = given(relation, "a range that is not that of the people of a group")
    return replace(scope, relation=relation, aliases=(*scope.aliases, folded(alias.name)), pairing=None)


def _kind(join: exp.Join) -> Kind:
    written = " ".join(part for part in (join.side, join.kind) if part).upper()
    for kind in KINDS:
        if (written or "INNER") == kind or (written == "CROSS" and kind == "INNER"):
            return kind
    raise NotProvableError(f"{written} JOIN is not understood")


def read_condition(
    on: exp.Expr, both: Scope, left: Scope, right: Relation, units: frozenset[Root]
) -> Condition:
    """An ON clause, taken apart at its ANDs."""
    pairs: list[Pair] = []
    shares: list[Share] = []
    inputs: frozenset[Root] = frozenset()
    is_plain = True
    is_unread = any(rows.is_unread for rows in right.rows)
    for part in conjuncts(on):
        if is_unread and _is_within(part, right, both):
            value(part, both)
            continue  # of such a table some rows are as unknown as all
        pair = _pair(part, both, right)
        if pair is not None:
            pairs.append(pair)
        share = read_share(part, replace(both, relation=_all_groups(left.relation, right)))
        shares += [share] if share is not None else []
        is_plain = is_plain and pair is not None and pair.left is not None
        inputs |= _inputs(part, pair, both, units)
    return Condition(tuple(pairs), is_plain, inputs, tuple(shares))


def _all_groups(left: Relation, right: Relation) -> Relation:
    taken = {group.name for group in left.groups}
    groups = (*left.groups, *(group for group in right.groups if group.name not in taken))
    return replace(left, columns={**left.columns, **right.columns}, groups=groups)


def _pair(part: exp.Expr, both: Scope, right: Relation) -> Pair | None:
    """Two values that must agree, the second one a column of the joined relation."""
    if not isinstance(part, exp.EQ | exp.NullSafeEQ):
        return None
    keys = [_key(side, both) for side in (part.this, part.expression)]
    for theirs, ours, written in ((keys[1], keys[0], part.this), (keys[0], keys[1], part.expression)):
        if theirs is None or theirs not in right.columns:
            continue
        is_left = all(both.key(column) not in right.columns for column in written.find_all(exp.Column))
        if is_left:
            return Pair(ours, theirs, isinstance(part, exp.NullSafeEQ))
    return None


def _key(node: exp.Expr, scope: Scope) -> Key | None:
    return scope.key(node) if isinstance(node, exp.Column) else None


def _is_within(part: exp.Expr, right: Relation, both: Scope) -> bool:
    """Whether a condition is about the joined relation alone."""
    return all(both.key(column) in right.columns for column in part.find_all(exp.Column))


def _inputs(part: exp.Expr, pair: Pair | None, both: Scope, units: frozenset[Root]) -> frozenset[Root]:
    """What a condition tells: that two units agree only says whose the row is.

    A key of which a keyed hash stands beside it finds what that hash would find, which tells nothing.
    """
    columns = both.relation.columns
    if pair is not None and pair.left is not None:
        ours, theirs = columns[pair.left], columns[pair.right]
        if any(column_at(group.keys, pair.left) in group.named.values() for group in both.relation.groups):
            return frozenset()
        return frozenset() if is_unit(ours, units) and is_unit(theirs, units) else ours.inputs
    return value(part, both).inputs
