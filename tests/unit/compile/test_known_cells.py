"""What somebody may know of a person: read from config, proven through personas, refused where it is idle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from promised import DATES, codes, column, compiled, number, personas, project, written
from promised import persona_events as promised_events
from proven_scripts import events_script, prove_events

from personatwin_sql.compile.config import resolve
from personatwin_sql.compile.known_check import check_known
from personatwin_sql.compile.known_guarantees import known_guarantees
from personatwin_sql.compile.proof import Proof
from personatwin_sql.errors import Diagnostic
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.protection import KnownCells, PersonaEvents
from personatwin_sql.spec.role import Role

KM = KnownCells("km", 2, number(5))
LKC = KnownCells("lkc", 3, number(5), number(0.8))
KNOWN = KnownCells("known_events", 1, number(4))


def read(**config: Any) -> tuple[PersonaEvents, list[Diagnostic]]:
    promise, diagnostics = resolve(
        written(protection="persona_events", personas="personas", **config), project()
    )
    assert isinstance(promise, PersonaEvents)
    return promise, diagnostics


def test_each_adversary_is_read_with_its_place() -> None:
    promise, diagnostics = read(
        km={"m": 2, "k": 7}, lkc={"l": 3, "k": 5, "c": 0.5}, known_events={"p": 1, "k": 4}
    )
    assert diagnostics == []
    assert [(each.kind, each.most, each.k.value) for each in promise.known] == [
        ("km", 2, 7),
        ("lkc", 3, 5),
        ("known_events", 1, 4),
    ]
    assert [str(each.k.place).rpartition(":")[2] for each in promise.known] == ["31", "41", "51"]
    assert [each.guarantee for each in promise.known] == ["km_2", "lkc_3", "known_events_1"]


@pytest.mark.parametrize(("sure", "cap"), [(0.5, 0.5), (0.8, 0.8), (0.9, 0.8)])
def test_how_sure_an_outcome_may_be_caps_it_in_the_sql(sure: float, cap: float) -> None:
    promise, _ = read(lkc={"l": 2, "k": 5, "c": sure})
    assert promise.outcome_cap == cap
    assert read()[0].outcome_cap == 0.8


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"km": 2}, "`km` takes exactly `m`, `k`"),
        ({"km": {"m": 2}}, "`km` takes exactly `m`, `k`"),
        ({"km": {"m": 2, "k": 5, "c": 0.5}}, "`km` takes exactly `m`, `k`"),
        ({"km": {"m": 0, "k": 5}}, "`km` takes `m` from 1 to 3"),
        ({"km": {"m": 4, "k": 5}}, "`km` takes `m` from 1 to 3"),
        ({"km": {"m": True, "k": 5}}, "`km` takes `m`, a whole number"),
        ({"km": {"m": 1, "k": 1}}, "`km` takes `k` from 2"),
        ({"known_events": {"p": 2.0, "k": 5}}, "`known_events` takes `p`, a whole number"),
        ({"known_events": {"p": 9, "k": 0}}, "`known_events` takes `p` from 1 to 3 and `k` from 2"),
        ({"lkc": {"l": 2, "k": 5}}, "`lkc` takes exactly `l`, `k`, `c`"),
        ({"lkc": {"l": 2, "k": 5, "c": 0}}, "`lkc` takes `c`, a share above 0 to 1"),
        ({"lkc": {"l": 2, "k": 5, "c": 1.1}}, "`lkc` takes `c`, a share above 0 to 1"),
    ],
)
def test_what_is_no_adversary_is_refused(config: dict[str, Any], message: str) -> None:
    promise, diagnostics = read(**config)
    assert [(each.code, each.message) for each in diagnostics] == [("PT151", message)]
    assert promise.known == ()


EVENT_COLUMNS = (column("date", hierarchy=DATES, type="date"), column("event_type", Role.SENSITIVE))


@pytest.mark.parametrize(
    ("fields", "kept", "expected"),
    [
        ({"outcome": "outcome", "sensitive_outcomes": ("guilty",)}, False, []),
        ({"outcome": None, "sensitive_outcomes": ("guilty",)}, False, ["PT240"]),
        ({"outcome": "outcome", "sensitive_outcomes": ()}, False, ["PT240"]),
        ({"outcome": "outcome", "sensitive_outcomes": ("guilty",)}, True, ["PT241"]),
    ],
)
def test_lkc_is_refused_where_it_would_limit_nothing(
    fields: dict[str, Any], kept: bool, expected: list[str]
) -> None:
    promise = replace(promised_events(), known=(KM, replace(LKC, confidence=number(0.5))), **fields)
    events = compiled("persona_events", promise, EVENT_COLUMNS)
    columns = (column("gender"), *((column("screening", Role.SENSITIVE),) if kept else ()))
    people = compiled("personas", personas(), columns)
    assert codes(list(check_known(events, promise, people))) == expected


def test_lkc_of_eight_tenths_is_what_personas_promise_too() -> None:
    promise = replace(promised_events(outcome="outcome"), sensitive_outcomes=("guilty",), known=(LKC,))
    people = compiled("personas", personas(), (column("gender"), column("screening", Role.SENSITIVE)))
    assert list(check_known(compiled("persona_events", promise, EVENT_COLUMNS), promise, people)) == []


@cache
def proofs(old: str = "", new: str = "") -> Mapping[str, Proof]:
    """What the SQL of persona events proves, with one text of it replaced."""
    script = events_script()
    assert old in script
    return prove_events(script.replace(old, new) if old else script)


def guarantees(*known: KnownCells, k: float | None = 5, change: tuple[str, ...] = ()) -> list[Guarantee]:
    """Those of the known cells, where k of the personas is proven so."""
    of_personas = (Guarantee("personas", "k", "at_least", 5, "project.yml:1", k, "HAVING count >= 5"),)
    promise = replace(promised_events(), known=known)
    return list(known_guarantees("persona_events", promise, proofs(*change), of_personas))


def test_as_many_people_as_a_persona_has_are_proven_to_share_what_is_known() -> None:
    found = guarantees(KM, LKC, KNOWN)
    assert [(each.name, each.required, each.proven, each.measured_only) for each in found] == [
        ("km_2", 5, 5, False),
        ("lkc_3", 5, 5, False),
        ("lkc_3_confidence", 0.8, 0.8, False),
        ("known_events_1", 4, 5, False),
    ]
    assert "HAVING count >= 5" in found[0].proof


@pytest.mark.parametrize(("k", "is_counted"), [(4, False), (5, False), (6, True)])
def test_more_people_than_a_persona_has_are_counted_not_proven(k: int, is_counted: bool) -> None:
    (found,) = guarantees(replace(KM, k=number(k)))
    assert found.measured_only == is_counted
    assert found.proven == (None if is_counted else 5)
    assert found.is_proven
    assert not found.holds


def test_nothing_is_proven_where_k_of_the_personas_is_not() -> None:
    (found,) = guarantees(KM, k=None)
    assert (found.proven, found.is_proven) == (None, False)
    assert "`personas`" in found.proof


def test_nothing_is_proven_where_rows_are_not_those_of_their_persona() -> None:
    for change in (("HAVING", "WHERE"), ("people.persona", "people.person AS persona")):
        found = guarantees(KM, LKC, change=change)
        assert [each.is_proven for each in found] == [False, False, False]


def test_a_looser_cap_in_the_sql_does_not_prove_how_sure_an_outcome_is() -> None:
    found = guarantees(LKC, change=("0.8::DOUBLE", "0.9::DOUBLE"))
    assert [(each.name, each.proven) for each in found] == [("lkc_3", 5), ("lkc_3_confidence", 0.9)]
    assert not found[1].is_proven
