"""What each rule costs: less of a rule never loses more, and each figure is that of a release that exists."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.search import release_at, search
from personatwin_sql.privacy.sensitivity import sensitivity

AGES = [list(range(8)), [age // 2 for age in range(8)], [age // 4 for age in range(8)], [0] * 8]
SEXES = [[0, 1], [0, 0]]


@st.composite
def frequency_sets(draw: st.DrawFn) -> FrequencySet:
    cells = draw(
        st.dictionaries(st.tuples(st.integers(0, 7), st.integers(0, 1)), st.integers(1, 9), min_size=1)
    )
    return FrequencySet.of(
        ["age", "sex"], [list(cell) for cell in cells], list(cells.values()), [AGES, SEXES]
    )


@given(
    frequency_sets(), st.integers(1, 6), st.sampled_from([0.0, 0.1, 0.5]), st.sampled_from([0.1, 0.3, 1.0])
)
@settings(max_examples=60, deadline=None)
def test_a_rule_less_never_loses_more(frequency: FrequencySet, k: int, limit: float, target: float) -> None:
    demand = Demand(k=k, suppression_limit=limit, floor={"age": 1})
    found = search(frequency, replace(demand, max_average_risk=target, largest_k=max(k, 9)))
    if found is None:
        return
    around = sensitivity(frequency, demand, target, 9, found.levels, found.loss)
    assert {cost.rule for cost in around.rules} >= {"k", "suppression_limit", "levels"}
    assert all(cost.loss <= found.loss + 1e-12 for cost in around.rules)
    assert list(around.rules) == sorted(around.rules, key=lambda cost: -cost.costs)


@given(
    frequency_sets(), st.integers(1, 6), st.sampled_from([0.0, 0.1, 0.5]), st.sampled_from([0.1, 0.3, 1.0])
)
@settings(max_examples=60, deadline=None)
def test_a_step_is_allowed_exactly_when_a_release_at_its_level_is(
    frequency: FrequencySet, k: int, limit: float, target: float
) -> None:
    demand = Demand(k=k, suppression_limit=limit, ceiling={"age": 2})
    whole = replace(demand, max_average_risk=target, largest_k=max(k, 9))
    found = search(frequency, whole)
    if found is None:
        return
    around = sensitivity(frequency, demand, target, 9, found.levels, found.loss)
    for step in around.levels:
        place = frequency.names.index(step.column)
        moved = (*found.levels[:place], step.level, *found.levels[place + 1 :])
        assert abs(step.level - found.levels[place]) == 1
        assert step.is_finer == (step.level < found.levels[place])
        release = release_at(frequency, whole, moved)
        assert step.is_allowed == (release is not None)
        if release is not None:
            assert (step.loss, step.average_risk) == (release.loss, release.average_risk)
        else:
            is_too_coarse = step.column == "age" and step.level == 3
            assert is_too_coarse or step.suppressed_share > limit or step.average_risk > target


def test_the_finest_levels_allowed_cost_what_finer_ones_would_have_kept() -> None:
    people = FrequencySet.of(["age", "sex"], [[age, 0] for age in range(8)], [9] * 8, [AGES, SEXES])
    demand = Demand(k=5, suppression_limit=0.0, floor={"age": 2})
    found = search(people, demand)
    assert found is not None
    around = sensitivity(people, demand, 1.0, 5, found.levels, found.loss)
    assert (around.rules[0].rule, around.rules[0].loss) == ("levels", pytest.approx(0.0))
    assert around.rules[0].costs == pytest.approx(found.loss)


def test_rules_of_too_large_a_lattice_are_not_searched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("personatwin_sql.privacy.sensitivity.MOST_WORK", 7)
    people = FrequencySet.of(["age", "sex"], [[0, 0]], [9], [AGES, SEXES])
    around = sensitivity(people, Demand(k=2, suppression_limit=0.0), 1.0, 2, (0, 0), 0.0)
    assert around.rules == ()
    assert [step.column for step in around.levels] == ["age", "sex"]
