"""The pipe of one build: read the sources, choose levels, prove, run, count, judge, publish, remember."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from personatwin_sql import __version__
from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.lock import Lock, check_unchanged, read_lock, write_lock
from personatwin_sql.compile.question import Question
from personatwin_sql.engine.session import Session, open_session
from personatwin_sql.errors import CheckFailed, Diagnostic, Withheld
from personatwin_sql.release.durable_file import PRIVATE, PUBLIC
from personatwin_sql.release.gate import judge
from personatwin_sql.release.manifest import NodeResult, Run, write_manifest, write_run_results
from personatwin_sql.release.owner import OwnerFigures
from personatwin_sql.release.publish import publish, refuse_if_taken
from personatwin_sql.release.report import write_reports
from personatwin_sql.release.result import Release
from personatwin_sql.release.state import read_owner, write_owner
from personatwin_sql.release.units import keep_units
from personatwin_sql.workflow.build_ledger import refuse_rolled_back, with_heads
from personatwin_sql.workflow.building import built_and_drawn
from personatwin_sql.workflow.composition import (
    open_past,
    remember_release,
)
from personatwin_sql.workflow.data_tests import Testing, in_order, told_to_the_owner
from personatwin_sql.workflow.manifest_nodes import manifest_nodes
from personatwin_sql.workflow.memory import Memory, overall, remember
from personatwin_sql.workflow.narrator import Narrator
from personatwin_sql.workflow.options import BuildResult
from personatwin_sql.workflow.private_statistics import PrivateStatistics
from personatwin_sql.workflow.questions import released_findings
from personatwin_sql.workflow.randomised_outcomes import record_draws, with_draws
from personatwin_sql.workflow.released import Built
from personatwin_sql.workflow.selecting import Plan
from personatwin_sql.workflow.sources import (
    Inspected,
    ReadSources,
    UnreadableSources,
    read_sources,
    released_sources,
)
from personatwin_sql.workflow.told import owner_figures, source_figures
from personatwin_sql.workflow.unlinked import unlinked, unlinked_fingerprints

Ended = TypeVar("Ended", Withheld, CheckFailed)


def run_pipe(
    compiled: Compiled,
    plan: Plan,
    inspected: Sequence[Inspected],
    questions: tuple[Question, ...],
    memory: Memory,
    fingerprints: dict[str, str],
    narrator: Narrator,
    *,
    locked: bool = False,
    allow_spend: bool = False,
) -> BuildResult:
    """Build what is planned; `locked`: only if it chooses what project.lock says.

    `allow_spend`: differentially private models that changed may be drawn and paid for anew.

    Raises ProjectError PT516 where it does not, `Withheld` where a guarantee does not hold, `CheckFailed`
    where a test fails: nothing is published.
    """
    loaded, paths = compiled.loaded, memory.paths
    narrator.warnings.extend(compiled.warnings)
    nodes = in_order(compiled, plan.tests, plan.sources, *((name,) for name in plan.models), plan.carried)
    narrator.plan(loaded, paths, [*plan.unit_tests, *nodes])
    testing = Testing(compiled, narrator, paths.compiled, plan.tests)
    lock = read_lock(loaded.root)
    project, size = loaded.project, sum(item.file.size for item in inspected)
    with open_session(
        paths.private, project.resources, project.time_zone, narrator.progress, size
    ) as session:
        testing.units(plan.unit_tests)
        if testing.errors:
            raise _failed(testing, compiled, memory, narrator)
        past = open_past(session, memory)
        refuse_rolled_back(session, memory)
        sources = _read(session, compiled, plan, inspected, memory, narrator)
        testing.qualities = sources.qualities
        failed = testing.after(session, *plan.sources)
        narrator.warnings.extend(record_draws(memory, compiled, plan.models, allow_spend=allow_spend))
        statistics = PrivateStatistics(session, compiled, memory, allow_spend=allow_spend)
        composed, testing = built_and_drawn(
            statistics,
            session,
            compiled,
            plan,
            past,
            lock.of(loaded.target),
            memory,
            narrator,
            testing,
            failed,
            partial(_refuse_in_time, compiled, memory, lock, locked),
        )
        built = composed.built
        narrator.warnings.extend(composed.warnings)
        release = _release(compiled, memory, built, fingerprints, testing.passed)
        release = with_draws(memory, replace(release, budgets=statistics.budgets()))
        owner = owner_figures(compiled, session, built, sources, questions)
        if plan.carried:
            owner = owner.beside(read_owner(paths.owner), plan.carried)
        owner = replace(owner, notes=(*owner.notes, *composed.notes), offers=composed.offers)
        owner = told_to_the_owner(owner, read_owner(paths.owner), testing)
        if compiled.private_statistics:
            owner = statistics.beside(owner, read_owner(paths.owner), release)
        write_owner(paths.owner, owner)
        held = (*built.held, *judge(release.models))
        if held or testing.errors:
            raise _withheld(release, owner, held, tuple(testing.errors), _run(release), memory, narrator)
        after = _lock_after(compiled, built, lock)
        if locked:
            check_unchanged(loaded.target, lock, after)
        release = with_heads(memory, release)
        run = _run(release)
        release = publish(
            session.connection,
            release,
            paths.release,
            paths.private,
            lambda release: remember_release(session, memory, compiled, past, built, release),
            PUBLIC if paths.publishes else PRIVATE,
        )
        _keep(session, compiled, memory, built, after)
    findings = released_findings(release, questions, paths)
    write_reports(
        release,
        owner,
        paths.release_folder,
        paths.owner,
        findings=findings,
        is_preview=not paths.publishes,
    )
    left_out = {*compiled.tests.data, *compiled.tests.unit}.difference(plan.tests, plan.unit_tests)
    remember(memory, release, fingerprints, left_out, testing.warned)
    write_manifest(
        paths.target,
        run,
        release.models,
        manifest_nodes(compiled, _shown_fingerprints(compiled, memory, release, fingerprints)),
    )
    notes = (f"tests that did not run: {', '.join(sorted(left_out))}",) if left_out else ()
    result = narrator.result(loaded, paths, published=loaded.publishes, notes=notes)
    write_run_results(
        paths.target, run, _results(narrator), published=result.published, seconds=result.seconds
    )
    return result


def _refuse_in_time(compiled: Compiled, memory: Memory, lock: Lock, is_locked: bool, built: Built) -> None:
    """Before anything is charged: what would keep the release from being published."""
    if is_locked:
        check_unchanged(compiled.loaded.target, lock, _lock_after(compiled, built, lock))
    refuse_if_taken(memory.paths.release)


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
        needed = compiled.needed((*plan.models, *plan.tests))
        return read_sources(session, compiled, inspected, needed, narrator)
    except UnreadableSources as error:
        owner = OwnerFigures(sources=source_figures(error.sources))
        write_owner(memory.paths.owner, owner)
        nothing = _release(compiled, memory, Built(), {})
        write_reports(nothing, owner, None, memory.paths.owner, error.diagnostics)
        raise


def _keep(
    session: Session,
    compiled: Compiled,
    memory: Memory,
    built: Built,
    lock: Lock,
) -> None:
    """Everything beside the released database that a build leaves behind."""
    loaded, paths = compiled.loaded, memory.paths
    for name in built.choices:
        keep_units(session, name, paths.units, built.units(name, str(compiled.models[name].unit)))
    write_lock(loaded.root, lock)


def _lock_after(compiled: Compiled, built: Built, lock: Lock) -> Lock:
    """The lock with what this build chose, without models that are gone."""
    target = compiled.loaded.target
    chosen = {**lock.of(target), **built.chosen}
    return lock.with_choices(target, {n: c for n, c in chosen.items() if n in compiled.models})


def _withheld(
    release: Release,
    owner: OwnerFigures,
    held: tuple[Diagnostic, ...],
    failed: tuple[Diagnostic, ...],
    run: Run,
    memory: Memory,
    narrator: Narrator,
) -> Withheld | CheckFailed:
    """Nothing of this build is published; the owner is told why, the old release stands.

    What the gate holds back goes before tests that fail; both are told.
    """
    paths = memory.paths
    write_reports(release, owner, None, paths.owner, (*held, *failed))
    told = tuple(dict.fromkeys((*held, *failed)))
    if not held:
        return _ended(CheckFailed(told), run, memory, narrator)
    error = Withheld(told)
    narrator.held(error)
    return _ended(error, run, memory, narrator)


def _failed(testing: Testing, compiled: Compiled, memory: Memory, narrator: Narrator) -> CheckFailed:
    """Models that are wrong on invented rows are not run on those of people."""
    run = _run(_release(compiled, memory, Built(), {}, ()))
    return _ended(CheckFailed(testing.errors), run, memory, narrator)


def _ended(error: Ended, run: Run, memory: Memory, narrator: Narrator) -> Ended:
    paths = memory.paths
    result = narrator.result(memory.loaded, paths, published=False)
    write_run_results(paths.target, run, _results(narrator), published=False, seconds=result.seconds)
    error.result = result
    return error


def _release(
    compiled: Compiled,
    memory: Memory,
    built: Built,
    fingerprints: dict[str, str],
    tests: tuple[str, ...] = (),
) -> Release:
    loaded = compiled.loaded
    release = Release(
        project=loaded.project.name,
        version=__version__,
        target=loaded.target,
        built_at=datetime.now(UTC).replace(microsecond=0),
        level=loaded.project.privacy.level,
        models=tuple(built.models[model.name] for model in compiled.released if model.name in built.models),
        sources=released_sources(memory.stamps),
        fingerprint=overall({name: fingerprints[name] for name in compiled.models if fingerprints}),
        domain=loaded.domain.name,
        tests=tests,
    )
    return unlinked(release, memory.secret) if compiled.private_statistics else release


def _shown_fingerprints(
    compiled: Compiled, memory: Memory, release: Release, fingerprints: dict[str, str]
) -> dict[str, str]:
    """As the manifest may have them."""
    if not compiled.private_statistics:
        return fingerprints
    return unlinked_fingerprints(fingerprints, release.built_at, memory.secret)


def _run(release: Release) -> Run:
    return Run(
        project=release.project,
        version=release.version,
        target=release.target,
        level=release.level,
        domain=release.domain,
        generated_at=release.built_at,
        fingerprint=release.fingerprint,
        heads=release.heads,
    )


def _results(narrator: Narrator) -> list[NodeResult]:
    return [
        NodeResult(event.node, event.status.lower(), event.seconds, (event.code,) if event.code else ())
        for event in narrator.nodes
    ]
