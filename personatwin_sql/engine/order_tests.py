"""Events that fail a test of order against other events of their person: counted, no pairs compared."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum

from personatwin_sql.compile.quoting import literal
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass

ROWS_AT_ONCE = 1 << 22
"""Events that are looked at together: what is known of each of their people then takes some hundred MB."""
_TESTS_AT_ONCE = 60
"""Which of them an event fails is one number."""
_NODE = "order_rules"
_EVENTS = 'temp."order rules"'
"""Events as person, day and number of their type: kept beside the session's file, and gone at once."""


class Kind(Enum):
    """What an event is tested for."""

    MUST_FOLLOW = "must_follow"
    CANNOT_FOLLOW = "cannot_follow"
    MAX_OCCURRENCES = "max_occurrences"
    REQUIRES_CLOSURE = "requires_closure"


@dataclass(frozen=True)
class OrderTest:
    """Events of a type, tested against their person's events of another, or counted up to a limit."""

    kind: Kind
    event: str
    other: str
    times: int = 0


@dataclass(frozen=True)
class _Fact:
    """What a test must know of a person, and when an event fails."""

    name: str
    aggregate: str
    fails: str


_FACTS = {
    Kind.MUST_FOLLOW: _Fact("earliest", "min(low)", "CASE WHEN {0} <= high THEN 0 ELSE {1} END"),
    Kind.CANNOT_FOLLOW: _Fact("first", "min(high)", "CASE WHEN {0} < low THEN {1} ELSE 0 END"),
    Kind.REQUIRES_CLOSURE: _Fact("latest", "max(high)", "CASE WHEN {0} >= low THEN 0 ELSE {1} END"),
}
"""A fact is NULL for a person without such events; one without a date is before and after all others."""


def failures(
    session: Session, happened: str, tests: Sequence[OrderTest], numbers: Mapping[str, int]
) -> dict[OrderTest, int]:
    """How many events fail each test; of a limit, how many are beyond it.

    `happened` is a SELECT of person, day and event; `numbers` says how many events there are of each type.
    Many events are put in the order of their people first and looked at in parts, so that neither the number
    of people nor that of types needs memory.
    """
    if not tests:
        return {}
    types = tuple(dict.fromkeys(name for test in tests for name in (test.event, test.other)))
    is_large = sum(numbers[name] for name in types) > ROWS_AT_ONCE
    session.run(_events_sql(happened, types, is_ordered=is_large), _NODE)
    try:
        found = Counter[OrderTest]()
        for test in tests:
            if test.kind is Kind.MAX_OCCURRENCES:
                found[test] = int(session.value(_beyond_sql(test, types), node=_NODE))
        for condition, bounds in _parts(session) if is_large else [("", [])]:
            found.update(_failures_of_part(session, condition, bounds, tests, types))
        return dict(found)
    finally:
        session.run(f"DROP TABLE {_EVENTS}", _NODE)


def _events_sql(happened: str, types: Sequence[str], *, is_ordered: bool) -> str:
    number = f"TRY_CAST(event AS ENUM({', '.join(map(literal, types))}))"
    return (
        f"CREATE OR REPLACE TEMP TABLE {_EVENTS} AS SELECT person, day, enum_code({number}) AS event\n"
        f"FROM ({happened}) AS happened\n"
        f"WHERE person IS NOT NULL AND {number} IS NOT NULL{' ORDER BY person' if is_ordered else ''}"
    )


def _beyond_sql(test: OrderTest, types: Sequence[str]) -> str:
    return (
        f"SELECT coalesce(sum(n - {test.times}), 0) FROM ("
        f"SELECT count(*) AS n FROM {_EVENTS} WHERE event = {types.index(test.event)} "
        f"GROUP BY person HAVING count(*) > {test.times})"
    )


def _parts(session: Session) -> Iterator[tuple[str, list[object]]]:
    """Conditions, with their parameters, that each person's events meet one of."""
    rows = session.rows(
        f"SELECT DISTINCT person FROM {_EVENTS} "
        f"WHERE rowid > 0 AND rowid % {ROWS_AT_ONCE} = 0 ORDER BY person",
        node=_NODE,
    )
    bounds = [person for (person,) in rows]
    if not bounds:
        yield "", []
        return
    yield "WHERE person < ?", [bounds[0]]
    for low, high in itertools.pairwise(bounds):
        yield "WHERE person >= ? AND person < ?", [low, high]
    yield "WHERE person >= ?", [bounds[-1]]


def _failures_of_part(
    session: Session, condition: str, bounds: list[object], tests: Sequence[OrderTest], types: Sequence[str]
) -> Counter[OrderTest]:
    found = Counter[OrderTest]()
    ordered = [test for test in tests if test.kind is not Kind.MAX_OCCURRENCES]
    asked = list(dict.fromkeys((test.kind, test.other) for test in ordered))
    for start in range(0, len(asked), _TESTS_AT_ONCE):
        batch = asked[start : start + _TESTS_AT_ONCE]
        rows = session.rows(_failures_sql(condition, batch, types), bounds, node=_NODE)
        for test in ordered:
            if (test.kind, test.other) in batch:
                bit, number = 1 << batch.index((test.kind, test.other)), types.index(test.event)
                found[test] += sum(n for event, failed, n in rows if event == number and failed & bit)
    return found


def _failures_sql(condition: str, asked: Sequence[tuple[Kind, str]], types: Sequence[str]) -> str:
    """Rows of type of event, which of the tests it fails (bits of a number), and how many events do."""
    aggregates, tests = [], []
    for bit, (kind, other) in enumerate(asked):
        fact, number = _FACTS[kind], types.index(other)
        name = f"{fact.name}_{number}"
        aggregates.append(f"{fact.aggregate} FILTER (WHERE event = {number}) AS {name}")
        tests.append(fact.fails.format(name, 1 << bit))
    return (
        "WITH events AS (SELECT person, event, "
        f"coalesce(day, DATE '-infinity') AS low, coalesce(day, DATE 'infinity') AS high FROM {_EVENTS} "
        f"{condition}),\n"
        f"persons AS MATERIALIZED (SELECT person, {', '.join(aggregates)} FROM events GROUP BY person)\n"
        f"SELECT event, CAST({' + '.join(tests)} AS UBIGINT) AS failed, count(*)\n"
        "FROM events INNER JOIN persons ON events.person = persons.person\n"
        "GROUP BY event, failed"
    )
