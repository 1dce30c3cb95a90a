"""The pipe of one build: read the sources, choose levels, prove, run, count, judge, publish, remember."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from personatwin_sql import __version__
from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.lock import Lock, read_lock, write_lock
from personatwin_sql.engine.session import Session, open_session
from personatwin_sql.errors import Diagnostic, Withheld
from personatwin_sql.release.gate import judge
from personatwin_sql.release.manifest import NodeResult, Run, write_manifest, write_run_results
from personatwin_sql.release.owner import OwnerFigures
from personatwin_sql.release.publish import publish
from personatwin_sql.release.report import write_reports
from personatwin_sql.release.result import Release
from personatwin_sql.release.state import read_owner, write_owner
from personatwin_sql.release.units import keep_units
from personatwin_sql.workflow.assemble import manifest_nodes
from personatwin_sql.workflow.memory import Memory, overall, remember
from personatwin_sql.workflow.narrator import Narrator
from personatwin_sql.workflow.options import BuildResult
from personatwin_sql.workflow.released import Built, build_models, carry_models, check_together
from personatwin_sql.workflow.selecting import Plan
from personatwin_sql.workflow.sources import (
    Inspected,
    ReadSources,
    UnreadableSources,
    read_sources,
    released_sources,
)
from personatwin_sql.workflow.told import owner_figures, source_figures


def run_pipe(
    compiled: Compiled,
    plan: Plan,
    inspected: Sequence[Inspected],
    memory: Memory,
    fingerprints: dict[str, str],
    narrator: Narrator,
) -> BuildResult:
    """Build what is planned; raises `Withheld` with nothing published where a guarantee does not hold."""
    loaded, paths = compiled.loaded, memory.paths
    narrator.plan(loaded, paths, [*plan.sources, *plan.models, *plan.carried])
    lock = read_lock(loaded.root)
    project, size = loaded.project, sum(item.file.path.stat().st_size for item in inspected)
    with open_session(
        paths.private, project.resources, project.time_zone, narrator.progress, size
    ) as session:
        sources = _read(session, compiled, plan, inspected, memory, narrator)
        built = build_models(session, compiled, plan.models, lock.of(loaded.target), paths.compiled, narrator)
        carry_models(session, memory.state, paths.release, plan.carried, built, narrator)
        check_together(session, compiled, built, plan.carried, paths.units)
        release = _release(compiled, memory, built, fingerprints)
        owner = owner_figures(compiled, session, built, sources)
        if plan.carried:
            owner = owner.beside(read_owner(paths.private), plan.carried)
        write_owner(paths.private, owner)
        run = _run(release)
        held = (*built.held, *judge(release.models))
        if held:
            raise _withheld(release, owner, held, run, memory, narrator)
        release = publish(session.connection, release, paths.release, paths.private)
        _keep(session, compiled, memory, release, owner, built, lock)
    remember(memory, release, fingerprints)
    write_manifest(paths.target, run, release.models, manifest_nodes(compiled, fingerprints))
    result = narrator.result(loaded, paths, published=loaded.publishes)
    write_run_results(
        paths.target, run, _results(narrator), published=result.published, seconds=result.seconds
    )
    return result


def _read(
    session: Session,
    compiled: Compiled,
    plan: Plan,
    inspected: Sequence[Inspected],
    memory: Memory,
    narrator: Narrator,
) -> ReadSources:
    """Read the sources; how many values are unreadable is for the owner alone."""
    try:
        return read_sources(session, compiled, inspected, compiled.needed(plan.models), narrator)
    except UnreadableSources as error:
        write_owner(memory.paths.private, OwnerFigures(sources=source_figures(error.sources)))
        raise


def _keep(
    session: Session,
    compiled: Compiled,
    memory: Memory,
    release: Release,
    owner: OwnerFigures,
    built: Built,
    lock: Lock,
) -> None:
    """Everything beside the released database that a build leaves behind."""
    loaded, paths = compiled.loaded, memory.paths
    for name in built.choices:
        keep_units(session, name, paths.units, str(compiled.models[name].unit))
    chosen = {**lock.of(loaded.target), **built.chosen}
    write_lock(
        loaded.root,
        lock.with_choices(loaded.target, {n: c for n, c in chosen.items() if n in compiled.models}),
    )
    write_reports(release, owner, paths.release_folder, paths.private)


def _withheld(
    release: Release,
    owner: OwnerFigures,
    held: tuple[Diagnostic, ...],
    run: Run,
    memory: Memory,
    narrator: Narrator,
) -> Withheld:
    """Nothing of this build is published; the owner is told why, the old release stands."""
    paths = memory.paths
    write_reports(release, owner, None, paths.private, held)
    error = Withheld(tuple(dict.fromkeys(held)))
    narrator.held(error)
    result = narrator.result(memory.loaded, paths, published=False)
    write_run_results(paths.target, run, _results(narrator), published=False, seconds=result.seconds)
    error.result = result
    return error


def _release(compiled: Compiled, memory: Memory, built: Built, fingerprints: dict[str, str]) -> Release:
    loaded = compiled.loaded
    return Release(
        project=loaded.project.name,
        version=__version__,
        target=loaded.target,
        built_at=datetime.now(UTC).replace(microsecond=0),
        level=loaded.project.privacy.level,
        models=tuple(built.models[model.name] for model in compiled.released if model.name in built.models),
        sources=released_sources(memory.stamps),
        fingerprint=overall(fingerprints),
        domain=loaded.domain.name,
    )


def _run(release: Release) -> Run:
    return Run(
        project=release.project,
        version=release.version,
        target=release.target,
        level=release.level,
        domain=release.domain,
        generated_at=release.built_at,
        fingerprint=release.fingerprint,
    )


def _results(narrator: Narrator) -> list[NodeResult]:
    return [
        NodeResult(event.node, event.status.lower(), event.seconds, (event.code,) if event.code else ())
        for event in narrator.nodes
    ]
