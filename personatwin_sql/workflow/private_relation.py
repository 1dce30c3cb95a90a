"""A source or private model as its owner may ask it: built in a session that is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.protection import render_private
from personatwin_sql.engine.lone_file import Asked
from personatwin_sql.engine.session import Session, open_session
from personatwin_sql.engine.source import relation_of
from personatwin_sql.engine.source_quality import InvalidValues
from personatwin_sql.engine.sources import have_whole_keys
from personatwin_sql.engine.sources import load as load_source
from personatwin_sql.errors import Diagnostic, NodeError
from personatwin_sql.release.lock_file import project_lock
from personatwin_sql.workflow.paths import Paths
from personatwin_sql.workflow.sources import Inspected, inspect_sources


@contextmanager
def asked_node(compiled: Compiled, paths: Paths, name: str) -> Iterator[Asked]:
    """A source (`court.people`) or private model (`stg_people`) that answers.

    Holds the project's lock meanwhile. Raises what a build raises for sources and private models.
    """
    inspected = inspect_sources(compiled.loaded)
    needed = _needed(compiled, name)
    project = compiled.loaded.project
    size = sum(item.file.size for item in inspected if item.source.name in needed)
    with (
        project_lock(paths.private),
        open_session(paths.private, project.resources, project.time_zone, None, size) as session,
    ):
        _read(session, inspected, needed)
        for model in _models(compiled, name):
            session.run(render_private(compiled.models[model]), model)
        is_source = name in compiled.loaded.domain.sources
        relation = relation_of(name) if is_source else compiled.models[name].relation
        yield Asked(session.rows, relation, session.columns(relation), session.arrays)


def _needed(compiled: Compiled, name: str) -> Mapping[str, frozenset[str]]:
    columns = compiled.loaded.domain.sources
    return {name: frozenset(columns[name])} if name in columns else compiled.needed([name])


def _models(compiled: Compiled, name: str) -> tuple[str, ...]:
    if name not in compiled.models:
        return ()
    needed = {name, *compiled.graph.ancestors(name)}
    return tuple(model for model in compiled.models if model in needed)


def _read(session: Session, inspected: tuple[Inspected, ...], needed: Mapping[str, frozenset[str]]) -> None:
    whole = have_whole_keys((item.source, item.file) for item in inspected)
    invalid: list[Diagnostic] = []
    for item in inspected:
        name = item.source.name
        if name not in needed:
            continue
        try:
            load_source(session, item.source, item.file, needed[name], date.today(), has_whole_keys=whole)
        except InvalidValues as error:
            invalid.extend(error.diagnostics)
    if invalid:
        raise NodeError(invalid)
