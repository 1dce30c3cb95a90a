"""Models on invented rows run in a database of their own, and what comes of them is compared strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.compile.data_tests.compiled import CompiledUnitTest
from personatwin_sql.engine.session import Session, invented_session
from personatwin_sql.engine.unit_tests import differences
from personatwin_sql.errors import PersonaTwinError, ProjectError
from tests.unit.compile.tested_project import compiled

YML = """\
unit_tests:
  - name: kept
    model: {model}
    given: [{{input: {input}, rows: [{given}]}}]
    expect: {{rows: [{expect}]}}
{more}
"""
PEOPLE = "\"source('court', 'people')\""
TWO = "{person_id: a, age: 20}, {person_id: b}"


def unit(root: Path, model: str, given: str, expect: str, more: str = "") -> CompiledUnitTest:
    source = PEOPLE if model == "people" else "ref('people')"
    yml = YML.format(model=model, input=source, given=given, expect=expect, more=more)
    return compiled(root, {"models/units.yml": yml}).tests.unit["kept"]


@pytest.mark.parametrize(
    "expect",
    [
        "{person_id: a, age: 20}, {person_id: b}",
        "{person_id: b}, {person_id: a}",
        "{age: 20}, {}",
        "{PERSON_ID: b}, {Person_id: a}",
    ],
)
def test_rows_are_compared_without_order_by_the_columns_expected(
    tmp_path: Path, session: Session, expect: str
) -> None:
    assert differences(session, unit(tmp_path, "people", TWO, expect)) == ()


def test_what_is_missing_and_what_is_surplus_is_shown(tmp_path: Path, session: Session) -> None:
    test = unit(tmp_path, "people", TWO, "{person_id: a, age: 21}, {person_id: b}")
    assert differences(session, test) == (
        "expected, and not there: person_id a, age 21",
        "there, and not expected: person_id a, age 20",
    )


def test_a_row_that_is_there_twice_is_expected_twice(tmp_path: Path, session: Session) -> None:
    test = unit(tmp_path, "people", "{age: 20}, {age: 20}", "{age: 20}")
    assert differences(session, test) == ("there, and not expected: age 20",)


def test_no_rows_are_expected_where_none_are_written(tmp_path: Path, session: Session) -> None:
    assert differences(session, unit(tmp_path, "people", "", "")) == ()
    (told,) = differences(session, unit(tmp_path, "people", "{age: 20}", ""))
    assert told.startswith("not expected: person_id NULL, name NULL, age 20")


def test_an_expected_value_is_of_the_type_of_its_column(tmp_path: Path, session: Session) -> None:
    with pytest.raises(ProjectError, match=r"PT098.*`age` is a whole number"):
        differences(session, unit(tmp_path, "people", TWO, "{age: 20.5}"))


def test_a_protection_runs_whole_on_invented_rows(tmp_path: Path, session: Session) -> None:
    given = ", ".join(f"{{person_id: p{n}, age: {20 + n}, gender: {'FM'[n == 4]}}}" for n in range(5))
    more = "    protection: {k: 2, levels: {age: 1}}"
    pairs = ", ".join("{age: 20-24, gender: F}" for _ in range(4))
    test = unit(tmp_path, "public", given, pairs, more)
    assert differences(session, test) == tuple(
        "expected, and not there: age 20-24, gender F" for _ in range(4)
    )
    two_more = f"{given}, {{person_id: q, age: 24, gender: M}}"
    test = unit(tmp_path, "public", two_more, f"{pairs}, {{gender: M}}, {{gender: M}}", more)
    assert differences(session, test) == (
        *("expected, and not there: age NULL, gender M",) * 2,
        *("there, and not expected: age 20-24, gender M",) * 2,
    )


def test_the_session_is_as_before_in_the_end(tmp_path: Path, session: Session) -> None:
    session.run("CREATE TABLE source.court__people AS SELECT 1 AS real", "real")
    secret = session.value("SELECT getvariable('release_secret')")
    differences(session, unit(tmp_path, "people", TWO, "{age: 3}"))
    with pytest.raises(ProjectError):
        differences(session, unit(tmp_path, "people", TWO, "{age: old}"))
    assert session.rows("SELECT * FROM source.court__people") == [(1,)]
    assert session.value("SELECT getvariable('release_secret')") == secret
    assert session.value("SELECT count(*) FROM duckdb_databases() WHERE database_name = 'invented'") == 0


def test_an_overriding_macro_that_is_tried_on_invented_rows_reaches_nothing_else(tmp_path: Path) -> None:
    script = f"CREATE MACRO memory.main.count(x) AS 99; COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'"
    with invented_session("UTC") as session, pytest.raises(PersonaTwinError):
        session.run(script, "kept")
    assert not (tmp_path / "out.csv").exists()
    with invented_session("UTC") as session:
        assert session.value("SELECT count(x) FROM (VALUES (1), (2)) AS t (x)") == 2
