"""The project that a command speaks of: loaded, compiled, judged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from personatwin_sql.compile.compiler import Compiled, compile_project
from personatwin_sql.engine.judge import PlaceOfModel, check_syntax
from personatwin_sql.errors import Place, ProjectError
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.loader import find_root, load
from personatwin_sql.workflow.options import Options
from personatwin_sql.workflow.paths import Paths


def opened(options: Options) -> tuple[Loaded, Paths]:
    """The project around the folder of the command, loaded; raises ProjectError."""
    loaded = load(find_root(options.project_dir or Path.cwd()), options.target, options.vars)
    return loaded, Paths(loaded.root, loaded.project.name, loaded.publishes)


def compiled_and_judged(loaded: Loaded, there: Mapping[str, frozenset[str]] | None = None) -> Compiled:
    """The project compiled, each SELECT accepted by DuckDB's own parser; raises ProjectError.

    `there` are the columns that sources have, where they were looked at.
    """
    compiled = compile_project(loaded, there)
    judged = (
        *(check_syntax(model.parsed.sql, model.parsed.place) for model in compiled.models.values()),
        *(check_syntax(test.sql, _wherever(test.place)) for test in compiled.tests.data.values()),
    )
    if refused := [diagnostic for diagnostic in judged if diagnostic is not None]:
        raise ProjectError(refused)
    return compiled


def _wherever(place: Place) -> PlaceOfModel:
    """Each part of a test's SQL was declared where the test was."""
    return lambda *_line_column_length: place
