"""All rows of a person in a group, added up: who is within all bounds counts as this says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from personatwin_sql.compile.proof.aggregate.contributions import Rows
from personatwin_sql.compile.proof.aggregate.trees import (
    distinct_names,
    item_of,
    name_of,
    pairs_of,
    relation_of,
    select_of,
    source_of,
)
from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import need, of_kind
from personatwin_sql.compile.proof.same import parts_of
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass

IsPublic = Callable[[str], bool]
"""Whether a relation tells of nobody."""


@dataclass(frozen=True)
class Step:
    """A WITH query."""

    name: str
    query: exp.Expr
    is_kept: bool
    """MATERIALIZED: all that read it read the same rows."""


@dataclass(frozen=True)
class Gathered:
    """One row a person and group, of all rows there are."""

    relation: str
    leading: tuple[str, ...]
    """The person and the keys."""
    totals: Mapping[str, exp.Expr]
    """Name → how the rows of a person and group are added up, in their order."""
    count: str
    """The column that has how many rows they are."""
    public: str | None
    """The relation of public keys that rows outside of were left out by."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset((*self.leading, *self.totals, self.count))


def read_gathered(step: Step, rows: Rows, first: str, is_public: IsPublic) -> Gathered:
    """All rows of somebody, of public groups, added up by person and keys; and how many they are."""
    select = select_of(step.query, "the sum of a person's rows", "joins", "where", "group")
    need(source_of(select) == (first, first), "other rows are added up than the contributions")
    where = select.args.get("where")
    _is_somebody(where.this if where is not None else None, rows, first)
    joins = select.args.get("joins") or []
    need(len(joins) <= 1, "rows are joined to more than public keys")
    public = _public_keys(joins[0], rows, first, is_public) if joins else None
    totals = totals_by_person(select, rows, first)
    counts = [name for name, total in totals.items() if is_count(total)]
    need(len(counts) == 1, "a person's rows in a group are not counted, or twice")
    added = {name: _unqualified(total, first) for name, total in totals.items() if name != counts[0]}
    return Gathered(step.name, (rows.person, *rows.keys), added, counts[0], public)


def _unqualified(total: exp.Expr, first: str) -> exp.Expr:
    """The total with its columns as they are called where nothing stands beside the rows."""
    copy = total.copy()
    for column in copy.find_all(exp.Column):
        if folded(column.table) == first and not column.db:
            column.set("table", None)
    return copy


def _is_somebody(condition: object, rows: Rows, first: str) -> None:
    reason = "rows of nobody are not left out by their person IS NOT NULL"
    known = of_kind(of_kind(condition, exp.Not, reason).this, exp.Is, reason)
    need(isinstance(known.expression, exp.Null), reason)
    need(name_of(known.this, (first,)) == rows.person, reason)


def _public_keys(join: exp.Expr, rows: Rows, first: str, is_public: IsPublic) -> str:
    relation, alias = joined(join, "semi", "rows")
    need(is_public(relation), f"`{relation}` is no relation of public keys")
    need(alias != first, "two relations have one name")
    pairs = pairs_of(join.args.get("on"), first, alias)
    need(pairs == frozenset(rows.keys), "rows are joined to public keys by other columns than all keys")
    return relation


def joined(join: exp.Expr, kind: str, what: str) -> tuple[str, str]:
    """The relation of a SEMI or ANTI JOIN, which leaves each row as it is, or out."""
    only(join, "this", "kind", "on")
    is_kind = join.text("kind").lower() == kind
    need(is_kind, f"{what} are joined by something else than {kind.upper()} JOIN")
    return relation_of(join.this)


def totals_by_person(select: exp.Select, rows: Rows, table: str) -> dict[str, exp.Expr]:
    """`SELECT person, keys, totals … GROUP BY person, keys`: what the totals are, in their order."""
    group = of_kind(select.args.get("group"), exp.Group, "the rows of a person do not become one in a group")
    only(group, "expressions")
    grouped = [name_of(part, (table,)) for part in group.expressions]
    need(sorted(grouped) == sorted((rows.person, *rows.keys)), "rows are not grouped by person and keys")
    return after_person_and_keys(select, rows, table)


def after_person_and_keys(select: exp.Select, rows: Rows, table: str) -> dict[str, exp.Expr]:
    """The items of a SELECT list after the person and the keys, which come first, under their names."""
    items = [item_of(item) for item in select.expressions]
    distinct_names([name for name, _ in items], "a person's rows")
    leading = (rows.person, *rows.keys)
    found = [(name, name_of(value, (table,))) for name, value in items[: len(leading)]]
    need(found == [(name, name) for name in leading], "a person's rows lose their person or keys")
    return dict(items[len(leading) :])


def is_count(node: object) -> bool:
    """`count(*)`."""
    if not isinstance(node, exp.Count) or parts_of(node).keys() - {"this", "big_int"}:
        return False
    return isinstance(node.this, exp.Star) and not parts_of(node.this)
