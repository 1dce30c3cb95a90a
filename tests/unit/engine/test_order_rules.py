"""Order rules: each kind broken and kept, to closure, and always by count."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from personatwin_sql.engine import order_tests
from personatwin_sql.engine.order_rules import EventColumns, RuleViolation, violations
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.domain import CannotFollow, MaxOccurrences, MustFollow, OrderRules, RequiresClosure

CHAIN = OrderRules(
    must_follow=(
        MustFollow(event="charge", after="arrest"),
        MustFollow(event="trial", after="charge"),
        MustFollow(event="sentencing", after="trial"),
    )
)


def broken(
    session: Session, rules: OrderRules, *events: tuple[str, str | None, str | None]
) -> list[tuple[str, int]]:
    """(rule, events) for events (person, day of 2020, type)."""
    session.run('CREATE TABLE private.e ("who" VARCHAR, "when" TIMESTAMP, "event type" VARCHAR)', "test")
    for person, day, kind in events:
        date = day and f"2020-01-{day} 12:00:00"
        session.rows("INSERT INTO private.e VALUES (?, ?, ?)", [person, date, kind])
    found = violations(session, "private.e", rules, EventColumns("who", "when", "event type"))
    assert all(isinstance(violation, RuleViolation) for violation in found)
    return [(violation.rule, violation.events) for violation in found]


def test_events_in_order_break_nothing(session: Session) -> None:
    kept = [("a", "01", "arrest"), ("a", "02", "charge"), ("a", "02", "trial"), ("a", "03", "sentencing")]
    assert broken(session, CHAIN, *kept) == []


def test_no_events_and_no_rules_break_nothing(session: Session) -> None:
    assert broken(session, OrderRules(), ("a", "01", "charge")) == []
    session.run("DELETE FROM private.e", "test")
    assert violations(session, "private.e", CHAIN, EventColumns("who", "when", "event type")) == ()


def test_a_lone_sentencing_misses_everything_before_it(session: Session) -> None:
    assert broken(
        session, CHAIN, ("a", "03", "sentencing"), ("a", "04", "sentencing"), ("b", "01", "arrest")
    ) == [
        ("sentencing must follow trial", 2),
        ("sentencing must follow charge (implied)", 2),
        ("sentencing must follow arrest (implied)", 2),
    ]


def test_an_earlier_or_same_day_event_of_the_same_person_counts_only(session: Session) -> None:
    events = [
        ("same day", "05", "charge"),
        ("same day", "05", "arrest"),
        ("too late", "05", "charge"),
        ("too late", "06", "arrest"),
        ("alone", "05", "charge"),
        ("other", "01", "arrest"),
    ]
    assert broken(session, CHAIN, *events) == [("charge must follow arrest", 2)]


def test_an_unknown_date_breaks_no_order(session: Session) -> None:
    events = [
        ("a", None, "charge"),
        ("a", "06", "arrest"),
        ("b", "05", "charge"),
        ("b", None, "arrest"),
        ("c", None, "charge"),
        ("d", "01", None),
    ]
    assert broken(session, CHAIN, *events) == [("charge must follow arrest", 1)]


def test_rules_in_a_circle_end(session: Session) -> None:
    circle = OrderRules(must_follow=(MustFollow(event="x", after="y"), MustFollow(event="y", after="x")))
    assert broken(session, circle, ("a", "01", "x")) == [("x must follow y", 1)]


def test_what_cannot_follow_is_found_from_the_next_day_on(session: Session) -> None:
    rules = OrderRules(cannot_follow=(CannotFollow(event="arrest", after="death"),))
    events = [
        ("a", "02", "death"),
        ("a", "02", "arrest"),
        ("a", "01", "arrest"),
        ("b", "02", "death"),
        ("b", "03", "arrest"),
        ("b", "04", "arrest"),
    ]
    assert broken(session, rules, *events) == [("arrest cannot follow death", 2)]


@pytest.mark.parametrize(
    ("times", "expected"),
    [(1, [("birth at most 1 times", 3)]), (2, [("birth at most 2 times", 1)]), (3, [])],
)
def test_events_beyond_the_allowed_number_are_counted(
    session: Session, times: int, expected: list[object]
) -> None:
    rules = OrderRules(max_occurrences=(MaxOccurrences(event="birth", times=times),))
    events = [("a", "01", "birth")] * 3 + [("b", None, "birth")] * 2 + [("c", "01", "birth")]
    assert broken(session, rules, *events) == expected


def test_what_must_be_closed_is_closed_the_same_day_or_later(session: Session) -> None:
    rules = OrderRules(requires_closure=(RequiresClosure(event="admission", closed_by="discharge"),))
    events = [
        ("a", "01", "admission"),
        ("a", "01", "discharge"),
        ("b", "05", "admission"),
        ("b", "04", "discharge"),
        ("c", "01", "admission"),
        ("d", "01", "admission"),
        ("d", "09", "admission"),
        ("d", "05", "discharge"),
    ]
    assert broken(session, rules, *events) == [("admission must be closed by discharge", 3)]


def test_rules_come_in_the_order_in_which_they_are_written(session: Session) -> None:
    rules = CHAIN.model_copy(
        update={
            "cannot_follow": (CannotFollow(event="arrest", after="charge"),),
            "max_occurrences": (MaxOccurrences(event="charge", times=1),),
            "requires_closure": (RequiresClosure(event="arrest", closed_by="release's"),),
        }
    )
    events = [("a", "01", "charge"), ("a", "01", "charge"), ("a", "02", "arrest")]
    assert broken(session, rules, *events) == [
        ("charge must follow arrest", 2),
        ("arrest cannot follow charge", 1),
        ("charge at most 1 times", 1),
        ("arrest must be closed by release's", 1),
    ]


def test_a_date_that_is_text_is_read_as_one(session: Session) -> None:
    session.run("CREATE TABLE private.t AS SELECT 'a' AS p, 'soon' AS d, 'charge' AS e", "test")
    found = violations(session, "(SELECT * FROM private.t)", CHAIN, EventColumns("p", "d", "e"))
    assert [violation.events for violation in found] == [1]


Event = tuple[str | None, date | None, str]

EVERYTHING = CHAIN.model_copy(
    update={
        "cannot_follow": (CannotFollow(event="charge", after="release"), CannotFollow(event="x", after="y")),
        "max_occurrences": (MaxOccurrences(event="arrest", times=2), MaxOccurrences(event="x", times=1)),
        "requires_closure": (
            RequiresClosure(event="trial", closed_by="release"),
            RequiresClosure(event="arrest", closed_by="x"),
        ),
    }
)


def _against(
    events: list[Event], name: str, other: str, is_at_fault: Callable[[date, list[date]], bool]
) -> int:
    """Events of a type whose person has none of the other, or only some by which they are at fault."""
    found = 0
    for person, day, kind in events:
        if person is not None and kind == name:
            others = [d for p, d, k in events if (p, k) == (person, other)]
            days = [d for d in others if d is not None]
            is_known = day is not None and len(days) == len(others)
            found += (is_known and is_at_fault(day, days)) if others else is_at_fault(date.max, [])
    return found


def _by_hand(events: list[Event]) -> list[tuple[str, int]]:
    """EVERYTHING, rule by rule and event by event."""

    def misses(name: str, other: str) -> int:
        return _against(events, name, other, lambda day, days: all(d > day for d in days))

    def is_open(name: str, other: str) -> int:
        return _against(events, name, other, lambda day, days: all(d < day for d in days))

    def comes_after(name: str, other: str) -> int:
        known = [event for event in events if event[2] != other or event[1] is not None]
        return _against(known, name, other, lambda day, days: any(d < day for d in days))

    people = {person for person, _, _ in events if person is not None}
    often = [sum(p == person and kind == "arrest" for p, _, kind in events) for person in people]
    found = [
        ("charge must follow arrest", misses("charge", "arrest")),
        ("trial must follow charge", misses("trial", "charge")),
        ("trial must follow arrest (implied)", misses("trial", "arrest")),
        ("charge cannot follow release", comes_after("charge", "release")),
        ("arrest at most 2 times", sum(max(n - 2, 0) for n in often)),
        ("trial must be closed by release", is_open("trial", "release")),
        ("arrest must be closed by x", sum(p is not None and k == "arrest" for p, _, k in events)),
    ]
    return [pair for pair in found if pair[1]]


@pytest.mark.parametrize("at_once", [1, 7, 50, 1000])
def test_events_looked_at_in_parts_and_all_at_once_break_the_same_rules(
    session: Session, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_tests, "ROWS_AT_ONCE", at_once)
    monkeypatch.setattr(order_tests, "_TESTS_AT_ONCE", 2)
    drawn = random.Random(7)
    days = [None, *(date(2020, 1, 1) + timedelta(days=n) for n in range(12))]
    people = [None, *(f"person {n}" for n in range(30))]
    types = ("arrest", "charge", "trial", "release", "parade")
    events = [(drawn.choice(people), drawn.choice(days), drawn.choice(types)) for _ in range(300)]
    session.run("CREATE TABLE private.drawn (p VARCHAR, d DATE, e VARCHAR)", "test")
    session.rows(
        "INSERT INTO private.drawn SELECT unnest(?), unnest(?), unnest(?)",
        [*map(list, zip(*events, strict=True))],
    )
    found = violations(session, "private.drawn", EVERYTHING, EventColumns("p", "d", "e"))
    assert [(each.rule, each.events) for each in found] == _by_hand(events)


def test_nothing_is_left_of_the_events_that_were_looked_at(session: Session) -> None:
    assert broken(session, CHAIN, ("a", "02", "arrest"), ("a", "01", "charge"))
    assert session.value("SELECT count(*) FROM duckdb_tables() WHERE temporary") == 0
