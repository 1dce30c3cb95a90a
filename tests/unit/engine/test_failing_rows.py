"""Tests of one table run in one query; one that cannot run does not keep the others from it."""

from __future__ import annotations

import pytest

from personatwin_sql.compile.data_tests.compiled import CompiledTest
from personatwin_sql.engine.data_tests import failing_rows
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import NodeError, Place

PEOPLE = "CREATE TABLE private.people AS FROM (VALUES ('ZQ1'), ('ZQ2'), (NULL)) AS people(name)"


@pytest.fixture
def people(session: Session) -> Session:
    session.run(PEOPLE, "people")
    return session


def finding(name: str, condition: str) -> CompiledTest:
    sql = f"SELECT name FROM private.people WHERE {condition}  -- as written"
    return CompiledTest(name, "singular", sql, Place("tests/x.sql", 1), ("people",))


def test_each_test_is_told_how_many_rows_fail(people: Session) -> None:
    tests = [finding("nobody", "FALSE"), finding("unnamed", "name IS NULL"), finding("all", "TRUE")]
    assert failing_rows(people, tests) == {"nobody": 0, "unnamed": 1, "all": 3}
    assert failing_rows(people, []) == {}


def test_one_that_cannot_run_says_so_without_a_value_and_the_others_run(people: Session) -> None:
    found = failing_rows(people, [finding("numbers", "CAST(name AS INTEGER) > 1"), finding("all", "TRUE")])
    assert found["all"] == 3
    error = found["numbers"]
    assert isinstance(error, NodeError)
    assert "ZQ" not in str(error)
    assert error.diagnostics[0].code == "PT310"
