"""Tests that look for values of sources in the texts of a model."""

from __future__ import annotations

from collections.abc import Iterable

from personatwin_sql.compile.column import Origin
from personatwin_sql.compile.data_tests.context import Context
from personatwin_sql.compile.jinja import Relation
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.data_test import DataTest
from personatwin_sql.spec.role import Role


def identifier_origins(context: Context, node: str) -> tuple[Origin, ...]:
    """The columns of sources that name people; of a release the person key too, which private models have."""
    roles = {Role.DIRECT_IDENTIFIER}
    if context.is_released(node):
        roles.add(Role.PRIVACY_UNIT)
    return tuple(
        Origin(source, column.name)
        for source in context.loaded.domain.sources
        for column in context.columns(source)
        if column.role in roles
    )


def identifier_arguments(context: Context, test: DataTest) -> tuple[dict[str, object], frozenset[Origin]]:
    """What the macro of no_direct_identifiers is given, and what it reads of sources."""
    columns = context.schema(test.node).columns
    named = tuple(column.name for column in columns if column.role == Role.DIRECT_IDENTIFIER)
    origins = identifier_origins(context, test.node)
    texts = tuple(name for name in _texts(context, test) if name not in named)
    arguments = {"identifiers": named, "columns": texts, "values": _values(context, origins), **_how(test)}
    return arguments, frozenset(origins) if texts else frozenset()


def source_value_arguments(context: Context, test: DataTest) -> tuple[dict[str, object], frozenset[Origin]]:
    """What the macro of no_source_values is given, and what it reads of sources; raises ProjectError."""
    source = str(test.arguments["source"])
    named = test.arguments["columns"]
    if source not in context.loaded.domain.sources:
        label = suggestion(source, context.loaded.domain.sources)
        raise ProjectError(Diagnostic("PT113", f"there is no source `{source}`", test.at("source"), label))
    origins = tuple(
        Origin(source, context.column(source, str(name), test.at("columns")).name)
        for name in (named if isinstance(named, tuple) else ())
    )
    texts = (test.column,) if test.column is not None else _texts(context, test)
    if not texts:
        raise ProjectError(Diagnostic("PT096", f"`{test.node}` has no column of texts", test.place))
    arguments = {"columns": texts, "values": _values(context, origins), **_how(test)}
    return arguments, frozenset(origins)


def _texts(context: Context, test: DataTest) -> tuple[str, ...]:
    """Columns that may hold any text; the person key of a private model is not asked."""
    return tuple(
        column.name
        for column in context.schema(test.node).columns
        if column.type in ("text", "other") and column.role != Role.PRIVACY_UNIT
    )


def _values(context: Context, origins: Iterable[Origin]) -> list[tuple[Relation, str]]:
    return [(context.relation(origin.source), origin.column) for origin in origins]


def _how(test: DataTest) -> dict[str, object]:
    return {"at_least": test.arguments["at_least"], "substring": test.arguments["substring"]}
