"""Histograms: bins are public keys that follow from the edges, and each value is in one of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from personatwin_sql.errors import ProjectError
from tests.private_shapes import shape
from tests.property.neighbours import Database, connected, exact
from tests.unit.compile.aggregate.test_private_config import SOME, made, written
from tests.unit.compile.proven_scripts import MACROS

EDGES = [0, 10, 20, 50]
BINS = ("<0", "0 to under 10", "10 to under 20", "20 to under 50", "50+")
VALUES = (
    -math.inf,
    -1e308,
    -5e-324,
    -0.0,
    0.0,
    9.999999999999998,
    10.0,
    19.5,
    20.0,
    49.9,
    50.0,
    1e308,
    math.inf,
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connected() as opened:
        yield opened


def bin_of(value: float, edges: list[float]) -> str:
    """By hand: the last edge that is no larger."""
    below = [edge for edge in edges if edge <= value]
    return BINS[len(below)]


def histogram(*asked: Any, **more: Any) -> str:
    return str(MACROS.macros["histogram"](*asked, **more))


def in_bins(connection: duckdb.DuckDBPyConnection, values: list[Any], kind: str, sql: str) -> list[Any]:
    rows = connection.execute(
        f"SELECT {sql} FROM (SELECT unnest(CAST(? AS {kind}[])) AS x)", [values]
    ).fetchall()
    return [cell for (cell,) in rows]


def test_each_value_is_in_the_bin_whose_lower_edge_it_reaches(connection: duckdb.DuckDBPyConnection) -> None:
    found = in_bins(connection, list(VALUES), "DOUBLE", histogram("x", EDGES))
    assert found == [bin_of(value, [float(edge) for edge in EDGES]) for value in VALUES]


@pytest.mark.parametrize("edges", [EDGES, [0, 10.0, 20, 50.5]])
def test_whole_numbers_of_any_size_are_in_a_bin(
    edges: list[float], connection: duckdb.DuckDBPyConnection
) -> None:
    values = [-(2**63), -1, 0, 9, 10, 50, 2**63 - 1]
    found = in_bins(connection, values, "BIGINT", histogram("x", edges))
    assert [BINS.index(found[0]), found[-1]] == [0, f"{edges[-1]}+"]
    assert None not in found


def test_what_is_no_number_is_in_no_bin_or_in_its_own(connection: duckdb.DuckDBPyConnection) -> None:
    lacking = [None, math.nan]
    assert in_bins(connection, lacking, "DOUBLE", histogram("x", EDGES)) == [None, None]
    assert in_bins(connection, lacking, "DOUBLE", histogram("x", EDGES, missing=True)) == ["missing"] * 2


def test_what_lies_outside_is_in_no_bin_where_that_is_asked_for(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    sql = histogram("x", EDGES, below=False, above=False)
    assert in_bins(connection, [-1, 0, 49, 50], "BIGINT", sql) == [None, BINS[1], BINS[3], None]


BY_BIN = "SELECT {{ histogram('fine', [0, 10, 20, 50]) }} AS bin, gender, count(*) AS n"
FROM = " FROM {{ ref('people') }} GROUP BY ALL"


def test_bins_are_listed_by_their_edges_beside_other_keys(tmp_path: Path) -> None:
    promise = made(tmp_path, f"{SOME}, keys={{'bin': 'written', 'gender': 'domain'}}", BY_BIN + FROM)
    assert written(promise) == {"bin": BINS, "gender": ("F", "M")}


def test_all_keys_can_be_written_out(tmp_path: Path) -> None:
    select = "SELECT {{ histogram('fine', [0, 10], below=false, missing=true) }} AS bin, count(*) AS n" + FROM
    assert written(made(tmp_path, f"{SOME}, keys='written'", select)) == {
        "bin": ("missing", "0 to under 10", "10+")
    }


def test_bins_are_grouped_by_in_sets_where_each_value_has_one(tmp_path: Path) -> None:
    select = (
        "SELECT {{ histogram('fine', [0, 10], missing=true) }} AS bin, gender, count(*) AS n"
        " FROM {{ ref('people') }} GROUP BY ROLLUP (bin, gender)"
    )
    assert made(tmp_path, f"{SOME}, keys={{'bin': 'written', 'gender': 'domain'}}", select).keys


def test_a_declared_value_of_null_is_a_bin_too(tmp_path: Path) -> None:
    config = f"{SOME}, nulls={{'bin': 'unknown'}}, keys={{'bin': 'written', 'gender': 'domain'}}"
    assert written(made(tmp_path, config, BY_BIN + FROM))["bin"] == (*BINS, "unknown")


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("CASE gender WHEN 'F' THEN 1 WHEN 'M' THEN -1 END", (1, -1)),
        ("if(gender = 'F', true, false)", (True, False)),
        ("coalesce(CASE WHEN gender = 'F' THEN 'x''y' ELSE NULL END, 'z')", ("x'y", "z")),
    ],
)
def test_branches_are_written_out(tmp_path: Path, key: str, values: tuple[object, ...]) -> None:
    select = f"SELECT {key} AS key, count(*) AS n" + FROM
    assert written(made(tmp_path, f"{SOME}, keys='written'", select)) == {"key": values}


@pytest.mark.parametrize(
    "key", ["gender", "lower(gender)", "CASE WHEN gender = 'F' THEN 'F' ELSE gender END"]
)
def test_a_key_that_repeats_the_data_writes_nothing_out(tmp_path: Path, key: str) -> None:
    select = f"SELECT {key} AS key, count(*) AS n" + FROM
    with pytest.raises(ProjectError) as raised:
        made(tmp_path, f"{SOME}, keys='written'", select)
    (problem,) = raised.value.diagnostics
    assert (problem.code, "write out" in problem.message) == ("PT614", True)


@pytest.mark.parametrize(
    "edges", ["[]", "5", "'0, 10'", "[0, 0]", "[10, 0]", "['0', '10']", "[0, true]", "{'a': 1}", "[0, none]"]
)
def test_edges_are_numbers_that_rise(tmp_path: Path, edges: str) -> None:
    select = f"SELECT {{{{ histogram('fine', {edges}) }}}} AS bin, count(*) AS n" + FROM
    with pytest.raises(ProjectError) as raised:
        made(tmp_path, f"{SOME}, keys='written'", select)
    (problem,) = raised.value.diagnostics
    assert problem.place is not None
    assert problem.place.line
    assert "histogram" in problem.message, problem.message


def test_a_text_is_in_no_bin(tmp_path: Path) -> None:
    select = "SELECT {{ histogram('charge', [0, 10]) }} AS bin, count(*) AS n" + FROM
    with pytest.raises(ProjectError) as raised:
        made(tmp_path, f"{SOME}, keys='written'", select)
    assert [problem.code for problem in raised.value.diagnostics] == ["PT628"]


def test_the_counts_of_a_histogram_are_those_of_its_bins(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty bins are there, and rows in no bin are nowhere."""
    select = (
        f"SELECT {histogram('amount', EDGES)} AS bin, county, count(*) AS n FROM private.events GROUP BY ALL"
    )
    of = shape(
        select,
        epsilon=1,
        max_groups=9,
        max_rows_per_group=9,
        keys={"bin": "written", "county": ("ash", "oak")},
    )
    amounts = (*VALUES, math.nan, None)
    rows = Database(tuple(("p1", "ash", "a", amount, 1, None) for amount in amounts), ())
    found = {cell[1:]: columns[0] for cell, columns in exact(connection, of, rows).items()}
    counted = [bin_of(value, [float(edge) for edge in EDGES]) for value in VALUES]
    assert found == {
        **{(name, "ash"): counted.count(name) for name in BINS},
        **{(name, "oak"): 0 for name in BINS},
    }
