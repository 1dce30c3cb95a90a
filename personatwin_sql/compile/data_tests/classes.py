"""Tests of classes of people: which columns make a class, and how its people are counted."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.data_tests.context import Context, quoted
from personatwin_sql.compile.lineage_facts import is_unit
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import listed
from personatwin_sql.spec.data_test import DataTest
from personatwin_sql.spec.protection import Derived, KAnonymity, PersonaEvents, Personas
from personatwin_sql.spec.role import Role

UNIT, ROWS = "unit", "rows"
_ABOVE = frozenset({"level", "people", "events"})
"""Columns of persona events that tell nobody apart."""


def class_arguments(context: Context, test: DataTest) -> dict[str, object]:
    """What the macros of k-anonymity and of class sizes are given; raises ProjectError."""
    people, how = counted_people(context, test)
    size = "size" if test.kind == "class_size_at_least" else "k"
    return {"columns": class_columns(context, test), size: test.arguments[size], "people": people, "how": how}


def diversity_arguments(context: Context, test: DataTest) -> dict[str, object]:
    """What the macro of l-diversity is given; raises ProjectError, PT096 where rows are not of persons."""
    people, how = counted_people(context, test)
    if how not in (UNIT, ROWS):
        raise ProjectError(
            Diagnostic(
                "PT096",
                f"l-diversity of `{test.node}` cannot be told: a row of it is not of one person",
                test.place,
                fixes=("test the k_anonymity model, or the private one, of the same people",),
            )
        )
    column = context.column(test.node, str(test.arguments["column"]), test.at("column")).name
    columns = class_columns(context, test)
    if column in columns:
        message = f"`{column}` makes the classes: it cannot be what is hidden in them"
        raise ProjectError(Diagnostic("PT093", message, test.at("column")))
    named = {name: test.arguments[name] for name in ("l", "kind", "c")}
    return {"columns": columns, "column": quoted(column), **named, "people": people, "how": how}


def class_columns(context: Context, test: DataTest) -> tuple[str, ...]:
    """The columns that were named, else the quasi-identifiers."""
    named = test.arguments.get("columns")
    if isinstance(named, tuple):
        place = test.at("columns")
        return tuple(dict.fromkeys(context.column(test.node, str(name), place).name for name in named))
    columns = _quasi_identifiers(context, test.node)
    if not columns:
        raise ProjectError(
            Diagnostic(
                "PT096",
                f"`{test.node}` has no quasi-identifier by its lineage",
                test.place,
                fixes=(f"name what makes a class: {test.kind}: {{columns: […]}}",),
            )
        )
    return columns


def _quasi_identifiers(context: Context, node: str) -> tuple[str, ...]:
    if not context.is_released(node):
        columns = context.schema(node).columns
        return tuple(column.name for column in columns if column.role == Role.QUASI_IDENTIFIER)
    model = context.models[node]
    if isinstance(model.protection, PersonaEvents):
        return tuple(column.name for column in context.schema(node).columns if column.name not in _ABOVE)
    return tuple(column.name for column in model.quasi_identifiers)


def counted_people(context: Context, test: DataTest) -> tuple[str, str]:
    """What is counted and how, as `people_counted` wants it. k counts people, never rows."""
    named = test.arguments.get("people")
    protection = context.models[test.node].protection if context.is_released(test.node) else None
    if isinstance(protection, Derived):
        if not isinstance(named, str):
            message = f"`{test.node}` is derived: which of its columns says how many people a row is of?"
            label = "add `people: COLUMN`"
            raise ProjectError(Diagnostic("PT096", message, test.place, label))
        return context.column(test.node, named, test.at("people")).name, "max"
    if named is not None:
        message = f"the people of `{test.node}` are known without `people`"
        raise ProjectError(Diagnostic("PT093", message, test.at("people"), "leave it out"))
    if isinstance(protection, KAnonymity):
        return "", ROWS
    if isinstance(protection, Personas | PersonaEvents):
        return "people", "sum" if isinstance(protection, Personas) else "max"
    return _unit(context, test), UNIT


def _unit(context: Context, test: DataTest) -> str:
    columns = context.schema(test.node).columns
    units = [column.name for column in columns if is_unit(column)]
    if not units:
        raise ProjectError(
            Diagnostic(
                "PT096",
                f"`{test.node}` has no privacy unit, so its people cannot be counted",
                test.place,
                fixes=(f"select it: {_known_units(context)}",) if _known_units(context) else (),
            )
        )
    return units[0]


def _known_units(context: Context) -> str:
    names: Sequence[str] = [
        column
        for columns in context.loaded.domain.sources.values()
        for column, fact in columns.items()
        if fact.role is Role.PRIVACY_UNIT
    ]
    return listed(dict.fromkeys(names))
