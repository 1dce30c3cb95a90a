"""What the proof does not read must not matter: it changes no table, and chooses no rows."""

from __future__ import annotations

import pytest
from proven_scripts import (
    classes_script,
    events_script,
    people_script,
    personas_script,
    prove_classes,
    prove_events,
    prove_merged,
    prove_people,
)

CHANGES = {
    "rows are removed": "DELETE FROM {0} WHERE gender = 'F' RETURNING gender",
    "rows are changed": "UPDATE {0} SET gender = 'F' RETURNING gender",
    "rows are added": "INSERT INTO {0} SELECT * FROM {0} RETURNING gender",
}
PROOFS = {
    "release.people_public": lambda more: [prove_people(people_script() + more)],
    "release.people_public ": lambda more: [prove_classes(classes_script() + more)],
    "release.personas": lambda more: list(prove_merged(personas_script() + more).values()),
    "release.persona_events": lambda more: list(prove_events(events_script() + more).values()),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("release", PROOFS)
@pytest.mark.parametrize("kind", ["TABLE {0}__odd AS {1}", "TYPE {0}__odd AS ENUM ({1})"])
def test_nothing_is_proven_where_a_query_changes_a_table(change: str, release: str, kind: str) -> None:
    table = release.strip()
    query = f"WITH odd AS ({CHANGES[change].format(table)}) SELECT DISTINCT gender FROM odd"
    made = kind.format(table.replace("release.", "private."), query)
    assert all(proof.value is not None for proof in PROOFS[release](""))
    for proof in PROOFS[release](f"\nCREATE {made};"):
        assert proof.value is None
        assert "changes a table" in proof.reading, proof.reading


@pytest.mark.parametrize("condition", ["random() < 0.5", "odd.person < random()"])
def test_a_condition_that_is_not_understood_may_leave_some_of_a_group(condition: str) -> None:
    table = "CREATE TABLE private.persona_events__candidates AS"
    head, found, tail = events_script().partition(table)
    odd = (
        "CREATE TABLE private.persona_events__odd AS "
        "SELECT DISTINCT person FROM private.persona_events__events;\n"
    )
    joined = tail.replace(
        "SEMI JOIN", f"SEMI JOIN private.persona_events__odd AS odd ON {condition}\nSEMI JOIN", 1
    )
    assert prove_events(head + odd + found + joined)["people_left"].value is None
    harmless = tail.replace(
        "SEMI JOIN", "SEMI JOIN private.persona_events__odd AS odd ON odd.person > 0\nSEMI JOIN", 1
    )
    assert prove_events(head + odd + found + harmless)["people_left"].value == 2
