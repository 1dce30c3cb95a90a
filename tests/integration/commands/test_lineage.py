"""Where a column comes from and goes to, and the line where its role was taken off."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Call = Callable[..., Result]


def traced(call: Call, root: Path, wanted: str) -> dict[str, Any]:
    said = call("lineage", wanted, "--project-dir", root, "--format", "json")
    assert said.exit_code == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_a_released_column_is_traced_to_its_source_with_the_line_of_its_protection(
    fresh: Path, call: Call
) -> None:
    found = traced(call, fresh, "people_public.age")
    assert [node["id"] for node in found["nodes"]] == [
        "court.people.age",
        "stg_people.age",
        "people_public.age",
    ]
    roles = {node["id"]: (node["role"], node["taken_off_by"]) for node in found["nodes"]}
    assert roles["stg_people.age"] == ("quasi_identifier", None)
    assert roles["people_public.age"] == ("quasi_identifier", "k_anonymity")
    assert found["nodes"][-1]["place"] == "models/release/people_public.sql:1:11"
    assert not (fresh / "target").exists()


def test_a_source_column_is_followed_into_every_release(fresh: Path, call: Call) -> None:
    found = traced(call, fresh, "court.people.age")
    assert {"people_public.age", "personas.age", "personas.age_level", "persona_events.age"} <= {
        node["id"] for node in found["nodes"]
    }
    assert {"below": "personas.age", "above": "persona_events.age", "is_expression": False} in found["edges"]


def test_the_period_of_events_is_made_of_their_date(fresh: Path, call: Call) -> None:
    found = traced(call, fresh, "persona_events.period")
    assert {"below": "stg_events.date", "above": "persona_events.period", "is_expression": True} in found[
        "edges"
    ]


def test_a_rename_and_an_expression_are_told_apart(fresh: Path, call: Call) -> None:
    (fresh / "models/staging/young.sql").write_text(
        "SELECT person_id, age AS years, age < 25 AND prior_offenses = 0 AS is_young\n"
        "FROM {{ ref('stg_people') }}\n"
    )
    renamed = traced(call, fresh, "young.years")
    assert {"below": "stg_people.age", "above": "young.years", "is_expression": False} in renamed["edges"]
    made = traced(call, fresh, "young.is_young")
    assert {edge["below"] for edge in made["edges"] if edge["above"] == "young.is_young"} == {
        "stg_people.age",
        "stg_people.prior_offenses",
    }


def test_a_table_shows_its_tables(fresh: Path, call: Call) -> None:
    said = call("lineage", "personas", "--project-dir", fresh).stdout
    assert said.startswith("personas  release  models/release/personas.sql")
    assert said.index("made from") < said.index("court.people  source  project.yml")
    assert said.index("goes into") < said.index("persona_patterns")


def test_mermaid_has_each_node_once_and_no_text_that_it_would_read(fresh: Path, call: Call) -> None:
    said = call("lineage", "court.people.age", "--project-dir", fresh, "--format", "mermaid").stdout
    lines = said.splitlines()
    assert lines[0] == "flowchart LR"
    nodes = [line for line in lines if "[" in line]
    assert len(nodes) == len({line.split('"')[1].split("<br/>")[0] for line in nodes}) >= 5
    assert any("-->" in line for line in lines)


@pytest.mark.parametrize(("wanted", "code"), [("person", "PT514"), ("stg_people.agee", "PT515")])
def test_what_is_not_there_is_refused(wanted: str, code: str, fresh: Path, call: Call) -> None:
    said = call("lineage", wanted, "--project-dir", fresh)
    assert (said.exit_code, f"[{code}]" in said.stderr) == (2, True)
