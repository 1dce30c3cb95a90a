"""F of classes, rounded down: of cells of a census and of an owner's table, equal to counting one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.journalist import average_risk, journalist_risk
from personatwin_sql.privacy.ladder import climb
from personatwin_sql.privacy.models.k_map import KMap
from personatwin_sql.privacy.population import (
    CellPopulation,
    CountedPopulation,
    Known,
    class_population,
    rounded_down,
)
from personatwin_sql.privacy.search import search


def _flags(rows: list[list[int]]) -> np.ndarray:
    return np.array(rows, dtype=bool)


CELLS = CellPopulation(
    cells=np.array([[3.5, 4.0, 0.25], [1.0, 0.5, 2.75]]),
    known=(
        Known(
            0,
            1,
            (_flags([[1, 0, 0], [0, 1, 0], [0, 0, 0]]), _flags([[1, 1, 0], [0, 0, 0]]), _flags([[1, 1, 1]])),
        ),
        Known(2, 0, (_flags([[1, 0], [0, 1]]), _flags([[1, 1]]))),
    ),
    unknown=((1, 2),),
)


def test_the_people_of_a_class_are_those_of_its_cells_rounded_down() -> None:
    codes = np.array([[0, 0, 0], [0, 0, 1], [1, 0, 0], [2, 0, 1]])
    assert list(class_population(CELLS, (0, 2, 0), codes)) == [3, 1, 4, 0]


def test_everybody_is_the_whole_population() -> None:
    assert list(class_population(CELLS, (2, 2, 1), np.zeros((1, 3), dtype=np.int64))) == [12]


def test_a_column_that_the_population_does_not_know_leaves_nobody() -> None:
    codes = np.zeros((2, 3), dtype=np.int64)
    assert list(class_population(CELLS, (2, 1, 1), codes)) == [0, 0]
    assert list(class_population(CELLS, (2, 2, 1), codes)) == [12, 12]


def test_each_class_may_have_levels_of_its_own() -> None:
    levels = np.array([[0, 2, 0], [2, 2, 1], [1, 2, 1], [0, 1, 0]])
    codes = np.array([[1, 0, 1], [0, 0, 0], [0, 0, 0], [1, 0, 1]])
    assert list(class_population(CELLS, levels, codes)) == [0, 12, 9, 0]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_cells_are_summed_as_one_by_one(data: st.DataObject) -> None:
    shape = data.draw(st.tuples(st.integers(1, 4), st.integers(1, 3)))
    cells = np.array(data.draw(st.lists(st.floats(0, 50), min_size=12, max_size=12)))[: shape[0] * shape[1]]
    cells = cells.reshape(shape)
    flags = [np.array(data.draw(st.lists(st.booleans(), min_size=12, max_size=12))) for _ in shape]
    flags = [flag[: 3 * size].reshape(3, size) for flag, size in zip(flags, shape, strict=True)]
    population = CellPopulation(cells, tuple(Known(axis, axis, (flags[axis],)) for axis in (0, 1)))
    codes = np.array([[a, b] for a in range(3) for b in range(3)])
    expected = [float(cells[np.ix_(flags[0][a], flags[1][b])].sum()) for a, b in codes]
    assert list(population.alike((0, 0), codes)) == pytest.approx(expected)


def test_what_no_column_tells_is_summed_up_at_once() -> None:
    (known, _), codes = CELLS.known, np.array([[0, 0, 0], [1, 0, 0]])
    small, whole = CellPopulation.of(CELLS.cells, [known]), CellPopulation(CELLS.cells, (known,))
    assert small.cells.shape == (1, 3)
    assert list(small.alike((0, 0, 0), codes)) == list(whole.alike((0, 0, 0), codes)) == [4.5, 4.5]


def test_an_estimate_is_never_rounded_up_and_a_whole_number_stays() -> None:
    assert list(rounded_down(np.array([4.999, 4.9999999999, 5.0, 0.3]))) == [4, 5, 5, 0]


@st.composite
def tables(draw: st.DrawFn) -> tuple[CountedPopulation, np.ndarray]:
    """Two columns of three values and a column that is not known; classes of the sample."""
    rows = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 9)), max_size=12))
    given_rows = np.array(rows, dtype=np.int64).reshape(-1, 3)
    maps = (
        np.array([[0, 1, 2, -1], [0, 0, 1, -1], [0, 0, 0, 0]]),
        np.array([[0, 1, -1], [0, 0, 0]]),
    )
    population = CountedPopulation((0, 2), given_rows[:, :2], given_rows[:, 2], maps, ((1, 1),))
    classes = draw(
        st.lists(st.tuples(st.integers(0, 2), st.just(0), st.integers(0, 1)), min_size=1, max_size=6)
    )
    return population, np.array(classes)


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(0, 2), st.integers(0, 1))
def test_an_owners_table_is_counted_row_by_row(
    drawn: tuple[CountedPopulation, np.ndarray], first: int, second: int
) -> None:
    population, base = drawn
    maps = population.maps
    codes = np.column_stack((maps[0][first][base[:, 0]], base[:, 1], maps[1][second][base[:, 2]]))
    found = class_population(population, (first, 1, second), codes)
    for code, people in zip(codes, found, strict=True):
        alike = sum(
            int(number)
            for (a, b), number in zip(population.codes, population.people, strict=True)
            if maps[0][first][a] == code[0] and maps[1][second][b] == code[2]
        )
        assert people == alike


def test_a_group_that_the_table_lacks_is_rare() -> None:
    population = CountedPopulation((0,), np.array([[0]]), np.array([1_000]), (np.array([[0, 1], [0, 0]]),))
    assert list(class_population(population, (0,), np.array([[0], [1]]))) == [1_000, 0]
    assert list(class_population(population, (1,), np.array([[0]]))) == [1_000]


def test_a_search_for_k_map_hides_people_among_those_of_the_population() -> None:
    maps = (np.array([[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]]),)
    population = CountedPopulation((0,), np.arange(4).reshape(-1, 1), np.array([40, 9, 30, 30]), maps)
    frequency = FrequencySet.of(["age"], [[0], [1], [2], [3]], [5, 5, 5, 5], maps)
    with_it = replace(frequency, population=population)
    plain = Demand(k=5, suppression_limit=0.0)
    found = [search(with_it, Demand(k=5, suppression_limit=0.0, models=(KMap(k),))) for k in (9, 10, 60, 61)]
    assert search(frequency, plain).levels == (0,)
    assert [result.levels if result else None for result in found] == [(0,), (1,), (2,), (2,)]
    assert search(with_it, Demand(k=5, suppression_limit=0.0, models=(KMap(110),))) is None
    assert search(frequency, Demand(k=5, suppression_limit=0.0, models=(KMap(2),))) is None


def test_journalist_risk_is_that_of_the_smallest_class_of_the_population() -> None:
    risk = journalist_risk(np.array([5, 10]), np.array([100, 20]))
    assert risk.highest == pytest.approx(1 / 20)
    assert risk.average == pytest.approx((5 / 100 + 10 / 20) / 15)
    assert (risk.smallest, risk.without) == (20, 0)


def test_whoever_the_population_lacks_is_as_likely_to_be_found_as_in_the_data_alone() -> None:
    risk = journalist_risk(np.array([5, 15]), np.array([0, 20]))
    assert risk.highest == pytest.approx(1 / 5)
    assert risk.average == pytest.approx((5 / 5 + 15 / 20) / 20)
    assert (risk.smallest, risk.without) == (0, 0.25)
    assert journalist_risk(np.array([], dtype=int), np.array([], dtype=int)).highest == 0


def test_where_nobody_knows_who_is_in_the_data_the_population_counts() -> None:
    maps = (np.array([[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]]),)
    population = CountedPopulation((0,), np.arange(4).reshape(-1, 1), np.array([50, 50, 50, 1]), maps)
    frequency = FrequencySet.of(["age"], [[0], [1], [2], [3]], [5, 5, 5, 5], maps)
    beside = replace(frequency, population=population)
    demand = Demand(k=5, suppression_limit=0.0)
    secret = Demand(k=5, suppression_limit=0.0, counts_population=True)
    among = {"target_risk": 0.05, "max_people": 5}
    public, hidden = climb(frequency, demand, **among), climb(beside, secret, **among)
    assert public.release is not None
    assert hidden.release is not None
    assert public.release.levels == (2,)
    assert hidden.release.levels == (1,)
    assert hidden.release.average_risk == pytest.approx((10 / 100 + 10 / 51) / 20)
    assert climb(beside, demand, **among).release.levels == (2,)


def test_a_population_that_is_too_small_is_never_worse_than_the_data() -> None:
    sizes = np.array([5, 10])
    assert average_risk(sizes, np.array([0, 3])) == average_risk(sizes) == pytest.approx(2 / 15)
    assert average_risk(sizes, np.array([100, 3])) == pytest.approx((5 / 100 + 1) / 15)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_ladder_finds_the_best_levels_among_the_population(data: st.DataObject) -> None:
    """As trying all nodes does, at the demanded k."""
    maps = (np.array([[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]]), np.array([[0, 1], [0, 0]]))
    codes = np.array([[a, b] for a in range(4) for b in range(2)])
    people = np.array(data.draw(st.lists(st.integers(1, 9), min_size=8, max_size=8)))
    outside = np.array(data.draw(st.lists(st.integers(0, 60), min_size=8, max_size=8)))
    population = CountedPopulation((0, 1), codes, outside, maps)
    plain = FrequencySet.of(["a", "b"], codes, people, maps)
    frequency = FrequencySet(plain.names, codes, people, plain.maps, plain.leaves, population=population)
    target = data.draw(st.floats(0.005, 0.2))
    demand = Demand(k=2, suppression_limit=0.0, counts_population=True, max_average_risk=target)
    found = search(frequency, demand)
    losses = {}
    for first in range(3):
        for second in range(2):
            fixed = Demand(k=2, suppression_limit=0.0, fixed={"a": first, "b": second})
            at_node = search(plain, fixed)
            _, group = np.unique(plain.at((first, second)), axis=0, return_inverse=True)
            sizes = np.bincount(group.reshape(-1), weights=people).astype(int)
            alike = np.bincount(group.reshape(-1), weights=outside).astype(int)
            if at_node is not None and average_risk(sizes, alike) <= target:
                losses[first, second] = at_node.loss
    assert (found is None) == (not losses)
    if found is not None:
        assert found.loss == pytest.approx(min(losses.values()))
