"""Levels beside earlier releases: who waits counts as suppressed, and whoever stays is one of k."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.privacy.beside import CELLS, Earlier, staying
from personatwin_sql.privacy.classes import Grouping
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.search import release_at, search
from personatwin_sql.privacy.sensitive import Sensitive

K = 3
MAPS = ([[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]], [[0, 1], [0, 0]])


@st.composite
def people_beside(draw: st.DrawFn) -> tuple[FrequencySet, Earlier]:
    """People of eight combinations of values, each in one of three cells or in none; some are gone."""
    counts = draw(st.lists(st.lists(st.integers(0, 6), min_size=4, max_size=4), min_size=8, max_size=8))
    entries = [
        (row, cell, people) for row, own in enumerate(counts) for cell, people in enumerate(own) if people
    ]
    used = sorted({row for row, _, _ in entries}) or [0]
    entries = entries or [(0, 0, 1)]
    codes = np.array(list(product(range(4), range(2))))[used]
    rows = np.array([used.index(row) for row, _, _ in entries])
    cells, people = (np.array([entry[place] for entry in entries]) for place in (1, 2))
    frequency = FrequencySet.of(
        ("age", "sex"),
        codes,
        np.bincount(rows, weights=people),
        MAPS,
        sensitive=(Sensitive(CELLS, rows, cells, people, 4),),
    )
    gone = np.array([0, *draw(st.lists(st.integers(0, 4), min_size=3, max_size=3))])
    # whatever was released before left no cell of fewer than k
    total = np.bincount(cells, weights=people, minlength=4).astype(np.int64) + gone
    gone[1:] += np.maximum(0, K - total)[1:] * (total[1:] > 0)
    return frequency, Earlier(np.array([0, K, K, K]), gone)


@settings(max_examples=60, deadline=None)
@given(people_beside(), st.sampled_from([0.2, 0.6]))
def test_no_levels_at_which_enough_stay_lose_less_than_those_that_are_found(
    drawn: tuple[FrequencySet, Earlier], limit: float
) -> None:
    frequency, earlier = drawn
    demand = Demand(k=K, suppression_limit=limit, earlier=earlier)
    each = [release_at(frequency, demand, levels) for levels in product(range(3), range(2))]
    losses = [found.loss for found in each if found is not None]
    found = search(frequency, demand)
    assert (found is None) == (not losses)
    if found is not None:
        assert abs(found.loss - min(losses)) < 1e-9
        free = search(frequency, replace(demand, earlier=None))
        assert free is not None
        assert free.loss <= found.loss + 1e-9
        assert found.suppressed_people <= limit * frequency.total + 1e-9


@settings(max_examples=60, deadline=None)
@given(people_beside(), st.sampled_from([(0, 0), (1, 1), (2, 0)]))
def test_each_class_that_stays_has_k_people_and_nobody_stays_of_fewer_than_could(
    drawn: tuple[FrequencySet, Earlier], levels: tuple[int, int]
) -> None:
    frequency, earlier = drawn
    grouping = Grouping(frequency, (0, 0), (2, 1), None, {CELLS})
    classes = grouping.classes(levels, grouping.finest)
    stay = staying(earlier, classes, classes.sizes < K, K)
    assert ((stay == 0) | (stay >= K)).all()
    assert (stay <= classes.sizes).all()
    cells = classes.values[0]
    parts = Counter(dict(zip(zip(cells.classes, cells.values, strict=True), cells.people, strict=True)))
    for number, people in enumerate(stay):
        whole = [size for (name, _), size in parts.items() if name == number and size >= K]
        assert people <= sum(whole)


def test_newcomers_wait_at_fine_levels_and_come_in_at_coarse_ones() -> None:
    people = [30, 1, 30, 1, 30, 1]
    frequency = FrequencySet.of(
        ("age", "sex"),
        [(0, 0), (1, 0), (2, 0)],
        [31, 31, 31],
        MAPS,
        sensitive=(
            Sensitive(
                CELLS,
                np.array([0, 0, 1, 1, 2, 2]),
                np.array([1, 0, 2, 0, 3, 0]),
                np.array(people),
                4,
            ),
        ),
    )
    earlier = Earlier(np.array([0, K, K, K]), np.zeros(4, dtype=np.int64))
    demand = Demand(k=K, suppression_limit=0.0, earlier=earlier)
    assert search(frequency, replace(demand, earlier=None, fixed={})) is not None
    strict = search(frequency, demand)
    assert strict is not None
    assert strict.levels[0] == 2
    loose = search(frequency, replace(demand, suppression_limit=0.1))
    assert loose is not None
    assert loose.levels[0] == 0
    assert loose.suppressed_people >= K
