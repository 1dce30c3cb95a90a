"""Whatever the strategy: rows are cells of enough people, and added events change no real one."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import pytest
from court_people import SENSITIVE_OUTCOME, Event, Person, people_tables
from hypothesis import given, settings
from hypothesis import strategies as st
from protected_court import Rules
from strategic_court import RULES, TYPES, Court, held, strategy_of

from personatwin_sql.engine.measure import measure
from personatwin_sql.engine.recount_repair import count_repair
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.hierarchy import Period
from personatwin_sql.spec.order import needs
from personatwin_sql.spec.project import StrategyName
from personatwin_sql.spec.protection import Strategy

DATES = (None, "2019-12-30", "2020-01-05", "2020-02-03", "2020-03-01", "2020-07-01", "2021-01-01")
CROWD = [
    Person(number, 24, "F" if number < 6 else "M", "Ash" if number < 6 or number % 3 else "Rose", 0)
    for number in range(24)
]
BESIDE = "level, persona_id, event_type, outcome"
Rows = list[tuple[Any, ...]]


def event_tables(most: int = 120) -> st.SearchStrategy[list[Event]]:
    """Events in and out of order, of people 0 to 25 and of nobody; few kinds, so that many are alike."""
    return st.lists(
        st.builds(
            Event,
            st.one_of(st.integers(0, 25), st.sampled_from([None, 999])),
            st.sampled_from(DATES),
            st.sampled_from([None, "booking", "booking", "charge", *TYPES]),
            st.sampled_from([None, None, "dismissed", SENSITIVE_OUTCOME]),
        ),
        max_size=most,
    )


@given(
    st.one_of(st.just(CROWD), people_tables(20, 40)),
    event_tables(),
    st.sampled_from([Rules(3), Rules(2), Rules(3, block=(), never=()), Rules(3, within_block=())]),
    st.integers(2, 3),
    st.sampled_from(["year", "quarter", "month", "week", "day"]),
    st.integers(2, 5),
)
@settings(max_examples=int(os.environ.get("PERSONATWIN_EXAMPLES", "2")), deadline=None)
def test_every_strategy_keeps_its_promise_whatever_the_data(
    session: Session,
    people: list[Person],
    events: list[Event],
    rules: Rules,
    k_event: int,
    finest: Period,
    max_rows: int,
) -> None:
    court = Court(session, people, events, rules, k_event, finest)
    cells = released(court, strategy_of("aggregate"))
    sample = released(court, strategy_of("sample", max_rows=max_rows))
    a_sample_is_cells_the_first_and_the_last_among_them(sample, cells, max_rows)
    assert released(court, strategy_of("sample", max_rows=max_rows, repair=True), "NOT is_added") == sample
    joined = released(court, strategy_of("representative"))
    representatives_keep_all_events_and_join_neighbours_alone(joined, cells)
    assert released(court, strategy_of("sequence"), "NOT is_added") == cells
    assert all(row == (0, None) for row in court.rows("events, outcome", "is_added"))
    rows_are_numbered_in_time_and_by_the_rules(court)
    each_person_has_what_the_rules_ask_for(court, events)


def released(court: Court, strategy: Strategy, where: str = "TRUE") -> Rows:
    """The rows of a release all of whose guarantees hold: proven, and recounted from the source."""
    measured = court.release(strategy)
    assert held(measured), (strategy, measured.guarantees)
    assert all(row[0] >= court.k_event for row in court.rows("people"))
    when = "period_from, period_to" if strategy.name == "representative" else "period"
    return court.rows(f"{BESIDE}, {when}, people, events", where)


def a_sample_is_cells_the_first_and_the_last_among_them(chosen: Rows, cells: Rows, most: int) -> None:
    assert Counter(chosen) <= Counter(cells)
    assert [row for row in chosen if row[1] is None] == [row for row in cells if row[1] is None]
    for persona in {row[1] for row in cells if row[1] is not None}:
        there = [row for row in cells if row[1] == persona]
        kept = [row for row in chosen if row[1] == persona]
        dated, in_time = (sorted(_start(row) for row in rows if _is_dated(row)) for rows in (there, kept))
        assert len(in_time) == min(most, len(dated))
        assert not dated or (in_time[0], in_time[-1]) == (dated[0], dated[-1])
        assert len(kept) == (most if len(dated) > most else min(most, len(there)))


def representatives_keep_all_events_and_join_neighbours_alone(joined: Rows, cells: Rows) -> None:
    assert sum(row[-1] for row in joined) == sum(row[-1] for row in cells)
    of_kind = defaultdict(list)
    for cell in cells:
        of_kind[cell[:4]].append(cell)
    for row in joined:
        if row[1] is None:
            assert row[4] == row[5]
            continue
        inside = [
            cell for cell in of_kind[row[:4]] if cell[4] == row[4] or _is_between(row[4], cell[4], row[5])
        ]
        assert row[6] == max(cell[5] for cell in inside)
        assert row[7] == sum(cell[6] for cell in inside)
        if row[4] != row[5]:
            most = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[
                row[0].removeprefix("persona_")
            ]
            starts = sorted(_start(cell) for cell in inside)
            assert all((after - before).days <= most for before, after in pairwise(starts))


def rows_are_numbered_in_time_and_by_the_rules(court: Court) -> None:
    by_persona = defaultdict(list)
    for row in court.rows(f"{BESIDE}, period, step, is_added", "persona_id IS NOT NULL"):
        by_persona[row[1]].append(row)
    ranks = {"arrest": 0, "charge": 1, "trial": 2}
    for rows in by_persona.values():
        rows.sort(key=lambda row: row[5])
        assert [row[5] for row in rows] == list(range(1, len(rows) + 1))
        dated = [row for row in rows if _is_dated(row)]
        assert rows[: len(dated)] == dated
        starts = [_start(row) for row in dated]
        assert starts == sorted(starts)
        for one, other in pairwise(rows):
            if (one[0], one[4]) == (other[0], other[4]) and {one[2], other[2]} <= set(ranks):
                assert ranks[one[2]] <= ranks[other[2]]
    assert court.rows("count(step)", "persona_id IS NULL") == [(0,)]


def each_person_has_what_the_rules_ask_for(court: Court, events: list[Event]) -> None:
    """The rules said again, event by event."""
    rows = court.session.rows(
        "SELECT person_id, date, event_type, outcome, is_added FROM private.persona_events__repaired"
    )
    real = [Event(row[0], row[1] and str(row[1]), row[2], row[3]) for row in rows if not row[4]]
    assert Counter(real) == Counter(events)
    history, own_days = defaultdict(list), defaultdict(set)
    for person, date, kind, _, is_added in rows:
        if person is not None:
            history[person].append((date, kind))
        if not is_added:
            own_days[person].add(date)
    assert all(date in own_days[person] for person, date, _, _, is_added in rows if is_added)
    for own in history.values():
        for date, kind in own:
            for before in needs(RULES).get(kind, ()):
                assert any(other == before and _is_in_time(day, date) for day, other in own)
            for closer in (rule.closed_by for rule in RULES.requires_closure if rule.event == kind):
                assert any(other == closer and _is_in_time(date, day) for day, other in own)


def _is_in_time(before: dt.date | None, after: dt.date | None) -> bool:
    return before is None or after is None or before <= after


def _is_between(first: str | None, period: str | None, last: str | None) -> bool:
    return None not in (first, period, last) and str(first) <= str(period) <= str(last)


def _is_dated(row: tuple[Any, ...]) -> bool:
    return row[4] not in (None, "*")


def _start(row: tuple[Any, ...]) -> dt.date:
    period = str(row[4])
    if "W" in period:
        return dt.datetime.strptime(f"{period}-1", "%G-W%V-%u").date()
    if "Q" in period:
        return dt.date(int(period[:4]), 3 * int(period[-1]) - 2, 1)
    return dt.date(*map(int, (period + "-01-01"[3 * period.count("-") :]).split("-")))


MISTAKES = (
    "UPDATE release.persona_events SET people = people + 100 WHERE persona_id IS NOT NULL",
    "UPDATE release.persona_events SET people = 1 WHERE rowid = {row}",
    "UPDATE release.persona_events SET events = events + 1 WHERE rowid = {row}",
    "UPDATE release.persona_events SET outcome = 'convicted' WHERE rowid = {row}",
    "UPDATE release.persona_events SET persona_id = 'p' WHERE rowid = {row}",
    "UPDATE release.persona_events SET level = 'nowhere' WHERE rowid = {row}",
    "INSERT INTO release.persona_events SELECT * FROM release.persona_events WHERE rowid = {row}",
)


@pytest.mark.parametrize("name", ["representative", "sequence"])
def test_a_planted_mistake_is_found(session: Session, name: StrategyName) -> None:
    court, strategy = planted(session), strategy_of(name, max_rows=20)
    measured, model = court.release(strategy), court.model(strategy)
    assert held(measured)
    models = {"personas": court.personas, model.name: model}
    session.run("CREATE TABLE private.kept AS FROM release.persona_events", "plant")
    for mistake in MISTAKES:
        row = session.value("SELECT min(rowid) FROM release.persona_events")
        session.run(mistake.format(row=row), "plant")
        assert not held(measure(session, model, measured.guarantees, models)), mistake
        session.run(
            "DELETE FROM release.persona_events; INSERT INTO release.persona_events FROM private.kept",
            "plant",
        )
    assert held(measure(session, model, measured.guarantees, models))


REPAIRED = "private.persona_events__repaired"
WRONG_REPAIRS = (
    f"DELETE FROM {REPAIRED} WHERE is_added",
    f"INSERT INTO {REPAIRED} SELECT * FROM {REPAIRED} WHERE is_added",
    f"UPDATE {REPAIRED} SET date = DATE '2030-01-01' WHERE is_added",
    f"INSERT INTO {REPAIRED} VALUES (1, DATE '2020-01-05', 'booking', NULL, TRUE)",
    f"INSERT INTO {REPAIRED} VALUES (1, DATE '2020-01-05', 'charge', NULL, TRUE)",
)


def test_a_repair_that_is_wrong_is_found(session: Session) -> None:
    court = planted(session)
    court.release(strategy_of("sequence"))
    model = court.model(strategy_of("sequence"))
    assert count_repair(session, model, RULES).broken == 0
    session.run(f"CREATE TABLE private.right_repair AS FROM {REPAIRED}", "plant")
    for mistake in WRONG_REPAIRS:
        session.run(mistake, "plant")
        assert count_repair(session, model, RULES).broken > 0, mistake
        session.run(f"DELETE FROM {REPAIRED}; INSERT INTO {REPAIRED} FROM private.right_repair", "plant")


def planted(session: Session) -> Court:
    """Bookings of everybody in two months, and charges without an arrest."""
    events = [
        Event(person.person_id, date, kind, None)
        for person in CROWD
        for date, kind in (("2020-01-05", "booking"), ("2020-02-05", "booking"), ("2020-03-01", "charge"))
    ]
    return Court(session, CROWD, events, Rules(3), 3, "month")


def test_adjacent_months_of_a_kind_become_one_row(session: Session) -> None:
    court = planted(session)
    court.release(strategy_of("representative"))
    assert set(court.rows("event_type, period_from, period_to", "persona_id IS NOT NULL")) == {
        ("booking", "2020-01", "2020-02"),
        ("charge", "2020-03", "2020-03"),
    }
    assert all(
        events == 2 * people for people, events in court.rows("people, events", "event_type = 'booking'")
    )


def test_an_added_arrest_stands_on_the_day_of_the_charge_and_counts_as_no_event(session: Session) -> None:
    court = planted(session)
    measured = court.release(strategy_of("sequence"))
    assert measured.repair is not None
    assert measured.repair.added == len(CROWD)
    added = court.rows("event_type, period, step, people >= 3, events", "is_added")
    assert set(added) == {("arrest", "2020-03", 3, True, 0)}
    assert {row[0] for row in court.rows("step", "event_type = 'charge'")} == {4}


def test_added_events_and_real_ones_are_of_one_kind_where_people_are_left(session: Session) -> None:
    """Two of six women were charged without an arrest: with the one that is added, each has exactly one."""
    events = [Event(person.person_id, "2020-02-03", "charge", None) for person in CROWD]
    events += [Event(person.person_id, "2020-01-05", "arrest", None) for person in CROWD[2:]]
    court = Court(session, CROWD, events, Rules(6), 3, "month")
    assert held(court.release(strategy_of("aggregate", repair=True)))
    sizes = dict(session.rows("SELECT persona_id, people FROM release.personas"))
    counted = Counter[str]()
    for persona, people in court.rows("persona_id, people", "event_type = 'arrest'"):
        counted[persona] += people
    assert {None, *sizes} >= set(counted)
    left = [size - counted[persona] for persona, size in sizes.items() if counted[persona]]
    assert all(people == 0 or people >= 3 for people in left)
