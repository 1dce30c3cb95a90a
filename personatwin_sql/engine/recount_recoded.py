"""The independent count where classes differ in levels: what a class publishes is true of each of its people.

What a combination is published as was tabled before the SQL ran. Nothing of that table is believed: a person
is counted only where each published value is the person's own at a level that the rules allow.
"""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.grouped_numbers import centres_of_classes, is_number_of_group
from personatwin_sql.engine.ranges import is_in_range
from personatwin_sql.engine.recount import ClassCount, Recount, count_published, value_joins
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.protection import KAnonymity
from personatwin_sql.spec.range_form import may_be_range


def count_recoded(session: Session, model: CompiledModel, found: Recount) -> ClassCount:
    """Count the people behind each released combination: those of whom all of it is true."""
    names = [column.name for column in model.quasi_identifiers]
    published = ", ".join(f"recoding.{identifier(name)}" for name in names)
    generalized = f"""SELECT own.class_id, own.people, {published} FROM own {_joins(model, names)}
        WHERE {_is_true(model)}"""
    return count_published(session, model.name, found, names, generalized)


def untrue_values(session: Session, model: CompiledModel, found: Recount) -> int:
    """How many combinations of values are published as something that they are not at any level allowed."""
    names = [column.name for column in model.quasi_identifiers]
    return int(
        session.value(
            f"WITH own AS (SELECT * FROM {found.table} WHERE class_id IS NOT NULL) "
            f"SELECT count(*) FROM own {_joins(model, names)} WHERE NOT ({_is_true(model)})"
        )
    )


def untrue_numbers(session: Session, model: CompiledModel, found: Recount) -> int:
    """How many classes publish a number that is not that of the people whose class it is."""
    names = [column.name for column in model.quasi_identifiers]
    is_true = " AND ".join(f"({_is_true_of(column, place, False)})" for place, column in _grouped(model))
    return int(
        session.value(
            f"WITH own AS (SELECT * FROM {found.table} WHERE class_id IS NOT NULL) "
            f"SELECT count(DISTINCT own.class_id) FROM own {_joins(model, names)} "
            f"WHERE NOT ({is_true or 'TRUE'})"
        )
    )


def allowed_levels(column: PublishedColumn) -> range:
    """The levels at which a class may publish a column; beside numbers of groups the top alone."""
    height = column.hierarchy.height
    if column.microaggregate is not None:
        return range(height, height + 1)
    if column.declared_level is not None:
        return range(column.declared_level, column.declared_level + 1)
    return range(column.floor, (height if column.ceiling is None else column.ceiling) + 1)


def _joins(model: CompiledModel, names: Sequence[str]) -> str:
    agreed = " AND ".join(
        f"own.{identifier(name)} IS NOT DISTINCT FROM recoding.given_{n + 1}" for n, name in enumerate(names)
    )
    table = f"private.{identifier(model.name + '__recoding')}"
    centres = ""
    if columns := _grouped(model):
        centres = f"INNER JOIN ({centres_of_classes(columns)}) AS centres ON own.class_id = centres.class_id"
    return f"INNER JOIN {table} AS recoding ON {agreed} {value_joins(model.name, names)} {centres}"


def _grouped(model: CompiledModel) -> list[tuple[int, PublishedColumn]]:
    """The columns that are published as numbers of groups, with their places."""
    columns = enumerate(model.quasi_identifiers)
    return [(place, column) for place, column in columns if column.microaggregate is not None]


def _is_true(model: CompiledModel) -> str:
    return " AND ".join(
        f"({_is_true_of(column, n, column.name in ranges_of(model))})"
        for n, column in enumerate(model.quasi_identifiers)
    )


def _is_true_of(column: PublishedColumn, place: int, has_ranges: bool) -> str:
    text = f"recoding.{identifier(column.name)}"
    levels = " OR ".join(
        f"{text} IS NOT DISTINCT FROM v{place}.level_{level}" for level in allowed_levels(column)
    )
    if column.microaggregate is not None:
        return f"{levels} OR {is_number_of_group(column, place, text)}"
    in_range = is_in_range(column, f"own.{identifier(column.name)}", text)
    return f"{levels} OR {in_range}" if has_ranges else levels


def ranges_of(model: CompiledModel) -> frozenset[str]:
    """The columns whose numbers a class may publish as a range of its own."""
    promise = model.protection
    if not isinstance(promise, KAnonymity) or promise.recoding.kind != "multidimensional":
        return frozenset()
    return frozenset(
        column.name
        for column in model.quasi_identifiers
        if may_be_range(column.hierarchy, column.type)
        and column.declared_level is None
        and column.microaggregate is None
    )
