"""What every release must meet: columns that were declared, made from what they are named after."""

from __future__ import annotations

from collections.abc import Iterable

from personatwin_sql.compile.proof.columns import A_PERSON, PLACE, Column, Root, Unique
from personatwin_sql.compile.proof.context import HIERARCHY, Context
from personatwin_sql.compile.proof.facts import Group, Relation
from personatwin_sql.compile.proof.proof import given, need
from personatwin_sql.compile.quoting import folded


def declared_only(relation: Relation, names: Iterable[str], table: str) -> None:
    """No column leaves that was not declared."""
    known = {folded(name) for name in names}
    for name in relation.names:
        need(name in known, f"`{table}` publishes `{name}`, which was not declared")


def ordered_by(relation: Relation, names: Iterable[str], table: str) -> None:
    """The order of the rows is made of what is published, and leaves none of these columns out.

    Rows that tie in it would stand as they came: in the order of the source, whose n-th person is known.
    """
    reason = f"`{table}` has no ORDER BY at its end: its rows may stand in the order of the source"
    order = given(relation.order, reason)
    need(order.is_told, f"the order of `{table}` is made of more than published columns as they stand")
    missing = sorted(set(names) - order.by)
    reason = f"the order of `{table}` leaves {', '.join(f'`{name}`' for name in missing)} out"
    need(not missing, f"{reason}: rows that tie may stand in the order of the source")


def made_from(column: Column, roots: Iterable[Root], name: str) -> None:
    """The value is made from these roots and from hierarchies alone."""
    allowed = set(roots)
    foreign = sorted(f"{t}.{c}" for t, c in column.inputs if (t, c) not in allowed and not is_hierarchy(t))
    need(not foreign, f"`{name}` is made from {', '.join(f'`{each}`' for each in foreign)} too")


def is_hierarchy(table: str) -> bool:
    return table.startswith(f"{HIERARCHY}.")


def speaks_of(column: Column, group: Group | None, name: str) -> None:
    """The value is that of the group, not that of one of its rows."""
    names = frozenset() if group is None else frozenset({group.name})
    what = "of single people" if A_PERSON in column.groups else "of another group"
    need(column.groups <= names, f"`{name}` is a value {what}")


def grouped_by(
    group: Group, roots: Iterable[Root], context: Context, but: Iterable[str] = frozenset()
) -> None:
    """Groups are made by these roots alone, whether the columns that make them are published or not.

    `but`: columns that are published as a keyed hash, which hides what they are made from.
    """
    columns = context.made(group.base.table)
    for name in sorted(group.of - set(but)):
        made_from(columns.column(name), {*roots, PLACE}, name)


def unit_of(
    table: str, context: Context, unit: str | None, *, may_be_code: bool = False, may_be_count: bool = False
) -> str:
    """The counted column of a table: a copy of the author's unit, what stands for it, or a count of it."""
    relation = context.made(table)
    reason = f"what is counted in `{table}` is not `{context.unit[1]}` of the author's SELECT"
    counted = given(unit, reason)
    is_known = ("", counted) in relation.columns
    column = relation.column(counted) if is_known else None
    is_unit = column is not None and column.is_copy_of(context.unit)
    is_code = may_be_code and column is not None and column.is_code_of(context.unit)
    is_count = may_be_count and column is not None and context.unit in column.counts
    need(is_unit or is_code or is_count, reason)
    return counted


def one_row_a_unit(table: str, context: Context, unit: str) -> None:
    """No unit stands in two rows of a table, nor is counted in two."""
    relation = context.made(table)
    if context.unit in relation.column(unit).counts:
        return
    key = frozenset({("", unit)})
    is_unique = any(each in (Unique(key, True), Unique(key, False)) for each in relation.unique)
    need(is_unique, f"`{table}` may have two rows of one person")
