"""Numbers of groups inside of the classes of a recoding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.recoding import grouped as under_test
from personatwin_sql.privacy.recoding.grouped import (
    Grouped,
    at_levels,
    grouped,
    information_lost,
    mean,
    median,
)
from personatwin_sql.privacy.sensitive import Sensitive
from personatwin_sql.spec.microaggregate import Microaggregate, step_of

NAN = float("nan")


def people_of(towns: list[int], people: list[int]) -> FrequencySet:
    """Tuples of a town and a number of their own."""
    size = len(towns)
    maps = [[[0, 1], [0, 0]], [list(range(size)), [0] * size]]
    return FrequencySet.of(["town", "income"], np.column_stack((towns, range(size))), people, maps)


def groups_of(frequency: FrequencySet, incomes: list[float], k: int, risk: float | None = None) -> Grouped:
    recoding = at_levels(frequency, (0, 1), k, ())
    return grouped(frequency, recoding, np.array(incomes)[:, None], [mean], (), risk)


def test_people_near_each_other_share_their_mean() -> None:
    found = groups_of(people_of([0] * 6 + [1] * 2, [1] * 8), [1, 2, 3, 10, 11, 15, 7, 9], 2)
    told = found.centres[found.recoding.classes][:, 0]
    assert told.tolist() == [1.5, 1.5, 6.5, 6.5, 13, 13, 8, 8]


def test_few_people_without_a_number_hide_the_group_in_the_middle() -> None:
    found = groups_of(people_of([0] * 7, [2] * 6 + [1]), [1, 2, 50, 51, 98, 99, NAN], 4)
    told = found.centres[found.recoding.classes][:, 0]
    assert told[[0, 4]].tolist() == [1.5, 98.5]
    assert np.isnan(told[[2, 3, 6]]).all()


def test_enough_people_without_a_number_are_a_class_of_their_own() -> None:
    found = groups_of(people_of([0] * 5, [2, 2, 2, 2, 4]), [1, 2, 8, 9, NAN], 4)
    told = found.centres[found.recoding.classes][:, 0]
    assert told[:4].tolist() == [1.5, 1.5, 8.5, 8.5]
    assert np.isnan(told[4])


def test_fewer_than_k_numbers_are_not_averaged() -> None:
    found = groups_of(people_of([0] * 3, [1, 2, 3]), [1, 2, NAN], 4)
    assert np.isnan(found.centres).all()
    assert len(found.centres) == 1


def test_a_class_of_which_a_group_fails_a_model_is_one_group() -> None:
    frequency = people_of([0] * 4 + [1] * 4, [3] * 8)
    needs = Sensitive("need", np.arange(8), np.array([0, 0, 1, 1, 0, 1, 0, 1]), np.full(8, 3), 2)
    frequency = replace(frequency, sensitive=(needs,))
    models = [DistinctDiversity("need", 2)]
    recoding = at_levels(frequency, (0, 1), 5, models)
    incomes = np.array([1, 2, 8, 9, 1, 2, 8, 9.0])[:, None]
    found = grouped(frequency, recoding, incomes, [mean], models)
    assert found.centres[found.recoding.classes][:, 0].tolist() == [5] * 4 + [1.5, 1.5, 8.5, 8.5]


def test_groups_are_so_large_that_the_average_risk_is_met() -> None:
    frequency, incomes = people_of([0] * 40, [1] * 40), [float(number) for number in range(40)]
    assert len(groups_of(frequency, incomes, 2).centres) == 20
    assert len(groups_of(frequency, incomes, 2, 0.1).centres) == 4


def test_many_points_are_cut_in_halves_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "MOST_POINTS", 16)
    found = groups_of(people_of([0] * 100, [1] * 100), [float(number**2) for number in range(100)], 3)
    assert np.bincount(found.recoding.classes).min() >= 3
    assert len(found.centres) > 20


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(1, 4), st.one_of(st.just(NAN), st.integers(-9, 9))),
        min_size=1,
        max_size=30,
    ),
    st.integers(1, 6),
    st.sampled_from((mean, median)),
)
@settings(max_examples=60, deadline=None)
def test_each_class_has_k_people_and_their_number(
    tuples: list[tuple[int, int, float]], k: int, centre: under_test.Centre
) -> None:
    towns, people, incomes = (list(each) for each in zip(*tuples, strict=True))
    frequency = people_of(towns, people)
    recoding = at_levels(frequency, (0, 1), k, ())
    values = np.array(incomes, dtype=np.float64)[:, None]
    how = Microaggregate("mean", 0.5)
    found = grouped(frequency, recoding, values, [lambda own, people: float(how.text(centre(own, people)))])
    assert (found.recoding.classes >= 0).tolist() == (recoding.classes >= 0).tolist()
    for number, (told,) in enumerate(found.centres.tolist()):
        rows = np.flatnonzero(found.recoding.classes == number)
        own = np.repeat(values[rows, 0], frequency.people[rows])
        assert len(own) >= k
        assert len(np.unique(frequency.codes[rows, 0])) == 1
        if not np.isnan(told):
            assert abs(told - (np.median(own) if centre is median else own.mean())) <= 0.25 + 1e-9
    assert len(np.unique(found.centres[found.recoding.classes[recoding.classes >= 0]])) <= len(found.centres)


def test_what_is_lost_is_the_squared_error_in_that_of_one_mean() -> None:
    own, people = np.array([[0.0], [4.0], [NAN]]), np.array([1, 1, 1])
    assert information_lost(own, own, people).tolist() == [0]
    assert information_lost(own, np.array([[1.0], [3.0], [NAN]]), people).tolist() == [0.25]
    assert information_lost(own, np.full((3, 1), NAN), people).tolist() == [1]
    assert information_lost(np.full((2, 1), NAN), np.full((2, 1), NAN), np.array([1, 1])).tolist() == [0]


@pytest.mark.parametrize(
    ("step", "number", "text"),
    [(0.1, 37.44, "37.4"), (5, 37.4, "35"), (1, -0.2, "0"), (0.01, -0.001, "0.00"), (1000, 1499, "1000")],
)
def test_numbers_are_published_as_multiples_of_the_step(step: float, number: float, text: str) -> None:
    assert Microaggregate("mean", step).text(number) == text


def test_ages_are_never_finer_than_the_narrowest_band() -> None:
    assert (step_of(0, "integer", 0), step_of(0, "number", 0), step_of(0, "integer", 5)) == (0.1, 0.01, 5)
    assert step_of(10, "integer", 5) == 10
