"""What a build works on: everything, or a selection with what it stands on; the rest is carried over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from personatwin_sql.compile.compiler import Compiled
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


def plan_of(compiled: Compiled, options: Options, memory: Memory, fingerprints: Mapping[str, str]) -> Plan:
    """The plan of a build; Withheld where a release that is not selected is stale."""
    if not options.select and not options.exclude:
        return _plan(compiled, tuple(compiled.models), ())
    chosen = select(compiled.graph, options.select, options.exclude)
    wanted = {name for name in compiled.models if name in chosen}
    for name in tuple(wanted):
        wanted.update(upstream for upstream in compiled.graph.ancestors(name) if upstream in compiled.models)
    models = tuple(name for name in compiled.models if name in wanted)
    others = [model.name for model in compiled.released if model.name not in wanted]
    return _plan(compiled, models, carriable(memory.state, fingerprints, others))


def _plan(compiled: Compiled, models: tuple[str, ...], carried: tuple[str, ...]) -> Plan:
    needed = compiled.needed(models)
    written = compiled.loaded.project.sources.items()
    names = [f"{source}.{table}" for source, tables in written for table in tables]
    sources = tuple(name for name in names if name in needed)
    return Plan(sources, models, carried)
