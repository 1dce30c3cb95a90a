"""NULL in measures, keys and persons: nothing as SQL has it, or what is declared, within the bounds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from personatwin_sql.errors import ProjectError
from tests.private_shapes import Shape, shape
from tests.property.neighbours import Cells, Database, connected, exact
from tests.unit.compile.aggregate.test_private_config import PROJECT, SOME, made, written
from tests.unit.compile.tested_project import compiled

ROWS = Database(
    (
        ("p1", "ash", "a", 10.0, 2, None),
        ("p1", None, "a", None, None, None),
        ("p2", "ash", "b", None, 3, None),
        ("p3", "ash", "b", math.nan, 4, None),
        (None, "ash", "a", 40.0, 5, None),
    ),
    (),
)
SELECT = (
    "SELECT county, count(*) AS n, count(amount) AS values, sum(amount) AS amount, avg(amount) AS mean,"
    " median(amount) AS middle FROM private.events GROUP BY county"
)
DECLARED: dict[str, Any] = {
    "epsilon": 1, "max_groups": 2, "max_rows_per_group": 3, "bounds": {"amount": (0, 50)},
    "quantile_share": 0.5,
}  # fmt: skip
NAMES = ("n", "values", "amount", "mean__values", "mean__centred", "middle")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connected() as opened:
        yield opened


def counted(connection: duckdb.DuckDBPyConnection, of: Shape) -> dict[Any, dict[str, Any]]:
    """County → exact columns."""
    cells: Cells = exact(connection, of, ROWS)
    return {cell[1]: dict(zip(NAMES, columns, strict=True)) for cell, columns in cells.items()}


def test_a_null_counts_nowhere_unless_it_is_declared(connection: duckdb.DuckDBPyConnection) -> None:
    """As in SQL, but for NaN, which is taken for NULL where values are added up; rows of nobody are gone."""
    found = counted(connection, shape(SELECT, keys={"county": ("ash", "oak")}, **DECLARED))
    assert found == {
        "ash": {"n": 3, "values": 2, "amount": 10, "mean__values": 1, "mean__centred": 10 - 25,
                "middle": {10: 1}},
        "oak": {"n": 0, "values": 0, "amount": 0, "mean__values": 0, "mean__centred": 0, "middle": None},
    }  # fmt: skip


def test_a_declared_value_is_added_up_and_counted_by_averages(connection: duckdb.DuckDBPyConnection) -> None:
    found = counted(connection, shape(SELECT, keys={"county": ("ash",)}, nulls={"amount": 7}, **DECLARED))
    assert found["ash"] == {
        "n": 3, "values": 2, "amount": 24, "mean__values": 3, "mean__centred": 24 - 75,
        "middle": {7: 2, 10: 1},
    }  # fmt: skip


def test_rows_without_a_key_are_a_group_where_the_list_has_none(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = counted(connection, shape(SELECT, keys={"county": ("ash", None)}, **DECLARED))
    assert {county: cell["n"] for county, cell in found.items()} == {"ash": 3, None: 1}


def test_rows_without_a_key_are_in_the_group_of_the_declared_one(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    of = shape(SELECT, keys={"county": ("ash", "?")}, nulls={"county": "?"}, **DECLARED)
    assert {county: cell["n"] for county, cell in counted(connection, of).items()} == {"ash": 3, "?": 1}


def test_private_keys_have_a_group_of_null_which_has_to_pass_too(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    of = shape(SELECT.replace("count(*)", "count(DISTINCT person_id)"), keys="private", **DECLARED)
    assert {county: cell["n"] for county, cell in counted(connection, of).items()} == {"ash": 3, None: 1}
    assert "people" in of.after or ">=" in of.after


@pytest.mark.parametrize("null", [0, 7.4, 7.5, 7.6, 50, 0.49])
def test_a_declared_value_counts_as_a_row_with_that_value_does(
    null: float, connection: duckdb.DuckDBPyConnection
) -> None:
    """Rounded and clamped by the compiler as the engine does it, and so as no more than any value."""
    select = "SELECT sum(amount) AS amount FROM private.events"
    some = {"epsilon": 1, "max_rows_per_group": 3, "bounds": {"amount": (0, 50)}}
    of = shape(select, nulls={"amount": null}, **some)
    given = Database((("p1", "ash", "a", null, 1, None),), ())
    absent = Database((("p1", "ash", "a", None, 1, None),), ())
    assert exact(connection, of, given) == exact(connection, of, absent)


FINES = "SELECT gender, sum(fine) AS fines, count(*) AS n FROM {{ ref('people') }} GROUP BY gender"
BOUNDED = f"{SOME}, keys={{'gender': 'domain'}}, bounds={{'fine': [0, 9]}}"


@pytest.mark.parametrize(
    "nulls",
    ["{'fine': 10}", "{'fine': -1}", "{'fine': 'much'}", "{'fine': true}", "{'fine': [1]}", "{'fin': 1}", "0",
     "{'gender': 0}", "{'gender': 0.5}", "{'gender': ['F']}", "{'n': 1}"],
)  # fmt: skip
def test_what_null_counts_as_is_a_value_that_could_be_there(tmp_path: Path, nulls: str) -> None:
    with pytest.raises(ProjectError) as raised:
        made(tmp_path, f"{BOUNDED}, nulls={nulls}", FINES)
    (problem,) = raised.value.diagnostics
    assert (problem.code, bool(problem.place and problem.place.line)) == ("PT651", True)
    assert problem.fixes


def test_a_model_says_what_null_counts_as(tmp_path: Path) -> None:
    promise = made(tmp_path, f"{BOUNDED}, nulls={{'fine': 1.5, 'gender': 'F'}}", FINES)
    assert (promise.bounds["fines"].null_as, promise.null_keys) == (1.5, {"gender": "F"})
    assert promise.bounds["fines"].text == "0 to 9 by 1, NULL as 3/2"


DOMAIN = """\
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier, type: integer, bounds: [0, 90], null_as: 40}
      gender: {role: quasi_identifier, values: [F, M], null_as: X}
      charge: {role: sensitive}
"""
AGES = "SELECT gender, sum(age) AS years FROM {{ ref('people') }} GROUP BY "
BELOW = {"models/people.sql": "SELECT * FROM {{ source('court', 'people') }}\n"}


def of_domain(root: Path, config: str, group: str = "gender", domain: str = DOMAIN) -> Any:
    model = f"{{{{ config(protection='differential_privacy', {SOME}, {config}) }}}}\n{AGES}{group}\n"
    files = {"project.yml": PROJECT, "domains/court.yml": domain, "models/private.sql": model}
    return compiled(root, {**BELOW, **files}).models["private"].protection


def test_the_domain_says_it_once_for_all_models(tmp_path: Path) -> None:
    promise = of_domain(tmp_path, "keys='domain'")
    assert (promise.bounds["years"].null_as, promise.null_keys) == (40, {"gender": "X"})
    assert written(promise) == {"gender": ("F", "M", "X")}


def test_a_key_with_a_declared_value_is_told_from_totals(tmp_path: Path) -> None:
    assert of_domain(tmp_path, "keys='private'", "ROLLUP (gender)").keys


def test_a_model_may_say_otherwise(tmp_path: Path) -> None:
    promise = of_domain(tmp_path, "keys='domain', nulls={'age': none, 'gender': none}")
    assert (promise.bounds["years"].null_as, promise.null_keys) == (None, {})
    assert written(promise) == {"gender": ("F", "M")}


def test_bounds_of_a_model_that_leave_out_what_null_counts_as_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as raised:
        of_domain(tmp_path, "keys='domain', bounds={'age': [50, 60]}")
    assert [problem.code for problem in raised.value.diagnostics] == ["PT651"]


@pytest.mark.parametrize(
    "column",
    [
        "age: {role: quasi_identifier, type: integer, bounds: [0, 90], null_as: 91}",
        "age: {role: quasi_identifier, type: integer, null_as: some}",
        "age: {role: quasi_identifier, type: integer, null_as: 1.5}",
        "age: {role: quasi_identifier, type: number, null_as: 1}",
        "age: {role: quasi_identifier, type: boolean, null_as: 1}",
        "age: {role: quasi_identifier, type: date, null_as: '2020-02-30'}",
        "age: {role: quasi_identifier, type: timestamp, null_as: '2020-02-20'}",
        "age: {role: quasi_identifier, null_as: 1}",
        "name: {role: direct_identifier, null_as: nobody}",
        "other_id: {role: privacy_unit, null_as: nobody}",
    ],
)
def test_what_a_domain_declares_is_of_the_columns_type(tmp_path: Path, column: str) -> None:
    domain = f"entities:\n  people:\n    columns:\n      gender: {{role: sensitive}}\n      {column}\n"
    with pytest.raises(ProjectError) as raised:
        of_domain(tmp_path, "keys='domain'", domain=domain)
    assert [problem.code for problem in raised.value.diagnostics] == ["PT651"]


def test_zero_of_either_sign_is_one_value_of_a_minimum(connection: duckdb.DuckDBPyConnection) -> None:
    """Values are whole units before anything is chosen among them: what is drawn is 0, and never -0.0."""
    select = "SELECT min(amount) AS least, max(amount) AS most FROM private.events"
    some = {"epsilon": 1, "max_rows_per_group": 3, "bounds": {"amount": (-1, 1)}}
    of = shape(select, granularity={"amount": 0.5}, **some)
    rows = Database(tuple(("p1", "ash", "a", zero, 1, None) for zero in (0.0, -0.0, 1e-300)), ())
    ((least, most),) = exact(connection, of, rows).values()
    assert (least, most) == ({0: 3}, {0: 3})
