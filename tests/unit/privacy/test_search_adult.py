"""The search on Adult against all its nodes, for several k, limits, losses and privacy models."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.alpha_k import AlphaK
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.objective import MEASURES, MeasureName, Objective
from personatwin_sql.privacy.search import search
from personatwin_sql.privacy.sensitive import Sensitive
from tests.unit.privacy.every_node import Classes, Losses, every_node

LIMITS = (0.0, 0.02, 0.05, 1.0)
FEW_LIMITS = (0.0, 0.05)
IS_FULL = "PERSONATWIN_EXAMPLES" in os.environ
KS = (2, 3, 5, 11, 50) if IS_FULL else (5, 50)
MODELS: tuple[tuple[PrivacyModel, ...], ...] = (
    (DistinctDiversity("salary", 2),),
    (AlphaK("salary", 0.9),),
    (DistinctDiversity("salary", 2), AlphaK("salary", 0.8)),
)

Best = dict[tuple[int, float, MeasureName], tuple[float, tuple[int, ...], int, int]]


def note(
    best: Best, key: tuple[int, float, MeasureName], found: tuple[float, tuple[int, ...], int, int]
) -> None:
    if key not in best or found[0] < best[key][0] - 1e-11 * max(1.0, best[key][0]):
        best[key] = found


def of_all_nodes(adult: FrequencySet) -> Best:
    """The best of 12,960 nodes by k, limit and measure."""
    best: Best = {}
    losses = Losses(adult)
    nodes = 0
    for node in every_node(adult, np.zeros((len(adult.people), 0))):
        nodes += 1
        for k in KS:
            add_node(best, losses, node, node.sizes < k, k, MEASURES if IS_FULL or k == 5 else ("loss",))
    assert nodes == 12_960
    return best


def add_node(
    best: Best, losses: Losses, node: Classes, gone: np.ndarray, k: int, measures: tuple[MeasureName, ...]
) -> None:
    suppressed = int(node.sizes[gone].sum())
    for measure in measures:
        limits = [limit for limit in LIMITS if suppressed <= int(limit * losses.total + 1e-9)]
        if measure != "loss" and not IS_FULL:
            limits = [limit for limit in limits if limit in FEW_LIMITS]
        if not limits:
            continue
        figures = (losses.at(node, gone, measure), node.levels, suppressed, int((~gone).sum()))
        for limit in limits:
            note(best, (k, limit, measure), figures)


def agrees(adult: FrequencySet, demand: Demand, expected: tuple[float, tuple[int, ...], int, int]) -> None:
    found = search(adult, demand)
    assert found is not None
    assert found.loss == pytest.approx(expected[0], rel=1e-9)
    assert found.is_optimal
    assert found.lower_bound == found.loss
    assert (found.levels, found.suppressed_people, found.classes) == expected[1:]


def test_the_least_of_every_loss_on_adult_is_that_of_all_nodes(adult: FrequencySet) -> None:
    for (k, limit, measure), expected in of_all_nodes(adult).items():
        demand = Demand(k, limit, suppress_at_least_k=False, objective=Objective(measure))
        agrees(adult, demand, expected)


def people_by_salary(adult: FrequencySet) -> tuple[FrequencySet, np.ndarray]:
    """Eight columns, and the ninth as the sensitive one: people by tuple and salary (tuples, salaries)."""
    column = adult.names.index("salary-class")
    rest = [number for number in range(len(adult.names)) if number != column]
    tuples, group = np.unique(adult.codes[:, rest], axis=0, return_inverse=True)
    group = group.reshape(-1)
    held = np.zeros((len(tuples), 2), dtype=np.int64)
    np.add.at(held, (group, adult.codes[:, column]), adult.people)
    rows, values = np.nonzero(held)
    salary = Sensitive("salary", rows, values, held[rows, values], 2)
    frequency = FrequencySet.of(
        [adult.names[number] for number in rest],
        tuples,
        held.sum(axis=1),
        [adult.maps[number] for number in rest],
        sensitive=(salary,),
    )
    return frequency, held


def with_models(adult: FrequencySet) -> tuple[FrequencySet, list[Best]]:
    frequency, held = people_by_salary(adult)
    losses = Losses(frequency)
    bests: list[Best] = [{} for _ in MODELS]
    for node in every_node(frequency, held.astype(float)):
        values = (node.held > 0).sum(axis=1)
        most = node.held.max(axis=1) / node.sizes
        failing = (values < 2, most > 0.9, (values < 2) | (most > 0.8))
        for best, fails in zip(bests, failing, strict=True):
            add_node(best, losses, node, (node.sizes < 5) | fails, 5, ("loss",))
    return frequency, bests


def test_the_least_loss_under_privacy_models_is_that_of_all_nodes(adult: FrequencySet) -> None:
    frequency, bests = with_models(adult)
    for models, best in zip(MODELS, bests, strict=True):
        for limit in LIMITS if IS_FULL else FEW_LIMITS:
            demand = Demand(k=5, suppression_limit=limit, suppress_at_least_k=False)
            demand = replace(demand, models=models)
            if (5, limit, "loss") in best:
                agrees(frequency, demand, best[5, limit, "loss"])
            else:
                assert search(frequency, demand) is None
