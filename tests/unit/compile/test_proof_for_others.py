"""What a model tells others of who is where is proven with it: they rely on it."""

from __future__ import annotations

import pytest
from proven_scripts import (
    classes_script,
    people_script,
    personas_script,
    prove_classes,
    prove_merged,
    prove_people,
)

CLASSES = "private.people_public__classes"
UNITS = "CREATE TABLE private.people_public__units AS"
MODELS = {"rows": (people_script, prove_people), "classes": (classes_script, prove_classes)}


def in_units(script: str, old: str, new: str) -> str:
    head, found, tail = script.partition(UNITS)
    assert found
    assert old in tail
    return head + found + tail.replace(old, new, 1)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "LEFT JOIN",
            "CROSS JOIN private.people_public__classes AS twice\nLEFT JOIN",
            "two rows of one person",
        ),
        ("people.person_id,", "people.age AS person_id,", "is not `person_id`"),
        (".class_id\n", ".class_id AS number\n", "which class"),
        (
            "SELECT\n    people.person_id",
            "SELECT DISTINCT\n    people.person_id",
            "distinct is not understood",
        ),
    ],
)
def test_nothing_is_proven_where_others_are_told_otherwise(
    model: str, old: str, new: str, reason: str
) -> None:
    write, prove = MODELS[model]
    assert prove(write()).value == 3
    proof = prove(in_units(write(), old, new))
    assert proof.value is None
    assert reason in proof.reading, proof.reading


def test_a_class_is_not_made_of_what_is_kept_for_analysis() -> None:
    script = in_units(people_script(), "classes.class_id", "people.screening AS class_id")
    proof = prove_people(script)
    assert proof.value is None
    assert "`class_id` is made from `authored.screening`" in proof.reading, proof.reading


def test_nothing_is_proven_where_who_is_a_member_is_not_understood() -> None:
    view = "CREATE VIEW private.personas__members AS\nSELECT\n"
    script = personas_script()
    assert view in script
    proof = prove_merged(script.replace(view, view.replace("VIEW", "TABLE") + "    DISTINCT\n"))["k"]
    assert proof.value is None
    assert "`private.personas__members`: Select with distinct is not understood" in proof.reading
