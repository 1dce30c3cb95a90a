"""Reads WHERE, HAVING and QUALIFY: fewer rows, and what is known of those that stay."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from personatwin_sql.compile.proof.columns import Column, Key, Unique, column_at
from personatwin_sql.compile.proof.counts import bound, read_share, share_of
from personatwin_sql.compile.proof.expression import Scope, conjuncts, only, value
from personatwin_sql.compile.proof.facts import Group, OverCap, Relation, Rows
from personatwin_sql.compile.proof.joins import Pair, filtered
from personatwin_sql.frozen import replace


def where(scope: Scope, clause: exp.Expr | None) -> Scope:
    """The rows for which a condition is true."""
    if clause is None:
        return scope
    only(clause, "this")
    parts = list(conjuncts(clause.this))
    over_cap = _over_cap(scope, parts)
    for part in parts:
        value(part, scope)
        scope = replace(scope, relation=_narrowed(scope, part))
    return replace(scope, relation=replace(scope.relation, over_cap=over_cap), pairing=None)


def _narrowed(scope: Scope, part: exp.Expr) -> Relation:
    relation = filtered(scope.relation)
    share = read_share(part, scope)
    if share is not None:
        return replace(relation, shares=(*relation.shares, share))
    texts = _texts(part)
    if texts is not None and isinstance(part.this, exp.Column):
        key = scope.key(part.this)
        return replace(relation, rows=tuple(_only(rows, key, texts) for rows in scope.relation.rows))
    groups = tuple(_at_least(group, part, scope) for group in relation.groups)
    return replace(relation, groups=groups, columns=_filled(relation, part, scope))


def _filled(relation: Relation, part: exp.Expr, scope: Scope) -> Mapping[Key, Column]:
    """`person_id IS NOT NULL`"""
    test = part.this if isinstance(part, exp.Not) else None
    if not isinstance(test, exp.Is) or not isinstance(test.expression, exp.Null):
        return relation.columns
    if not isinstance(test.this, exp.Column):
        return relation.columns
    key = scope.key(test.this)
    return {**relation.columns, key: replace(relation.columns[key], is_filled=True)}


def _at_least(group: Group, part: exp.Expr, scope: Scope) -> Group:
    found = bound(part, lambda node: isinstance(node, exp.Column) and scope.key(node) in group.people)
    if found is None or found[0] <= group.at_least:
        return group
    return replace(group, at_least=found[0], reading=f"WHERE count(DISTINCT {group.unit}) {found[1]}")


def _only(rows: Rows, key: Key, texts: frozenset[str]) -> Rows:
    name = column_at(rows.columns, key)
    if name is None or name in rows.only:
        return replace(rows, is_exact=False, is_whole_within=False)
    return replace(rows, is_whole_within=False, only={**rows.only, name: texts})


def _texts(part: exp.Expr) -> frozenset[str] | None:
    """The texts in `outcome IN ('high', 'guilty')`; None for any other condition."""
    if not isinstance(part, exp.In) or part.args.get("query") or not isinstance(part.this, exp.Column):
        return None
    texts = [node.name for node in part.expressions if isinstance(node, exp.Literal) and node.is_string]
    return frozenset(texts) if len(texts) == len(part.expressions) else None


def _over_cap(scope: Scope, parts: list[exp.Expr]) -> OverCap | None:
    """All groups of which more than a share of the whole are counted: `people > 0.8 * everyone.people`.

    Nothing is lost on the way: each group finds its whole, because the columns in which they agree were
    copied from one row of the table in which the whole is counted.
    """
    if scope.pairing is None or len(parts) != 1 or not isinstance(parts[0], exp.GT):
        return None
    share = share_of(parts[0].this, parts[0].expression, scope)
    if share is None:
        return None
    left, right = scope.pairing.left, scope.pairing.right
    part = next((group for group in left.groups if group.name == share.part and group.is_complete), None)
    whole = next((group for group in right.groups if group.name == share.whole and group.is_complete), None)
    if part is None or whole is None or not whole.base.is_whole:
        return None
    real = [pair for pair in scope.pairing.pairs if not _is_trivial(pair, left, right)]
    places = [_places(pair, left, part, whole) for pair in real]
    found = {column_at(whole.keys, pair.right) for pair in real}
    if found != whole.of or (places and not frozenset.intersection(*places)):
        return None
    return OverCap(part, whole, share.share)


def _is_trivial(pair: Pair, left: Relation, right: Relation) -> bool:
    """Both sides are the same constant."""
    constants = {
        left.columns[pair.left].constant if pair.left is not None else None,
        right.columns[pair.right].constant,
    }
    return len(constants) == 1 and constants.isdisjoint({None, "Null None"})


def _places(pair: Pair, left: Relation, part: Group, whole: Group) -> frozenset[str]:
    """Where the left side was copied from the column of the whole with which it must agree."""
    name = column_at(whole.keys, pair.right)
    is_key = pair.left is not None and column_at(part.keys, pair.left) is not None
    if name is None or pair.left is None or not is_key or not pair.is_null_safe:
        return frozenset()
    copies = left.columns[pair.left].copies
    return frozenset(place for place, *root in copies if tuple(root) == (whole.base.table, name))


def qualify(scope: Scope, clause: exp.Expr | None) -> Scope:
    """The first row of each partition, where that is asked for; otherwise fewer rows."""
    if clause is None:
        return scope
    only(clause, "this")
    scope = replace(scope, prefers_taken=True)
    value(clause.this, scope)
    relation = filtered(scope.relation)
    condition = clause.this
    window = condition.this
    is_first = (
        isinstance(condition, exp.EQ)
        and isinstance(window, exp.Window)
        and isinstance(window.this, exp.RowNumber)
        and isinstance(condition.expression, exp.Literal)
        and condition.expression.name == "1"
    )
    partition = window.args.get("partition_by") or [] if is_first else [None]
    columns = [node for node in partition if isinstance(node, exp.Column)]
    if len(columns) == len(partition):
        first = Unique(frozenset(map(scope.key, columns)), True)
        relation = replace(relation, unique=relation.unique | {first})
    return replace(scope, relation=relation, pairing=None, prefers_taken=False)
