"""Which rows of a person count in a chosen group: all, or the first so many in a secret order."""

from __future__ import annotations

from sqlglot import exp

from personatwin_sql.compile.proof.aggregate.contributions import Rows
from personatwin_sql.compile.proof.aggregate.gathered import (
    Gathered,
    Step,
    after_person_and_keys,
    joined,
    totals_by_person,
)
from personatwin_sql.compile.proof.aggregate.orders import numbered_rows
from personatwin_sql.compile.proof.aggregate.trees import (
    alike,
    at_most,
    conjuncts,
    integer_of,
    name_of,
    pairs_among,
    qualified,
    select_of,
    source_of,
    star_and_one,
    two_branches,
)
from personatwin_sql.compile.proof.proof import need, of_kind


def read_chosen_rows(
    numbered: Step, bounded: Step, rows: Rows, gathered: Gathered, first: str, chosen: str
) -> int:
    """Groups as they were gathered, or made anew: of at most so many rows either way, and each but once."""
    nth_row, above = _numbered(numbered.query, rows, gathered, first, chosen)
    within, anew = two_branches(bounded.query, "bounded contributions")
    below = _within(within, rows, gathered, chosen)
    limit = _anew(anew, rows, gathered, numbered.name, nth_row)
    need(below == above, "a group is taken both as it was gathered and anew, or not at all")
    need(limit == below, "groups of more rows than one number are made of another")
    need(limit >= 1, "a limit below 1")
    return limit


def _numbered(node: exp.Expr, rows: Rows, gathered: Gathered, first: str, chosen: str) -> tuple[str, int]:
    """The rows of chosen groups that have more than so many: the column of their number, and the latter."""
    what = "the numbering of rows"
    select = select_of(node, what, "joins")
    need(source_of(select) == (first, first), "other rows are numbered than the contributions")
    name, value = star_and_one(select, what, first)
    need(name not in rows.names | gathered.names, "two columns of the numbered rows have one name")
    numbered_rows(value, rows, first)
    joins = select.args.get("joins") or []
    need(len(joins) == 1, "rows are numbered of more than the chosen groups")
    relation = joined(joins[0], "semi", "rows of chosen groups")
    need(relation == (chosen, chosen), "rows are numbered of other groups than the chosen")
    *same, more = conjuncts(joins[0].args.get("on"))
    pairs = pairs_among(same, first, chosen)
    need(pairs == {rows.person, *rows.keys}, "rows are found by other columns than their person and keys")
    above = of_kind(more, exp.GT, "rows are not found by `>` of how many there are in their group")
    is_count = qualified(above.this, chosen) == gathered.count
    need(is_count, "rows are found by something else than how many there are in their group")
    return name, integer_of(above.expression)


def _within(node: exp.Expr, rows: Rows, gathered: Gathered, chosen: str) -> int:
    """Person, keys and totals of the chosen groups of at most so many rows."""
    select = select_of(node, "groups of few rows", "where")
    need(source_of(select) == (chosen, chosen), "other groups are added up than the chosen")
    named = after_person_and_keys(select, rows, chosen)
    found = [(name, name_of(value, (chosen,))) for name, value in named.items()]
    need(found == [(name, name) for name in gathered.totals], "what was added up changes its name or place")
    where = of_kind(select.args.get("where"), exp.Where, "the rows of a person in a group are not limited")
    return at_most(where.this, gathered.count)


def _anew(node: exp.Expr, rows: Rows, gathered: Gathered, numbered: str, nth_row: str) -> int:
    """The same totals of the first rows of each person in each group."""
    select = select_of(node, "groups of many rows", "where", "group")
    need(source_of(select) == (numbered, numbered), "other rows are added up than those that were numbered")
    totals = totals_by_person(select, rows, numbered)
    is_same = list(totals) == list(gathered.totals) and alike(
        list(totals.values()), list(gathered.totals.values())
    )
    need(is_same, "groups of many rows are added up otherwise than those of few")
    where = of_kind(select.args.get("where"), exp.Where, "the rows of a person in a group are not limited")
    return at_most(where.this, nth_row)
