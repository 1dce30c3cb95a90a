"""Which groups of a person count: all, or the first so many in a secret order of that person's own."""

from __future__ import annotations

from sqlglot import exp

from personatwin_sql.compile.proof.aggregate.contributions import Rows
from personatwin_sql.compile.proof.aggregate.gathered import Gathered, Step, is_count, joined
from personatwin_sql.compile.proof.aggregate.orders import numbered_groups
from personatwin_sql.compile.proof.aggregate.trees import (
    at_most,
    integer_of,
    is_star,
    name_of,
    pairs_of,
    select_of,
    source_of,
    star_and_one,
    two_branches,
)
from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import need, of_kind
from personatwin_sql.compile.proof.same import parts_of


def read_chosen_groups(crowded: Step, ranked: Step, chosen: Step, rows: Rows, gathered: Gathered) -> int:
    """At most so many groups a person are left by these three queries."""
    is_kept = chosen.is_kept
    need(is_kept, "groups are chosen anew by each that reads them: a person could count in both branches")
    more = _crowded(crowded.query, rows, gathered)
    nth_group = _ranked(ranked.query, rows, gathered, crowded.name)
    few, first = two_branches(chosen.query, "the chosen groups")
    _all_of_the_others(few, rows, gathered, crowded.name)
    limit = _first_of(first, ranked.name, nth_group)
    need(limit == more, "people in more groups than one number are held to another")
    need(limit >= 1, "a limit below 1")
    return limit


def _crowded(node: exp.Expr, rows: Rows, gathered: Gathered) -> int:
    """`SELECT person … GROUP BY person HAVING count(*) > number`: the number."""
    what = "people in too many groups"
    select = select_of(node, what, "group", "having")
    need(source_of(select) == (gathered.relation,) * 2, f"{what} are not counted in the groups there are")
    group = of_kind(select.args.get("group"), exp.Group, f"{what} are not grouped by person")
    only(group, "expressions")
    for parts in (select.expressions, group.expressions):
        named = [name_of(part, (gathered.relation,)) for part in parts]
        need(named == [rows.person], f"{what} are not grouped by person")
    having = of_kind(select.args.get("having"), exp.Having, f"{what} are not told by how many they are")
    more = of_kind(having.this, exp.GT, f"{what} are not told by `>`")
    need(is_count(more.this), f"{what} are not told by count(*)")
    return integer_of(more.expression)


def _ranked(node: exp.Expr, rows: Rows, gathered: Gathered, crowded: str) -> str:
    """The groups of people in too many; the column of their number."""
    what = "the numbering of groups"
    select = select_of(node, what, "joins")
    _by_crowded(select, rows, gathered, crowded, "semi")
    name, value = star_and_one(select, what, gathered.relation)
    need(name not in gathered.names, "two columns of the numbered groups have one name")
    numbered_groups(value, rows, gathered.relation)
    return name


def _by_crowded(select: exp.Select, rows: Rows, gathered: Gathered, crowded: str, kind: str) -> None:
    """Groups of people who are in too many, or of all others."""
    table = gathered.relation
    need(source_of(select) == (table, table), "other groups are chosen than those of a person")
    joins = select.args.get("joins") or []
    need(len(joins) == 1, "groups are not told apart by whether their person is in too many")
    relation = joined(joins[0], kind, "groups")
    need(relation == (crowded, crowded), "groups are told apart by others than people in too many")
    pairs = pairs_of(joins[0].args.get("on"), table, crowded)
    need(pairs == {rows.person}, "groups are told apart by other columns than their person")


def _all_of_the_others(node: exp.Expr, rows: Rows, gathered: Gathered, crowded: str) -> None:
    select = select_of(node, "the groups of people in few", "joins")
    _by_crowded(select, rows, gathered, crowded, "anti")
    is_all = len(select.expressions) == 1 and is_star(select.expressions[0], gathered.relation)
    need(is_all, "groups are chosen beside other columns")


def _first_of(node: exp.Expr, ranked: str, nth_group: str) -> int:
    """`SELECT * EXCLUDE (number) FROM ranked WHERE number <= limit`: the limit."""
    reason = "groups are limited beside other columns"
    select = select_of(node, "the limit of groups", "where")
    need(source_of(select) == (ranked, ranked), "other groups are limited than those that were numbered")
    need(len(select.expressions) == 1, reason)
    star = of_kind(select.expressions[0], exp.Star, reason)
    need(parts_of(star).keys() == {"except_"} and len(star.args["except_"]) == 1, reason)
    need(name_of(star.args["except_"][0], ()) == nth_group, reason)
    where = of_kind(select.args.get("where"), exp.Where, "the groups of a person are not limited")
    return at_most(where.this, nth_group)
