"""The graph that the tests of this room share."""

from __future__ import annotations

import pytest

from personatwin_sql.graph.graph import Graph, Node


def model(name: str, protection: str | None = None) -> Node:
    folder = "release" if protection else "staging"
    return Node(name, "model", f"models/{folder}/{name}.sql", protection)


@pytest.fixture(scope="session")
def court() -> Graph:
    return Graph.of(
        [
            Node("court.people", "source", "project.yml"),
            Node("court.events", "source", "project.yml"),
            model("stg_people"),
            model("stg_events"),
            model("people_public", "k_anonymity"),
            model("personas", "personas"),
            model("persona_events", "persona_events"),
        ],
        {
            "stg_people": ["court.people"],
            "stg_events": ["court.events"],
            "people_public": ["stg_people"],
            "personas": ["stg_people", "people_public"],
            "persona_events": ["stg_events", "personas"],
        },
    )
