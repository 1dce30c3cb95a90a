"""Reads a SELECT, its CTEs and its unions: the columns that it gives and what is known of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from personatwin_sql.compile.proof import grouping
from personatwin_sql.compile.proof.columns import Column, Key, Root, Unique, units_of_rows
from personatwin_sql.compile.proof.expression import Scope, bare, is_whole_number, only, value
from personatwin_sql.compile.proof.facts import Group, Relation
from personatwin_sql.compile.proof.filters import qualify, where
from personatwin_sql.compile.proof.keyed import hidden
from personatwin_sql.compile.proof.order import order_of
from personatwin_sql.compile.proof.proof import need, of_kind
from personatwin_sql.compile.proof.sources import Branches, Reading, read_sources
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import replace

_PARTS = ("expressions", "from_", "joins", "where", "group", "having", "qualify", "order", "with_")


def read_query(query: exp.Expr, reading: Reading) -> Branches:
    """A relation for each branch of the query; raises NotProvableError for what is not understood."""
    if isinstance(query, exp.Subquery):
        only(query, "this")
        return read_query(query.this, reading)
    if isinstance(query, exp.Union):
        return _union(query, reading)
    select = of_kind(query, exp.Select, f"{type(query).__name__} is not understood")
    only(select, *_PARTS)
    reading = _with_ctes(select, reading)
    scopes = read_sources(select, reading)
    need(len(scopes) == 1 or not grouping.groups(select), "a union can only be projected")
    return tuple(_selected(select, scope, reading) for scope in scopes)


def _union(query: exp.Union, reading: Reading) -> Branches:
    only(query, "this", "expression", "with_")
    need(query.args.get("distinct") is False, "UNION without ALL is not understood")
    reading = _with_ctes(query, reading)
    left = read_query(query.this, reading.at("first"))
    right = read_query(query.expression, reading.at("second"))
    names = left[0].names
    need(all(len(branch.names) == len(names) for branch in right), "branches of a union differ in columns")
    branches = (*left, *(_called(branch, names) for branch in right))
    return tuple(replace(branch, order=None) for branch in branches)


def _called(branch: Relation, names: tuple[str, ...]) -> Relation:
    """The columns of a branch under the names of the first."""
    moved: dict[Key, tuple[Key, ...]] = {
        ("", old): (("", new),) for old, new in zip(branch.names, names, strict=True)
    }
    return branch.renamed(moved, {moved[key][0]: column for key, column in branch.columns.items()})


def _with_ctes(query: exp.Expr, reading: Reading) -> Reading:
    """The reading of a query with its CTEs, each of which sees the ones before."""
    clause = query.args.get("with_")
    if clause is None:
        return reading
    only(clause, "expressions")
    own: set[str] = set()
    for cte in clause.expressions:
        only(cte, "this", "alias", "materialized")
        only(cte.args["alias"], "this")
        name = folded(cte.alias)
        need(name not in own, f"two CTEs are called `{cte.alias}`")
        own.add(name)
        branches = _cte(cte.this, reading, name)
        reading = replace(reading, ctes={**reading.ctes, name: branches})
    return reading


def _cte(query: exp.Expr, reading: Reading, name: str) -> Branches:
    """What a CTE gives; the author's SELECT, where nothing stands before it, is known from lineage."""
    context = reading.context
    if not reading.ctes and context.query is not None and query == context.query:
        return (context.authored_relation(),)
    return read_query(query, reading.at(name))


def _selected(select: exp.Select, scope: Scope, reading: Reading) -> Relation:
    projections = _projections(select, scope)
    taken = {
        name for name, node in projections if not (isinstance(node, exp.Column) and folded(node.name) == name)
    }
    scope = replace(scope, taken=frozenset(taken))
    scope = where(scope, select.args.get("where"))
    if grouping.groups(select):
        relation = grouping.grouped(select, projections, scope, reading)
        need(not select.args.get("order"), "ORDER BY in a SELECT that groups is not understood")
        return replace(relation, order=None)
    columns = {
        ("", name): _named(node, _numbered(node, value(node, scope), scope), scope)
        for name, node in projections
    }
    scope = qualify(scope, select.args.get("qualify"))
    moved: dict[Key, tuple[Key, ...]] = {}
    for name, node in projections:
        column = bare(node, scope)
        if column is not None:
            key = scope.key(column)
            moved[key] = (*moved.get(key, ()), ("", name))
    relation = scope.relation.renamed(moved, columns)
    numbers = (Unique(frozenset({("", name)}), True) for name, node in projections if _numbers_rows(node))
    unique = relation.unique | frozenset(numbers)
    hashes = dict(_hashes(projections, moved, scope))
    order = order_of(select, scope, relation, dict(projections))
    return replace(relation, is_open=False, unique=unique, hashes={**relation.hashes, **hashes}, order=order)


def _hashes(
    projections: list[tuple[str, exp.Expr]], moved: Mapping[Key, tuple[Key, ...]], scope: Scope
) -> Iterator[tuple[Key, Key]]:
    """The columns that are keyed hashes of columns which stand beside them."""
    for name, node in projections:
        column = hidden(node)
        if column is not None and scope.key(column) in moved:
            yield ("", name), moved[scope.key(column)][0]


def _numbers_rows(node: exp.Expr) -> bool:
    """Whether a value is the number of the row among all rows, from 1."""
    if type(node) is exp.Cast and is_whole_number(node.to):
        node = node.this
    if not isinstance(node, exp.Window) or not isinstance(node.this, exp.RowNumber):
        return False
    return not node.args.get("partition_by")


def _numbered(node: exp.Expr, column: Column, scope: Scope) -> Column:
    """The number of a row stands for its group, and for the unit that it is of, where no unit has two."""
    if not _numbers_rows(node):
        return column
    relation = scope.relation
    numbers = frozenset(group.name for group in relation.groups if _is_told_by(group, column, relation))
    codes = units_of_rows(relation.unique, relation.columns)
    return replace(column, is_filled=True, codes=codes, numbers=numbers)


def _named(node: exp.Expr, column: Column, scope: Scope) -> Column:
    """What is nothing but a keyed hash of a column names the values of that column."""
    hashed = hidden(node)
    if hashed is None:
        return column
    return replace(column, names=scope.relation.columns[scope.key(hashed)].copies)


def _is_told_by(group: Group, column: Column, relation: Relation) -> bool:
    """Whether a value is made of the keys and counts of the groups that the rows are."""
    keys = frozenset[Key]().union(*group.keys.values())
    roots = frozenset[Root]().union(*(relation.columns[key].inputs for key in keys))
    is_one = not group.is_optional and not group.is_repeated
    return is_one and column.inputs <= roots and column.groups <= {group.name}


def _projections(select: exp.Select, scope: Scope) -> list[tuple[str, exp.Expr]]:
    """Name and value of each column, stars written out."""
    found: list[tuple[str, exp.Expr]] = []
    for node in select.expressions:
        if isinstance(node, exp.Star):
            only(node)
            found.extend(_starred(None, scope))
        elif isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
            only(node, "this", "table")
            only(node.this)
            found.extend(_starred(folded(node.table), scope))
        elif isinstance(node, exp.Alias):
            only(node, "this", "alias")
            found.append((folded(node.alias), node.this))
        elif isinstance(node, exp.Column):
            found.append((folded(node.name), node))
        else:
            found.append((f"column {len(found) + 1}", node))
    names = [name for name, _ in found]
    need(len(set(names)) == len(names), "two columns have one name")
    return found


def _starred(alias: str | None, scope: Scope) -> list[tuple[str, exp.Expr]]:
    need(not scope.relation.is_open, "a star over columns that are not known")
    return [
        (key[1], exp.column(key[1], table=key[0]))
        for key in scope.relation.columns
        if (alias is None or key[0] == alias) and not scope.relation.columns[key].is_rowid
    ]
