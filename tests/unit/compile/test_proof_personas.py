"""What proves personas: k people each, modes held by k_event, and no more than the cap."""

# ruff: noqa: E501 (a mutant reads best in one line)
from __future__ import annotations

from collections.abc import Mapping

import pytest
from proven_scripts import personas_script, prove_merged

from personatwin_sql.compile.proof import Proof

WRITTEN = personas_script()
SCRIPT = WRITTEN.replace(
    "count(*) AS people\n    FROM private.personas__members",
    "count(DISTINCT person_id) AS people\n    FROM private.personas__members",
).replace("HAVING count(*)", "HAVING count(DISTINCT person_id)")
"""The same in other words, which leave more to go wrong."""
MEMBERS = "private.personas__members"
MODES = "private.personas__mode_screening"
OF_K = "HAVING count(DISTINCT person_id) >= 3"
OF_K_EVENT = "HAVING count(DISTINCT person_id) >= 2"
ON_PERSONA = "ON large_personas.persona_id = mode_screening.persona_id"
CAP = "\n    AND mode_screening.people <= 0.8::DOUBLE * large_personas.people"


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
        CAP.replace("large_personas", "mode_screening"),
        CAP.replace("::DOUBLE", "::INTEGER"),
    ):
        proofs = prove_merged(changed(CAP, other))
        assert proofs["k"].value == 3
        assert proofs["outcome_cap"].value is None
    assert prove_merged(changed("0.8::DOUBLE", "0.5"))["outcome_cap"].value == 0.5


def test_a_mode_that_was_counted_among_some_has_no_cap() -> None:
    proofs = prove_merged(
        changed(
            f"FROM {MEMBERS}\n    GROUP BY\n        persona_id,\n        screening",
            f"FROM {MEMBERS}\n    WHERE age IS NOT NULL\n    GROUP BY\n        persona_id,\n        screening",
        )
    )
    assert proofs["k_event"].value == 2
    assert proofs["outcome_cap"].value is None


def test_a_mode_is_counted_among_all_who_hold_it() -> None:
    proofs = prove_merged(
        changed(
            "persona_id,\n        screening\n    HAVING",
            "persona_id,\n        screening,\n        person_id\n    HAVING",
        )
    )
    assert values(proofs) == {"k": None, "k_event": None, "outcome_cap": None}


@pytest.mark.parametrize("order", ["ALL", "large_personas.people DESC, persona_id"])
def test_any_order_of_what_is_published_will_do(order: str) -> None:
    proofs = prove_merged(changed("ORDER BY large_personas.persona_id", f"ORDER BY {order}"))
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
    "row numbers of those who are nobody": ("\nWHERE authored.person_id IS NOT NULL;", ";"),
    "row numbers of nobody in particular": ("    units.person,", "    groups.class_id AS person,"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_CODES)
def test_a_number_does_not_stand_for_a_person_when_it_is_one_of(name: str) -> None:
    proof = prove_merged(changed(*NO_CODES[name]))["k"]
    assert proof.value is None
    assert "`person`" in proof.reading or "two rows of one person" in proof.reading, proof.reading


NOTHING = {
    "HAVING is missing": (f"\n    {OF_K}", "", "no HAVING"),
    "HAVING counts a column that may be NULL": (OF_K, "HAVING count(screening) >= 3", "no HAVING"),
    "HAVING offers another way in": (OF_K, f"{OF_K} OR round > 1", "no HAVING"),
    "the unit is published": ("    large_personas.people,\n", "    large_personas.people,\n    (SELECT min(person_id) FROM private.stg_people) AS risk_level,\n", "not declared"),
    "somebody's unit is published as the method": ("1::DOUBLE / large_personas.people AS risk", "(SELECT max(person_id) FROM private.stg_people) AS risk", "value of single people"),
    "somebody's value is published": ("    large_personas.ethnicity,", "    max(large_personas.ethnicity) OVER () AS ethnicity,", "value of single people"),
    "the mode stands as a quasi-identifier": ("    large_personas.ethnicity,", "    mode_screening.screening AS ethnicity,", "value of another group"),
    "the mode is that of another persona": (ON_PERSONA, "ON large_personas.age = mode_screening.persona_id", "not a value that was counted within each persona"),
    "the mode is that of anybody": (f"LEFT JOIN {MODES} AS mode_screening\n    {ON_PERSONA}", f"LEFT JOIN {MODES} AS mode_screening\n    ON TRUE", "not one group of people"),
    "several modes make several rows": ("QUALIFY row_number() OVER (PARTITION BY persona_id ORDER BY people DESC, screening) = 1", "QUALIFY row_number() OVER (PARTITION BY screening ORDER BY people DESC) = 1", "not one group of people"),
    "the mode is that of one person": (f"LEFT JOIN {MODES} AS mode_screening", f"LEFT JOIN (SELECT persona_id, max(screening) AS screening, count(*) AS people FROM {MEMBERS} GROUP BY persona_id) AS mode_screening", "not a value that was counted"),
    "whether somebody is there is published": (f"LEFT JOIN {MODES} AS mode_screening", f"LEFT JOIN (SELECT DISTINCT persona_id FROM {MEMBERS}) AS x ON x.persona_id = large_personas.persona_id\nLEFT JOIN {MODES} AS mode_screening", "distinct is not understood"),
    "whether a rare value is there is published as the method": (f"LEFT JOIN {MODES} AS mode_screening", f"LEFT JOIN (SELECT persona_id, TRUE AS screening, count(*) AS people FROM {MEMBERS} WHERE screening = 'high' GROUP BY persona_id) AS mode_screening", "not a value that was counted"),
    "people are those of a mode": ("    large_personas.people,\n", "    mode_screening.people,\n", "another group"),
    "personas are split by what is not published": ("        gender,\n        ethnicity\n    HAVING", "        gender,\n        ethnicity,\n        screening\n    HAVING", "made from `authored.screening`"),
    "some people are not counted": (f"FROM {MEMBERS}\n    GROUP BY\n        persona_id,\n        round", f"FROM {MEMBERS}\n    WHERE screening IS NULL\n    GROUP BY\n        persona_id,\n        round", "are not counted"),
    "people are rows that are not NULL": ("count(DISTINCT person_id) AS people\n    FROM private.personas__members\n    GROUP BY\n        persona_id,\n        round", "count(person_id) AS people\n    FROM private.personas__members\n    GROUP BY\n        persona_id,\n        round", "not the number of distinct units"),
    "a persona is a single person": ("large_personas.persona_id,\n    large_personas.people", "large_personas.age AS persona_id,\n    large_personas.people", "not a value that was counted within each persona"),
    "a quasi-identifier is computed anew": ("    large_personas.ethnicity,", "    coalesce(large_personas.ethnicity, large_personas.age) AS ethnicity,", "as it stands"),
    "a person stands in two personas": ("INNER JOIN private.personas__groups AS groups", "CROSS JOIN private.personas__groups AS groups2\nINNER JOIN private.personas__groups AS groups", "two rows of one person"),
    "the members are others": (f"FROM {MEMBERS}\n    GROUP BY\n        persona_id,\n        round", "FROM private.other__members\n    GROUP BY\n        persona_id,\n        round", "does not count distinct units"),
    "a kept attribute stands as a quasi-identifier": ("    groups.ethnicity,\n    units", "    units.screening AS ethnicity,\n    units", "made from `authored.screening`"),
    "the persona names the person": ("    personas.persona_id,\n", "    CAST(units.person_id AS VARCHAR) AS persona_id,\n", "made from `authored.person_id`"),
    "the persona is found by more than its number": ("    ON units.class_id = personas.persona;", "    ON units.class_id = personas.persona\n    AND units.screening IS NOT DISTINCT FROM personas.persona_id;", "made from `authored.screening`"),
    "the persona is hashed with more": ("'personas', persona)), 16) AS persona_id\nFROM numbers", "'personas', persona)), 16) || CAST(persona AS VARCHAR) AS persona_id\nFROM numbers", "made from `the rows.place`"),
    "the persona is a number of the person": ("    personas.persona_id,\n", "    units.person AS persona_id,\n", "made from `the rows.place`"),
    "the persona is its number": ("    personas.persona_id,\n", "    units.class_id AS persona_id,\n", "made from `the rows.place`"),
    "rows are numbered as they stand": ("1::DOUBLE / large_personas.people AS risk", "row_number() OVER (ORDER BY 1) AS risk", "made from `the rows.order`"),
    "rows that tie are numbered as they stand": ("1::DOUBLE / large_personas.people AS risk", "row_number() OVER (ORDER BY large_personas.age) AS risk", "made from `the rows.order`"),
    "the rows stand as they came": ("\nORDER BY large_personas.persona_id", "", "no ORDER BY"),
    "rows that tie stand as they came": ("ORDER BY large_personas.persona_id", "ORDER BY large_personas.people", "`persona_id`"),
    "the order tells of a column that is not published": ("ORDER BY large_personas.persona_id", "ORDER BY large_personas.round, large_personas.persona_id", "order"),
    "the order tells of a person": ("ORDER BY large_personas.persona_id", "ORDER BY (SELECT max(age) FROM private.personas__members), large_personas.persona_id", "order"),
    "a persona is named without the secret": ("'|', getvariable('release_secret'), 'personas', persona", "'|', left(getvariable('release_secret'), 0), 'personas', persona", "`the rows.place` too"),
    "the order tells of units": ("ORDER BY large_personas.persona_id", "ORDER BY (SELECT max(person_id) FROM private.personas__members)", "order"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_is_proven_when(name: str) -> None:
    old, new, reason = NOTHING[name]
    proof = prove_merged(changed(old, new))["k"]
    assert proof.value is None
    assert reason in proof.reading, proof.reading
