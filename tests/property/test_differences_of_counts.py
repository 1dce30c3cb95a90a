"""Random small courts of people with one event each: a group less its rows is never a few people."""

from __future__ import annotations

from collections.abc import Sequence

from court_people import HEIGHTS, SENSITIVE_OUTCOME, Event, Person, people_tables
from hypothesis import given, settings
from hypothesis import strategies as st
from protected_court import Rules, begin, persona_events, personas

from personatwin_sql.engine.session import Session
from tests.linear_attack import (
    HIDDEN,
    Published,
    Row,
    fewest_in_sums,
    isolated_cells,
    left_of_groups,
    place_of,
)

DATES = ("2020-01-05", "2020-05-01", "2020-12-31", "2021-01-01", None)
OUTCOMES = ("dismissed", "dismissed", "acquitted", SENSITIVE_OUTCOME, None)


@given(
    people_tables(20, 40),
    st.randoms(use_true_random=False),
    st.sampled_from([Rules(3), Rules(4)]),
    st.integers(2, 3),
)
@settings(max_examples=25, deadline=None)
def test_a_group_less_its_rows_is_nobody_or_k_event_people(
    session: Session, people: list[Person], random: st.Random, rules: Rules, k_event: int
) -> None:
    begin(session, people)
    of = personas(session, (1, 0, 1, HEIGHTS[3]), rules)
    events = [
        Event(person.person_id, random.choice(DATES), "arrest", random.choice(OUTCOMES)) for person in people
    ]
    persona_events(session, events, of, k_event, "quarter")
    release = published(session, events)
    assert all(number == 0 or number >= k_event for number in left_of_groups(release))
    assert all(number >= k_event for number in isolated_cells(release))
    assert fewest_in_sums(release, k_event) == k_event


def test_personas_that_stand_beside_the_same_rows_are_looked_at_as_one(session: Session) -> None:
    people = [Person(number, 24, "F", "Ash", 0) for number in range(60)]
    begin(session, people)
    of = personas(session, (1, 0, 1, HEIGHTS[3]), Rules(3))
    outcomes = ("dismissed", "acquitted", None)
    events = [Event(p.person_id, DATES[p.person_id % 4], "arrest", outcomes[p.person_id % 3]) for p in people]
    persona_events(session, events, of, 6, "quarter")
    known = session.value("SELECT count(*) FROM private.persona_events__known")
    assert known == 20
    assert session.value("SELECT count(DISTINCT persona) FROM private.persona_events__links") == 1
    assert session.value("SELECT sum(people) FROM private.persona_events__links") == 60
    assert fewest_in_sums(published(session, events), 6) == 6


def published(session: Session, events: Sequence[Event]) -> Published:
    columns = ("persona_id", "gender", "ethnicity", "age")
    beside = ", ".join(columns)
    rows = session.rows(f"SELECT people, outcome, period, level, {beside} FROM release.persona_events")
    sizes = session.rows(f"SELECT people, {beside} FROM release.personas")
    return Published(
        {tuple(row[1:]): row[0] for row in sizes},
        [Row(place_of(row[3], columns, row[4:]), row[2], row[1], row[0]) for row in rows],
        sorted({(event.outcome, _quarter(event.date)) for event in events}, key=str),
    )


def _quarter(date: str | None) -> str | None:
    return None if date is None else f"{date[:4]}-Q{(int(date[5:7]) + 2) // 3}"


PLACES = [("p1", "F", "20-29"), ("p2", "F", "20-29")]


KINDS = [(outcome, "2020") for outcome in ("low", "mid", "high")]


def a_row(place: tuple[str | None, ...], outcome: str, people: int) -> Row:
    return Row(place, "*", outcome, people)


def test_the_attack_finds_the_few_whom_a_persona_leaves_out() -> None:
    sizes = dict(zip(PLACES, (12, 12), strict=True))
    rows = [a_row(PLACES[0], "low", 9), a_row(PLACES[1], "low", 12)]
    assert sorted(left_of_groups(Published(sizes, rows, KINDS))) == [0, 3]


def test_the_attack_finds_who_is_left_when_a_row_can_be_of_one_persona_alone() -> None:
    sizes = dict(zip(PLACES, (12, 12), strict=True))
    rows = [
        a_row(PLACES[0], "low", 5),
        a_row(PLACES[1], "high", 6),
        a_row((HIDDEN, "F", "20-29"), "low", 6),
        a_row((HIDDEN, "F", "20-29"), "high", 7),
    ]
    assert sorted(isolated_cells(Published(sizes, rows, KINDS))) == [6, 7]
    rows[2:] = [
        a_row((HIDDEN, "F", "20-29"), "high", 5),
        a_row((HIDDEN, "F", HIDDEN), "low", 6),
        a_row((HIDDEN, "F", HIDDEN), "mid", 2),
    ]
    assert 5 in isolated_cells(Published(sizes, rows, KINDS))
