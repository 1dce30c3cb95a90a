"""`compile`: the SQL of a project, written without reading data."""

from __future__ import annotations

from personatwin_sql.compile.lock import read_lock
from personatwin_sql.compile.protection import is_recoded_so
from personatwin_sql.compile.render import beneath, render
from personatwin_sql.engine.frequencies import frequency_query
from personatwin_sql.graph.selection import select
from personatwin_sql.spec.protection import KAnonymity, Personas
from personatwin_sql.workflow.data_tests import write_test
from personatwin_sql.workflow.options import CompileResult, Options
from personatwin_sql.workflow.project import compiled_and_judged, opened
from personatwin_sql.workflow.released import write_compiled


def compile_project_files(options: Options) -> CompileResult:
    """Write the SQL of each model as it would run; no data is read.

    Without an entry in the lock a model has no levels yet: then the query that finds them is shown instead.
    """
    loaded, paths = opened(options)
    compiled = compiled_and_judged(loaded)
    chosen = read_lock(loaded.root).of(loaded.target)
    selected = select(compiled.graph, options.select, options.exclude)
    files, notes, sql = [], [], {}
    for model in compiled.models.values():
        if model.name not in selected:
            continue
        promise = model.protection
        choice, below = chosen.get(model.name), beneath(model, compiled.models)
        if isinstance(promise, KAnonymity | Personas) and not is_recoded_so(model, choice, below):
            script = frequency_query(loaded, model)
            notes.append(
                f"{model.name}: levels come with the first build; shown is the query that they are found by"
            )
        else:
            script = render(loaded, model, choice, below)
        sql[model.name] = script
        files.append(write_compiled(paths.compiled, model, script))
    for test in compiled.tests.data.values():
        if test.name in selected:
            sql[test.name] = test.sql
            files.append(write_test(paths.compiled, test))
    return CompileResult(tuple(files), tuple(notes), sql)
