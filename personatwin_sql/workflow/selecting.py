"""What a build works on: everything, or a selection with what it stands on; the rest is carried over."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.frozen import dataclass
from personatwin_sql.graph.selection import select
from personatwin_sql.release.carry import carriable
from personatwin_sql.workflow.memory import Memory
from personatwin_sql.workflow.options import Options


@dataclass(frozen=True)
class Plan:
    """Nodes by what happens to them, each in build order."""

    sources: tuple[str, ...]
    """Read once."""
    models: tuple[str, ...]
    """Run, private and released."""
    carried: tuple[str, ...]
    """Released models that stay as they are."""
    tests: tuple[str, ...] = ()
    """Of what runs."""
    unit_tests: tuple[str, ...] = ()


def plan_of(compiled: Compiled, options: Options, memory: Memory, fingerprints: Mapping[str, str]) -> Plan:
    """The plan of a build; Withheld where a release that is not selected is stale."""
    if not options.select and not options.exclude:
        return _plan(compiled, tuple(compiled.models), (), compiled.graph.order)
    chosen = select(compiled.graph, options.select, options.exclude)
    wanted = {name for name in compiled.models if name in chosen}
    tests = {*compiled.tests.data, *compiled.tests.unit}.intersection(chosen)
    for name in (*wanted, *tests):
        wanted.update(upstream for upstream in compiled.graph.ancestors(name) if upstream in compiled.models)
    models = tuple(name for name in compiled.models if name in wanted)
    others = [model.name for model in compiled.released if model.name not in wanted]
    kept = set(select(compiled.graph, (), options.exclude)) if options.exclude else compiled.graph.order
    return _plan(compiled, models, carriable(memory.state, fingerprints, others), kept)


def tests_of(
    compiled: Compiled, models: Collection[str], others: Collection[str], kept: Collection[str]
) -> tuple[str, ...]:
    """Tests that read one of the models, and beside it sources and `others` alone; all tests of sources."""
    there = {*models, *others, *compiled.loaded.domain.sources}
    return tuple(
        name
        for name, test in compiled.tests.data.items()
        if name in kept
        and there.issuperset(test.needs)
        and (not compiled.models.keys() & set(test.needs) or not set(test.needs).isdisjoint(models))
    )


def _plan(
    compiled: Compiled, models: tuple[str, ...], carried: tuple[str, ...], kept: Collection[str]
) -> Plan:
    tests = tests_of(compiled, models, carried, kept)
    units = compiled.tests.unit.values()
    needed = compiled.needed((*models, *tests))
    written = compiled.loaded.project.sources.items()
    names = [f"{source}.{table}" for source, tables in written for table in tables]
    sources = tuple(name for name in names if name in needed)
    unit_tests = tuple(test.name for test in units if test.name in kept and test.model in models)
    return Plan(sources, models, carried, tests, unit_tests)
