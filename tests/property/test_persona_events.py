"""Released events partition the events of people with personas, under the size rules, and are found to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import pytest
from court_people import HEIGHTS, SENSITIVE_OUTCOME, Event, Person, people_tables
from hypothesis import given, settings
from hypothesis import strategies as st
from protected_court import Rules, begin, members, persona_events, personas
from roll_up_by_hand import Fact, Row, facts, rolled_up

from personatwin_sql.compile.event_protection import roll_up_of
from personatwin_sql.compile.protection import age_of, blocks_of, macro_model
from personatwin_sql.compile.rollup import RollUpLevel
from personatwin_sql.engine.recount_events import EventCount, count_events
from personatwin_sql.engine.recount_placed import Events
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.hierarchy import PERIODS, Period
from personatwin_sql.spec.protection import PersonaEvents, Personas

CAP = 0.8
DATES = (None, "2020-01-05", "2020-01-20", "2020-02-03", "2020-05-01", "2020-12-31", "2021-01-01")
RULES = (
    Rules(3),
    Rules(2),
    Rules(4, block=("gender",)),
    Rules(3, block=(), never=()),
    Rules(3, within_block=()),
)


class Released:
    """One run: the tables as released, and what they come from."""

    def __init__(
        self,
        session: Session,
        people: Sequence[Person],
        events: Sequence[Event],
        rules: Rules,
        k_event: int,
        finest: Period,
    ) -> None:
        self.session, self.k_event = session, k_event
        begin(session, people)
        self.of = personas(session, (1, 0, 1, HEIGHTS[3]), rules)
        self.model = persona_events(session, events, self.of, k_event, finest)
        rules_of = self.of.protection
        assert isinstance(rules_of, Personas)
        age = age_of(self.of, rules_of)
        self.block = blocks_of(self.of, rules_of)
        self.columns = ("persona_id", *self.block, *((age,) if age else ()))
        self.levels = roll_up_of(self.promise, self.of, rules_of)
        listed = ", ".join(self.columns)
        numbers = dict(session.rows("SELECT persona_id, persona FROM private.personas__personas"))
        beside = {
            row[0]: {**dict(zip(self.columns, row, strict=True)), "persona": str(numbers[row[0]])}
            for row in session.rows(f"SELECT {listed} FROM release.personas")
        }
        self.personas: Mapping[int, Mapping[str, str | None]] = {
            person: beside[persona] for person, persona in members(session).items() if persona is not None
        }
        self.facts = facts(events, self.personas)
        self.rows = [
            Row(row[0], tuple(row[6:]), *row[1:6])
            for row in session.rows(
                f"SELECT level, period, event_type, outcome, people, events, {listed} "
                "FROM release.persona_events"
            )
        ]

    @property
    def promise(self) -> PersonaEvents:
        assert isinstance(self.model.protection, PersonaEvents)
        return self.model.protection

    def counted(self) -> EventCount:
        events = Events(
            "persona_events",
            macro_model(self.model).sql,
            "person_id",
            "date",
            ("event_type", "outcome"),
            "outcome",
            "personas",
            self.levels,
            "release.persona_events",
        )
        return count_events(self.session, events, (SENSITIVE_OUTCOME,), CAP, self.k_event)

    def block_of(self, fact: Fact) -> tuple[str | None, ...]:
        return (*(fact.persona[name] for name in self.block), fact.event.event_type, fact.event.outcome)


def event_tables(most: int = 90) -> st.SearchStrategy[list[Event]]:
    """Events of people 0 to 25 (who may have no persona, or not be known at all) and of nobody."""
    return st.lists(
        st.builds(
            Event,
            st.one_of(st.integers(0, 25), st.sampled_from([None, 0, 999])),
            st.sampled_from(DATES),
            st.sampled_from([None, "arrest", "arrest"]),
            st.sampled_from([None, "dismissed", SENSITIVE_OUTCOME]),
        ),
        max_size=most,
    )


CROWD = [
    Person(number, 24, "F" if number < 6 else "M", "Ash" if number < 6 or number % 3 else "Rose", 0)
    for number in range(24)
]


@given(
    st.one_of(st.just(CROWD), people_tables(20, 40)),
    event_tables(),
    st.sampled_from(RULES),
    st.integers(2, 3),
    st.sampled_from(PERIODS),
)
@settings(max_examples=50, deadline=None)
def test_every_release_is_the_roll_up_by_hand_counted_truly_and_within_its_promises(
    session: Session, people: list[Person], events: list[Event], rules: Rules, k_event: int, finest: Period
) -> None:
    found = Released(session, people, events, rules, k_event, finest)
    counted = found.counted()
    due = rolled_up(found.facts, found.personas, found.levels, found.columns, k_event, CAP)
    assert Counter(found.rows) == Counter(due)
    rows_partition_events_and_stand_for_enough_people(found, counted, len(events), k_event)
    no_persona_shows_a_sensitive_outcome_of_more_than_the_cap(found, counted)
    totals_of_a_block_are_true_where_no_part_beside_it_is_too_small(found, k_event)


def rows_partition_events_and_stand_for_enough_people(
    found: Released, counted: EventCount, events: int, k_event: int
) -> None:
    assert all(row.people >= k_event for row in found.rows)
    assert all(row.events >= row.people for row in found.rows)
    assert sum(row.events for row in found.rows) <= len(found.facts)
    assert counted.rows == len(found.rows)
    assert counted.rows_that_differ == 0
    assert counted.fewest_people == min((row.people for row in found.rows), default=0)
    assert counted.events == events
    assert counted.published_events == sum(row.events for row in found.rows)
    assert not counted.rows or counted.fewest_left >= k_event


def no_persona_shows_a_sensitive_outcome_of_more_than_the_cap(found: Released, counted: EventCount) -> None:
    sizes = Counter(persona["persona_id"] for persona in found.personas.values())
    having = defaultdict(set)
    for fact in found.facts:
        if fact.event.outcome == SENSITIVE_OUTCOME:
            having[fact.persona["persona_id"]].add(fact.person_id)
    shown = {
        row.place[0] for row in found.rows if row.outcome == SENSITIVE_OUTCOME and row.place[0] is not None
    }
    shares = [len(having[persona]) / sizes[persona] for persona in shown]
    assert all(share <= CAP for share in shares)
    assert counted.highest_sensitive_share == pytest.approx(max(shares, default=0.0))


def totals_of_a_block_are_true_where_no_part_beside_it_is_too_small(found: Released, k_event: int) -> None:
    behind = defaultdict(set)
    truth = Counter(found.block_of(fact) for fact in found.facts)
    for fact in found.facts:
        behind[found.block_of(fact)].add(fact.person_id)
    last = len(found.block) - 1 if len(found.block) > 1 else len(found.block)
    apart = {  # of these a few may be left, and with them a whole cell that differs in the outcome
        block[last:-1]
        for block, persons in behind.items()
        if len(persons) < k_event or block[-1] == SENSITIVE_OUTCOME
    }
    told: Counter[tuple[str | None, ...]] = Counter()
    names = [found.columns.index(name) for name in found.block]
    for row in found.rows:
        if set(found.block) <= set(by_name(found.levels)[row.level].by):
            told[*(row.place[number] for number in names), row.event_type, row.outcome] += row.events
    for block, events_of_block in truth.items():
        assert told[block] <= events_of_block
        if block[last:-1] not in apart:
            assert told[block] == events_of_block


def by_name(levels: Sequence[RollUpLevel]) -> dict[str, RollUpLevel]:
    return {level.name: level for level in levels}


@pytest.mark.parametrize(
    "error",
    [
        "UPDATE release.persona_events SET people = people + 1 WHERE rowid = {row}",
        "UPDATE release.persona_events SET people = people - 1 WHERE rowid = {row}",
        "UPDATE release.persona_events SET events = events + 1 WHERE rowid = {row}",
        "UPDATE release.persona_events SET outcome = 'convicted' WHERE rowid = {row}",
        "INSERT INTO release.persona_events SELECT * FROM release.persona_events WHERE rowid = {row}",
        "DELETE FROM release.persona_events WHERE rowid = {row}",
        "UPDATE release.persona_events SET level = 'nowhere' WHERE rowid = {row}",
        "UPDATE release.persona_events SET persona_id = coalesce(persona_id, '') || 'x' WHERE rowid = {row}",
    ],
)
@pytest.mark.parametrize("place", ["first", "last"])
def test_a_planted_error_is_found(session: Session, error: str, place: str) -> None:
    found = planted(session)
    assert found.counted().rows_that_differ == 0
    rowid = "min" if place == "first" else "max"
    row = session.value(f"SELECT {rowid}(rowid) FROM release.persona_events")
    session.run(error.format(row=row), "plant")
    assert found.counted().rows_that_differ > 0


def planted(session: Session) -> Released:
    """Rows at several levels: personas by month, and what is left of the block and of everybody."""
    events = [Event(person.person_id, "2020-01-05", "arrest", "dismissed") for person in CROWD]
    events += [Event(person.person_id, "2020-05-01", "arrest", None) for person in CROWD[::5]]
    return Released(session, CROWD, events, Rules(3), 3, "month")


def test_one_person_with_many_events_is_one_person(session: Session) -> None:
    events = [Event(0, "2020-01-05", "arrest", None)] * 40 + [Event(1, "2020-01-05", "arrest", None)]
    assert Released(session, CROWD, events, Rules(3), 3, "day").rows == []
    events.append(Event(2, "2020-01-05", "arrest", None))
    found = Released(session, CROWD, events, Rules(3), 3, "day").rows
    assert [(row.people, row.events) for row in found] == [(3, 42)]


def test_no_events_give_no_rows_and_a_count_of_nothing(session: Session) -> None:
    found = Released(session, CROWD, [], Rules(3), 3, "day")
    assert found.rows == []
    assert found.counted() == EventCount(0, 0, 0, 0, 0, 0.0, fewest_in_sums=3)


def test_an_outcome_of_the_whole_persona_goes_up_to_a_group_of_which_it_is_not_true(session: Session) -> None:
    guilty = [
        Event(person.person_id, "2020-01-05", "arrest", SENSITIVE_OUTCOME)
        for person in CROWD
        if person.gender == "F"
    ]
    found = Released(session, CROWD, guilty, Rules(3), 3, "day")
    assert {row.level for row in found.rows} == {"ethnicity_all_time"}
    everybody = [Event(person.person_id, "2020-01-05", "arrest", SENSITIVE_OUTCOME) for person in CROWD]
    assert Released(session, CROWD, everybody, Rules(3), 3, "day").rows == []
