from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.ladder import Ladder, climb
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.sensitive import Sensitive

NEVER_MERGE = {"gender": 3.0, "ethnicity": 3.0}
AGES = [list(range(8)), [age // 2 for age in range(8)], [age // 4 for age in range(8)], [0] * 8]
YEARS = [list(range(4)), [0, 0, 1, 1], [0] * 4]


def of(*people: int) -> FrequencySet:
    """People by age 0 to 7 within the years 0 to 3."""
    cells = [(age, year) for year in range(4) for age in range(8)]
    held = [(list(cell), count) for cell, count in zip(cells, people, strict=False) if count]
    return FrequencySet.of(["age", "year"], [c for c, _ in held], [n for _, n in held], [AGES, YEARS])


def assert_monotone(ladder: Ladder) -> None:
    for before, after in pairwise(ladder.steps):
        assert after.k >= before.k
        assert all(new >= old for new, old in zip(after.levels, before.levels, strict=True))


def test_the_court_meets_the_target_at_the_optimum(court: FrequencySet) -> None:
    demand = Demand(k=11, suppression_limit=0.05, floor={"age": 2}, weights=NEVER_MERGE)
    ladder = climb(court, demand, target_risk=0.01, max_people=50)
    assert ladder.reached
    assert [step.name for step in ladder.steps] == ["optimum"]
    assert ladder.steps[0].levels == (2, 0, 0, 1)
    assert ladder.steps[0].average_risk == pytest.approx(0.0089, abs=5e-5)
    assert ladder.steps[0].record_risk == 1 / 11
    assert ladder.steps[0].suppressed_share == pytest.approx(0.0266, abs=5e-5)


def test_a_stricter_target_makes_ages_coarser_and_keeps_ethnicity(court: FrequencySet) -> None:
    demand = Demand(k=11, suppression_limit=0.05, floor={"age": 2}, weights=NEVER_MERGE)
    ladder = climb(court, demand, target_risk=0.005, max_people=50)
    assert ladder.reached
    assert_monotone(ladder)
    last = ladder.steps[-1]
    assert last.name == "coarser_demographics"
    assert last.levels == (4, 0, 0, 1)
    assert last.average_risk <= 0.005
    assert last.suppressed_share <= 0.05


def test_coarser_time_is_recorded_and_changes_nothing_where_no_column_is_a_time(court: FrequencySet) -> None:
    demand = Demand(k=5, suppression_limit=0.05, floor={"age": 1}, weights=NEVER_MERGE)
    steps = climb(court, demand, target_risk=0.01, max_people=50).steps
    assert [step.name for step in steps] == ["optimum", "merge_more", "coarser_time", "coarser_demographics"]
    assert steps[2].levels == steps[1].levels
    assert steps[2].average_risk == steps[1].average_risk


def test_a_time_among_the_quasi_identifiers_is_raised_before_the_rest() -> None:
    ladder = climb(
        of(*([4] * 32)),
        Demand(k=4, suppression_limit=0.0),
        target_risk=0.02,
        max_people=4,
        time_columns=frozenset({"year"}),
    )
    assert ladder.reached
    assert_monotone(ladder)
    named = {step.name: step.levels for step in ladder.steps}
    assert named["optimum"] == (0, 0)
    assert named["coarser_time"][0] == 0
    assert named["coarser_time"][1] == named["coarser_demographics"][1] > 0
    assert named["coarser_demographics"][0] > 0


def test_merging_more_is_enough_where_few_small_classes_make_the_risk() -> None:
    frequency = of(5, 5, 5, 5, 200, 200, 200, 200)
    demand = Demand(k=5, suppression_limit=0.05, weights={"age": 1.0})
    ladder = climb(frequency, demand, target_risk=0.008, max_people=10)
    assert ladder.reached
    assert [step.name for step in ladder.steps] == ["optimum", "merge_more"]
    assert (ladder.steps[1].k, ladder.steps[1].levels) == (6, (0, 0))
    assert ladder.steps[1].average_risk == 4 / 800


def test_classes_above_max_people_are_suppressed_only_as_a_last_resort() -> None:
    frequency = of(20, 20, 0, 0, 500, 0, 0, 500)
    fixed = {"age": 0, "year": 0}
    demand = Demand(k=5, suppression_limit=0.05, fixed=fixed)
    ladder = climb(frequency, demand, target_risk=0.0021, max_people=10)
    assert ladder.reached
    assert [step.name for step in ladder.steps] == ["optimum", "merge_more", "coarser_time", "suppress_more"]
    assert [step.k for step in ladder.steps] == [5, 10, 10, 21]
    assert ladder.steps[-1].k == 21
    assert ladder.steps[-1].suppressed_share == 40 / 1040


def test_a_target_that_nothing_meets_is_not_reached() -> None:
    ladder = climb(of(6, 6, 6, 6), Demand(k=5, suppression_limit=0.05), target_risk=0.01, max_people=10)
    assert not ladder.reached
    assert ladder.release is None
    assert [step.name for step in ladder.steps] == ["optimum", "merge_more"]
    assert_monotone(ladder)


def test_too_few_people_for_k_leave_no_step() -> None:
    assert climb(of(3), Demand(k=5, suppression_limit=0.05), target_risk=1.0, max_people=10) == Ladder(
        (), False, None
    )


@given(
    people=st.lists(st.integers(0, 30), min_size=1, max_size=32),
    k=st.integers(2, 8),
    target=st.sampled_from((0.2, 0.1, 0.05, 0.02, 0.01)),
    limit=st.sampled_from((0.0, 0.05, 0.2)),
    time=st.sampled_from((frozenset(), frozenset({"year"}))),
)
@settings(max_examples=150, deadline=None)
def test_every_ladder_is_monotone_and_ends_within_its_rules(
    people: list[int], k: int, target: float, limit: float, time: frozenset[str]
) -> None:
    frequency = of(*people)
    ladder = climb(
        frequency, Demand(k=k, suppression_limit=limit), target_risk=target, max_people=20, time_columns=time
    )
    assert_monotone(ladder)
    if ladder.reached:
        last, release = ladder.steps[-1], ladder.release
        assert release is not None
        assert (last.k, last.levels, last.loss) == (release.k, release.levels, pytest.approx(release.loss))
        assert last.average_risk <= target
        assert last.suppressed_share <= limit + 1e-9
        assert release.smallest_class >= k or release.classes == 0
        assert release.suppressed_people == 0 or release.suppressed_people >= k


def test_every_step_satisfies_the_privacy_models() -> None:
    illness = Sensitive("illness", np.arange(4), np.array([0, 1, 0, 0]), np.full(4, 5), 2)
    maps = [[[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]]]
    frequency = FrequencySet.of(["age"], [[0], [1], [2], [3]], [5] * 4, maps, sensitive=(illness,))
    demand = Demand(k=5, suppression_limit=0.5, models=(DistinctDiversity("illness", 2),))
    found = climb(frequency, demand, target_risk=0.05, max_people=5)
    assert found.reached
    assert (found.steps[0].levels, found.steps[-1].levels) == ((1,), (2,))
    assert found.steps[0].suppressed_share == 0.5
    assert found.release is not None
    assert (found.release.classes, found.release.smallest_class) == (1, 20)
