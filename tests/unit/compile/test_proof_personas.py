"""What proves personas: k people each, modes held by k_event, and no more than the cap."""

# ruff: noqa: E501 (a mutant reads best in one line)
from __future__ import annotations

from collections.abc import Mapping

import pytest
from proven_scripts import personas_script, prove_merged

from personatwin_sql.compile.proof import Proof

WRITTEN = personas_script()
UNITS = "private.personas__units"
SCRIPT = (
    WRITTEN.replace(f"count(*) AS people\nFROM {UNITS}", f"count(DISTINCT person_id) AS people\nFROM {UNITS}")
    .replace(
        f"count(*) AS people\n    FROM {UNITS}", f"count(DISTINCT person_id) AS people\n    FROM {UNITS}"
    )
    .replace("HAVING count(*)", "HAVING count(DISTINCT person_id)")
)
"""The same in other words, which leave more to go wrong."""
MEMBERS = "private.personas__members"
MODES = "private.personas__mode_screening"
OF_K = "HAVING count(DISTINCT person_id) >= 3"
GROUPED = f"FROM {UNITS}\nGROUP BY class_id, group_id"
RELEASED = "FROM private.personas__personas AS personas"
ON_GROUP = "ON personas.group_id = groups.class_id"
OF_K_EVENT = "HAVING count(DISTINCT person_id) >= 2"
ON_PERSONA = "ON personas.persona = mode_screening.class_id"
CAP = "\n    AND mode_screening.people <= 0.8::DOUBLE * personas.people"


def changed(old: str, new: str) -> str:
    """The script with the last occurrence of a text replaced."""
    head, found, tail = SCRIPT.rpartition(old)
    assert found, old
    return head + new + tail


def values(proofs: Mapping[str, Proof]) -> dict[str, float | None]:
    return {name: proof.value for name, proof in proofs.items()}


def test_the_macro_proves_its_promises() -> None:
    proofs = prove_merged(WRITTEN)
    assert values(proofs) == {"k": 3, "k_event": 2, "outcome_cap": 0.8}
    assert proofs["k"].reading == "HAVING count(*) >= 3, one row a `person_id`"
    proofs = prove_merged(SCRIPT)
    assert values(proofs) == {"k": 3, "k_event": 2, "outcome_cap": 0.8}
    assert proofs["k"].reading == OF_K
    assert proofs["k_event"].reading == OF_K_EVENT


@pytest.mark.parametrize(("bound", "k"), [(">= 2", 2), ("> 3", 4), (">= 30", 30)])
def test_k_is_read_from_the_last_statement(bound: str, k: int) -> None:
    assert prove_merged(changed(OF_K, f"HAVING count(DISTINCT person_id) {bound}"))["k"].value == k


def test_the_people_of_a_mode_are_read_apart_from_k() -> None:
    proofs = prove_merged(changed(OF_K_EVENT, "HAVING count(person_id) >= 2"))
    assert proofs["k"].value == 3
    assert proofs["k_event"].value is None
    assert "no HAVING" in proofs["k_event"].reading


def test_the_cap_is_read_apart_from_k() -> None:
    for other in (
        "",
        CAP.replace("<=", ">="),
        CAP.replace("* personas", "* mode_screening"),
        CAP.replace("::DOUBLE", "::INTEGER"),
    ):
        proofs = prove_merged(changed(CAP, other))
        assert proofs["k"].value == 3
        assert proofs["outcome_cap"].value is None
    assert prove_merged(changed("0.8::DOUBLE", "0.5"))["outcome_cap"].value == 0.5


def test_a_mode_that_was_counted_among_some_has_no_cap() -> None:
    proofs = prove_merged(
        changed(
            f"FROM {UNITS}\n    GROUP BY\n        class_id,\n        group_id,\n        screening",
            f"FROM {UNITS}\n    WHERE person > 1\n    GROUP BY\n        class_id,\n        group_id,\n        screening",
        )
    )
    assert proofs["k_event"].value == 2
    assert proofs["outcome_cap"].value is None


def test_a_mode_is_counted_among_all_who_hold_it() -> None:
    proofs = prove_merged(
        changed(
            "group_id,\n        screening\n    HAVING",
            "group_id,\n        screening,\n        person_id\n    HAVING",
        )
    )
    assert values(proofs) == {"k": None, "k_event": None, "outcome_cap": None}


@pytest.mark.parametrize("order", ["ALL", "personas.people DESC, persona_id"])
def test_any_order_of_what_is_published_will_do(order: str) -> None:
    proofs = prove_merged(changed("ORDER BY personas.persona_id", f"ORDER BY {order}"))
    assert proofs["k"].value == 3, proofs["k"].reading


PERSON = "    CAST(ordered.rowid AS INTEGER) AS person,"
CODES = {
    "row numbers from a window": (PERSON, "    row_number() OVER (ORDER BY ordered.person_id) AS person,"),
    "row numbers without an order": (PERSON, "    CAST(row_number() OVER () AS BIGINT) AS person,"),
    "the row numbers as they are": (PERSON, "    ordered.rowid AS person,"),
}


@pytest.mark.parametrize("name", CODES)
def test_a_number_stands_for_a_person_when_it_is_one_of(name: str) -> None:
    assert prove_merged(changed(*CODES[name]))["k"].value == 3


NO_CODES = {
    "row numbers within a group": (PERSON, "    row_number() OVER (PARTITION BY ordered.group_id ORDER BY ordered.person_id) AS person,"),
    "ranks of persons that may tie": (PERSON, "    dense_rank() OVER (ORDER BY ordered.group_id) AS person,"),
    "ranks of persons": (PERSON, "    rank() OVER (ORDER BY ordered.person_id) AS person,"),
    "hashes of persons": (PERSON, "    CAST(md5_number(concat(getvariable('release_secret'), ordered.person_id)) AS BIGINT) AS person,"),
    "row numbers in few digits": (PERSON, "    CAST(ordered.rowid AS UTINYINT) AS person,"),
    "row numbers as near as can be": (PERSON, "    CAST(ordered.rowid AS DOUBLE) AS person,"),
    "row numbers where they fit": (PERSON, "    TRY_CAST(ordered.rowid AS INTEGER) AS person,"),
    "row numbers that are rounded": (PERSON, "    ordered.rowid // 2 AS person,"),
    "numbers of the rows of groups": (PERSON, "    groups.rowid AS person,"),
    "numbers of some rows": (PERSON, "    CASE WHEN ordered.group_id > 1 THEN ordered.rowid END AS person,"),
    "row numbers of several rows a person": ("LEFT JOIN private.personas__placed AS placed", "CROSS JOIN private.personas__groups AS other\nLEFT JOIN private.personas__placed AS placed"),
    "row numbers of those who are nobody": ("\n    WHERE authored.person_id IS NOT NULL\n", "\n"),
    "row numbers of nobody in particular": ("    units.person,", "    groups.class_id AS person,"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_CODES)
def test_a_number_does_not_stand_for_a_person_when_it_is_one_of(name: str) -> None:
    proof = prove_merged(changed(*NO_CODES[name]))["k"]
    assert proof.value is None
    assert "`person`" in proof.reading or "two rows of one person" in proof.reading, proof.reading


NOTHING = {
    "HAVING is missing": (f"\n{OF_K} AND class_id IS NOT NULL", "", "no HAVING"),
    "HAVING counts a column that may be NULL": (OF_K, "HAVING count(screening) >= 3", "no HAVING"),
    "HAVING offers another way in": (OF_K, f"{OF_K} OR group_id > 1", "no HAVING"),
    "the unit is published": ("    personas.people,\n", "    personas.people,\n    (SELECT min(person_id) FROM private.stg_people) AS risk_level,\n", "not declared"),
    "somebody's unit is published as the method": ("1::DOUBLE / personas.people AS risk", "(SELECT max(person_id) FROM private.stg_people) AS risk", "value of single people"),
    "somebody's value is published": ("    groups.ethnicity,", "    max(groups.ethnicity) OVER () AS ethnicity,", "value of single people"),
    "the mode stands as a quasi-identifier": ("    groups.ethnicity,", "    mode_screening.screening AS ethnicity,", "value of another group"),
    "the mode is that of another persona": (ON_PERSONA, "ON personas.people = mode_screening.class_id", "not a value that was counted within each persona"),
    "the mode is that of another group": ("    AND personas.group_id = mode_screening.group_id", "    AND groups.round = mode_screening.group_id", "not a value that was counted within each persona"),
    "the mode is that of anybody": (f"{ON_PERSONA}\n    AND personas.group_id = mode_screening.group_id", "ON TRUE", "not one group of people"),
    "several modes make several rows": ("QUALIFY row_number() OVER (PARTITION BY class_id, group_id ORDER BY people DESC, screening) = 1", "QUALIFY row_number() OVER (PARTITION BY screening ORDER BY people DESC) = 1", "not one group of people"),
    "the mode is that of one person": (f"LEFT JOIN {MODES} AS mode_screening", f"LEFT JOIN (SELECT class_id, group_id, max(screening) AS screening, count(*) AS people FROM {UNITS} GROUP BY class_id, group_id) AS mode_screening", "not a value that was counted"),
    "the mode is counted in several groups": ("        group_id,\n        screening\n    HAVING", "        screening\n    HAVING", "not a value that was counted within each persona"),
    "whether somebody is there is published": (f"LEFT JOIN {MODES} AS mode_screening", f"LEFT JOIN (SELECT DISTINCT class_id FROM {UNITS}) AS x ON x.class_id = personas.persona\nLEFT JOIN {MODES} AS mode_screening", "distinct is not understood"),
    "whether a rare value is there is published as the method": (f"LEFT JOIN {MODES} AS mode_screening", f"LEFT JOIN (SELECT class_id, group_id, TRUE AS screening, count(*) AS people FROM {UNITS} WHERE screening = 'high' GROUP BY class_id, group_id) AS mode_screening", "not a value that was counted"),
    "people are those of a mode": ("    personas.people,\n", "    mode_screening.people,\n", "another group"),
    "personas are split by what is not published": ("GROUP BY class_id, group_id\n", "GROUP BY class_id, group_id, screening\n", "made from `authored.screening`"),
    "some people are not counted": (GROUPED, GROUPED.replace("\nGROUP", "\nWHERE screening IS NULL\nGROUP"), "are not counted"),
    "people are rows that are not NULL": (f"count(DISTINCT person_id) AS people\n{GROUPED}", f"count(person_id) AS people\n{GROUPED}", "not the number of distinct units"),
    "a persona is called after its group": ("    personas.persona_id,\n    personas.people", "    groups.age AS persona_id,\n    personas.people", "order"),
    "a quasi-identifier is computed anew": ("    groups.ethnicity,", "    coalesce(groups.ethnicity, groups.age) AS ethnicity,", "as it stands"),
    "a group is found by a value of one person": (ON_GROUP, "ON personas.people = groups.class_id", "another group"),
    "a group is found by more than the group": (ON_GROUP, f"{ON_GROUP}\n    AND groups.age > '4'", "another group"),
    "a group is found by a person": (f"{RELEASED}\n", f"{RELEASED}\nINNER JOIN {UNITS} AS units\n    ON personas.persona = units.class_id\n", "not one group of people"),
    "a value of the group is somebody's": ("SELECT\n    round,\n    within_class,\n    age,\n", "SELECT\n    round,\n    within_class,\n    max(age) OVER () AS age,\n", "`age` is a value of single people"),
    "a value of the group is counted as people": ("    personas.people,\n", "    groups.people,\n", "not the number of distinct units"),
    "a person stands in two personas": ("LEFT JOIN private.personas__groups AS groups\n    ON ordered", "CROSS JOIN private.personas__groups AS groups2\nLEFT JOIN private.personas__groups AS groups\n    ON ordered", "two rows of one person"),
    "a person is a member twice": ("INNER JOIN private.personas__groups AS groups\n    ON units", "INNER JOIN private.personas__groups AS groups2\n    ON TRUE\nINNER JOIN private.personas__groups AS groups\n    ON units", "two rows of one person"),
    "the units are others": (f"FROM {UNITS}\nGROUP", "FROM private.other__units\nGROUP", "does not count distinct units"),
    "a kept attribute stands as a quasi-identifier": ("        combinations.gender,  -- level 0 of 1: as given", "        (SELECT max(screening) FROM private.personas__people) AS gender,", "made from `authored.screening`"),
    "people are ordered by what is kept, and named by it": ("    personas.persona_id,\n    personas.people", "    CAST(personas.persona AS VARCHAR) AS persona_id,\n    personas.people", "made from `the rows.place`"),
    "groups are made by what is kept": ("    placed.group_id\nFROM", "    CASE WHEN people.screening = 'high' THEN placed.group_id ELSE placed.group_id END AS group_id\nFROM", "made from `authored.screening`"),
    "the persona names the person": ("    personas.persona_id,\n", "    (SELECT max(person_id) FROM private.personas__units) AS persona_id,\n", "value of single people"),
    "the persona is hashed with more": ("'personas', class_id)), 16) AS persona_id", "'personas', class_id)), 16) || CAST(class_id AS VARCHAR) AS persona_id", "made from `the rows.place`"),
    "the persona is a number of the group": ("    personas.persona_id,\n", "    personas.group_id AS persona_id,\n", "order"),
    "the persona is its number": ("    personas.persona_id,\n", "    personas.persona AS persona_id,\n", "made from `the rows.place`"),
    "rows are numbered as they stand": ("1::DOUBLE / personas.people AS risk", "row_number() OVER (ORDER BY 1) AS risk", "made from `the rows.order`"),
    "rows that tie are numbered as they stand": ("1::DOUBLE / personas.people AS risk", "row_number() OVER (ORDER BY groups.age) AS risk", "made from `the rows.order`"),
    "the rows stand as they came": ("\nORDER BY personas.persona_id", "", "no ORDER BY"),
    "rows that tie stand as they came": ("ORDER BY personas.persona_id", "ORDER BY personas.people", "`persona_id`"),
    "the order tells of a column that is not published": ("ORDER BY personas.persona_id", "ORDER BY groups.round, personas.persona_id", "order"),
    "the order tells of a person": ("ORDER BY personas.persona_id", f"ORDER BY (SELECT max(age) FROM {MEMBERS}), personas.persona_id", "order"),
    "a persona is named without the secret": ("'|', getvariable('release_secret'), 'personas', class_id", "'|', left(getvariable('release_secret'), 0), 'personas', class_id", "`the rows.place` too"),
    "the order tells of units": ("ORDER BY personas.persona_id", f"ORDER BY (SELECT max(person_id) FROM {MEMBERS})", "order"),
    "the release is a view": ("CREATE TABLE release", "CREATE VIEW release", "no CREATE TABLE"),
    "a view numbers rows": ("    units.person,", "    row_number() OVER () AS person,", "a view computes columns"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_is_proven_when(name: str) -> None:
    old, new, reason = NOTHING[name]
    proof = prove_merged(changed(old, new))["k"]
    assert proof.value is None
    assert reason in proof.reading, proof.reading
