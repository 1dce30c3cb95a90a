"""Where classes differ in levels, nobody is counted of whom what is published is not true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from personatwin_sql.engine.level_check import values_of_no_level
from personatwin_sql.engine.recount import recount
from personatwin_sql.engine.recount_recoded import allowed_levels, count_recoded, untrue_values
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.hierarchy import Flat, Widths
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


def test_a_class_stays_between_the_finest_level_allowed_and_the_tolerance() -> None:
    age = replace(MODEL.columns[0], ceiling=3)
    assert list(allowed_levels(age)) == [1, 2, 3]
    assert list(allowed_levels(replace(age, declared_level=2))) == [2]
    assert list(allowed_levels(MODEL.columns[1])) == [0, 1]
