"""The graph of sources and models."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.errors import Place, ProjectError
from personatwin_sql.graph.graph import Graph, Node


def _model(name: str) -> Node:
    return Node(name, "model", f"models/staging/{name}.sql")


def test_sources_come_first_and_each_model_after_what_it_needs(court: Graph) -> None:
    assert court.order == (
        "court.events",
        "court.people",
        "stg_events",
        "stg_people",
        "people_public",
        "personas",
        "persona_events",
    )


def test_ancestors_and_descendants_leave_the_node_itself_out(court: Graph) -> None:
    assert court.ancestors("personas") == {"stg_people", "people_public", "court.people"}
    assert court.descendants("people_public") == {"personas", "persona_events"}
    assert court.ancestors("court.people") == frozenset()


def test_depth_limits_the_steps(court: Graph) -> None:
    assert court.ancestors("persona_events", 1) == {"stg_events", "personas"}
    assert court.descendants("court.people", 1) == {"stg_people"}


def test_a_cycle_is_one_line_with_the_places_of_its_refs() -> None:
    places = {("a", "b"): Place("models/a.sql", 2, 15), ("b", "c"): Place("models/b.sql", 7, 3)}
    with pytest.raises(ProjectError) as caught:
        Graph.of([_model("c"), _model("b"), _model("a")], {"a": ["b"], "b": ["c"], "c": ["a"]}, places)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "PT120"
    assert diagnostic.message == (
        "models need each other in a circle: a (models/a.sql:2:15) → b (models/b.sql:7:3) → "
        "c (models/staging/c.sql) → a"
    )


def test_a_model_that_needs_itself_is_a_cycle() -> None:
    with pytest.raises(ProjectError, match=r"a \(models/staging/a.sql\) → a"):
        Graph.of([_model("a")], {"a": ["a"]})


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40), st.randoms())
def test_the_order_respects_every_edge_and_does_not_depend_on_the_input_order(
    edges: list[tuple[int, int]], random: object
) -> None:
    needs: dict[str, list[str]] = {f"m{number}": [] for number in range(13)}
    for low, high in edges:
        if low < high:
            needs[f"m{high}"].append(f"m{low}")
    nodes = [_model(name) for name in needs]
    shuffled = nodes[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    graph = Graph.of(shuffled, dict(reversed(needs.items())))
    assert graph.order == Graph.of(nodes, needs).order
    positions = {name: place for place, name in enumerate(graph.order)}
    assert all(positions[low] < positions[high] for high, lows in needs.items() for low in lows)
    assert all(graph.ancestors(first) <= set(graph.order) for first, _ in pairwise(graph.order))
