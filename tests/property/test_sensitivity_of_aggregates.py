"""One person, added or removed, moves the exact tables by no more than is declared, whatever the rows are."""

from __future__ import annotations

import os
from random import Random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.private_shapes import shapes
from tests.property.neighbours import (
    PERSONS,
    Database,
    database,
    event,
    everywhere,
    exact,
    moved,
)
from tests.unit.compile.aggregate.test_proof_of_privacy import NAMES

EXAMPLES = int(os.environ.get("PERSONATWIN_EXAMPLES", "12"))


@pytest.mark.parametrize("name", NAMES)
def test_a_person_moves_no_more_than_is_declared(name: str, connection: duckdb.DuckDBPyConnection) -> None:
    """Rows lie in another order without the person: which rows count must not depend on that."""
    shape = shapes()[name]
    for seed in range(EXAMPLES):
        random = Random(seed)
        rows = database(random)
        with_all = exact(connection, shape, rows)
        for person in random.sample([each for each in PERSONS if each is not None], 2):
            without = exact(connection, shape, rows.without(person).shuffled(random))
            found = list(moved(shape, with_all, without))
            assert found
            assert [each for each in found if not each.is_within] == [], seed


@pytest.mark.parametrize("name", NAMES)
def test_rows_of_nobody_count_nowhere(name: str, connection: duckdb.DuckDBPyConnection) -> None:
    shape = shapes()[name]
    random = Random(99)
    rows = database(random)
    more = Database((*rows.events, *(event(random, None) for _ in range(20))), (*rows.people, (None, "ash")))
    assert exact(connection, shape, more) == exact(connection, shape, rows)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("amount", "visits"), [(1e308, 2**63 - 1), (float("-inf"), -(2**63)), (50.0, 9)])
def test_a_person_with_a_thousand_rows_in_all_groups_moves_no_more(
    name: str, amount: float, visits: int, connection: duckdb.DuckDBPyConnection
) -> None:
    shape = shapes()[name]
    rows = database(Random(7)).without("p1")
    more = Database((*rows.events, *everywhere("p1", amount, visits)), (*rows.people, ("p1", "oak")))
    found = list(moved(shape, exact(connection, shape, more), exact(connection, shape, rows)))
    assert [each for each in found if not each.is_within] == []


@pytest.mark.parametrize("name", ["counts", "sums", "sets", "private keys", "no keys", "gaussian"])
def test_what_is_declared_is_reached(name: str, connection: duckdb.DuckDBPyConnection) -> None:
    """A person with as many rows as count, all at the greatest value, moves everything all the way."""
    shape = shapes()[name]
    rows = Database((), ())
    more = Database(everywhere("p1", 1e308, 2**63 - 1), ())
    found = list(moved(shape, exact(connection, shape, more), exact(connection, shape, rows)))
    reached = {each.name for each in found if sum(each.by) == each.groups * each.per_group}
    assert "n" in reached
    assert {"amount", "total"} & {each.name for each in found} <= reached


ROWS = st.lists(
    st.tuples(
        st.just("p1"),
        st.sampled_from(["ash", "oak", None]),
        st.sampled_from(["a", "b", None]),
        st.one_of(st.none(), st.floats()),
        st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
        st.just("2020-01-01"),
    ),
    max_size=12,
)


@settings(max_examples=3 * EXAMPLES, deadline=None)
@given(rows=ROWS, name=st.sampled_from(NAMES), seed=st.integers(0, 5))
def test_any_rows_of_a_person_move_no_more(
    connection: duckdb.DuckDBPyConnection,
    rows: list[tuple[str, None, None, None, None, str]],
    name: str,
    seed: int,
) -> None:
    shape = shapes()[name]
    others = database(Random(seed)).without("p1")
    more = Database((*others.events, *rows), (*others.people, ("p1", "ash"))).shuffled(Random(seed))
    found = list(moved(shape, exact(connection, shape, more), exact(connection, shape, others)))
    assert [each for each in found if not each.is_within] == []
