"""A statement that stands in several scripts is read once, whatever stands around it, and never changed."""

from __future__ import annotations

import pytest
from proven_scripts import (
    events_script,
    people_script,
    personas_script,
    prove_events,
    prove_merged,
    prove_people,
)

from personatwin_sql.compile.proof.statements import EnumType, statements


def test_what_stands_again_is_not_read_again() -> None:
    once, again = (
        statements("SELECT 'a'; SELECT 1 + 2"),
        statements("-- another\nSELECT 'b';\n\nSELECT 1 + 2;"),
    )
    assert once[1] is again[1]
    assert once[0] != again[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT 'a'", 'SELECT "a"'),
        ("SELECT 'a'", "SELECT 'a '"),
        ("SELECT 1", "SELECT 10"),
        ("SELECT a b", "SELECT ab"),
        ("SELECT a", "SELECT a b"),
        ("SELECT a -- b", "SELECT a b"),
        ("SELECT 1 FROM t", "SELECT 1 FROM t.u"),
    ],
)
def test_what_differs_at_all_is_read_anew(one: str, other: str) -> None:
    assert statements(one) != statements(other)


def test_proofs_only_read() -> None:
    scripts = (people_script(), personas_script(), events_script())
    before = [_texts(script) for script in scripts]
    for prove, script in zip((prove_people, prove_merged, prove_events), scripts, strict=True):
        prove(script)
    assert [_texts(script) for script in scripts] == before


def _texts(script: str) -> list[str]:
    return [repr(each) for each in statements(script) if not isinstance(each, EnumType)]
