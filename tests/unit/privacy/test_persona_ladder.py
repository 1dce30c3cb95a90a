"""What raising the levels of personas did to the risk, step by step."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.privacy.coarsening import PersonaDemand, coarse_enough
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.gathering import Blocks, gather
from personatwin_sql.privacy.persona_ladder import persona_ladder

AGES = [list(range(8)), [age // 2 for age in range(8)], [age // 4 for age in range(8)], [0] * 8]
YEARS = [list(range(4)), [0, 0, 1, 1], [0] * 4]
SEXES = [[0, 1], [0, 0]]
BLOCKS = Blocks(block=(2,), never=(2,))

people = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(0, 1)), st.integers(1, 9), min_size=1
)


def of(counts: dict[tuple[int, int, int], int]) -> FrequencySet:
    maps = [AGES, YEARS, SEXES]
    return FrequencySet.of(["age", "year", "sex"], list(counts), list(counts.values()), maps)


@given(people, st.sampled_from((0.1, 0.2, 0.4)))
@settings(deadline=None)
def test_no_step_is_finer_than_the_one_before_and_the_last_meets_the_demand(
    counts: dict[tuple[int, int, int], int], risk: float
) -> None:
    frequency = of(counts)
    demand = PersonaDemand(3, BLOCKS, risk, 1.0, ceiling=(3, 2, 0))
    levels = coarse_enough(frequency, demand, (0, 0, 0))
    if levels is None:
        return
    steps = persona_ladder(frequency, demand, (0, 0, 0), levels, {"year"})
    assert steps[0].levels == (0, 0, 0)
    assert steps[-1].levels == levels
    for before, after in pairwise(steps):
        assert after.name in ("coarser_time", "coarser_demographics")
        assert all(new >= old for new, old in zip(after.levels, before.levels, strict=True))
        assert after.loss >= before.loss
    found = gather(frequency, levels, 3, BLOCKS)
    if found.people:
        assert steps[-1].average_risk == pytest.approx(found.tuples / found.people)
        assert steps[-1].average_risk <= risk + 1e-12
        assert steps[-1].record_risk <= 1 / 3


def test_time_is_made_coarser_first() -> None:
    frequency = of({(age, year, 0): 2 for age in range(8) for year in range(4)})
    demand = PersonaDemand(3, BLOCKS, 0.2, 1.0)
    steps = persona_ladder(frequency, demand, (0, 0, 0), (1, 1, 0), {"year"})
    assert [step.name for step in steps] == ["gathered", "coarser_time", "coarser_demographics"]
    assert [step.levels for step in steps] == [(0, 0, 0), (0, 1, 0), (1, 1, 0)]
    assert steps[0].suppressed_share == 0
