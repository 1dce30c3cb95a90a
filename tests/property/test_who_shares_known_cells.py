"""How many people share what somebody knows of a person, counted by hand from the rows as released."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from court_people import SENSITIVE_OUTCOME, Event, Person, people_tables
from hypothesis import given, settings
from hypothesis import strategies as st
from protected_court import Rules, declared, members
from strategic_court import Court, strategy_of
from test_any_strategy import CROWD, event_tables

from personatwin_sql.engine.known_in_source import known_in_source
from personatwin_sql.engine.measure import measure
from personatwin_sql.engine.measured import Measured
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.hierarchy import Period
from personatwin_sql.spec.project import StrategyName
from personatwin_sql.spec.protection import KnownCells, KnownKind, PersonaEvents, Strategy

KNOWN = tuple(
    KnownCells(kind, most, declared(3), declared(0.8) if kind == "lkc" else None)
    for kind in ("km", "lkc", "known_events")
    for most in (1, 2, 3)
)
AGGREGATE = strategy_of("aggregate")
PLACE = ("gender", "ethnicity", "age")


def measured(court: Court, strategy: Strategy = AGGREGATE, *, after: str = "") -> dict[str, float | None]:
    """What is measured of each adversary; `after`: SQL that runs before it is counted."""
    court.release(strategy)
    if after:
        court.session.run(after, "planted")
    model = court.model(strategy)
    assert isinstance(model.protection, PersonaEvents)
    model = replace(model, protection=replace(model.protection, known=KNOWN))
    names = [*(each.guarantee for each in KNOWN), "lkc_2_confidence"]
    asked = [Guarantee(model.name, name, "at_least", 3, "") for name in names]
    found: Measured = measure(court.session, model, asked, {"personas": court.personas})
    return {each.name: each.measured for each in found.guarantees}


def by_hand(court: Court, kind: KnownKind, most: int, when: str) -> int:
    """The fewest people of all personas that hold what somebody may know of one of them."""
    people: dict[Any, int] = defaultdict(int)
    for persona in members(court.session).values():
        people[persona] += 1
    people.pop(None, None)
    place = dict.fromkeys(people, ())
    for row in court.session.rows(f"SELECT persona_id, {', '.join(PLACE)} FROM release.personas"):
        place[row[0]] = tuple(row[1:])
    cells: dict[Any, set[Any]] = defaultdict(set)
    for persona, *cell in court.rows(f"persona_id, {when}, event_type, outcome", "persona_id IS NOT NULL"):
        cells[persona].add(("cell", *cell))
    fewest = sum(people.values())
    for persona in people:
        for known in known_of(kind, most, cells[persona], place[persona]):
            sharing = (
                other
                for other in people
                if known <= cells[other] | set(enumerate(place[other])) | {place[other]}
            )
            fewest = min(fewest, sum(people[other] for other in sharing))
    return fewest


def known_of(kind: KnownKind, most: int, cells: set[Any], place: tuple[Any, ...]) -> Iterator[set[Any]]:
    values = {"km": cells, "known_events": cells, "lkc": cells | set(enumerate(place))}[kind]
    for size in range(most + 1):
        for known in combinations(sorted(values, key=repr), size):
            yield set(known) | ({place} if kind == "known_events" else set())


@given(
    people_tables(20, 40),
    event_tables(),
    st.sampled_from([Rules(3), Rules(2)]),
    st.integers(2, 2),
    st.sampled_from(["year", "month"]),
    st.sampled_from(["aggregate", "sequence", "sample", "representative"]),
)
@settings(max_examples=int(os.environ.get("PERSONATWIN_EXAMPLES", "2")), deadline=None)
def test_the_fewest_who_share_what_is_known_are_those_counted_by_hand(
    session: Session,
    people: list[Person],
    events: list[Event],
    rules: Rules,
    k_event: int,
    finest: Period,
    strategy: StrategyName,
) -> None:
    court = Court(session, people, events, rules, k_event, finest)
    found = measured(court, strategy_of(strategy))
    when = "period_from, period_to" if strategy == "representative" else "period"
    court.session.run("DELETE FROM release.persona_events WHERE events = 0", "as without added events")
    if any(value is not None for value in found.values()):
        for each in KNOWN:
            assert found[each.guarantee] == by_hand(court, each.kind, each.most, when), each


def test_in_the_source_people_are_alone_whom_some_of_their_events_tell_apart(session: Session) -> None:
    """Each kind of event has two people; two of the four are the only ones with both of theirs."""
    rows = [(0, "arrest"), (6, "arrest"), (6, "charge"), (7, "charge"), (7, "trial"), (8, "trial")]
    court = crowd(session, *rows)
    model = court.model(AGGREGATE)
    assert isinstance(model.protection, PersonaEvents)
    asked = tuple(KnownCells("known_events", most, declared(3)) for most in (1, 2))
    model = replace(model, protection=replace(model.protection, known=(*KNOWN[:1], *asked)))
    found = [(risk.m, risk.smallest, risk.unique_share) for risk in known_in_source(session, model)]
    assert found == [(1, 2, 0.0), (2, 1, 0.5)]


def crowd(session: Session, *events: tuple[int, str]) -> Court:
    """Personas of six women, and of men; the events are persons and kinds, all of one year."""
    rows = [Event(person, "2020-01-05", kind, None) for person, kind in events]
    return Court(session, CROWD, rows, Rules(3), 3, "year")


@pytest.fixture(scope="module")
def personas_of(session: Session) -> dict[str, list[int]]:
    """The people of each persona of the crowd."""
    crowd(session)
    found: dict[str, list[int]] = defaultdict(list)
    for person, persona in sorted(members(session).items()):
        if persona is not None:
            found[persona].append(person)
    return found


def test_one_known_cell_is_shared_by_the_people_of_all_personas_that_have_it(
    session: Session, personas_of: dict[str, list[int]]
) -> None:
    first, second, third, *_ = personas_of.values()
    both = [(person, "arrest") for person in (*first, *second)]
    found = measured(crowd(session, *both, *((person, "charge") for person in (*second, *third))))
    assert found["km_1"] == min(len(first) + len(second), len(second) + len(third))
    assert found["km_2"] == len(second)
    assert found["km_3"] == len(second)


def test_k_people_share_what_is_known_and_k_plus_one_do_not(
    session: Session, personas_of: dict[str, list[int]]
) -> None:
    first, second, *_ = personas_of.values()
    court = crowd(session, *((person, "arrest") for person in (*first, *second)))
    value = measured(court)["km_1"]
    assert value == len(first) + len(second)
    for more in (-1, 0, 1):
        asked = Guarantee("persona_events", "km_1", "at_least", value + more, "", measured_only=True)
        assert asked.with_measure(value).holds == (more <= 0)


def test_a_persona_that_is_nobodys_is_shared_by_nobody(
    session: Session, personas_of: dict[str, list[int]]
) -> None:
    first = next(iter(personas_of.values()))
    court = crowd(session, *((person, "arrest") for person in first))
    planted = """INSERT INTO release.persona_events BY NAME
        SELECT * REPLACE ('P-invented' AS persona_id, 'planted' AS event_type)
        FROM release.persona_events WHERE persona_id IS NOT NULL LIMIT 1"""
    assert measured(court)["km_1"] == len(first)
    assert measured(court, after=planted)["km_1"] == 0


def test_people_are_counted_by_the_private_map_not_as_the_release_states_them(
    session: Session, personas_of: dict[str, list[int]]
) -> None:
    first = next(iter(personas_of.values()))
    court = crowd(session, *((person, "arrest") for person in first))
    planted = "UPDATE release.persona_events SET people = 99; UPDATE release.personas SET people = 99"
    assert measured(court, after=planted)["km_1"] == len(first)


def test_where_no_row_is_of_a_persona_everybody_shares_what_is_known(session: Session) -> None:
    court = crowd(session, *((person, "arrest") for person in (0, 6, 12)))
    court.release(AGGREGATE)
    assert not court.rows("1", "persona_id IS NOT NULL")
    in_personas = [persona for persona in members(session).values() if persona is not None]
    assert measured(court)["km_3"] == len(in_personas)


@pytest.mark.parametrize(("guilty", "share"), [(4, 4 / 6), (5, 0.0)])
def test_a_sensitive_outcome_is_as_sure_as_in_the_surest_persona(
    session: Session, guilty: int, share: float
) -> None:
    """Six women are a persona, and five of them more than the cap."""
    events = [Event(person, "2020-01-05", "trial", SENSITIVE_OUTCOME) for person in range(guilty)]
    events += [Event(person, "2020-01-05", "trial", None) for person in range(6)]
    assert measured(Court(session, CROWD, events, Rules(6), 3, "year"))["lkc_2_confidence"] == share
