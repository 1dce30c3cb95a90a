"""Reads (ε, δ) and the bounds of contributions back out of the SQL of a differentially private model.

A macro is believed in nothing: what is proven follows from the constants in its SQL and the author's SELECT.
"""

from __future__ import annotations

from sqlglot import exp

from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.proof.aggregate.after import only_noisy, ordered_by_keys
from personatwin_sql.compile.proof.aggregate.bounded import Bounded, read_bounded
from personatwin_sql.compile.proof.aggregate.contributions import read_contributions, written_of
from personatwin_sql.compile.proof.aggregate.gathered import Step
from personatwin_sql.compile.proof.aggregate.keys import read_written_keys
from personatwin_sql.compile.proof.aggregate.loss import Loss, loss_of
from personatwin_sql.compile.proof.aggregate.noisy import Noisy, read_noisy
from personatwin_sql.compile.proof.aggregate.totals import Exact, read_totals
from personatwin_sql.compile.proof.aggregate.trees import alike
from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import given, need, of_kind
from personatwin_sql.compile.proof.statements import only_reads, statements
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.declared import Guarantee

__all__ = ["Read", "read_aggregate_script"]


@dataclass(frozen=True)
class Read:
    """What the SQL of a model says of its privacy."""

    bounded: Bounded
    exact: Exact
    noisy: Noisy
    loss: Loss


def read_aggregate_script(
    before: str,
    after: str,
    model: str,
    aggregate: Aggregate,
    wanted: Guarantee,
    public: str | None = None,
) -> Read:
    """What runs before and after the charge, read; raises NotProvableError for what is not understood.

    `public`: the relation of another model that lists the keys and tells of nobody.
    """
    name = folded(model)
    readable = {folded(public)} if public is not None else set()
    steps = [_made(statement) for statement in _statements(before)]
    if len(steps) == 2:
        table, query = steps.pop(0)
        need(table == f"hierarchy.{name}__keys", f"`{table}` is made before the exact sums")
        read_written_keys(query, aggregate.keys)
        readable.add(table)
    need(len(steps) == 1, "more is made before the charge than public keys and exact sums")
    table, query = steps[0]
    need(table == f"private.{name}__exact", f"`{table}` is made in place of the exact sums")
    bounded, exact = _exact(query, aggregate, readable)
    noisy = _released(after, name, exact)
    return Read(bounded, exact, noisy, loss_of(noisy, wanted))


def _exact(query: exp.Expr, aggregate: Aggregate, readable: set[str]) -> tuple[Bounded, Exact]:
    only_reads(query)
    written = written_of(aggregate)
    clause = of_kind(query.args.get("with_"), exp.With, "exact sums without bounded contributions")
    need(not clause.args.get("recursive"), "contributions are found by recursion")
    own = len(written.with_queries)
    need(alike(list(clause.expressions[:own]), list(written.with_queries)), "WITH is not as it was written")
    queries = [_with_query(part) for part in clause.expressions[own:]]
    names = [folded(part.alias) for part in clause.expressions]
    need(len(set(names)) == len(names), "two queries have one name")
    need(queries, "exact sums without bounded contributions")
    first = queries[0]
    rows = read_contributions(first.query, written)
    bounded = read_bounded(queries[1:], rows, first.name, readable.__contains__)
    return bounded, read_totals(query, bounded, readable.__contains__)


def _released(after: str, name: str, exact: Exact) -> Noisy:
    """The noisy table, and what is computed of it alone; the last statement makes the release."""
    steps = [_made(statement) for statement in _statements(after)]
    tables = [table for table, _ in steps]
    need(len(set(tables)) == len(tables), "a table is made twice")
    need(tables and tables[0] == f"private.{name}__noisy", "no noisy table is made first after the charge")
    noisy = read_noisy(steps[0][1], exact, f"private.{name}__exact")
    for at, (table, query) in enumerate(steps[1:], start=1):
        is_last = at == len(steps) - 1
        known = table == f"release.{name}" if is_last else table.startswith(f"private.{name}__")
        need(known, f"`{table}` is made after the charge")
        only_noisy(query, tables[:at], noisy.keys)
    need(tables[-1] == f"release.{name}", "the release is not made")
    ordered_by_keys(steps[-1][1], noisy)
    return noisy


def _statements(sql: str) -> list[exp.Expr]:
    return [of_kind(part, exp.Expr, "a type is made") for part in statements(sql)]


def _made(statement: exp.Expr) -> tuple[str, exp.Expr]:
    """The table that a statement makes, and its query: a view would be computed, and drawn, at each read."""
    create = of_kind(statement, exp.Create, "a statement that is no CREATE TABLE … AS")
    need(folded(create.kind or "") == "table", "a statement that is no CREATE TABLE … AS")
    only(create, "this", "kind", "expression")
    table = of_kind(create.this, exp.Table, "a table with columns of its own")
    only(table, "this", "db")
    query = of_kind(create.args.get("expression"), exp.Query, "a table without a SELECT")
    return f"{folded(table.db)}.{folded(table.name)}", query


def _with_query(node: exp.Expr) -> Step:
    cte = of_kind(node, exp.CTE, "a WITH query that is not understood")
    only(cte, "this", "alias", "materialized")
    alias = given(cte.args.get("alias"), "a WITH query without a name")
    only(alias, "this")
    return Step(folded(alias.name), cte.this, is_kept=cte.args.get("materialized") is True)
