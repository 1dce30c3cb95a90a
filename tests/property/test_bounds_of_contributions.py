"""Bounds take no more than they must: what is within them counts, and of the rest as much as may."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from random import Random

import duckdb
import pytest

from tests.private_shapes import Shape, shape
from tests.property.neighbours import Cells, Database, connected, database, exact

EXAMPLES = int(os.environ.get("PERSONATWIN_EXAMPLES", "12"))
MANY = 1000
SQL = (
    "SELECT county, kind, count(*) AS n, count(DISTINCT person_id) AS people, count(amount) AS told"
    " FROM private.events GROUP BY ALL"
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connected() as opened:
        yield opened


def bounded(groups: int, rows: int) -> Shape:
    return shape(SQL, keys="private", epsilon=1, delta="1e-6", max_groups=groups, max_rows_per_group=rows)


def rows_of(database: Database) -> Counter[tuple[str, str | None, str | None]]:
    """Person, county and kind → rows."""
    return Counter((row[0], row[1], row[2]) for row in database.events if row[0] is not None)


def column(cells: Cells, shape: Shape, name: str) -> dict[tuple[str | None, ...], int]:
    names = [each.name for each in shape.aggregation.components.counted]
    return {cell[1:]: int(values[names.index(name)]) for cell, values in cells.items()}


def test_every_group_counts_as_many_rows_of_each_person_as_may(connection: duckdb.DuckDBPyConnection) -> None:
    asked = bounded(MANY, 3)
    for seed in range(EXAMPLES):
        rows = database(Random(seed))
        allowed: Counter[tuple[str | None, ...]] = Counter()
        for (_, county, kind), count in rows_of(rows).items():
            allowed[county, kind] += min(count, 3)
        assert column(exact(connection, asked, rows), asked, "n") == dict(allowed), seed


def test_every_person_counts_in_as_many_groups_as_may(connection: duckdb.DuckDBPyConnection) -> None:
    asked = bounded(2, MANY)
    for seed in range(EXAMPLES):
        rows = database(Random(seed))
        groups = Counter(person for person, _, _ in rows_of(rows))
        found = column(exact(connection, asked, rows), asked, "people")
        assert sum(found.values()) == sum(min(count, 2) for count in groups.values()), seed


def test_who_is_above_one_bound_is_held_to_both(connection: duckdb.DuckDBPyConnection) -> None:
    """One person at a time: which groups are hers shows in the people, and rows are those of these groups."""
    asked = bounded(2, 3)
    for seed in range(EXAMPLES):
        rows = database(Random(seed))
        for person in {row[0] for row in rows.events} - {None}:
            alone = Database(tuple(row for row in rows.events if row[0] == person), ())
            cells = exact(connection, asked, alone)
            mine = {key[1:]: count for key, count in rows_of(alone).items()}
            chosen = [key for key, people in column(cells, asked, "people").items() if people]
            assert len(chosen) == min(len(mine), 2)
            assert column(cells, asked, "n") == {key: min(mine[key], 3) for key in chosen}


def test_groups_are_chosen_evenly_and_rows_in_whichever_order_they_lie(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Of three groups of everybody, one of them with many more rows, each is chosen by a third."""
    asked = bounded(1, 2)
    groups = (("ash", "a", 40), ("oak", "a", 1), ("elm", "b", 1))
    events = tuple(
        (f"p{person}", county, kind, float(at), at, "2020-01-01")
        for person in range(300)
        for county, kind, count in groups
        for at in range(count)
    )
    found = exact(connection, asked, Database(events, ()))
    people = column(found, asked, "people")
    assert sum(people.values()) == 300
    assert all(65 <= count <= 135 for count in people.values())
    assert exact(connection, asked, Database(events, ()).shuffled(Random(1))) == found
