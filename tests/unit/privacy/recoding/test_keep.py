"""Classes of the release before are kept: whoever stays in the data stays with the same people."""

from __future__ import annotations

import numpy as np

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.recoding.keep import NEW, OUT, Before
from personatwin_sql.privacy.recoding.recode import as_before

K = 3
MAP = [[0, 1, 2, 3, 4, 5, 6, 7], [0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 0, 0, 1, 1, 1, 1], [0] * 8]


def people_of(*people: int) -> FrequencySet:
    """So many people of each value that somebody has."""
    codes = [(value,) for value, count in enumerate(people) if count]
    return FrequencySet.of(("age",), codes, [count for count in people if count], [MAP])


def before(*entries: tuple[int, int, int]) -> Before:
    """Tuple, class, people."""
    rows, classes, people = (np.array(column) for column in zip(*entries, strict=True))
    return Before(rows, classes, people)


def test_classes_stay_where_others_would_be_finer() -> None:
    known = before((0, 0, 3), (1, 0, 3), (2, 1, 3))
    found = as_before(people_of(3, 3, 3), Demand(K, 0.0), known, K)
    assert found is not None
    assert found.classes.tolist() == [0, 0, 1]


def test_people_who_joined_form_classes_of_their_own_or_wait() -> None:
    known = before((0, 0, 4), (1, 0, 3), (2, NEW, 2), (3, NEW, 1), (4, NEW, 1))
    found = as_before(people_of(4, 3, 2, 1, 1), Demand(K, 0.5, suppress_at_least_k=False), known, K)
    assert found is not None
    assert found.classes.tolist() == [0, 0, 1, 1, -1]


def test_a_class_that_is_too_small_by_now_is_merged_or_gone() -> None:
    known = before((0, 0, 4), (1, 1, 3), (2, 2, 1), (3, OUT, 1))
    frequency = people_of(4, 3, 0, 0, 1, 1)
    found = as_before(frequency, Demand(4, 0.5, suppress_at_least_k=False), known, K)
    assert found is not None
    assert found.classes.tolist() == [0, 0, -1, -1]
    assert as_before(frequency, Demand(4, 0.1, suppress_at_least_k=False), known, K) is None


def test_classes_are_merged_until_the_average_risk_is_met() -> None:
    known = before((0, 0, 3), (1, 1, 3), (2, 2, 3), (3, 3, 3))
    frequency = people_of(3, 3, 0, 0, 3, 3)
    found = as_before(frequency, Demand(K, 0.0, max_average_risk=0.2), known, K)
    assert found is not None
    assert found.classes.tolist() == [0, 0, 1, 1]


def test_who_moved_too_far_for_his_class_is_left_out_of_it() -> None:
    known = before((0, 0, 6), (1, 0, 1))
    allowed = Demand(K, 0.2, ceiling={"age": 2}, suppress_at_least_k=False)
    found = as_before(people_of(6, 0, 0, 0, 1), allowed, known, K)
    assert found is not None
    assert found.classes.tolist() == [0, -1]
