"""What proves k-anonymity, and every way in which a script fails to."""

# ruff: noqa: E501 (a mutant reads best in one line)
from __future__ import annotations

import pytest
from proven_scripts import PEOPLE_SQL, people_script, prove_people

WRITTEN = people_script()
ORDER = "ORDER BY classes.position, people.screening"
HAVING = "HAVING count(DISTINCT person_id) >= 3"
CLASSES = "private.people_public__classes"
GENERALIZED = "private.people_public__generalized"
LAST_JOIN = f"INNER JOIN {CLASSES} AS classes"
KEYS = "        age,\n        gender,\n        ethnicity\n    HAVING"


def changed(*pairs: tuple[str, str], script: str = "") -> str:
    """A script with the last occurrence of each text replaced."""
    script = script or SCRIPT
    for old, new in pairs:
        head, found, tail = script.rpartition(old)
        assert found, old
        script = head + new + tail
    return script


SCRIPT = changed(
    (ORDER, "ORDER BY ALL"),
    ("HAVING count(*) >= 3", HAVING),
    (
        "count(*) AS people\n    FROM private.people_public__generalized\n    GROUP",
        "count(DISTINCT person_id) AS people\n    FROM private.people_public__generalized\n    GROUP",
    ),
    script=WRITTEN,
)
"""The same in other words, which leave more to go wrong."""


def test_the_macro_proves_its_k() -> None:
    proof = prove_people(WRITTEN)
    assert proof.value == 3
    assert proof.reading == "HAVING count(*) >= 3, one row a `person_id`"
    proof = prove_people(SCRIPT)
    assert proof.value == 3
    assert proof.reading == HAVING


def test_people_with_several_rows_are_made_one_first() -> None:
    assert prove_people(people_script(one_row_per_unit=False), one_row_per_unit=False).value == 3
    assert "two rows of one person" in prove_people(SCRIPT, one_row_per_unit=False).reading


@pytest.mark.parametrize(
    ("having", "k"),
    [
        ("HAVING count(DISTINCT person_id) > 2", 3),
        ("HAVING count(DISTINCT person_id) >= 2", 2),
        ("HAVING 3 <= count(DISTINCT person_id)", 3),
        ("HAVING 3 < count(DISTINCT person_id)", 4),
        ("HAVING count(DISTINCT person_id) = 3", 3),
        ("HAVING count(*) >= 4", 4),
        ("HAVING count(DISTINCT person_id) >= 3 AND count(*) < 100", 3),
        ("HAVING (count(DISTINCT person_id) >= 2 AND count(DISTINCT person_id) >= 4)", 4),
    ],
)
def test_any_spelling_of_a_bound_says_what_it_says(having: str, k: int) -> None:
    assert prove_people(changed((HAVING, having))).value == k


HARMLESS = {
    "a CTE hides no table of a schema": (
        "CREATE TABLE release.people_public AS\n",
        "CREATE TABLE release.people_public AS\n"
        f"WITH people_public__classes AS (SELECT age FROM {GENERALIZED})\n",
    ),
    "equality drops the rows with NULL, whole classes at a time": (
        "IS NOT DISTINCT FROM classes.age",
        "= classes.age",
    ),
    "a semi join multiplies nothing": (LAST_JOIN, f"SEMI JOIN {CLASSES} AS classes"),
    "fewer columns make larger classes": (
        "    people.gender,\n    people.ethnicity,",
        "    people.ethnicity,",
    ),
    "every published column may be named in the order": (
        "ORDER BY ALL",
        "ORDER BY people.screening DESC, ethnicity, people.age NULLS LAST, gender",
    ),
    "the order may be any of what is published": ("ORDER BY ALL", "ORDER BY ALL DESC"),
    "classes may be ordered by their published sizes": (
        "ORDER BY ALL",
        "ORDER BY classes.class_id, people.screening",
    ),
    "classes may be filtered in any way": ("WHERE numbered.class_id > 1 OR", "WHERE numbered.age <> '<0' OR"),
    "names of upper case are the same names": (
        "FROM large_classes\n    ),\n\n    left_out",
        "FROM LARGE_CLASSES\n    ),\n\n    left_out",
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_does_no_harm_is_proven(name: str) -> None:
    assert prove_people(changed(HARMLESS[name])).value == 3, prove_people(changed(HARMLESS[name])).reading


def test_classes_may_stand_in_the_last_statement() -> None:
    script = changed(
        (
            "CREATE TABLE release.people_public AS\nSELECT",
            "CREATE TABLE release.people_public AS\nWITH classes AS (\n    SELECT age, gender, ethnicity\n"
            f"    FROM {GENERALIZED}\n    GROUP BY ALL\n    HAVING count(DISTINCT person_id) >= 5\n)\nSELECT",
        ),
        (LAST_JOIN, "INNER JOIN classes"),
    )
    assert prove_people(script).value == 5


def test_a_count_that_is_filtered_afterwards_counts_too() -> None:
    script = changed(
        (f"\n    {HAVING}", ""),
        (
            "FROM large_classes\n    ),\n\n    left_out",
            "FROM large_classes\n    WHERE people >= 4\n    ),\n\n    left_out",
        ),
    )
    proof = prove_people(script)
    assert proof.value == 4
    assert proof.reading == "WHERE count(DISTINCT person_id) >= 4"


PLACES = {
    "rows of a class tie": (ORDER, "ORDER BY classes.position"),
    "classes tie": ("row_number() OVER (ORDER BY age, gender, ethnicity)", "row_number() OVER (ORDER BY age, gender)"),
    "classes share a place": ("row_number() OVER (ORDER BY age, gender, ethnicity)", "rank() OVER (ORDER BY age)"),
    "classes are numbered within others": ("(ORDER BY age, gender, ethnicity)", "(PARTITION BY age ORDER BY gender, ethnicity)"),
    "classes are numbered as they stand": ("(ORDER BY age, gender, ethnicity)", "()"),
    "the place is told by somebody": ("(ORDER BY age, gender, ethnicity)", "(ORDER BY (SELECT max(screening) FROM private.people_public__generalized), age, gender, ethnicity)"),
    "what makes the class is not published": ("    people.age,\n    people.gender,\n    people.ethnicity", "    people.gender,\n    people.ethnicity"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_rows_in_the_order_of_their_classes_tell_more_where(name: str) -> None:
    proof = prove_people(changed(PLACES[name], script=WRITTEN))
    assert proof.value is None
    assert "order" in proof.reading, proof.reading


NOTHING = {
    "HAVING is missing": ((f"\n    {HAVING}", ""), "no HAVING"),
    "HAVING counts rows, and some are nobody's": ((HAVING, "HAVING count(*) >= 3"), ("\nWHERE authored.person_id IS NOT NULL;", ";"), "no HAVING"),
    "HAVING counts rows, and a person may have several": ((HAVING, "HAVING count(*) >= 3"), ("FROM authored\n", "FROM authored\nCROSS JOIN private.other\n"), "two rows of one person"),
    "HAVING counts rows that a join multiplies": ((HAVING, "HAVING count(*) >= 3"), ("    FROM private.people_public__generalized\n    GROUP BY", "    FROM private.people_public__generalized\n    CROSS JOIN private.other\n    GROUP BY"), "ambiguous"),
    "HAVING counts rows that are not NULL": ((HAVING, "HAVING count(screening) >= 3"), "no HAVING"),
    "HAVING counts nothing": ((HAVING, "HAVING count() >= 3"), "not understood"),
    "HAVING counts units that are not NULL": ((HAVING, "HAVING count(person_id) >= 3"), "no HAVING"),
    "HAVING offers another way in": ((HAVING, f"{HAVING} OR count(*) > 9"), "no HAVING"),
    "HAVING is denied": ((HAVING, "HAVING NOT (count(DISTINCT person_id) >= 3)"), "no HAVING"),
    "HAVING bounds from above": ((HAVING, "HAVING count(DISTINCT person_id) <= 3"), "no HAVING"),
    "HAVING speaks of another column": ((HAVING, "HAVING count(DISTINCT screening) >= 3"), "no HAVING"),
    "HAVING counts pairs": ((HAVING, "HAVING count(DISTINCT person_id, screening) >= 3"), "no HAVING"),
    "HAVING counts rows of structs": ((HAVING, "HAVING count(DISTINCT (person_id, screening)) >= 3"), "not understood"),
    "HAVING filters what it counts": (
        (HAVING, "HAVING count(DISTINCT person_id) FILTER (WHERE screening = 'high') >= 3"),
        "Filter is not understood",
    ),
    "HAVING looks through a window": ((HAVING, "HAVING count(DISTINCT person_id) OVER () >= 3"), "window"),
    "k is an expression": ((HAVING, "HAVING count(DISTINCT person_id) >= 1 + 2"), "no HAVING"),
    "k is a text": ((HAVING, "HAVING count(DISTINCT person_id) >= '3'"), "no HAVING"),
    "k is a fraction": ((HAVING, "HAVING count(DISTINCT person_id) >= 3.5"), "no HAVING"),
    "k is a parameter": ((HAVING, "HAVING count(DISTINCT person_id) >= $k"), "Placeholder is not understood"),
    "k is a variable": ((HAVING, "HAVING count(DISTINCT person_id) >= getvariable('k')"), "not understood"),
    "a class lacks a column": ((KEYS, "        age,\n        ethnicity\n    HAVING"), "on the columns of a class alone"),
    "a class has a column more": ((KEYS, "        age,\n        screening,\n        gender,\n        ethnicity\n    HAVING"), "several rows for one"),
    "a class is made by an expression": ((KEYS, "        age,\n        upper(gender),\n        ethnicity\n    HAVING"), ""),
    "a class is named by its place": ((KEYS, "        1,\n        2,\n        3\n    HAVING"), "GROUP BY a position"),
    "classes roll up": ((KEYS, "        ROLLUP (age, gender, ethnicity)\n    HAVING"), ""),
    "the join lacks a column": (("\n    AND people.gender IS NOT DISTINCT FROM classes.gender", ""), "several rows for one"),
    "the join offers another way in": (("AND people.ethnicity", "OR people.ethnicity"), "several rows for one"),
    "the join compares other columns": (("FROM classes.gender", "FROM classes.ethnicity"), "several rows for one"),
    "the join compares within one side": (("FROM classes.gender", "FROM people.gender"), "several rows for one"),
    "the join asks for a difference": (("IS NOT DISTINCT FROM classes.age", "<> classes.age"), "several rows for one"),
    "the join asks for more": (("FROM classes.ethnicity\nORDER", "FROM classes.ethnicity\n    AND people.screening = 'high'\nORDER"), "on the columns of a class alone"),
    "the join lets everybody in": ((LAST_JOIN, f"LEFT JOIN {CLASSES} AS classes"), "does not publish whole classes"),
    "the join takes those who are in no class": ((LAST_JOIN, f"ANTI JOIN {CLASSES} AS classes"), "does not publish whole classes"),
    "the join is a right one": ((LAST_JOIN, f"RIGHT JOIN {CLASSES} AS classes"), "RIGHT JOIN is not understood"),
    "the join is natural": ((LAST_JOIN, f"NATURAL JOIN {CLASSES} AS classes"), "not understood"),
    "a second relation stands beside": (("\nORDER BY ALL", "\nCROSS JOIN private.other\nORDER BY ALL"), "filters rows"),
    "a comma brings in a relation": ((f"FROM {GENERALIZED} AS people\n{LAST_JOIN}", f"FROM private.other, {GENERALIZED} AS people\n{LAST_JOIN}"), "several rows for one"),
    "rows of a class are left out": (("\nORDER BY ALL", "\nWHERE people.screening = 'high'\nORDER BY ALL"), "filters rows"),
    "the first rows alone are taken": (("\nORDER BY ALL", "\nORDER BY ALL\nLIMIT 5"), "limit is not understood"),
    "rows are drawn": ((f"FROM {GENERALIZED} AS people\n{LAST_JOIN}", f"FROM {GENERALIZED} AS people TABLESAMPLE 10%\n{LAST_JOIN}"), "sample"),
    "one row of each class is taken": (("\nORDER BY ALL", "\nQUALIFY row_number() OVER (PARTITION BY people.age ORDER BY people.screening) = 1\nORDER BY ALL"), "filters rows"),
    "duplicates are dropped": (("SELECT\n    people.age", "SELECT DISTINCT\n    people.age"), "distinct is not understood"),
    "one of each is taken": (("SELECT\n    people.age", "SELECT DISTINCT ON (people.age)\n    people.age"), "distinct is not understood"),
    "an unproven branch is added": (("\nORDER BY ALL", f"\nUNION ALL\nSELECT age, gender, ethnicity, screening FROM {GENERALIZED}"), "is a union"),
    "the unit is published": (("    people.screening", "    people.screening,\n    people.person_id"), "not declared"),
    "the unit is published by another name": (("    people.screening", "    people.person_id AS screening"), "made from `authored.person_id`"),
    "the unit is published as a class": (("    people.gender,", "    people.person_id AS gender,"), "made from `authored.person_id`"),
    "the unit is published in an expression": (("    people.screening", "    concat(people.screening, people.person_id) AS screening"), "as it stands"),
    "the unit is published in a list": (("    people.screening", "    list(people.person_id) AS screening"), "not understood"),
    "the unit is hidden in the generalized row": (("authored.screening", "authored.person_id AS screening"), "made from `authored.person_id`"),
    "the unit is mixed into a kept column": (("authored.screening", "coalesce(authored.screening, CAST(authored.person_id AS VARCHAR)) AS screening"), "made from `authored.person_id`"),
    "a rank of the unit is published": (("authored.screening", "row_number() OVER (ORDER BY authored.person_id) AS screening"), "made from `authored.person_id`"),
    "a keyed hash of the unit is published": (("authored.screening", "sha256(concat(getvariable('release_secret'), authored.person_id)) AS screening"), "not made from the column of that name"),
    "a quasi-identifier is looked up by another column": (("CAST(authored.ethnicity AS VARCHAR)", "CAST(authored.screening AS VARCHAR)"), "made from `authored.screening`"),
    "the order tells of units": (("ORDER BY ALL", "ORDER BY people.person_id"), "order"),
    "the rows stand as they came": (("\nORDER BY ALL", ""), "no ORDER BY"),
    "the order tells of a column that is not published": (("    people.ethnicity,\n    people.screening\n", "    people.ethnicity\n"), ("ORDER BY ALL", "ORDER BY people.age, people.gender, people.ethnicity, people.screening"), "order"),
    "rows that tie stand as they came": (("ORDER BY ALL", "ORDER BY people.age, people.gender, people.ethnicity"), "`screening`"),
    "the order is that of an expression": (("ORDER BY ALL", "ORDER BY upper(people.age), people.age, people.gender, people.ethnicity, people.screening"), "order"),
    "the order is that of a constant": (("ORDER BY ALL", "ORDER BY NULL"), "order"),
    "the order is that of a row number": (("ORDER BY ALL", "ORDER BY row_number() OVER (ORDER BY NULL), people.age, people.gender, people.ethnicity, people.screening"), "order"),
    "the order is that of a collation": (("ORDER BY ALL", "ORDER BY people.age, people.gender, people.ethnicity, people.screening COLLATE NOCASE"), "Collate is not understood"),
    "the order is within": (("CREATE TABLE release.people_public AS\nSELECT", "CREATE TABLE release.people_public AS\nSELECT age, gender, ethnicity, screening FROM (SELECT"), ("ORDER BY ALL;", "ORDER BY ALL) AS ordered;"), "no ORDER BY"),
    "a value is hashed with what is left of the secret": (("CAST(authored.ethnicity AS VARCHAR)", "sha256(concat(left(getvariable('release_secret'), 0), authored.screening))"), "made from `authored.screening`"),
    "the secret only separates": (("CAST(authored.ethnicity AS VARCHAR)", "sha256(concat_ws(getvariable('release_secret'), authored.screening))"), "made from `authored.screening`"),
    "the secret is hashed alone": (("CAST(authored.ethnicity AS VARCHAR)", "sha256(getvariable('release_secret'))"), "made from `secret.release_secret`"),
    "the secret only decides": (("CAST(authored.ethnicity AS VARCHAR)", "sha256(CASE WHEN getvariable('release_secret') IS NULL THEN 'x' ELSE authored.screening END)"), "made from `authored.screening`"),
    "the secret is in a part": (("CAST(authored.ethnicity AS VARCHAR)", "sha256(concat(length(concat(getvariable('release_secret'), authored.screening)), authored.screening))"), "made from `authored.screening`"),
    "a keyed hash is cut before it is one": (("CAST(authored.ethnicity AS VARCHAR)", "sha256(right(getvariable('release_secret') || authored.screening, 1))"), "made from `authored.screening`"),
    "the published column is generalized anew": (("    people.gender,", "    left(people.gender, 1) AS gender,"), "as it stands"),
    "the finer value is published": (("    people.age,", "    people.screening AS age,"), "made from `authored.screening`"),
    "everything is published": (("SELECT\n    people.age,\n    people.gender,\n    people.ethnicity,\n    people.screening", "SELECT people.*"), "not declared"),
    "classes are those of other rows": ((f"FROM {GENERALIZED} AS people\n{LAST_JOIN}", f"FROM private.stg_people AS people\n{LAST_JOIN}"), "does not publish whole classes"),
    "the base is read before it is made": ((f"CREATE TABLE {CLASSES} AS", f"CREATE TABLE private.people_public__x AS SELECT * FROM private.people_public__y;\nCREATE TABLE {CLASSES} AS"), "read before"),
    "the unit is a number of the row": (("authored.person_id,\n", "row_number() OVER (ORDER BY authored.age) AS person_id,\n"), "is not `person_id` of the author's SELECT"),
    "the author's SELECT is another one": ((PEOPLE_SQL, PEOPLE_SQL.replace("person_id,", "rowid AS person_id,")), "does not count distinct units"),
    "people are multiplied by a join": (("FROM authored\n", "FROM authored\nCROSS JOIN private.other\n"), "two rows of one person"),
    "people are multiplied by their taxonomy": (("ethnicity_levels.level_0\n", "ethnicity_levels.level_1\n"), "two rows of one person"),
    "a view is released": (("CREATE TABLE release", "CREATE VIEW release"), "no CREATE TABLE"),
    "a table is replaced": (("CREATE TABLE release", "CREATE OR REPLACE TABLE release"), "replace is not understood"),
    "a table is made if it is not there": (("CREATE TABLE release", "CREATE TABLE IF NOT EXISTS release"), "exists is not understood"),
    "a temporary table is made": (("CREATE TABLE private.people_public__units", "CREATE TEMP TABLE people_public__units"), "properties is not understood"),
    "another schema is used": (("CREATE TABLE release.people_public", "CREATE TABLE main.people_public"), "no table of"),
    "another model's table is made": (("CREATE TABLE private.people_public__units", "CREATE TABLE private.other__units"), "no table of"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_is_proven_when(name: str) -> None:
    *changes, reason = NOTHING[name]
    proof = prove_people(changed(*changes))
    assert proof.value is None
    assert reason in proof.reading, proof.reading


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO {GENERALIZED} SELECT * FROM {GENERALIZED}",
        f"UPDATE {GENERALIZED} SET age = '1'",
        f"DELETE FROM {GENERALIZED} WHERE age = '1'",
        f"DROP TABLE {CLASSES}",
        f"ALTER TABLE {GENERALIZED} RENAME COLUMN age TO old",
        f"CREATE OR REPLACE TABLE {GENERALIZED} AS SELECT * FROM private.stg_people",
        f"CREATE TABLE {GENERALIZED} AS SELECT * FROM private.stg_people",
        "SET VARIABLE release_secret = ''",
        "COPY release.people_public TO 'x.csv'",
        "CREATE TABLE release.people_public AS SELECT age FROM private.stg_people",
    ],
)
@pytest.mark.parametrize("place", [1, 2, 4])
def test_a_table_stays_as_it_was_made(statement: str, place: int) -> None:
    parts = SCRIPT.rstrip().rstrip(";").split(";\n")
    parts.insert(place, statement)
    assert prove_people(";\n".join(parts)).value is None


def test_a_cte_of_the_same_name_is_another_relation() -> None:
    script = changed(
        ("CREATE TABLE release.people_public AS\n", f"CREATE TABLE release.people_public AS\nWITH classes AS (SELECT age, gender, ethnicity FROM {GENERALIZED})\n"),
        (LAST_JOIN, "INNER JOIN classes"),
    )  # fmt: skip
    assert prove_people(script).value is None


def test_a_script_that_cannot_be_read_proves_nothing() -> None:
    assert (
        prove_people("CREATE TABLE release.people_public AS SELECT FROM WHERE").reading
        == "the SQL cannot be read"
    )
    assert prove_people("").reading == "`release.people_public` is not made"
