"""Outcomes as the macro tells them: by the exact law, and by draws that hang on the event alone for ever."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.compile.protection import MacroModel
from personatwin_sql.compile.randomised import Response
from personatwin_sql.privacy.noise.randomised_response import response_law
from tests.unit.compile.proven_scripts import MACROS
from tests.unit.privacy.noise.plain_laws import UNLIKELY, likelihood

OUTCOMES = ("acquitted", "dismissed", "guilty", "it's open", "pending | later")
LAW = response_law(Fraction(3, 10), len(OUTCOMES))
LABEL = "randomised response 0123456789abcdef"
SECRET = "5ec2e7"
Row = tuple[object, object, object, str | None]
"""Person, key, type, outcome."""


def script(sql: str = "SELECT * FROM events", event: str = "event_id") -> str:
    return MACROS.call(
        "randomised_outcomes",
        {
            "model": MacroModel("m", "models/m.sql", 1, f"    {sql}"),
            "unit": "person_id",
            "event": event,
            "columns": ("event_type", "outcome"),
            "outcome": "outcome",
            "response": Response("0.3", OUTCOMES, LAW.other, LAW.changing, LABEL),
        },
    )


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA private")
        yield connection


def told(rows: Sequence[Row], secret: str = SECRET, event_type: str = "VARCHAR") -> list[str | None]:
    """What each event is told to have as outcome, in the order of the rows."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA private")
        connection.execute("SET VARIABLE release_secret = ?", [secret])
        connection.execute(
            f"CREATE TABLE events (person_id VARCHAR, event_id {event_type}, "
            "event_type VARCHAR, outcome VARCHAR)"
        )
        for number, (person, key, _, outcome) in enumerate(rows):
            connection.execute("INSERT INTO events VALUES (?, ?, ?, ?)", [person, key, str(number), outcome])
        connection.execute(script())
        found = connection.execute("SELECT event_type, outcome FROM private.m__randomised").fetchall()
        return [outcome for _, outcome in sorted(found, key=lambda row: int(row[0]))]


def by_hand(person: object, key: object, outcome: str | None, secret: str = SECRET) -> str | None:
    """The same in plain Python."""
    if outcome not in OUTCOMES:
        return None
    parts = (secret, LABEL, len(str(person)), person, len(str(key)), key, outcome)
    draw = int(hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16], 16)
    place = OUTCOMES.index(outcome)
    others = (OUTCOMES + OUTCOMES)[place + 1 : place + len(OUTCOMES)]
    return outcome if draw >= LAW.changing else others[draw // LAW.other]


names = st.text(st.sampled_from("ab|1é"), min_size=1, max_size=4)


@given(
    st.lists(st.tuples(names, names, st.just("x"), st.sampled_from([*OUTCOMES, None, "Guilty"])), max_size=12)
)
def test_each_event_is_told_as_its_own_draw_says_whatever_stands_beside(rows: list[Row]) -> None:
    assert told(rows) == [by_hand(person, key, outcome) for person, key, _, outcome in rows]


def test_the_law_is_exact_for_every_outcome(engine: duckdb.DuckDBPyConnection) -> None:
    engine.execute("SET VARIABLE release_secret = ?", [SECRET])
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in OUTCOMES)
    engine.execute(
        "CREATE TABLE events AS SELECT i // 7 AS person_id, i AS event_id, "
        f"[{listed}][1 + i % 5] AS event_type, [{listed}][1 + i % 5] AS outcome FROM range(1_000_000) AS t(i)"
    )
    engine.execute(script())
    found = engine.execute(
        "SELECT event_type, list_position(?, outcome) - 1, count(*) FROM private.m__randomised GROUP BY ALL",
        [list(OUTCOMES)],
    ).fetchall()
    for place, true in enumerate(OUTCOMES):
        counts = {int(told): int(count) for name, told, count in found if name == true}
        draws = np.repeat(np.array(list(counts)), np.array(list(counts.values())))
        law = dict.fromkeys(range(5), float(Fraction(LAW.other, 1 << 64))) | {place: float(1 - LAW.changed)}
        assert likelihood(draws, law) > UNLIKELY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("person_id, event_id", "person_id + 1, event_id", id="the same key of two people"),
        pytest.param("person_id, event_id", "person_id, event_id + 1000000", id="two events of a person"),
    ],
)
def test_draws_of_two_events_tell_nothing_of_each_other(
    engine: duckdb.DuckDBPyConnection, one: str, other: str
) -> None:
    engine.execute("SET VARIABLE release_secret = ?", [SECRET])
    changed = []
    for columns in (one, other):
        engine.execute(
            f"CREATE OR REPLACE TABLE events AS SELECT {columns}, CAST(n AS VARCHAR) AS event_type, "
            "'guilty' AS outcome FROM (SELECT i AS n, 2 * i AS person_id, i AS event_id "
            "FROM range(100_000) AS t(i))"
        )
        engine.execute(script("SELECT * FROM events AS t (person_id, event_id, event_type, outcome)"))
        rows = engine.execute("SELECT event_type, outcome <> 'guilty' FROM private.m__randomised").fetchall()
        changed.append(dict(rows))
        engine.execute("DROP TABLE private.m__randomised")
    both = sum(changed[0][name] and changed[1][name] for name in changed[0])
    expected = 100_000 * float(LAW.changed) ** 2
    assert abs(both - expected) < 6 * expected**0.5


def test_another_secret_or_another_outcome_is_another_draw() -> None:
    rows: list[Row] = [("p", str(key), "x", outcome) for key in range(300) for outcome in OUTCOMES[:2]]
    first, second = told(rows), told(rows, "07he4")
    kept = [(one == row[3], other == row[3]) for row, one, other in zip(rows, first, second, strict=True)]
    assert len(Counter(kept)) == 4
    pairs = [(first[2 * n] == OUTCOMES[0], first[2 * n + 1] == OUTCOMES[1]) for n in range(300)]
    assert len(Counter(pairs)) == 4


def test_the_draw_of_a_key_is_that_of_its_text() -> None:
    rows: list[Row] = [("p", number, "x", "guilty") for number in range(50)]
    assert told(rows, event_type="BIGINT") == told([(p, str(key), x, o) for p, key, x, o in rows])
