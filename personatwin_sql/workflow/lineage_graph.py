"""`lineage`: where a table or column comes from, where it goes, and where its role was taken off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from personatwin_sql.compile.column_edges import MadeColumn, made_columns
from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.workflow.options import Options
from personatwin_sql.workflow.project import compiled_and_judged, opened

Kind = Literal["source", "private", "release"]


@dataclass(frozen=True)
class LineageNode:
    """A table, or a column of one."""

    id: str
    """`stg_people` or `stg_people.age`."""
    table: str
    kind: Kind
    place: str
    """Where a source's column is declared, a model is written, or a protection is."""
    column: str | None = None
    role: str | None = None
    taken_off_by: str | None = None
    """The protection that took the role off, at `place`; None where it is still on, or there is none."""


@dataclass(frozen=True)
class LineageEdge:
    """`below` is what `above` is made from."""

    below: str
    above: str
    is_expression: bool = False
    """Made of it, rather than being it."""


@dataclass(frozen=True)
class Lineage:
    """What a node is made from, and what is made from it: the nodes in build order, and the edges between."""

    focus: str
    nodes: tuple[LineageNode, ...]
    edges: tuple[LineageEdge, ...]

    def below(self, id: str) -> tuple[str, ...]:
        return tuple(edge.below for edge in self.edges if edge.above == id)

    def above(self, id: str) -> tuple[str, ...]:
        return tuple(edge.above for edge in self.edges if edge.below == id)


def lineage(options: Options, wanted: str) -> Lineage:
    """The lineage of `NODE` or `NODE.COLUMN`; no data is read.

    Raises ProjectError: PT514 no such node, PT515 no such column, and what is wrong with the project.
    """
    loaded, _ = opened(options)
    compiled = compiled_and_judged(loaded)
    tables = [name for name in compiled.graph.order if compiled.graph.nodes[name].kind in ("source", "model")]
    if wanted in tables:
        return _around(wanted, _table_nodes(compiled, tables), _table_edges(compiled, tables))
    table, _, column = wanted.rpartition(".")
    if table not in tables:
        label = suggestion(wanted, tables)
        fixes = ("list them: personatwin ls",)
        message = f"there is no source or model `{wanted}`"
        raise ProjectError(Diagnostic("PT514", message, label=label, fixes=fixes))
    columns = made_columns(compiled)
    names = [name for node, name in columns if node == table]
    if column not in names:
        label = suggestion(column, names)
        raise ProjectError(Diagnostic("PT515", f"`{table}` has no column `{column}`", label=label))
    nodes = {_id(made): _column_node(made, compiled) for made in columns.values()}
    edges = [
        LineageEdge(".".join(origin), _id(made), made.is_expression)
        for made in columns.values()
        for origin in made.made_from
        if origin in columns
    ]
    return _around(wanted, nodes, edges)


def _around(focus: str, nodes: Mapping[str, LineageNode], edges: list[LineageEdge]) -> Lineage:
    """What lies below and above, and nothing else."""
    kept = _reached(focus, lambda id: [edge.below for edge in edges if edge.above == id])
    kept |= _reached(focus, lambda id: [edge.above for edge in edges if edge.below == id])
    return Lineage(
        focus,
        tuple(node for id, node in nodes.items() if id in kept),
        tuple(edge for edge in edges if edge.below in kept and edge.above in kept),
    )


def _reached(start: str, next_of: Callable[[str], list[str]]) -> set[str]:
    reached, border = {start}, [start]
    while border:
        found = {other for id in border for other in next_of(id)} - reached
        reached |= found
        border = list(found)
    return reached


def _table_nodes(compiled: Compiled, tables: list[str]) -> dict[str, LineageNode]:
    return {
        name: LineageNode(name, name, _kind(compiled, name), _table_place(compiled, name)) for name in tables
    }


def _table_place(compiled: Compiled, name: str) -> str:
    if name not in compiled.models:
        return str(compiled.loaded.place(f"project.sources.{name}"))
    parsed = compiled.models[name].parsed
    return str(parsed.places.get("protection", parsed.path))


def _table_edges(compiled: Compiled, tables: list[str]) -> list[LineageEdge]:
    return [
        LineageEdge(below, above)
        for above in tables
        for below in compiled.graph.in_order(compiled.graph.needs[above])
    ]


def _kind(compiled: Compiled, name: str) -> Kind:
    if name not in compiled.models:
        return "source"
    return "private" if compiled.models[name].protection is None else "release"


def _id(column: MadeColumn) -> str:
    return f"{column.node}.{column.name}"


def _column_node(column: MadeColumn, compiled: Compiled) -> LineageNode:
    off = column.taken_off
    place = off.place if off is not None else column.place
    return LineageNode(
        id=_id(column),
        table=column.node,
        kind=_kind(compiled, column.node),
        place=str(place or ""),
        column=column.name,
        role=column.role.value,
        taken_off_by=None if off is None else off.protection,
    )
