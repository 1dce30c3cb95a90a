"""What proves k-anonymity of a table that publishes nothing but classes, counted on combinations of values."""

# ruff: noqa: E501 (a mutant reads best in one line)
from __future__ import annotations

import pytest
from proven_scripts import (
    PEOPLE_SQL,
    classes_script,
    personas_script,
    prove_classes,
    prove_merged,
)

SCRIPT = classes_script()
OF_K = "HAVING CAST(sum(tuples.people) AS BIGINT) >= 3"
COPIES = "CROSS JOIN range(classes.people) AS copies"
TUPLES = "private.people_public__tuples"
ORDER = "ORDER BY classes.position"


def changed(*changes: tuple[str, str]) -> str:
    """The script with the last occurrence of each text replaced."""
    script = SCRIPT
    for old, new in changes:
        head, found, tail = script.rpartition(old)
        assert found, old
        script = head + new + tail
    return script


def test_the_macro_proves_its_promise() -> None:
    proof = prove_classes(SCRIPT)
    assert (proof.value, proof.reading) == (3, "HAVING sum(people) >= 3, each person in one of them")
    assert prove_classes(classes_script(one_row_per_unit=False), one_row_per_unit=False).value == 3


def test_people_of_several_rows_are_counted_once_or_not_at_all() -> None:
    assert prove_classes(SCRIPT, one_row_per_unit=False).value is None
    counted = changed(
        ("count(*) AS people\n    FROM people", "count(DISTINCT person_id) AS people\n    FROM people")
    )
    assert prove_classes(counted).value == 3
    assert prove_classes(counted, one_row_per_unit=False).value is None


@pytest.mark.parametrize(("bound", "k"), [(">= 2", 2), ("> 3", 4)])
def test_k_is_read_from_the_sum(bound: str, k: int) -> None:
    assert prove_classes(changed((">= 3\n)", f"{bound}\n)"))).value == k


def test_personas_within_such_classes_are_proven_wherever_they_learn_the_class() -> None:
    for one_row in (True, False):
        script = personas_script(("age", "gender", "ethnicity"), one_row)
        assert "private.people_public__units" not in script
        assert prove_merged(script)["k"].value == 3
    assert "private.people_public__units" in personas_script()


NOTHING = {
    "HAVING is missing": ((f"\n    {OF_K}", ""), "no HAVING"),
    "HAVING counts combinations": ((OF_K, "HAVING count(*) >= 3"), "no HAVING"),
    "HAVING adds up something else": ((OF_K, "HAVING sum(tuples.given_1) >= 3"), "no HAVING"),
    "HAVING takes the largest": ((OF_K, "HAVING max(tuples.people) >= 3"), "no HAVING"),
    "HAVING adds up people once a size": ((OF_K, "HAVING sum(DISTINCT tuples.people) >= 3"), "no HAVING"),
    "HAVING rounds up": ((OF_K, "HAVING CAST(sum(tuples.people) + 1 AS BIGINT) >= 3"), "no HAVING"),
    "counts are doubled": (("        combinations.people\n", "        2 * combinations.people AS people\n"), "a range that"),
    "counts are of rows": (("count(*) AS people\n    FROM people", "count(age) AS people\n    FROM people"), "a range that"),
    "counts are multiplied by a join": (("    FROM combinations\n", "    FROM combinations\n    CROSS JOIN private.other\n"), "a range that"),
    "counts are multiplied by a taxonomy": (("ethnicity_levels.level_0\n", "ethnicity_levels.level_1\n"), "a range that"),
    "a count is a key": (("        ethnicity,\n        CAST(sum(tuples.people) AS BIGINT) AS people\n", "        ethnicity,\n        tuples.people\n"), ""),
    "some combinations are not counted": ((f"FROM {TUPLES} AS tuples\n    GROUP", f"FROM {TUPLES} AS tuples\n    WHERE given_1 > 3\n    GROUP"), "are not counted"),
    "classes are split by what is not published": (("        ethnicity\n    HAVING", "        ethnicity,\n        tuples.given_1\n    HAVING"), ""),
    "a class stands there as often as one value says": ((COPIES, "CROSS JOIN range(classes.class_id) AS copies"), "range"),
    "a class stands there from 1": ((COPIES, "CROSS JOIN range(1, classes.people) AS copies"), "range"),
    "a class stands there once more": ((COPIES, "CROSS JOIN range(classes.people + 1) AS copies"), "range"),
    "a class stands there as often as it likes": ((COPIES, "CROSS JOIN generate_series(classes.people) AS copies"), "range"),
    "copies are numbered": (("    classes.ethnicity\nFROM", "    copies.range AS ethnicity\nFROM"), "not known here"),
    "a class stands there twice": ((COPIES, f"{COPIES}\nCROSS JOIN private.people_public__classes AS others"), "whole classes"),
    "copies are left out": ((COPIES, f"{COPIES}\nWHERE classes.people > 3"), "whole classes"),
    "a class stands there as often as another has people": ((COPIES, "CROSS JOIN private.people_public__classes AS others\nCROSS JOIN range(others.people) AS copies"), "range"),
    "the class is published once": ((COPIES, ""), "whole classes"),
    "somebody's class is published": (("SELECT\n    classes.age,", "SELECT\n    max(classes.age) OVER () AS age,"), "not among the columns"),
    "another value is published": (("    classes.age,\n", "    classes.gender AS age,\n"), "made from `authored.gender`"),
    "how many they are is published": (("    classes.age,\n", "    classes.people AS age,\n"), "not among the columns"),
    "a class is made of what was not declared": (("        combinations.gender,  -- level 0 of 1: as given", "        (SELECT max(screening) FROM authored) AS gender,"), ""),
    "the rows stand as they came": ((f"\n{ORDER}", ""), "no ORDER BY"),
    "the rows stand by a key that is not published": ((ORDER, "ORDER BY classes.people"), "order"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_is_proven_when(name: str) -> None:
    *changes, reason = NOTHING[name]
    proof = prove_classes(changed(*changes))
    assert proof.value is None
    assert reason in proof.reading, proof.reading


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    FROM authored\n    WHERE", "    FROM authored\n    CROSS JOIN private.other\n    WHERE"),
        ("\n    WHERE authored.person_id IS NOT NULL", ""),
        (PEOPLE_SQL, PEOPLE_SQL.replace("person_id,", "rowid AS person_id,")),
        (PEOPLE_SQL, PEOPLE_SQL + " UNION ALL " + PEOPLE_SQL),
    ],
)
def test_nothing_is_proven_when_those_who_are_counted_may_be_no_people(old: str, new: str) -> None:
    assert prove_classes(SCRIPT.replace(old, new, 1)).value is None
