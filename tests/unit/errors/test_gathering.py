"""Mistakes of several readings are told together."""

from __future__ import annotations

import pytest

from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.errors.suggestion import closest, suggestion

MISTAKE = Diagnostic("PT012", "unknown key", Place("a.yml", 1, 1))


def broken(diagnostic: Diagnostic) -> int:
    raise ProjectError(diagnostic)


def test_a_reading_that_succeeds_gives_its_result() -> None:
    assert Gathering().attempt(len, "abc") == 3


def test_all_mistakes_are_told_at_once_and_none_twice() -> None:
    gathering = Gathering()
    other = Diagnostic("PT010", "lacks a key", Place("b.yml"))
    assert gathering.attempt(broken, other) is None
    gathering.attempt(broken, MISTAKE)
    gathering.add((MISTAKE,))
    with pytest.raises(ProjectError) as raised:
        gathering.settle()
    assert raised.value.diagnostics == (MISTAKE, other)


def test_any_other_exception_is_a_bug_and_passes() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        Gathering().attempt(int, "x")


def test_a_settled_result_is_there() -> None:
    gathering = Gathering()
    assert gathering.settled(7) == 7
    with pytest.raises(LookupError):
        gathering.settled(None)


def test_the_name_most_alike_is_suggested_whatever_its_case() -> None:
    assert closest("hierachy", ("role", "hierarchy")) == "hierarchy"
    assert closest("AGE", ("age", "gender")) == "age"
    assert closest("zzz", ("age", "gender")) is None


def test_without_a_match_the_few_options_are_listed() -> None:
    assert suggestion("zzz", ("age", "sex")) == "one of `age`, `sex`"
    assert suggestion("zzz", ()) is None
    assert suggestion("zzz", [f"name_{index}" for index in range(50)]) is None
