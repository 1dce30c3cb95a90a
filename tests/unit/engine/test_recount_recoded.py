"""Where classes differ in levels, nobody is counted of whom what is published is not true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from personatwin_sql.engine.level_check import values_of_no_level
from personatwin_sql.engine.recount import recount
from personatwin_sql.engine.recount_recoded import (
    allowed_levels,
    count_recoded,
    untrue_numbers,
    untrue_values,
)
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.hierarchy import Flat, Widths
from personatwin_sql.spec.microaggregate import Centre, Microaggregate
from personatwin_sql.spec.protection import RecodingRule
from tests.unit.compile.promised import column, compiled, k_anonymity

AGE = Widths(widths=(5, 10, 20), bottom=0, top=90)
COLUMNS = (column("age", hierarchy=AGE, type="integer"), column("town", hierarchy=Flat(), type="text"))
PEOPLE = """CREATE TABLE private.people AS SELECT * FROM (VALUES
    (1, 21, 'A'), (2, 23, 'A'), (3, 28, 'A'), (4, 41, NULL), (5, 44, '*'), (6, 44, 'B')
) AS people(person_id, age, town);
CREATE TABLE private.m__units AS SELECT person_id, CASE WHEN age < 30 THEN 1 ELSE 2 END AS class_id FROM private.people;
CREATE TABLE private.m__values_0 AS SELECT DISTINCT age, CAST(age AS VARCHAR) AS level_0,
    concat(age // 5 * 5, '-', age // 5 * 5 + 4) AS level_1, concat(age // 10 * 10, '-', age // 10 * 10 + 9) AS level_2,
    concat(age // 20 * 20, '-', age // 20 * 20 + 19) AS level_3, '*' AS level_4 FROM private.people;
CREATE TABLE private.m__values_1 AS SELECT DISTINCT town, town AS level_0, '*' AS level_1 FROM private.people;
CREATE TABLE private.m__recoding AS SELECT age AS given_1, town AS given_2,
    CASE WHEN age < 30 THEN '20-29' ELSE '40-44' END AS age, CASE WHEN age < 30 THEN 'A' ELSE '*' END AS town
    FROM private.people;
CREATE TABLE release.m AS SELECT recoding.age, recoding.town FROM private.people AS people
    INNER JOIN private.m__recoding AS recoding
    ON people.age = recoding.given_1 AND people.town IS NOT DISTINCT FROM recoding.given_2"""  # noqa: E501

MODEL = compiled("m", k_anonymity(), COLUMNS)
MODEL = replace(MODEL, columns=(replace(MODEL.columns[0], floor=1), *MODEL.columns[1:]))


def counted(session: Session, then: str = "SELECT 1") -> tuple[list[int], int, int]:
    """People of each class, untrue combinations, and values of no level, after a statement."""
    session.run(PEOPLE, "m")
    session.run(then, "m")
    found = recount(session, "m", "SELECT * FROM private.people", "person_id", ["age", "town"], True)
    allowed = {each.name: allowed_levels(each) for each in MODEL.quasi_identifiers}
    count = count_recoded(session, MODEL, found)
    finer = values_of_no_level(session, MODEL, allowed)
    return sorted(count.sizes.tolist()), untrue_values(session, MODEL, found), finer


def test_people_are_counted_by_what_is_true_of_them(session: Session) -> None:
    assert counted(session) == ([3, 3], 0, 0)


@pytest.mark.parametrize(
    ("lie", "untrue"),
    [
        ("UPDATE private.m__recoding SET age = '20-24' WHERE age = '20-29'", 1),
        ("UPDATE private.m__recoding SET age = '60-79' WHERE age = '40-44'", 3),
        ("UPDATE private.m__recoding SET town = 'A' WHERE town = '*'", 3),
        ("UPDATE private.m__recoding SET town = NULL WHERE town = '*'", 2),
    ],
)
def test_what_is_untrue_of_one_counts_nobody(session: Session, lie: str, untrue: int) -> None:
    as_published = lie.replace("private.m__recoding", "release.m")
    sizes, found, _ = counted(session, f"{lie}; {as_published}")
    assert (set(sizes), found) == ({0}, untrue)


def test_a_value_that_is_finer_than_any_level_allowed_is_found(session: Session) -> None:
    lie = "UPDATE {} SET age = '44' WHERE age = '40-44'"
    sizes, found, _ = counted(session, f"{lie.format('private.m__recoding')}; {lie.format('release.m')}")
    assert set(sizes) == {0}
    assert found == 3


def test_rows_of_another_class_than_the_table_says_count_nobody(session: Session) -> None:
    assert set(counted(session, "UPDATE release.m SET town = '*'")[0]) == {0}
    assert set(counted_again(session, "UPDATE private.m__units SET class_id = 1")) == {0}


def counted_again(session: Session, then: str) -> list[int]:
    session.run(PEOPLE.replace("CREATE TABLE", "CREATE OR REPLACE TABLE"), "m")
    session.run(then, "m")
    found = recount(session, "m", "SELECT * FROM private.people", "person_id", ["age", "town"], True)
    return count_recoded(session, MODEL, found).sizes.tolist()


GROUPED = replace(
    MODEL,
    protection=k_anonymity(recoding=RecodingRule(has_groups=True)),
    columns=(replace(MODEL.columns[0], microaggregate=Microaggregate("mean", 1)), *MODEL.columns[1:]),
)
MEANS = "UPDATE private.m__recoding SET age = CASE WHEN age = '20-29' THEN '24' ELSE '43' END"
MEDIANS = "UPDATE private.m__recoding SET age = CASE WHEN age = '20-29' THEN '23' ELSE '44' END"


def grouped(session: Session, *then: str, by: Centre = "mean") -> tuple[list[int], int, int, int]:
    """People of each class, untrue combinations, untrue numbers, values of no level, after statements."""
    model = replace(
        GROUPED,
        columns=(replace(GROUPED.columns[0], microaggregate=Microaggregate(by, 1)), *GROUPED.columns[1:]),
    )
    session.run(PEOPLE.replace("CREATE TABLE", "CREATE OR REPLACE TABLE"), "m")
    for statement in then:
        session.run(statement, "m")
    session.run(
        "CREATE OR REPLACE TABLE release.m AS SELECT recoding.age, recoding.town FROM private.people "
        "INNER JOIN private.m__recoding AS recoding ON people.age IS NOT DISTINCT FROM recoding.given_1 "
        "AND people.town IS NOT DISTINCT FROM recoding.given_2",
        "m",
    )
    found = recount(session, "m", "SELECT * FROM private.people", "person_id", ["age", "town"], True)
    allowed = {each.name: allowed_levels(each) for each in model.quasi_identifiers}
    sizes = sorted(count_recoded(session, model, found).sizes.tolist())
    untrue = untrue_values(session, model, found), untrue_numbers(session, model, found)
    return sizes, *untrue, values_of_no_level(session, model, allowed)


@pytest.mark.parametrize(("by", "told"), [("mean", MEANS), ("median", MEDIANS)])
def test_the_number_of_a_class_is_counted_anew(session: Session, by: Centre, told: str) -> None:
    assert grouped(session, told, by=by) == ([3, 3], 0, 0, 0)
    other: Centre = "mean" if by == "median" else "median"
    assert grouped(session, told, by=other)[:2] == ([0, 0], 6)


@pytest.mark.parametrize(
    ("lie", "untrue", "off", "finer"),
    [
        ("UPDATE private.m__recoding SET age = '25' WHERE age = '24'", 3, 1, 0),
        ("UPDATE private.m__recoding SET age = '24.0' WHERE age = '24'", 0, 0, 1),
        ("UPDATE private.m__recoding SET age = '*' WHERE age = '24'", 0, 0, 0),
        ("UPDATE private.m__recoding SET age = '20-29' WHERE age = '24'", 3, 1, 1),
        ("UPDATE private.m__recoding SET age = NULL WHERE age = '24'", 3, 1, 1),
        ("UPDATE private.people SET age = NULL WHERE person_id = 1", 3, 1, 0),
        ("UPDATE private.people SET age = 90 WHERE person_id = 1", 3, 1, 0),
    ],
)
def test_a_number_that_is_not_that_of_the_class_counts_nobody(
    session: Session, lie: str, untrue: int, off: int, finer: int
) -> None:
    follow = "UPDATE private.m__recoding SET given_1 = NULL WHERE given_1 = 21 AND age = '24'"
    then = [MEANS, lie]
    if "private.people" in lie:
        value = lie.split(" = ")[1].split()[0]
        then += [
            follow.replace("= NULL", f"= {value}"),
            f"UPDATE private.m__values_0 SET age = {value} WHERE age = 21",
        ]
    sizes, *found = grouped(session, *then)
    assert found == [untrue, off, finer]
    assert sizes == ([0, 0] if untrue else [3, 3])


def test_a_class_stays_between_the_finest_level_allowed_and_the_tolerance() -> None:
    age = replace(MODEL.columns[0], ceiling=3)
    assert list(allowed_levels(age)) == [1, 2, 3]
    assert list(allowed_levels(replace(age, declared_level=2))) == [2]
    assert list(allowed_levels(MODEL.columns[1])) == [0, 1]
