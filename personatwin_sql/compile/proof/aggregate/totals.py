"""The exact sums of each grouping set, and by how much one person moves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.proof.aggregate.bounded import Bounded
from personatwin_sql.compile.proof.aggregate.contributions import Value
from personatwin_sql.compile.proof.aggregate.gathered import IsPublic
from personatwin_sql.compile.proof.aggregate.person_columns import PersonColumn
from personatwin_sql.compile.proof.aggregate.trees import (
    branches,
    distinct_names,
    integer_of,
    item_of,
    name_of,
    pairs_of,
    qualified,
    relation_of,
    select_of,
    source_of,
)
from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import NotProvableError, given, need, of_kind
from personatwin_sql.compile.proof.same import parts_of
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass

_LIMIT: Final = 1 << 126
_PEOPLE: Final = 1 << 40
"""More than there ever were: sums of so many stay within a HUGEINT, so that none can fail."""
SET: Final = "pt_set"


@dataclass(frozen=True)
class Moves:
    """One person moves a column in at most `groups` groups, in each by at most `per_group`."""

    groups: int
    per_group: int
    counts_people: bool = False
    """It is the number of people of the group, or of their rows: 1 or more where somebody is in it."""
    present: int = 0
    """Of such counts: in so many groups one person can be at all, however little she adds to each."""
    spread: Value | None = None
    """It is how many rows have each value from low to high; a person has so many of these rows."""


@dataclass(frozen=True)
class ExactSet:
    """The rows of one grouping set."""

    number: int
    keys: frozenset[str]
    is_public: bool
    """Which groups there are does not depend on anybody."""
    columns: Mapping[str, Moves]


@dataclass(frozen=True)
class Exact:
    """The exact table."""

    keys: tuple[str, ...]
    sets: tuple[ExactSet, ...]


def read_totals(query: exp.Expr, bounded: Bounded, is_public: IsPublic) -> Exact:
    """One SELECT a set, put together by UNION ALL BY NAME; each with a number of its own."""
    selects = list(branches(query, "grouping sets", by_name=True))
    has_own = any(select.args.get("with_") is not None for select in selects if select is not query)
    need(not has_own, "a grouping set has WITH queries of its own")
    sets = tuple(_set(select, bounded, is_public) for select in selects)
    numbers = [each.number for each in sets]
    need(len(set(numbers)) == len(numbers), "two grouping sets have one number")
    return Exact(bounded.keys, sets)


def _set(node: exp.Expr, bounded: Bounded, is_public: IsPublic) -> ExactSet:
    select = select_of(node, "a grouping set", "joins", "group", "with_")
    items = [item_of(item) for item in select.expressions]
    distinct_names([name for name, _ in items], "a grouping set")
    held = dict(items)
    number = integer_of(given(held.pop(SET, None), "a grouping set without its number"))
    keys = frozenset(
        name for name in bounded.keys if not isinstance(given(held.get(name), "a key is missing"), exp.Null)
    )
    alias, public = _groups(select, bounded, keys, is_public)
    for name in bounded.keys:
        value = held.pop(name)
        is_key = name not in keys or qualified(value, alias) == name
        need(is_key, f"`{name}` is no key of its group")
    is_finest = keys == frozenset(bounded.keys)
    columns = {name: _moves(part, bounded, keys, is_finest) for name, part in held.items()}
    return ExactSet(number, keys, public or not keys, columns)


def _groups(
    select: exp.Select, bounded: Bounded, keys: frozenset[str], is_public: IsPublic
) -> tuple[str, bool]:
    """The relation whose columns are the keys, and whether it is public."""
    joins, clause = select.args.get("joins") or [], select.args.get("group")
    if not joins:
        need(source_of(select) == (bounded.relation, bounded.relation), "other rows are added up")
        alias, public = bounded.relation, False
    else:
        alias, public = _public(select, joins, bounded, keys, is_public), True
    grouped: set[str | None] = set()
    if clause is not None:
        only(clause, "expressions")
        grouped = {qualified(part, alias) for part in clause.expressions}
    need(grouped == keys, "a set is not grouped by its keys")
    return alias, public


def _public(
    select: exp.Select, joins: list[exp.Expr], bounded: Bounded, keys: frozenset[str], is_public: IsPublic
) -> str:
    """`(SELECT DISTINCT keys FROM public) AS keys LEFT JOIN bounded ON …`: each row meets one key."""
    clause = of_kind(select.args.get("from_"), exp.From, "a set without FROM")
    inside = of_kind(clause.this, exp.Subquery, "public keys are not each there once")
    only(inside, "this", "alias")
    distinct = select_of(inside.this, "public keys", "distinct")
    once = of_kind(distinct.args.get("distinct"), exp.Distinct, "public keys are not each there once")
    only(once)
    relation, name = source_of(distinct)
    need(is_public(relation), f"`{relation}` is no relation of public keys")
    need({name_of(part, (name,)) for part in distinct.expressions} == keys, "public keys have other columns")
    alias = folded(inside.alias)
    need(len(joins) == 1 and alias != bounded.relation, "a set joins more than public keys and contributions")
    join = joins[0]
    only(join, "this", "side", "on")
    need(join.text("side").lower() == "left", "groups are joined by something else than LEFT JOIN")
    need(relation_of(join.this) == (bounded.relation, bounded.relation), "other rows are added up")
    pairs = pairs_of(join.args.get("on"), alias, bounded.relation)
    need(pairs == keys, "groups are joined by other columns than their keys: a person could be in several")
    return alias


def _moves(node: exp.Expr, bounded: Bounded, keys: frozenset[str], is_finest: bool) -> Moves:
    """Of `CAST(… AS HUGEINT)`. In a set with fewer keys all groups of a person may fall into one (G · Δ)."""
    reason = "an exact column that is no count or sum of contributions"
    if isinstance(node, exp.Anonymous):
        return _spread(node, bounded, keys, is_finest)
    cast = of_kind(node, exp.Cast, reason)
    need(type(cast) is exp.Cast and cast.to.this == exp.DType.INT128, "an exact column that is no HUGEINT")
    groups = bounded.groups if keys else 1
    inside = cast.this
    if isinstance(inside, exp.Count):
        need(not parts_of(inside).keys() - {"this", "big_int"}, reason)
        if isinstance(inside.this, exp.Distinct):
            column = _people(inside.this, bounded)
            return Moves(groups, 1, column.is_person and not column.may_lack, groups)
        column = _column(inside.this, bounded)
        if is_finest:
            return Moves(groups, 1, column.is_person and not column.may_lack, groups)
        return Moves(1, bounded.groups)
    coalesce = of_kind(inside, exp.Coalesce, reason)
    sums = of_kind(coalesce.this, exp.Sum, reason)
    is_zero = len(coalesce.expressions) == 1 and integer_of(coalesce.expressions[0]) == 0
    need(is_zero and parts_of(sums).keys() == {"this"}, reason)
    column = _column(sums.this, bounded)
    most = max(column.most, 1)
    need(most * bounded.groups * _PEOPLE < _LIMIT, "a sum can be too large for a HUGEINT")
    counts = column.counts_rows
    if is_finest:
        return Moves(groups, most, counts, groups)
    return Moves(1, bounded.groups * most, counts, groups)


def _spread(node: exp.Anonymous, bounded: Bounded, keys: frozenset[str], is_finest: bool) -> Moves:
    """`list_aggregate(flatten(list(bounded.x)), 'histogram')`."""
    reason = "values of a group are gathered with more than their own"
    need(folded(node.name) == "list_aggregate" and len(node.expressions) == 2, reason)
    flat, name = of_kind(node.expressions[0], exp.Flatten, reason), node.expressions[1]
    need(isinstance(name, exp.Literal) and name.is_string and name.name == "histogram", reason)
    listed = of_kind(flat.this, exp.ArrayAgg, reason)
    need(not parts_of(flat).keys() - {"this"} and not parts_of(listed).keys() - {"this"}, reason)
    found = qualified(listed.this, bounded.relation)
    column = bounded.columns.get(found) if found is not None else None
    if column is None or column.spread is None:
        raise NotProvableError(reason)
    groups = bounded.groups if keys else 1
    if is_finest:
        return Moves(groups, column.most, spread=column.spread)
    return Moves(1, bounded.groups * column.most, spread=column.spread)


def _people(node: exp.Distinct, bounded: Bounded) -> PersonColumn:
    """`DISTINCT CASE WHEN bounded.x IS NOT NULL THEN bounded.person END`."""
    reason = "people are counted by something else than themselves"
    only(node, "expressions")
    need(len(node.expressions) == 1, reason)
    case = of_kind(node.expressions[0], exp.Case, reason)
    branches_of = case.args.get("ifs") or []
    need(case.this is None and case.args.get("default") is None and len(branches_of) == 1, reason)
    known = of_kind(of_kind(branches_of[0].this, exp.Not, reason).this, exp.Is, reason)
    need(isinstance(known.expression, exp.Null), reason)
    need(qualified(branches_of[0].args["true"], bounded.relation) == bounded.person, reason)
    return _column(known.this, bounded)


def _column(node: exp.Expr, bounded: Bounded) -> PersonColumn:
    name = qualified(node, bounded.relation)
    if name is None or name not in bounded.columns or bounded.columns[name].spread is not None:
        raise NotProvableError("something else than bounded contributions is added up")
    return bounded.columns[name]
