"""`test`: private models made anew in a session, and the release as it lies there; nothing is published."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from personatwin_sql import __version__
from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.protection import render_private
from personatwin_sql.engine.private_folder import secret
from personatwin_sql.engine.session import Session, open_session
from personatwin_sql.errors import CheckFailed
from personatwin_sql.frozen import dataclass
from personatwin_sql.graph.selection import select
from personatwin_sql.release.carry import carry
from personatwin_sql.release.lock_file import project_lock
from personatwin_sql.release.manifest import NodeResult, Run, write_run_results
from personatwin_sql.release.report import write_reports
from personatwin_sql.release.state import State, read_owner, read_state, write_owner
from personatwin_sql.spec.loader import find_root, load
from personatwin_sql.workflow.data_tests import Testing, in_order, told_to_the_owner
from personatwin_sql.workflow.memory import Memory
from personatwin_sql.workflow.narrator import Narrator
from personatwin_sql.workflow.options import BuildResult, Event, Options
from personatwin_sql.workflow.paths import Paths
from personatwin_sql.workflow.project import compiled_and_judged
from personatwin_sql.workflow.questions import questions_of, released_findings
from personatwin_sql.workflow.sources import Inspected, columns_there, inspect_sources, read_sources


@dataclass(frozen=True)
class _Plan:
    """What is tested, and what must be there for it."""

    tests: tuple[str, ...]
    unit_tests: tuple[str, ...]
    sources: tuple[str, ...]
    private: tuple[str, ...]
    """Models that are made anew."""
    released: tuple[str, ...]
    """Tables that are taken from the release."""


def test_project(options: Options, observe: Callable[[Event], None]) -> BuildResult:
    """Run the tests of a project, or of a selection; raises CheckFailed with the run as `.result`."""
    narrator = Narrator(observe, time.monotonic())
    root = find_root(options.project_dir or Path.cwd())
    loaded = load(root, options.target, options.vars)
    paths = Paths(root, loaded.project.name, loaded.publishes)
    with project_lock(paths.private):
        memory = Memory(loaded, paths, read_state(paths.private, loaded.target), secret(paths.private))
        inspected = inspect_sources(loaded)
        compiled = compiled_and_judged(loaded, columns_there(inspected))
        narrator.warnings.extend(compiled.warnings)
        plan = _plan_of(compiled, options, memory.state)
        testing = Testing(compiled, narrator, paths.compiled, plan.tests, shows_counts=True)
        nodes = in_order(
            compiled, plan.tests, plan.sources, *((name,) for name in (*plan.private, *plan.released))
        )
        narrator.plan(loaded, paths, [*plan.unit_tests, *nodes])
        _run_tests(compiled, plan, inspected, memory, narrator, testing)
        _tell_the_owner(memory, testing)
    notes = (
        () if compiled.graph.nodes.keys() & {*plan.tests, *plan.unit_tests} else ("there is nothing to test",)
    )
    result = narrator.result(
        loaded, paths, published=False, notes=(*notes, *_staleness(compiled, memory, plan))
    )
    _write_results(memory, narrator, result)
    if testing.errors:
        error = CheckFailed(testing.errors)
        error.result = result
        raise error
    return result


def _plan_of(compiled: Compiled, options: Options, state: State | None) -> _Plan:
    """The selected tests, and those of selected models and sources."""
    chosen = set(select(compiled.graph, options.select, options.exclude))
    kept = set(select(compiled.graph, (), options.exclude)) if options.exclude else set(compiled.graph.order)
    data, unit = compiled.tests.data, compiled.tests.unit
    tests = tuple(
        name for name, test in data.items() if name in kept and not chosen.isdisjoint((name, *test.needs))
    )
    unit_tests = tuple(
        name for name, test in unit.items() if name in kept and not chosen.isdisjoint((name, test.model))
    )
    read = {node for name in tests for node in data[name].needs}
    private = _private_below(compiled, read)
    known = {model.name for model in state.release.models} if state else set()
    released = tuple(
        name for name in compiled.models if name in read and name in known and name not in private
    )
    needed = compiled.needed((*private, *tests))
    written = compiled.loaded.project.sources.items()
    names = (f"{source}.{table}" for source, tables in written for table in tables)
    sources = tuple(name for name in names if name in needed)
    return _Plan(tests, unit_tests, sources, private, released)


def _private_below(compiled: Compiled, read: Collection[str]) -> tuple[str, ...]:
    """Private models that are read, with what they stand on."""
    wanted = {model.name for model in compiled.private if model.name in read}
    for name in tuple(wanted):
        wanted.update(compiled.graph.ancestors(name))
    return tuple(model.name for model in compiled.private if model.name in wanted)


def _run_tests(
    compiled: Compiled,
    plan: _Plan,
    inspected: Sequence[Inspected],
    memory: Memory,
    narrator: Narrator,
    testing: Testing,
) -> None:
    project, private = memory.loaded.project, memory.paths.private
    size = sum(item.file.size for item in inspected if item.source.name in plan.sources)
    with open_session(private, project.resources, project.time_zone, narrator.progress, size) as session:
        testing.units(plan.unit_tests)
        needed = compiled.needed((*plan.private, *plan.tests))
        testing.qualities = read_sources(session, compiled, inspected, needed, narrator).qualities
        testing.after(session, *plan.sources)
        for name in plan.private:
            with narrator.node(name) as telling:
                session.run(render_private(compiled.models[name]), name)
                telling.detail = "made anew to be tested"
            testing.after(session, name)
        _take_released(session, plan, memory, narrator, testing)
        testing.finish("it is not in the release yet")


def _take_released(
    session: Session, plan: _Plan, memory: Memory, narrator: Narrator, testing: Testing
) -> None:
    models = {model.name: model for model in memory.state.release.models} if memory.state else {}
    for name in plan.released:
        with narrator.node(name) as telling:
            carry(session.connection, memory.paths.release, models[name])
            telling.status = "unchanged"
        testing.after(session, name)


def _tell_the_owner(memory: Memory, testing: Testing) -> None:
    folder, earlier = memory.paths.owner, read_owner(memory.paths.owner)
    owner = told_to_the_owner(earlier, earlier, testing)
    write_owner(folder, owner)
    if memory.state is not None:
        release = memory.state.release
        found = released_findings(release, questions_of(memory.loaded), memory.paths)
        write_reports(release, owner, None, folder, tuple(testing.errors), found)


def _staleness(compiled: Compiled, memory: Memory, plan: _Plan) -> tuple[str, ...]:
    """A release that the project has gone beyond is tested as it lies there, and this is said."""
    if memory.state is None or not plan.released:
        return ()
    known, now = dict(memory.state.fingerprints), memory.fingerprints(compiled)
    stale = [name for name in plan.released if known.get(name) != now[name]]
    return (
        (f"the release is older than the project: {', '.join(stale)} would be built anew",) if stale else ()
    )


def _write_results(memory: Memory, narrator: Narrator, result: BuildResult) -> None:
    loaded = memory.loaded
    run = Run(
        project=loaded.project.name,
        version=__version__,
        target=loaded.target,
        level=loaded.project.privacy.level,
        domain=loaded.domain.name,
        generated_at=datetime.now(UTC).replace(microsecond=0),
    )
    results = [
        NodeResult(event.node, event.status.lower(), event.seconds, (event.code,) if event.code else ())
        for event in narrator.nodes
    ]
    write_run_results(memory.paths.target, run, results, published=False, seconds=result.seconds)
