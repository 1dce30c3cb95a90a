"""The levels from which on personas meet their rules, against trying every node, and for many columns."""

from __future__ import annotations

import time
import tracemalloc
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.privacy.coarsening import PersonaDemand, coarse_enough, is_met
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.gathering import Blocks, Gathered, classes_at, gather

BLOCKS = Blocks(block=(0, 1), never=(0,))


def loss(frequency: FrequencySet, node: tuple[int, ...]) -> float:
    """People times the share of the domain under their value, over all columns."""
    found = 0.0
    for column, level in enumerate(node):
        weights = np.bincount(frequency.codes[:, column], frequency.people, frequency.maps[column].shape[1])
        found += float(frequency.shares(column)[level] @ weights)
    return found


@st.composite
def frequency_sets(draw: st.DrawFn) -> FrequencySet:
    maps = []
    for _ in range(3):
        groups = draw(st.lists(st.integers(0, 1), min_size=4, max_size=4))
        maps.append([[0, 1, 2, 3], groups, [0] * 4])
    tuples = draw(st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=1, max_size=20, unique=True))
    people = [draw(st.integers(1, 6)) for _ in tuples]
    return FrequencySet.of(("a", "b", "c"), tuples, people, maps)


@given(
    frequency_sets(),
    st.tuples(*[st.integers(0, 2)] * 3),
    st.sampled_from((2, 3, 5)),
    st.sampled_from((0.02, 0.1, 0.2, 0.4)),
    st.sampled_from((0.0, 0.05, 0.3, 1.0)),
)
@settings(max_examples=150, deadline=None)
def test_the_levels_found_are_the_first_by_loss_that_meet_the_demand(
    frequency: FrequencySet, start: tuple[int, ...], k: int, risk: float, suppression: float
) -> None:
    demand = PersonaDemand(k, BLOCKS, risk, suppression)
    nodes = [node for node in product(*(range(low, 3) for low in start)) if is_met(frequency, demand, node)]
    found = coarse_enough(frequency, demand, start)
    if found is None:
        assert not nodes
    else:
        assert found in nodes
        assert loss(frequency, found) == pytest.approx(min(loss(frequency, node) for node in nodes))
    stepped = coarse_enough(frequency, demand, start, most_nodes=0)
    if stepped is None:
        assert not is_met(frequency, demand, frequency.heights)
    else:
        assert stepped in nodes


def many_columns(columns: int, tuples: int) -> FrequencySet:
    """Eight levels a column: 8 ** columns nodes."""
    values = np.arange(128)
    maps = [[values // 2**level for level in range(8)] for _ in range(columns)]
    codes = np.random.default_rng(7).integers(0, 128, size=(tuples, columns))
    codes = np.unique(codes, axis=0)
    return FrequencySet.of([f"c{n}" for n in range(columns)], codes, np.ones(len(codes)), maps)


def test_twenty_columns_cost_no_more_than_seconds_and_megabytes() -> None:
    frequency = many_columns(20, 2_000)
    demand = PersonaDemand(11, BLOCKS, 0.01, 0.05)
    tracemalloc.start()
    began = time.process_time()
    found = coarse_enough(frequency, demand, (0,) * 20)
    seconds = time.process_time() - began
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found is not None
    assert is_met(frequency, demand, found)
    assert seconds < 20
    assert most < 100_000_000


def test_where_not_even_the_top_meets_the_demand_there_are_no_levels() -> None:
    frequency = many_columns(12, 9)
    assert coarse_enough(frequency, PersonaDemand(10, BLOCKS, 1.0, 0.0), (0,) * 12) is None
    assert coarse_enough(frequency, PersonaDemand(9, BLOCKS, 1 / 9, 0.0), (0,) * 12) is not None
    assert coarse_enough(frequency, PersonaDemand(9, BLOCKS, 1 / 10, 0.0), (0,) * 12) is None


def test_too_many_left_out_asks_for_coarser_levels_even_where_the_risk_is_met() -> None:
    flat = [[[0, 1], [0, 0]]]
    frequency = FrequencySet.of(("gender",), [[0], [1]], [40, 5], flat)
    blocks = Blocks((0,), (0,))
    assert gather(frequency, (0,), 11, blocks) == Gathered(0, 0)
    assert coarse_enough(frequency, PersonaDemand(11, blocks, 0.5, 0.05), (0,)) == (1,)


def test_classes_are_numbered_by_people_and_a_lone_few_take_the_smallest_with_them() -> None:
    flat = [[[0, 1, 2, 3], [0, 0, 0, 0]]]
    frequency = FrequencySet.of(("a",), [[0], [1], [2], [3]], [5, 9, 5, 2], flat)
    assert classes_at(frequency, (0,), 2).tolist() == [1, 3, 2, 0]
    assert classes_at(frequency, (0,), 3).tolist() == [-1, 1, 0, -1]
    assert classes_at(frequency, (1,), 3).tolist() == [0, 0, 0, 0]


def test_nobody_gathers_into_nothing() -> None:
    frequency = FrequencySet.of(("a",), np.empty((0, 1)), [], [np.empty((2, 0))])
    found = gather(frequency, (0,), 5, Blocks((), ()))
    assert found == Gathered(0, 0)
    assert found.average_risk == 1.0


@given(
    frequency_sets(),
    st.tuples(*[st.integers(0, 2)] * 3),
    st.tuples(*[st.integers(0, 2)] * 3),
    st.sampled_from((0, 500)),
)
@settings(deadline=None)
def test_no_level_is_above_its_ceiling(
    frequency: FrequencySet, start: tuple[int, ...], ceiling: tuple[int, ...], most_nodes: int
) -> None:
    demand = PersonaDemand(2, BLOCKS, 0.4, 0.3, ceiling=ceiling)
    found = coarse_enough(frequency, demand, start, most_nodes)
    ranges = (range(low, high + 1) for low, high in zip(start, ceiling, strict=True))
    nodes = [node for node in product(*ranges) if is_met(frequency, demand, node)]
    if found is not None:
        assert found in nodes
    elif most_nodes:
        assert not nodes
