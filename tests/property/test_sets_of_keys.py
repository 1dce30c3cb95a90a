"""GROUPING SETS, ROLLUP and CUBE of private models against the engine's own, before any noise."""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import pytest

from tests.private_shapes import shape
from tests.unit.compile.aggregate.relations import TABLES

COUNTIES, KINDS = ("ash", "oak", "none"), ("a", "b", "none")
MEASURES = "count(*) AS n, count(DISTINCT person_id) AS people, sum(visits) AS visits"
ITEMS = f"coalesce(county, 'none') AS place, coalesce(kind, 'none') AS sort, {MEASURES}"
GROUPS = (
    "ROLLUP (place, sort)",
    "CUBE (place, sort)",
    "GROUPING SETS ((place, sort), sort, ())",
    "GROUPING SETS (place, sort)",
    "1, ROLLUP (2)",
)
WIDE = {"max_groups": 50, "max_rows_per_group": 100, "bounds": {"visits": (-50, 50)}}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("CREATE SCHEMA private; CREATE SCHEMA release; CREATE SCHEMA hierarchy")
        connection.execute("SET VARIABLE release_secret = 'a secret'")
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {name} {columns}")
        draw = random.Random(5)
        for _ in range(120):
            row = (draw.choice("pqrst"), draw.choice(("ash", "oak", None)), draw.choice(("a", "b", None)))
            connection.execute(
                "INSERT INTO private.events VALUES (?, ?, ?, 1.0, ?, DATE '2020-01-01')",
                (*row, draw.choice((None, -50, 0, 7, 50))),
            )
        yield connection


@pytest.mark.parametrize("keys", ["private", {"place": COUNTIES, "sort": KINDS}], ids=["private", "public"])
@pytest.mark.parametrize("group", GROUPS)
def test_sets_of_keys_add_up_what_the_engine_adds_up(
    group: str, keys: object, connection: duckdb.DuckDBPyConnection
) -> None:
    sql = f"SELECT {ITEMS} FROM private.events GROUP BY {group}"
    made = shape(sql, epsilon=1, delta="1e-6", protection="differential_privacy", keys=keys, **WIDE)
    connection.execute(made.before)
    ours = connection.execute(
        "SELECT place, sort, n, people, visits FROM private.model__exact ORDER BY ALL"
    ).fetchall()
    theirs = connection.execute(f"{sql} ORDER BY ALL").fetchall()
    assert [row for row in ours if row[2] > 0] == [(*row[:4], row[4] or 0) for row in theirs]


def test_keys_that_can_be_null_are_told_from_totals_before_anything_runs() -> None:
    sql = f"SELECT county, {MEASURES} FROM private.events GROUP BY ROLLUP (county)"
    with pytest.raises(AssertionError, match="PT614"):
        shape(sql, epsilon=1, delta="1e-6", protection="differential_privacy", keys="private", **WIDE)
