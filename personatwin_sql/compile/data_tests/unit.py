"""Unit tests: a model's SELECT, or the whole protection of a release model, over invented rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.data_tests.compiled import CompiledUnitTest
from personatwin_sql.compile.data_tests.context import Context
from personatwin_sql.compile.data_tests.rows import SQL_TYPES, natural_kind, table_sql
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import Chosen, render
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.data_test import GivenRows, UnitTest
from personatwin_sql.spec.hierarchy import Taxonomy
from personatwin_sql.spec.protection import Derived, KAnonymity, Personas
from personatwin_sql.spec.role import Role


def compile_unit_test(context: Context, test: UnitTest) -> CompiledUnitTest:
    """The test as SQL; raises ProjectError: PT095 an unknown column, PT097 what is given, PT099 the model."""
    model = context.models[test.model]
    problems = [*_problems_of_model(model, test), *_problems_of_given(model, test)]
    if problems:
        raise ProjectError(problems)
    tables = [_table(context, node, given) for node, given in test.given.items()]
    _check_columns(context, test.model, test.expect)
    return CompiledUnitTest(
        name=test.name,
        model=test.model,
        given=";\n".join(tables),
        taxonomies=_taxonomies(model, test),
        script=render(context.loaded, model, _chosen(model, test), None),
        result=str(context.relation(test.model)),
        expect=test.expect,
        place=test.place,
        tags=test.tags,
        description=test.description,
    )


def _problems_of_model(model: CompiledModel, test: UnitTest) -> Iterator[Diagnostic]:
    promise = model.protection
    is_possible = (
        promise is None
        or isinstance(promise, Derived | KAnonymity)
        or (isinstance(promise, Personas) and promise.within is None)
    )
    if not is_possible:
        yield Diagnostic(
            "PT099",
            f"`{model.name}` stands on what other protections made of the same people: it has no unit tests",
            test.place,
            fixes=("test the private model below it, or the k_anonymity model beside it",),
        )
    is_protected = isinstance(promise, KAnonymity | Personas)
    if not is_protected and (test.k is not None or test.levels):
        message = f"`{model.name}` has no protection of its own"
        yield Diagnostic("PT097", message, test.place, fixes=("leave out `protection`",))
    heights = {column.name: column.hierarchy.height for column in model.quasi_identifiers}
    for name, level in test.levels.items() if is_protected else ():
        if name not in heights:
            label = suggestion(name, heights)
            message = f"`protection.levels`: `{name}` is no quasi-identifier of `{model.name}`"
            yield Diagnostic("PT097", message, test.place, label)
        elif level > heights[name]:
            message = f"`protection.levels`: `{name}` has levels from 0 to {heights[name]}"
            yield Diagnostic("PT097", message, test.place)


def _problems_of_given(model: CompiledModel, test: UnitTest) -> Iterator[Diagnostic]:
    needed = (*model.parsed.sources, *model.parsed.refs)
    for name in needed:
        if name not in test.given:
            label = f"add `- input: {_written(name)}`, with `rows: []` where there are none"
            yield Diagnostic(
                "PT097", f"`{model.name}` reads `{name}`, of which nothing is given", test.place, label
            )
    for name, given in test.given.items():
        if name not in needed:
            near = suggestion(name, needed)
            yield Diagnostic("PT097", f"`{model.name}` does not read `{name}`", given.place, near)


def _written(node: str) -> str:
    source, dot, table = node.partition(".")
    return f"source('{source}', '{table}')" if dot else f"ref('{node}')"


def _table(context: Context, node: str, given: GivenRows) -> str:
    """SQL that makes a table of what is given; a column that it does not name is NULL."""
    _check_columns(context, node, given)
    columns = [(column.name, _kind(column, given)) for column in context.schema(node).columns]
    return table_sql(str(context.relation(node)), columns, given)


def _kind(column: LineageColumn, given: GivenRows) -> str:
    """Of what a column is; of an expression that may be anything, what is given says it."""
    if column.role == Role.PRIVACY_UNIT:
        return "text"
    if column.is_expression and column.type in ("text", "other"):
        return natural_kind(column.name, given)
    return column.type if column.type in SQL_TYPES else "text"


def _check_columns(context: Context, node: str, given: GivenRows) -> None:
    for row, places in zip(given.rows, given.places, strict=True):
        for name in row:
            context.column(node, name, places[name])


def _taxonomies(model: CompiledModel, test: UnitTest) -> Mapping[str, Taxonomy]:
    found = {
        column.hierarchy_name: column.hierarchy
        for column in model.quasi_identifiers
        if isinstance(column.hierarchy, Taxonomy) and column.hierarchy_name is not None
    }
    for name, taxonomy in found.items():
        if taxonomy.table is not None:
            message = f"the hierarchy `{name}` is a table of a source, which a unit test does not read"
            raise ProjectError(Diagnostic("PT099", message, test.place))
    return found


def _chosen(model: CompiledModel, test: UnitTest) -> Chosen | None:
    promise = model.protection
    if not isinstance(promise, KAnonymity | Personas):
        return None
    return Chosen(test.k if test.k is not None else int(promise.k.value), test.levels)
