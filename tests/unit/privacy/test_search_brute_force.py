"""The search against every node in turn, by loops over people that share nothing with it."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import given, settings

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.effort import Effort
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.objective import Objective
from personatwin_sql.privacy.search import search
from tests.unit.privacy.plain_losses import plain_loss
from tests.unit.privacy.plain_search import (
    brute_force,
    figures,
    objectives,
    plain_release,
    problems,
    problems_with_models,
)

EXAMPLES = int(os.environ.get("PERSONATWIN_EXAMPLES", "0"))

Problem = tuple[FrequencySet, Demand]


@given(problems())
@settings(max_examples=EXAMPLES or 200, deadline=None)
def test_the_search_finds_what_trying_every_node_finds(problem: Problem) -> None:
    frequency, demand = problem
    assert figures(search(frequency, demand)) == brute_force(frequency, demand)


@given(problems_with_models())
@settings(max_examples=EXAMPLES or 150, deadline=None)
def test_the_search_finds_the_best_release_under_any_privacy_models(problem: Problem) -> None:
    frequency, demand = problem
    assert figures(search(frequency, demand)) == brute_force(frequency, demand)


@given(problems_with_models(), objectives())
@settings(max_examples=EXAMPLES or 300, deadline=None)
def test_the_search_finds_the_release_of_least_loss_by_any_measure(
    problem: Problem, objective: Objective
) -> None:
    frequency, demand = problem
    demand = replace(demand, objective=objective)
    assert figures(search(frequency, demand)) == brute_force(frequency, demand)


@pytest.mark.parametrize(("nodes", "seconds"), [(0, 0.0), (0, 0.001), (0, 1.0), (200_000, 0.0)])
@given(problem=problems_with_models(), objective=objectives())
@settings(max_examples=EXAMPLES or 100, deadline=None)
def test_a_best_effort_satisfies_the_demand_and_its_bound_holds(
    nodes: int, seconds: float, problem: Problem, objective: Objective
) -> None:
    frequency, demand = problem
    demand = replace(demand, objective=objective)
    best = search(frequency, demand)
    found = search(frequency, replace(demand, effort=Effort(nodes=nodes, seconds=seconds)))
    if found is None:
        assert best is None or (nodes == 0 and seconds < 1)
        return
    assert best is not None
    slack = 1e-9 * max(1.0, abs(best.loss))
    assert found.lower_bound - slack <= best.loss <= found.loss + slack
    assert not found.is_optimal or found.loss <= best.loss + slack
    assert seconds < 1 or found.is_optimal
    kept = plain_release(frequency, demand, found.levels)
    assert kept is not None
    assert (found.classes, found.k) == (len(kept[0]), kept[1])
    assert found.loss == pytest.approx(plain_loss(frequency, demand, found.levels, kept[0]))
