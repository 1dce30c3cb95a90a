"""Shapes of aggregates over people: the unsafe are refused with a place, a reason and a way out."""

from __future__ import annotations

import pytest

from personatwin_sql.compile.aggregate.reader import read_aggregate
from personatwin_sql.errors import ProjectError
from tests.fresh_database import fresh_database
from tests.unit.compile.aggregate.relations import TABLES, parsed, relations
from tests.unit.compile.select_cases import Case, cases

REFUSED, TAKEN = cases("aggregates_refused.sql"), cases("aggregates_taken.sql")


@pytest.mark.parametrize("case", REFUSED)
def test_an_unsafe_shape_is_refused_with_place_reason_and_way_out(case: Case) -> None:
    with pytest.raises(ProjectError) as raised:
        read_aggregate(parsed(case.sql, "differential_privacy"), relations)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == case.says["expect"], diagnostic.message
    assert diagnostic.place is not None
    assert diagnostic.place.line is not None
    assert diagnostic.message
    assert diagnostic.fixes


@pytest.mark.parametrize("case", TAKEN)
def test_a_safe_shape_is_taken(case: Case) -> None:
    assert read_aggregate(parsed(case.sql, "differential_privacy"), relations).measures


@pytest.mark.parametrize("case", TAKEN)
def test_the_text_of_a_taken_shape_stands_by_itself(case: Case) -> None:
    """The parts that macros put elsewhere are SQL: FROM and WHERE, the person, keys and values."""
    aggregate = read_aggregate(parsed(case.sql, "differential_privacy"), relations)
    values = [measure.value for measure in aggregate.measures if measure.value]
    only = [measure.only for measure in aggregate.measures if measure.only]
    items = ", ".join([aggregate.unit, *(key.sql for key in aggregate.keys), *values, *only])
    connection = fresh_database()
    connection.execute("CREATE SCHEMA private; CREATE SCHEMA release")
    for name, columns in TABLES.items():
        connection.execute(f"CREATE TABLE {name} {columns}")
    found = connection.execute(f"{aggregate.with_sql} SELECT {items} {aggregate.rows_sql}").fetchall()
    assert found == []
