"""Unit tests: a model's SELECT, or the whole protection of a release model, over invented rows.

Personas within classes, and events of personas, stand on what other protections make of the same people: that
is made before, of the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.data_tests.compiled import CompiledUnitTest
from personatwin_sql.compile.data_tests.context import Context
from personatwin_sql.compile.data_tests.rows import SQL_TYPES, natural_kind, table_sql
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import Chosen
from personatwin_sql.compile.render import render
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.data_test import GivenRows, UnitTest
from personatwin_sql.spec.hierarchy import Taxonomy
from personatwin_sql.spec.protection import Declared, KAnonymity, PersonaEvents, Personas
from personatwin_sql.spec.role import Role


def compile_unit_test(context: Context, test: UnitTest) -> CompiledUnitTest:
    """The test as SQL; raises ProjectError: PT095 an unknown column, PT097 what is given, PT099 the model."""
    model = context.models[test.model]
    stages = (*_beneath(context, model), model)
    problems = [*_problems_of_protection(stages, test), *_problems_of_given(stages, test)]
    if problems:
        raise ProjectError(problems)
    tables = [_table(context, node, given) for node, given in test.given.items()]
    _check_columns(context, test.model, test.expect)
    return CompiledUnitTest(
        name=test.name,
        model=test.model,
        given=";\n".join(tables),
        taxonomies=_taxonomies(stages, test),
        script="\n\n".join(_rendered(context, stage, test) for stage in stages),
        result=str(context.relation(test.model)),
        expect=test.expect,
        place=test.place,
        tags=test.tags,
        description=test.description,
    )


def _beneath(context: Context, model: CompiledModel) -> tuple[CompiledModel, ...]:
    """The releases that a protection stands on, in the order in which they are made."""
    promise = model.protection
    if isinstance(promise, PersonaEvents):
        personas = context.models[promise.personas]
        return (*_beneath(context, personas), personas)
    if isinstance(promise, Personas) and promise.within is not None:
        return (context.models[promise.within],)
    return ()


def _rendered(context: Context, model: CompiledModel, test: UnitTest) -> str:
    promise, personas = model.protection, None
    if isinstance(promise, PersonaEvents):
        personas = context.models[promise.personas]
    if isinstance(promise, Personas | PersonaEvents) and test.k_event is not None:
        model = replace(model, protection=replace(promise, k_event=Declared(test.k_event, test.place)))
    return render(context.loaded, model, _chosen(model, test), personas)


def _is_by_class(model: CompiledModel) -> bool:
    return isinstance(model.protection, KAnonymity) and model.protection.recoding.is_by_class


def _problems_of_protection(stages: Sequence[CompiledModel], test: UnitTest) -> Iterator[Diagnostic]:
    model = stages[-1]
    counting = [stage for stage in stages if isinstance(stage.protection, KAnonymity | Personas)]
    by_class = [stage.name for stage in counting if _is_by_class(stage)]
    if by_class:
        message = f"classes of `{by_class[0]}` have levels of their own, which are found in all of its people"
        fix = "test its SELECT in a private model, or its release with a test of data"
        yield Diagnostic("PT099", message, test.place, fixes=(fix,))
        return
    is_asked = test.k is not None or test.k_event is not None or bool(test.levels)
    if is_asked and not counting:
        message = f"`{model.name}` has no protection of its own"
        yield Diagnostic("PT097", message, test.place, fixes=("leave out `protection`",))
        return
    if test.k_event is not None and isinstance(model.protection, KAnonymity):
        message = f"`protection.k_event`: `{model.name}` counts no events"
        yield Diagnostic("PT097", message, test.place, fixes=("leave it out",))
    heights: dict[str, int] = {}
    for column in (column for stage in counting for column in stage.quasi_identifiers):
        heights[column.name] = min(column.hierarchy.height, heights.get(column.name, column.hierarchy.height))
    for name, level in test.levels.items():
        if name not in heights:
            label = suggestion(name, heights)
            message = f"`protection.levels`: `{name}` is no quasi-identifier of `{model.name}`"
            yield Diagnostic("PT097", message, test.place, label)
        elif level > heights[name]:
            message = f"`protection.levels`: `{name}` has levels from 0 to {heights[name]}"
            yield Diagnostic("PT097", message, test.place)


def _problems_of_given(stages: Sequence[CompiledModel], test: UnitTest) -> Iterator[Diagnostic]:
    made = {stage.name for stage in stages}
    needed = {
        name: stage.name
        for stage in reversed(stages)
        for name in (*stage.parsed.sources, *stage.parsed.refs)
        if name not in made
    }
    for name, reader in needed.items():
        if name not in test.given:
            label = f"add `- input: {_written(name)}`, with `rows: []` where there are none"
            yield Diagnostic(
                "PT097", f"`{reader}` reads `{name}`, of which nothing is given", test.place, label
            )
    for name, given in test.given.items():
        if name in made:
            message = f"`{name}` is made of the rows that are given below it"
            yield Diagnostic("PT097", message, given.place, "leave it out")
        elif name not in needed:
            near = suggestion(name, needed)
            yield Diagnostic("PT097", f"`{test.model}` does not read `{name}`", given.place, near)


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


def _taxonomies(stages: Sequence[CompiledModel], test: UnitTest) -> Mapping[str, Taxonomy]:
    found = {
        column.hierarchy_name: column.hierarchy
        for stage in stages
        for column in stage.quasi_identifiers
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
