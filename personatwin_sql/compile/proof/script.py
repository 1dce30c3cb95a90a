"""Reads the statements of a model: tables that are made once, each from what was there before."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from sqlglot import exp

from personatwin_sql.compile.proof.alike import classes_alike
from personatwin_sql.compile.proof.context import Authored, Context
from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import NotProvableError, OutOfOrderError, need, of_kind
from personatwin_sql.compile.proof.select import read_query
from personatwin_sql.compile.proof.sources import Reading
from personatwin_sql.compile.proof.statements import EnumType, only_reads, statements
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import replace


def read_script(
    script: str,
    model: str,
    authored: Authored,
    people: Mapping[str, str],
    codes: Mapping[str, str] = MappingProxyType({}),
    recoded: tuple[str, ...] = (),
    recoded_by: str | None = None,
) -> Context:
    """The tables of a model; raises NotProvableError for a statement that is not understood.

    `people` are tables of other models with one row a person, and their unit; `codes` those of them in which
    a column stands for the unit, as the proof of the other model has found. `recoded`: the columns of which
    the engine has tabled what each combination is published as, for this model or the one that it is
    `recoded_by`; that table is only read, too.

    Each is made once by CREATE TABLE … AS, bears the name of the model, and is read only afterwards, so what
    is known of it stays true; so is an ENUM. A private view that computes nothing is a table whose rows have
    no numbers: whatever it reads stays as it is. Tables of others are only read.
    """
    context = Context(folded(model), authored, _authored_query(authored.sql), people, codes)
    if recoded:
        context = replace(
            context, recoded=recoded, recoding=f"private.{folded(recoded_by or model)}__recoding"
        )
    for statement in statements(script):
        if isinstance(statement, EnumType):
            context = _with_type(context, statement.name)
            continue
        name, query, is_view = _made(statement)
        need(context.is_own(name), f"`{name}` is no table of `{model}`")
        need(not context.is_made(name), f"`{name}` is made twice")
        need(name != context.recoding, f"`{name}` is no table that a macro may make")
        try:
            alike = classes_alike(query, name, context)
            reading = Reading(context, name, {}, read_query)
            branches = read_query(query, reading) if alike is None else (alike,)
        except OutOfOrderError:
            raise
        except NotProvableError as error:
            only_reads(query)
            told = NotProvableError(f"`{name}`: {error}")
            context = replace(context, unread={**context.unread, name: told})
            continue
        views = context.views | {name} if is_view else context.views
        context = replace(context, tables={**context.tables, name: branches}, views=views)
    if f"release.{context.model}" in context.unread:
        raise context.unread[f"release.{context.model}"]
    need(f"release.{context.model}" in context.tables, f"`release.{model}` is not made")
    return context


def _with_type(context: Context, name: str) -> Context:
    need(context.is_own(name), f"`{name}` is no type of `{context.model}`")
    need(name not in context.types, f"`{name}` is made twice")
    return replace(context, types=context.types | {name})


def _made(statement: exp.Expr) -> tuple[str, exp.Expr, bool]:
    """The name of the table or view that a statement makes, its SELECT, and whether it is a view."""
    kind = folded(statement.kind or "") if isinstance(statement, exp.Create) else ""
    need(kind in ("table", "view"), "a statement that is no CREATE TABLE … AS")
    only(statement, "this", "kind", "expression")
    table = statement.this
    need(
        isinstance(table, exp.Table) and isinstance(table.this, exp.Identifier),
        "a table with columns of its own",
    )
    only(table, "this", "db")
    query = of_kind(statement.args.get("expression"), exp.Query, "a table without a SELECT")
    is_view = kind == "view"
    name = f"{folded(table.db)}.{folded(table.name)}"
    if is_view:
        _selects_only(name, query)
    return name, query, is_view


def _selects_only(name: str, query: exp.Expr) -> None:
    """Whoever reads a view reads the same rows: as they are, or columns of rows side by side as they are."""
    need(name.startswith("private."), "a release that is no CREATE TABLE … AS")
    only(of_kind(query, exp.Select, "a view of several SELECTs"), "expressions", "from_", "joins")
    need(query.find(exp.Window) is None, "a view computes columns")
    joins, columns = query.args.get("joins") or [], query.expressions
    if joins and all(folded(join.kind) == "inner" for join in joins):
        bare = [node.this if isinstance(node, exp.Alias) else node for node in columns]
        is_bare = all(isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier) for node in bare)
        need(is_bare, "a view computes columns")
        return
    star = columns[0] if len(columns) == 1 else None
    need(isinstance(star, exp.Column) and isinstance(star.this, exp.Star), "a view computes columns")
    need(all(folded(join.kind) in ("semi", "anti") for join in joins), "a view joins")


@lru_cache(maxsize=64)
def _authored_query(sql: str) -> exp.Expr | None:
    found = statements(sql)
    return found[0] if len(found) == 1 and isinstance(found[0], exp.Expr) else None
