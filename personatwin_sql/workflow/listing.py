"""`ls` and `parse`: the nodes of a project that is sound; of the engine, its parser alone is asked."""

from __future__ import annotations

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.errors import Diagnostic
from personatwin_sql.graph.selection import select
from personatwin_sql.workflow.options import Options
from personatwin_sql.workflow.project import compiled_and_judged, opened


def list_nodes(options: Options) -> tuple[dict[str, object], ...]:
    """Sources, models and tests, in the order in which they are built."""
    loaded, _ = opened(options)
    compiled = compiled_and_judged(loaded)
    selected = select(compiled.graph, options.select, options.exclude)
    return tuple(_node(compiled, name) for name in compiled.graph.order if name in selected)


def check(options: Options) -> tuple[tuple[dict[str, object], ...], tuple[Diagnostic, ...]]:
    """The nodes of a project, with warnings: what is sound, and may yet stop a build.

    Raises ProjectError for what is wrong, with the places of its population: PT421, PT423.
    """
    loaded, _ = opened(options)
    compiled = compiled_and_judged(loaded)
    nodes = tuple(_node(compiled, name) for name in compiled.graph.order)
    spec = loaded.project.population
    if spec is None or spec.census is None:
        return nodes, ()
    from personatwin_sql.engine.populations import without_state  # most projects name no population

    return nodes, tuple(without_state(loaded, spec, compiled.released))


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
