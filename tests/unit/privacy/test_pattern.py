from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.privacy.pattern import event_patterns

NOTHING = np.array([], dtype=np.int64)


def patterns(groups: list[set[int]], people: list[int], most: int = 10**6) -> list[tuple[int, float, bool]]:
    rows = [(group, cell) for group, cells in enumerate(groups) for cell in cells]
    group_ids, cell_ids = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    found = event_patterns(group_ids, cell_ids, np.array(people, dtype=np.int64), most)
    assert [each.m for each in found] == [1, 2, 3]
    return [(each.smallest, each.unique_share, each.is_exact) for each in found]


def test_two_known_cells_single_out_whom_one_does_not() -> None:
    groups = [{1, 2}, {1, 3}, {2, 3}, {1, 2, 3}]
    assert patterns(groups, [1, 1, 1, 1]) == [(3, 0.0, True), (2, 0.0, True), (1, 0.25, True)]


def test_the_people_of_a_persona_count_together() -> None:
    assert patterns([{1}, {1, 2}], [11, 12]) == [(12, 0.0, True)] * 3


def test_events_that_stand_twice_count_once() -> None:
    found = event_patterns(np.array([0, 0, 1]), np.array([5, 5, 5]), np.array([1, 1]))
    assert [each.smallest for each in found] == [2, 2, 2]


def test_people_without_events_are_not_singled_out_by_events() -> None:
    assert patterns([{1}, set(), set(), set()], [1, 1, 1, 1]) == [(1, 0.25, True)] * 3


def test_no_events_at_all_show_nobody() -> None:
    assert patterns([set(), set()], [1, 1]) == [(0, 0.0, True)] * 3
    assert [each.smallest for each in event_patterns(NOTHING, NOTHING, NOTHING)] == [0, 0, 0]


def test_too_many_triples_give_a_bound_that_says_so() -> None:
    groups = [{1, 2, 3, 4}, {1, 2, 3}, {1, 2, 4}, {2, 3, 4}, {1, 3, 4}]
    exact = patterns(groups, [1] * 5)
    bound = patterns(groups, [1] * 5, most=3)
    assert bound[:2] == exact[:2]
    smallest, unique_share, is_exact = bound[2]
    assert not is_exact
    assert smallest <= exact[2][0]
    assert unique_share >= exact[2][1]


@given(
    groups=st.lists(st.sets(st.integers(0, 7), max_size=6), min_size=1, max_size=9),
    people=st.lists(st.sampled_from((1, 1, 2, 5)), min_size=9, max_size=9),
    batch=st.sampled_from((1, 5, 4_000_000)),
)
@settings(max_examples=200, deadline=None)
def test_patterns_are_those_of_every_combination(
    groups: list[set[int]], people: list[int], batch: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("personatwin_sql.privacy.pattern._BATCH", batch)
        found = patterns(groups, people[: len(groups)])
    weights = people[: len(groups)]
    for m, (smallest, unique_share, is_exact) in enumerate(found, start=1):
        unique, shared = set(), [0] * (not any(groups))
        for number, cells in enumerate(groups):
            for size in range(1, m + 1):
                for known in combinations(sorted(cells), size):
                    support = sum(
                        w for w, other in zip(weights, groups, strict=True) if other.issuperset(known)
                    )
                    shared.append(support)
                    if support == 1:
                        unique.add(number)
        assert is_exact
        assert smallest == min(shared)
        assert unique_share == pytest.approx(sum(weights[number] for number in unique) / sum(weights))
