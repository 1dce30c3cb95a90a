from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.loss import (
    average_class_size,
    column_losses,
    discernibility,
    mean_loss,
    precision,
    suppressed_at,
    suppressed_below,
)
from personatwin_sql.privacy.search import search
from tests.unit.privacy.plain_search import problems_with_models

AGES = [[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]]
FLAT = [[0, 1], [0, 0]]
FREQUENCY = FrequencySet.of(["age", "sex"], [[0, 0], [1, 0], [2, 1], [3, 1]], [10, 20, 30, 40], [AGES, FLAT])
NOBODY = np.zeros(4, dtype=bool)
EVERYBODY = ~NOBODY


def test_nothing_is_lost_as_given_and_everything_at_the_top_or_suppressed() -> None:
    assert column_losses(FREQUENCY, (0, 0), NOBODY).tolist() == [0.0, 0.0]
    assert column_losses(FREQUENCY, (2, 1), NOBODY).tolist() == [1.0, 1.0]
    assert column_losses(FREQUENCY, (0, 0), EVERYBODY).tolist() == [1.0, 1.0]


def test_loss_counts_leaves_and_suppressed_people() -> None:
    losses = column_losses(FREQUENCY, (1, 0), np.array([True, False, False, False]))
    assert losses == pytest.approx([(90 * 0.5 + 10 - 25) / 75, (90 * 0.5 + 10 - 50) / 50])
    assert mean_loss(FREQUENCY, losses, {"sex": 3.0}) == pytest.approx((losses[0] + 3 * losses[1]) / 4)


def test_the_search_and_the_measure_agree_on_adult(adult: FrequencySet) -> None:
    found = search(adult, Demand(k=5, suppression_limit=0.05))
    assert found is not None
    generalized, counts = adult.at(found.levels), adult.people
    _, class_of = np.unique(generalized, axis=0, return_inverse=True)
    sizes = np.bincount(class_of.ravel(), weights=counts)
    suppressed = (sizes < found.k)[class_of.ravel()]
    assert int(counts[suppressed].sum()) == found.suppressed_people
    losses = column_losses(adult, found.levels, suppressed)
    assert mean_loss(adult, losses, {}) == pytest.approx(found.loss)


def test_a_column_of_one_leaf_and_an_empty_table_lose_nothing() -> None:
    single = FrequencySet.of(["state"], [[0]], [5], [[[0], [0]]])
    assert column_losses(single, (1,), np.array([True])).tolist() == [0.0]
    empty = FrequencySet.of(["age"], [], [], [AGES])
    assert column_losses(empty, (1,), np.array([], dtype=bool)).tolist() == [0.0]
    assert precision(empty, (1,), np.array([], dtype=bool)) == 1.0


def test_precision_is_the_height_not_climbed() -> None:
    assert precision(FREQUENCY, (0, 0), NOBODY) == 1.0
    assert precision(FREQUENCY, (1, 0), NOBODY) == 0.75
    assert precision(FREQUENCY, (1, 0), np.array([True, False, False, False])) == pytest.approx(0.9 * 0.75)


def test_discernibility_and_class_size_follow_their_formulas() -> None:
    assert discernibility(np.array([5, 10]), 2) == 25 + 100 + 17 * 2
    assert average_class_size(np.array([5, 10])) == 7.5
    assert average_class_size(np.array([], dtype=np.int64)) == 0.0


def test_tuples_of_classes_below_k_are_suppressed() -> None:
    frequency = FrequencySet.of(
        ("a", "b"),
        [[0, 0], [0, 1], [1, 0], [2, 1]],
        [3, 4, 2, 5],
        [[[0, 1, 2], [0, 0, 1], [0, 0, 0]], [[0, 1], [0, 0]]],
    )
    assert suppressed_below(frequency, (0, 0), 4).tolist() == [True, False, True, False]
    assert suppressed_below(frequency, (1, 1), 9).tolist() == [False, False, False, True]
    assert suppressed_below(frequency, (2, 1), 14).tolist() == [False] * 4
    assert suppressed_below(frequency, (2, 1), 15).tolist() == [True] * 4


@given(problems_with_models())
@settings(max_examples=60, deadline=None)
def test_who_is_suppressed_is_who_the_search_suppressed(problem: tuple[FrequencySet, Demand]) -> None:
    frequency, demand = problem
    found = search(frequency, demand)
    if found is None:
        return
    gone = suppressed_at(frequency, replace(demand, k=found.k), found.levels)
    assert int(frequency.people[gone].sum()) == found.suppressed_people
    losses = column_losses(frequency, found.levels, gone)
    assert mean_loss(frequency, losses, demand.weights) == pytest.approx(found.loss, abs=1e-12)
