"""Whether contributions were held within bounds is counted from the author's SELECT, beside the macros."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

import pytest

from personatwin_sql.compile.aggregate.calibrate import groups_of
from personatwin_sql.compile.aggregate.components import Component
from personatwin_sql.engine.measure_private import Limits, reach, within_limits
from personatwin_sql.engine.session import Session, open_session
from personatwin_sql.frozen import replace
from personatwin_sql.spec.project import Resources
from tests.private_shapes import NAME, Shape, shapes
from tests.property.neighbours import Database, database, everywhere, exact
from tests.unit.compile.aggregate.test_proof_of_privacy import NAMES


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with open_session(tmp_path_factory.mktemp("private"), Resources(threads=1), "UTC") as opened:
        yield opened


def counted(session: Session, shape: Shape, rows: Database) -> Mapping[str, bool]:
    exact(session.connection, shape, rows)
    promise, aggregate = shape.promise, shape.aggregation.aggregate
    limits = Limits(groups_of(aggregate, promise), promise.max_rows_per_group)
    keys = f"hierarchy.{NAME}__keys" if f"hierarchy.{NAME}__keys" in shape.script else None
    return within_limits(session, NAME, shape.aggregation, limits, keys)


def busy() -> Database:
    """Two people with many rows in each group, and some others."""
    rows = database(Random(5)).without("p1").without("p2")
    events = (*rows.events, *everywhere("p1", 50.0, 9), *everywhere("p2", 50.0, 9))
    return Database(events, (*rows.people, ("p1", "oak"), ("p2", "ash")))


@pytest.mark.parametrize("name", NAMES)
def test_what_the_built_in_macros_add_up_is_within_bounds(name: str, session: Session) -> None:
    for rows in (busy(), Database((), ()), *(database(Random(seed)) for seed in range(3))):
        assert set(counted(session, shapes()[name], rows).values()) == {True}


@pytest.mark.parametrize("name", ["counts", "sums", "sets", "private keys", "quantiles"])
def test_rows_beyond_the_bound_are_noticed(name: str, session: Session) -> None:
    shape = shapes()[name]
    without = replace(shape, script=shape.script.replace("pt_nth_row <= 3", "pt_nth_row <= 4"))
    assert not all(counted(session, without, busy()).values())


@pytest.mark.parametrize("name", ["counts", "people", "sums", "sets", "private keys", "quantiles"])
def test_groups_beyond_the_bound_are_noticed(name: str, session: Session) -> None:
    shape = shapes()[name]
    without = replace(shape, script=shape.script.replace(" WHERE pt_nth_group <= 2", ""))
    assert not all(counted(session, without, busy()).values())


def test_values_beyond_their_bounds_are_noticed(session: Session) -> None:
    shape = shapes()["sums"]
    wider = replace(shape, script=shape.script.replace("-10), 50)", "-10), 500)"))
    rows = Database(everywhere("p1", 400.0, 1), ())
    assert not all(counted(session, wider, rows).values())


def test_nothing_that_was_counted_is_left_in_the_session(session: Session) -> None:
    counted(session, shapes()["counts"], busy())
    left = session.value("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE '%counted%'")
    assert left == 0


def test_the_reach_of_a_value_is_that_of_its_bounds_less_the_middle() -> None:
    """From 10 to 50 less 30: 20 at most, squared 400; visits from 0 to 7 less 3: 4 and 16."""
    found: dict[str, Component] = {
        each.name: each for each in shapes()["means"].aggregation.components.columns
    }
    assert reach(found["mean__centred"]) == 20
    assert reach(found["spread__squares"]) == 16
    assert reach(found["spread__values"]) == 1
