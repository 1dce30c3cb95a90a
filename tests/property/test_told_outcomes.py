"""Events by told outcome, before any was left out: never of few people, whatever rows are published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.compile.rollup import RollUpLevel
from personatwin_sql.engine.recount_placed import Events
from personatwin_sql.engine.recount_randomised import ToldOutcomes, told_outcomes
from personatwin_sql.engine.session import Session, open_session
from personatwin_sql.spec.project import Resources

K = 3
OUTCOMES = ("acquitted", "dismissed", "guilty", "pending")
LEVEL = RollUpLevel("persona", ("persona_id",), None, None)
Told = tuple[int, str | None, int | None]
"""A person, what is told of an event, and the cell that it stands in."""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    private = tmp_path_factory.mktemp("told") / ".personatwin"
    with open_session(private, Resources(), "UTC") as opened:
        opened.run("CREATE SCHEMA IF NOT EXISTS private; CREATE SCHEMA IF NOT EXISTS release", "m")
        yield opened


def counted(session: Session, told: Sequence[Told], hidden: Sequence[int] = ()) -> tuple[ToldOutcomes, ...]:
    """What is told of these events, of whose cells some are not published."""
    table = "private.m__cells"
    events = Events("m", "", "person_id", "date", ("outcome",), "outcome", "personas", (LEVEL,), table)
    for name, columns in (
        ("private.m__randomised", "person_id BIGINT, outcome VARCHAR"),
        (events.table("events"), "person BIGINT, kind_number INTEGER, row BIGINT"),
        (events.table("people"), "person_id BIGINT, person BIGINT"),
        (events.table("kinds"), "kind_number INTEGER, outcome VARCHAR"),
    ):
        session.run(f"CREATE OR REPLACE TABLE {name} ({columns})", "m")
    for number, outcome in enumerate((*OUTCOMES, None)):
        session.rows(f"INSERT INTO {events.table('kinds')} VALUES (?, ?)", [number, outcome])
    for person in {person for person, *_ in told}:
        session.rows(f"INSERT INTO {events.table('people')} VALUES (?, ?)", [person, 100 + person])
    for person, outcome, row in told:
        session.rows("INSERT INTO private.m__randomised VALUES (?, ?)", [person, outcome])
        kind = (*OUTCOMES, None).index(outcome)
        session.rows(f"INSERT INTO {events.table('events')} VALUES (?, ?, ?)", [100 + person, kind, row])
    cells = "SELECT 'persona' AS level, CAST(i AS VARCHAR) AS persona_id, '*' AS period, 'x' AS outcome"
    session.run(f"CREATE OR REPLACE TABLE {table} AS {cells} FROM range(4) AS t(i)", "m")
    shown = f"WHERE rowid NOT IN ({', '.join(map(str, (-1, *hidden)))})"
    session.run(f"CREATE OR REPLACE TABLE release.m AS SELECT * FROM {table} {shown}", "m")
    return told_outcomes(session, events, OUTCOMES, K, is_sample=bool(hidden))


def left(told: Sequence[Told], outcomes: Sequence[str], hidden: Sequence[int] = ()) -> set[int]:
    """Of whom some such event stands in no published row."""
    return {person for person, name, row in told if name in outcomes and (row is None or row in hidden)}


@given(
    st.lists(
        st.tuples(
            st.integers(1, 9),
            st.sampled_from([*OUTCOMES, *OUTCOMES[:2], None]),
            st.sampled_from([None, 0, 1, 2, 3]),
        ),
        max_size=30,
    ),
    st.sets(st.integers(0, 3), max_size=2),
)
def test_nobody_or_k_people_are_behind_what_is_told_and_behind_what_rows_leave_of_it(
    session: Session, told: list[Told], hidden: set[int]
) -> None:
    found = counted(session, told, sorted(hidden))
    if not found:
        everyone = left(told, OUTCOMES, sorted(hidden))
        few = len({person for person, name, _ in told if name is not None}) < K
        assert few or 0 < len(everyone) < K
        return
    assert sorted(name for each in found for name in each.outcomes) == sorted(OUTCOMES)
    for each in found:
        behind = [person for person, name, _ in told if name in each.outcomes]
        assert each.events == len(behind)
        assert each.people == len(set(behind)) >= K
        assert each.left == len(left(told, each.outcomes, sorted(hidden)))
    for one, other in ((each, each) for each in found) if len(found) < 2 else combinations(found, 2):
        rest = left(told, (*one.outcomes, *other.outcomes), sorted(hidden))
        assert not rest or len(rest) >= K


def test_which_of_the_outcomes_taken_together_occur_is_not_told(session: Session) -> None:
    told: list[Told] = [(person, name, 0) for person in range(5) for name in ("acquitted", "guilty")]
    told += [(person, "pending", 1) for person in range(K)]
    assert [each.outcomes for each in counted(session, told)] == [
        ("acquitted",), ("guilty",), ("dismissed", "pending")
    ]  # fmt: skip
    told += [(9, "dismissed", None)]
    assert counted(session, told) == ()


def test_cells_that_a_sample_leaves_out_are_left_too(session: Session) -> None:
    told: list[Told] = [(person, name, 0) for person in range(5) for name in OUTCOMES]
    told += [(person, "guilty", 1) for person in range(K - 1)]
    assert len(counted(session, told)) == len(OUTCOMES)
    assert counted(session, told, [1]) == ()
