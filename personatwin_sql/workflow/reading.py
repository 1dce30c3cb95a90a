"""Commands that read the project alone: compile, list."""

from __future__ import annotations

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.lock import read_lock
from personatwin_sql.compile.protection import Chosen, render
from personatwin_sql.engine.frequencies import frequency_query
from personatwin_sql.graph.selection import select
from personatwin_sql.spec.protection import KAnonymity, PersonaEvents, Personas
from personatwin_sql.workflow.data_tests import write_test
from personatwin_sql.workflow.options import CompileResult, Options
from personatwin_sql.workflow.project import compiled_and_judged, opened
from personatwin_sql.workflow.released import write_compiled


def _selected(compiled: Compiled, options: Options) -> tuple[str, ...]:
    return select(compiled.graph, options.select, options.exclude)


def compile_project_files(options: Options) -> CompileResult:
    """Write the SQL of each model as it would run; no data is read.

    Without an entry in the lock a model has no levels yet: then the query that finds them is shown instead.
    """
    loaded, paths = opened(options)
    compiled = compiled_and_judged(loaded)
    chosen = read_lock(loaded.root).of(loaded.target)
    selected = _selected(compiled, options)
    files, notes, sql = [], [], {}
    for model in compiled.models.values():
        if model.name not in selected:
            continue
        promise = model.protection
        choice: Chosen | None = chosen.get(model.name)
        if isinstance(promise, KAnonymity | Personas) and choice is None:
            script = frequency_query(loaded, model)
            notes.append(
                f"{model.name}: levels come with the first build; shown is the query that they are found by"
            )
        else:
            personas = compiled.models[promise.personas] if isinstance(promise, PersonaEvents) else None
            script = render(loaded, model, choice, personas)
        sql[model.name] = script
        files.append(write_compiled(paths.compiled, model, script))
    for test in compiled.tests.data.values():
        if test.name in selected:
            sql[test.name] = test.sql
            files.append(write_test(paths.compiled, test))
    return CompileResult(tuple(files), tuple(notes), sql)


def list_nodes(options: Options) -> tuple[dict[str, object], ...]:
    """Sources and models, in the order in which they are built."""
    loaded, _ = opened(options)
    compiled = compiled_and_judged(loaded)
    selected = _selected(compiled, options)
    return tuple(_node(compiled, name) for name in compiled.graph.order if name in selected)


def _node(compiled: Compiled, name: str) -> dict[str, object]:
    node = compiled.graph.nodes[name]
    model = compiled.models.get(name)
    properties = compiled.loaded.properties.get(name)
    test = compiled.tests.data.get(name) or compiled.tests.unit.get(name)
    return {
        "id": name,
        "kind": node.kind,
        "path": node.path,
        "protection": node.protection,
        "access": ("release" if node.protection else "private") if model else node.kind,
        "depends_on": _needs(compiled, name),
        "description": test.description if test else properties.description if properties else "",
    }


def _needs(compiled: Compiled, name: str) -> list[str]:
    """What a node reads, sources first, in the order in which it names them."""
    model, test = compiled.models.get(name), compiled.tests.data.get(name)
    if model is not None:
        return [*model.parsed.sources, *model.parsed.refs]
    return list(test.needs) if test is not None else sorted(compiled.graph.needs[name])
