"""Groups of people, their modes and their outcomes, run on generated tables, counted again in Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.compile.model import PublishedColumn
from personatwin_sql.compile.protection import MacroModel
from personatwin_sql.spec.hierarchy import Flat
from personatwin_sql.spec.role import Role
from tests.fresh_database import fresh_database
from tests.unit.compile.proven_scripts import MACROS

each = settings(max_examples=60, deadline=None)
few = st.sampled_from([None, "a", "b", "c"])
people = st.none() | st.integers(0, 12)
Row = tuple[object, ...]
SCREENING = PublishedColumn("screening", Role.SENSITIVE, "text", Flat())


def database(*tables: tuple[str, str, Sequence[Row]]) -> duckdb.DuckDBPyConnection:
    """Name, columns and rows of each table."""
    connection = fresh_database()
    connection.execute("CREATE SCHEMA private")
    for name, columns, rows in tables:
        connection.execute(f"CREATE TABLE {name} ({columns})")
        if rows:
            values = ", ".join(f"({', '.join('?' * len(rows[0]))})" for _ in rows)
            connection.execute(f"INSERT INTO {name} VALUES {values}", [cell for row in rows for cell in row])
    return connection


def members(rows: Iterable[Row]) -> dict[Row, set[object]]:
    """Who is in each group: the last columns of a row name the group."""
    found = defaultdict(set)
    for unit, *group in rows:
        found[tuple(group)] |= set() if unit is None else {unit}
    return found


@given(st.lists(st.tuples(people, few, few), max_size=60), st.integers(1, 5))
@each
def test_a_large_group_has_k_people(rows: list[Row], k: int) -> None:
    rows = [(number, *row[1:]) for number, row in enumerate(rows)]
    connection = database(("private.people", "person_id BIGINT, x VARCHAR, y VARCHAR", rows))
    call = {"relation": "private.people", "keys": ["x", "y"], "k": k}
    found = connection.execute(MACROS.call("large_groups", call)).fetchall()
    wanted = [(*group, len(who)) for group, who in members(rows).items() if len(who) >= k]
    assert sorted(found, key=repr) == sorted(wanted, key=repr)


@given(st.lists(few, max_size=40), st.integers(2, 6))
@each
def test_the_people_outside_of_all_groups_are_none_or_k(values: list[object], k: int) -> None:
    rows = list(enumerate(values))
    connection = database(("private.people", "person_id BIGINT, x VARCHAR", rows))
    call = {"keys": ["x"], "k": k}
    large = MACROS.call("large_groups", {"relation": "private.people", **call})
    rest = MACROS.call("all_but_a_lone_few", {"groups": "large", "everybody": "everybody", **call})
    everybody = "SELECT count(*) AS people FROM private.people"
    found = connection.execute(f"WITH large AS ({large}), everybody AS ({everybody}), {rest}").fetchall()
    sizes = {group[0]: len(who) for group, who in members(rows).items() if len(who) >= k}
    outside = len(rows) - sum(size for _, size, _ in found)
    assert outside == 0 or outside >= k or not sizes
    assert {value: size for value, size, _ in found}.items() <= sizes.items()
    assert len(sizes) - len(found) == (1 if sizes and 0 < len(rows) - sum(sizes.values()) < k else 0)
    assert len({number for _, _, number in found}) == len(found)


@given(st.lists(st.tuples(st.integers(0, 5), few, few), max_size=30))
@each
def test_rows_of_one_person_that_disagree_become_null(rows: list[Row]) -> None:
    connection = database(("private.people", "person_id BIGINT, screening VARCHAR, y VARCHAR", rows))
    columns = (SCREENING, PublishedColumn("y", Role.INSENSITIVE, "text", Flat()))
    call = {"relation": "private.people", "unit": "person_id", "columns": columns}
    found = connection.execute(MACROS.call("one_row_per_unit_rows", call)).fetchall()

    def agreed(unit: object, place: int) -> object:
        values = {row[place] for row in rows if row[0] == unit} - {None}
        return values.pop() if len(values) == 1 else None

    assert sorted(found) == [
        (unit, agreed(unit, 1), agreed(unit, 2)) for unit in sorted({row[0] for row in rows})
    ]


@given(st.lists(st.tuples(few, few), max_size=8), st.lists(st.tuples(few, few), max_size=8))
@each
def test_null_agrees_with_null(left: list[Row], right: list[Row]) -> None:
    connection = database(("a", "x VARCHAR, y VARCHAR", left), ("b", "x VARCHAR, y VARCHAR", right))
    condition = MACROS.call("same_values", {"left": "a", "right": "b", "names": ["x", "y"]})
    found = connection.execute(f"SELECT a.x, a.y FROM a INNER JOIN b {condition}").fetchall()
    assert sorted(found, key=repr) == sorted(
        [one for one in left for other in right if one == other], key=repr
    )


personas = st.sampled_from([1, 2])


@given(st.lists(st.tuples(personas, few), max_size=30), st.integers(1, 4))
@each
def test_a_mode_is_held_by_k_event_people_and_by_no_fewer_than_any_other_value(
    rows: list[Row], k_event: int
) -> None:
    who = [(number, *row) for number, row in enumerate(rows)]
    columns = "person_id BIGINT, class_id INTEGER, group_id INTEGER, screening VARCHAR"
    people = [(number, persona, 7, value) for number, persona, value in who]
    connection = database(("private.personas__units", columns, people))
    call = {"name": "personas", "column": SCREENING, "k_event": k_event}
    connection.execute(MACROS.call("persona_mode", call))
    modes = "SELECT class_id, screening, people FROM private.personas__mode_screening"
    found = connection.execute(modes).fetchall()
    sizes = {group: len(holders) for group, holders in members(who).items()}
    most = {persona: max(size for (of, _), size in sizes.items() if of == persona) for persona, _ in sizes}
    assert {persona for persona, _, _ in found} == {
        persona for persona, size in most.items() if size >= k_event
    }
    assert len(found) == len({persona for persona, _, _ in found})
    for persona, value, size in found:
        assert sizes[persona, value] == size == most[persona] >= k_event


@given(
    st.lists(personas, min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.sampled_from([None, "guilty", "acquitted"])), max_size=30),
    st.sampled_from([0.5, 0.8, 1.0]),
)
@each
def test_a_group_is_listed_when_more_than_the_cap_have_the_outcome(
    who: list[int], happened: list[tuple[int, object]], cap: float
) -> None:
    events = [(person, who[person], outcome) for person, outcome in happened if person < len(who)]
    connection = database(
        ("private.personas__members", "person INTEGER, persona INTEGER", list(enumerate(who))),
        ("private.events", "person INTEGER, persona INTEGER, outcome VARCHAR", events),
    )
    call = {
        "events": "private.events", "keys": ["persona"], "personas": "personas",
        "outcome": "outcome", "sensitive_outcomes": ["guilty"], "cap": cap,
    }  # fmt: skip
    found = connection.execute(MACROS.call("saturated_outcomes", call)).fetchall()
    guilty = {
        persona: {p for p, of, outcome in events if of == persona and outcome == "guilty"} for persona in who
    }
    wanted = [(persona, "guilty") for persona, them in guilty.items() if len(them) > cap * who.count(persona)]
    assert sorted(found) == sorted(wanted)


@given(st.lists(st.tuples(people, few, few), max_size=40), st.booleans())
@each
def test_the_frequency_set_counts_each_person_once(rows: list[Row], one_row_per_unit: bool) -> None:
    rows = list({row[0]: row for row in rows}.values()) if one_row_per_unit else rows
    connection = database(("private.stg", "person_id BIGINT, x VARCHAR, y VARCHAR", rows))
    columns = tuple(PublishedColumn(name, Role.QUASI_IDENTIFIER, "text", Flat()) for name in ("x", "y"))
    call = {
        "model": MacroModel("seen", "seen.sql", 1, "SELECT * FROM private.stg"), "unit": "person_id",
        "columns": columns, "one_row_per_unit": one_row_per_unit,
    }  # fmt: skip
    connection.execute(MACROS.call("frequency_set", call))
    found = connection.execute("SELECT x, y, people FROM private.seen__frequencies").fetchall()
    assert len({row[:2] for row in found}) == len(found)
    assert sum(row[2] for row in found) == len({row[0] for row in rows} - {None})
