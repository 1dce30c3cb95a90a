"""Tests that stand in YAML: arguments are checked, and their macros write the SELECT of failing rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from personatwin_sql.compile.column import Origin
from personatwin_sql.compile.data_tests.classes import class_arguments, diversity_arguments
from personatwin_sql.compile.data_tests.compiled import CompiledTest
from personatwin_sql.compile.data_tests.context import Context, quoted
from personatwin_sql.compile.data_tests.identifiers import (
    identifier_arguments,
    source_value_arguments,
)
from personatwin_sql.compile.jinja import Relation, call_macro, environment
from personatwin_sql.compile.lineage import read_select
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.suggestion import listed, suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.data_test import KINDS, DataTest
from personatwin_sql.spec.data_test_reader import relation_name
from personatwin_sql.spec.document import Plain
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.sql_files import TEST_MACRO
from personatwin_sql.spec.validation import is_relation

_OF_THE_TEST = frozenset({"model", "column"})
"""Arguments of a macro that where the test stands decides."""


@dataclass(frozen=True)
class _Call:
    """What a macro is called with, and which columns of sources its SQL reads."""

    arguments: Mapping[str, object]
    reads: frozenset[Origin] = frozenset()
    notes: tuple[str, ...] = ()


def needs_of(loaded: Loaded, test: DataTest) -> tuple[str, ...]:
    """The models and tables of sources that a test names, itself not checked."""
    named: list[str] = [test.node]
    if test.kind == "no_source_values":
        named.append(str(test.arguments["source"]))
    elif test.kind == "no_direct_identifiers":
        named.extend(loaded.domain.sources)
    named.extend(relation_name(str(value)) for value in test.arguments.values() if is_relation(value))
    return tuple(dict.fromkeys(named))


def compile_generic(context: Context, test: DataTest, needs: tuple[str, ...]) -> CompiledTest:
    """The test as SQL; raises ProjectError with what cannot be tested so."""
    if test.column is not None:
        context.column(test.node, test.column, test.place)
    is_trusted = test.kind in KINDS and context.loaded.macros[TEST_MACRO + test.kind].is_builtin
    call = _call(context, test)
    model, of_where = _tested(context, test)
    sql = call_macro(context.loaded, TEST_MACRO + test.kind, model=model, **call.arguments)
    reads = call.reads | of_where
    if not is_trusted:
        reads |= _reads(
            context, test, needs, sql, test.place, f"the SQL of macros/{TEST_MACRO}{test.kind}.sql"
        )
    return CompiledTest(
        name=test.name,
        kind=test.kind,
        sql=sql.strip(),
        place=test.place,
        needs=needs,
        reads=reads,
        severity=test.severity,
        tags=test.tags,
        description=test.description,
        notes=call.notes,
        of_source=_of_source(context, test),
    )


def _of_source(context: Context, test: DataTest) -> Origin | None:
    if test.column is None or test.where is not None or not context.is_source(test.node):
        return None
    return Origin(test.node, context.column(test.node, test.column, test.place).name)


def _call(context: Context, test: DataTest) -> _Call:
    if test.kind in ("k_anonymity", "class_size_at_least"):
        return _of_columns(context, test, class_arguments(context, test))
    if test.kind == "l_diversity":
        return _of_columns(context, test, diversity_arguments(context, test))
    if test.kind == "no_source_values":
        arguments, reads = source_value_arguments(context, test)
        return _Call(arguments, reads | _own_reads(context, test, _names(arguments["columns"])))
    if test.kind == "no_direct_identifiers":
        arguments, reads = identifier_arguments(context, test)
        named = _names(arguments["identifiers"])
        notes = (f"by its lineage, {listed(named)} is a direct identifier",) if named else ()
        own = _own_reads(context, test, _names(arguments["columns"]))
        return _Call(arguments, reads | own, notes)
    if test.kind in KINDS:
        return _of_a_column(context, test)
    return _of_a_macro(context, test)


def _of_columns(context: Context, test: DataTest, arguments: dict[str, object]) -> _Call:
    read = [*_names(arguments["columns"]), str(arguments["people"]) if arguments["how"] != "rows" else ""]
    if isinstance(column := arguments.get("column"), Relation):
        read.append(column.name)
    return _Call(arguments, _own_reads(context, test, tuple(name for name in read if name)))


def _of_a_column(context: Context, test: DataTest) -> _Call:
    """not_null, unique, accepted_values, relationships."""
    column = context.column(test.node, test.column or "", test.place)
    arguments: dict[str, object] = {"column": quoted(column.name)}
    reads = _own_reads(context, test, (column.name,))
    if test.kind == "accepted_values":
        arguments["values"] = _accepted(test, column.type, is_sure=not column.is_expression)
    if test.kind == "relationships":
        to = relation_name(str(test.arguments["to"]))
        field = context.column(to, str(test.arguments["field"]), test.at("field")).name
        arguments.update(to=context.relation(to), field=quoted(field))
        if context.is_source(to):
            reads |= {Origin(to, field)}
    return _Call(arguments, reads)


def _accepted(test: DataTest, kind: str, *, is_sure: bool) -> tuple[Plain, ...]:
    """The values, all texts or none, and none where the column holds texts."""
    values = test.arguments["values"]
    found = values if isinstance(values, tuple) else (values,)
    texts = [isinstance(value, str) for value in found]
    if any(texts) and not all(texts):
        message = "`values` are all texts, or none is"
        raise ProjectError(Diagnostic("PT093", message, test.at("values"), "put all of them in quotes"))
    if is_sure and kind == "text" and not all(texts):
        message = f"`{test.column}` holds texts"
        raise ProjectError(Diagnostic("PT093", message, test.at("values"), "put each value in quotes"))
    return found


def _of_a_macro(context: Context, test: DataTest) -> _Call:
    """A test of the project's own: whatever its macro takes."""
    name = TEST_MACRO + test.kind
    allowed = environment(context.loaded).arguments(name)
    for written in test.arguments:
        if written not in allowed or written in _OF_THE_TEST:
            label = suggestion(written, [other for other in allowed if other not in _OF_THE_TEST])
            message = f"`{name}` takes no `{written}`"
            raise ProjectError(Diagnostic("PT093", message, test.at(written), label))
    if "model" not in allowed:
        message = f"`{name}` takes no `model`, so it tests nothing"
        raise ProjectError(Diagnostic("PT093", message, Place(context.loaded.macros[name].path, 1)))
    arguments = {key: _given(context, value) for key, value in test.arguments.items()}
    if test.column is not None:
        if "column" not in allowed:
            message = f"`{name}` takes no `column`: it tests a model"
            raise ProjectError(Diagnostic("PT092", message, test.place, "write it beside `columns:`"))
        arguments["column"] = quoted(context.column(test.node, test.column, test.place).name)
    return _Call(arguments)


def _given(context: Context, value: Plain) -> object:
    return context.relation(relation_name(str(value))) if is_relation(value) else value


def _tested(context: Context, test: DataTest) -> tuple[Relation, frozenset[Origin]]:
    """The rows that are tested, as SQL that stands in FROM, and what their condition reads of a source."""
    relation = context.relation(test.node)
    if test.where is None:
        return relation, frozenset()
    condition = f"FROM {relation}\nWHERE (\n    {test.where.strip()}\n)"
    probe = f"SELECT 1 AS tested\n{condition}"
    reads = _reads(context, test, (test.node,), probe, test.at("where"), "the condition")
    return Relation(test.node, f"(\n    SELECT *\n    {condition}\n)"), reads


def _reads(
    context: Context, test: DataTest, needs: tuple[str, ...], sql: str, place: Place, what: str
) -> frozenset[Origin]:
    """What SQL that somebody wrote reads of sources itself; refused where it cannot be followed."""
    parsed = ParsedModel(
        name=test.name,
        path=test.place.path,
        sql=sql,
        config={},
        places={},
        refs=tuple(name for name in needs if not context.is_source(name)),
        sources=tuple(name for name in needs if context.is_source(name)),
        ref_places={},
        access="private",
    )
    try:
        authored = read_select(parsed, context.schemas)
    except ProjectError as error:
        raise ProjectError(_placed(error, place, what)) from None
    return frozenset(origin for origin in authored.reads if origin.source in needs)


def _placed(error: ProjectError, place: Place, what: str) -> Iterator[Diagnostic]:
    for found in error.diagnostics:
        yield replace(found, message=f"{what}: {found.message}", place=place)


def _own_reads(context: Context, test: DataTest, columns: tuple[str, ...]) -> frozenset[Origin]:
    """Columns of the tested table itself, where that is a source; a model is built from what it reads."""
    return (
        frozenset(Origin(test.node, name) for name in columns)
        if context.is_source(test.node)
        else frozenset()
    )


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(name) for name in value) if isinstance(value, tuple) else ()
