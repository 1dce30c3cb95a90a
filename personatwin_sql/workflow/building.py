"""The models of a build in the session: once, or again without whom earlier releases would tell apart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.protection import Chosen
from personatwin_sql.engine.session import Session
from personatwin_sql.release.gate import judge
from personatwin_sql.release.past import Past
from personatwin_sql.workflow.composition import Composed, compose, people_first
from personatwin_sql.workflow.data_tests import Testing
from personatwin_sql.workflow.memory import Memory
from personatwin_sql.workflow.narrator import Narrator
from personatwin_sql.workflow.private_statistics import PrivateStatistics
from personatwin_sql.workflow.released import Built, build_models, carry_models, check_together
from personatwin_sql.workflow.selecting import Plan


def built_and_drawn(
    statistics: PrivateStatistics,
    session: Session,
    compiled: Compiled,
    plan: Plan,
    past: Past | None,
    locked: Mapping[str, Chosen],
    memory: Memory,
    narrator: Narrator,
    testing: Testing,
    failed: Collection[str],
    before_drawing: Callable[[Built], object],
) -> tuple[Composed, Testing]:
    """All models with their tests: private statistics are exact first, and drawn when all else was judged.

    What could keep the release from being published is asked in `before_drawing`: nothing is charged then.
    """
    compiled_folder = memory.paths.compiled
    statistics.prepare(plan.models, compiled_folder)
    last = {*compiled.private_statistics, *compiled.after_drawing}
    at_once = replace(plan, models=tuple(name for name in plan.models if name not in last))
    composed, testing = built_beside_earlier(
        session, compiled, at_once, past, locked, memory, narrator, testing, failed
    )
    built = composed.built
    first = tuple(model for name, model in built.models.items() if name not in last)
    if not (built.held or judge(first) or testing.errors):
        before_drawing(built)
        built.models.update(statistics.draw(narrator, testing))
        derived = [name for name in plan.models if name in compiled.after_drawing]
        build_models(session, compiled, derived, {}, compiled_folder, narrator, testing, built=built)
    testing.finish("what it tests was not built")
    return composed, testing


def built_beside_earlier(
    session: Session,
    compiled: Compiled,
    plan: Plan,
    past: Past | None,
    locked: Mapping[str, Chosen],
    memory: Memory,
    narrator: Narrator,
    testing: Testing,
    failed: Collection[str],
) -> tuple[Composed, Testing]:
    """All models with their tests, those of people first where earlier releases may have them built again."""
    mark, tested, testings = narrator.mark, testing.copied(), [testing]
    first = people_first(compiled, plan.models) if past is not None and past.releases else plan.models
    rest = [name for name in plan.models if name not in first]

    def models_built(levels: Mapping[str, Chosen], everybody: Mapping[str, int] | None) -> Built:
        testings.append(tested.copied())
        narrator.again(mark)
        return _models_built(
            session,
            compiled,
            plan,
            first,
            levels,
            memory,
            narrator,
            testings[-1],
            failed,
            everybody,
            memory.paths.units / "units" if past is not None and past.releases else None,
        )

    composed = compose(session, compiled, past, locked, models_built)
    testing = testings[-1]
    build_models(
        session, compiled, rest, locked, memory.paths.compiled, narrator, testing, built=composed.built
    )
    return composed, testing


def _models_built(
    session: Session,
    compiled: Compiled,
    plan: Plan,
    names: Sequence[str],
    levels: Mapping[str, Chosen],
    memory: Memory,
    narrator: Narrator,
    testing: Testing,
    failed: Collection[str],
    everybody: Mapping[str, int] | None,
    units_before: Path | None,
) -> Built:
    """The named models with their tests, those that are carried over beside them, laid side by side."""
    paths = memory.paths
    built = build_models(
        session,
        compiled,
        names,
        levels,
        paths.compiled,
        narrator,
        testing,
        failed,
        everybody=everybody,
        units_before=units_before,
    )
    carry_models(session, memory.state, paths.release, plan.carried, built, narrator)
    testing.after(session, *plan.carried)
    check_together(session, compiled, built, plan.carried, paths.units)
    return built
