"""The graph of a project: what each model needs, and the order in which they can be built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.frozen import dataclass

Kind = Literal["source", "model", "test", "unit_test"]


@dataclass(frozen=True)
class Node:
    """A table of a source (`court.people`), a model (`stg_people`), or a test of them."""

    id: str
    kind: Kind
    path: str
    """The file that defines it, relative to the project."""
    protection: str | None = None
    """The protection of a release model; None for what stays private."""
    tags: tuple[str, ...] = ()
    test_type: str | None = None
    """`generic`, `singular` or `unit`; None for what is no test."""


@dataclass(frozen=True)
class Graph:
    """Nodes by id, in an order in which each comes after all that it needs; equal input gives equal order."""

    nodes: Mapping[str, Node]
    needs: Mapping[str, frozenset[str]]
    order: tuple[str, ...]
    needed_by: Mapping[str, frozenset[str]] = field(repr=False)

    @classmethod
    def of(
        cls,
        nodes: Iterable[Node],
        needs: Mapping[str, Iterable[str]],
        places: Mapping[tuple[str, str], Place] | None = None,
    ) -> Graph:
        """The graph of nodes and what each needs; `places` says where (model, needed) is written.

        Raises ProjectError for a cycle. Each need must be the id of a node.
        """
        by_id = {node.id: node for node in nodes}
        upstream = {id: frozenset(needs.get(id, ())) for id in by_id}
        downstream: dict[str, set[str]] = {id: set() for id in by_id}
        for id, needed in upstream.items():
            for other in needed:
                downstream[other].add(id)
        order = _order(by_id, upstream, places or {})
        return cls(
            nodes={id: by_id[id] for id in order},
            needs=upstream,
            order=order,
            needed_by={id: frozenset(others) for id, others in downstream.items()},
        )

    def ancestors(self, id: str, depth: int | None = None) -> frozenset[str]:
        """All that a node needs, itself not included, at most `depth` steps up."""
        return _reached(self.needs, id, depth)

    def descendants(self, id: str, depth: int | None = None) -> frozenset[str]:
        """All that needs a node, itself not included, at most `depth` steps down."""
        return _reached(self.needed_by, id, depth)

    def in_order(self, ids: Iterable[str]) -> tuple[str, ...]:
        """The ids in the order in which they can be built."""
        chosen = frozenset(ids)
        return tuple(id for id in self.order if id in chosen)


def _reached(edges: Mapping[str, frozenset[str]], start: str, depth: int | None) -> frozenset[str]:
    reached: set[str] = set()
    border = {start}
    while border and depth != 0:
        border = {other for id in border for other in edges[id]} - reached
        reached |= border
        depth = None if depth is None else depth - 1
    return frozenset(reached - {start})


def _order(
    nodes: Mapping[str, Node],
    needs: Mapping[str, frozenset[str]],
    places: Mapping[tuple[str, str], Place],
) -> tuple[str, ...]:
    """Sources first, then by name among those whose needs are met."""
    sorter = TopologicalSorter(needs)
    try:
        sorter.prepare()
    except CycleError as error:
        raise ProjectError(_cycle(error.args[1][::-1], nodes, places)) from None
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda id: (nodes[id].kind != "source", id))
        order.extend(ready)
        sorter.done(*ready)
    return tuple(order)


def _cycle(ids: list[str], nodes: Mapping[str, Node], places: Mapping[tuple[str, str], Place]) -> Diagnostic:
    """`ids` ends where it begins, each needing the next; told from the alphabetically first on."""
    ring = ids[:-1]
    first = ring.index(min(ring))
    ring = [*ring[first:], *ring[:first]]
    steps = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    where = [places.get(step, Place(nodes[step[0]].path)) for step in steps]
    told = " → ".join(f"{id} ({place})" for id, place in zip(ring, where, strict=True))
    return Diagnostic(
        "PT120",
        f"models need each other in a circle: {told} → {ring[0]}",
        where[0],
        fixes=("let one of them read what the other reads, or put the common part into a third model",),
    )
