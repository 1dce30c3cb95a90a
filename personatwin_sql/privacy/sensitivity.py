"""What each rule of a release costs its readers, and what one level of a column would buy.

Every figure is that of a release that was not made, over all people: for the owner alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Levels
from personatwin_sql.privacy.search import SearchResult, are_allowed, release_at, search

MOST_WORK = 500_000_000
"""Nodes times tuples of a lattice whose rules are left out one after the other: about a second in all."""


@dataclass(frozen=True)
class RuleCost:
    """The best release if one rule alone were not there."""

    rule: str
    """Its name in a project: `k`, `suppression_limit`, `target_risk`, `levels` or that of a privacy model."""
    column: str | None
    """The sensitive column of a privacy model."""
    loss: float
    """Without the rule."""
    costs: float
    """The loss of the release less that: what the rule takes from its readers."""


@dataclass(frozen=True)
class LevelStep:
    """The release with one column one level finer or coarser, everything else as it is.

    Where the rules do not allow it, the one that k and the models alone would leave: its figures say why.
    """

    column: str
    level: int
    is_finer: bool
    loss: float
    suppressed_share: float
    average_risk: float
    is_allowed: bool
    """Whether it would satisfy all rules."""


@dataclass(frozen=True)
class Sensitivity:
    rules: tuple[RuleCost, ...]
    """The dearest first; empty where the lattice is too large to be searched again for each."""
    levels: tuple[LevelStep, ...]
    """By column, finer before coarser."""


def sensitivity(
    frequency: FrequencySet, demand: Demand, target_risk: float, max_people: int, levels: Levels, loss: float
) -> Sensitivity:
    """Around the release at `levels`, which satisfies the demand and loses `loss`.

    `target_risk` and `max_people`: the average risk that it may have, and up to which k it may be cut for it.
    Raises ValueError for a column or level that the frequency set does not have.
    """
    whole = replace(demand, max_average_risk=target_risk, largest_k=max(demand.k, max_people))
    return Sensitivity(
        rules=_rules(frequency, whole, loss), levels=tuple(_steps(frequency, whole, tuple(levels)))
    )


def _rules(frequency: FrequencySet, demand: Demand, loss: float) -> tuple[RuleCost, ...]:
    nodes = prod(height + 1 for height in frequency.heights)
    if nodes * len(frequency.people) > MOST_WORK:
        return ()
    found = []
    for rule, column, without in _without_each(demand):
        best = search(frequency, without)
        if best is not None:
            found.append(RuleCost(rule, column, best.loss, max(0.0, loss - best.loss)))
    return tuple(sorted(found, key=lambda cost: -cost.costs))


def _without_each(demand: Demand) -> Iterator[tuple[str, str | None, Demand]]:
    """Each rule with the demand that lacks it."""
    yield "k", None, replace(demand, k=1)
    if demand.suppression_limit < 1:
        yield "suppression_limit", None, replace(demand, suppression_limit=1.0)
    if demand.max_average_risk is not None and demand.max_average_risk < 1:
        yield "target_risk", None, replace(demand, max_average_risk=None, largest_k=None)
    if any(demand.floor.values()) or demand.fixed:
        yield "levels", None, replace(demand, floor={}, fixed={})
    for number, model in enumerate(demand.models):
        others = demand.models[:number] + demand.models[number + 1 :]
        yield model.name, model.column, replace(demand, models=others)


def _steps(frequency: FrequencySet, demand: Demand, levels: Levels) -> Iterator[LevelStep]:
    known = frequency.lowest or (0,) * len(levels)
    free = replace(
        demand,
        floor={},
        ceiling={},
        fixed={},
        suppression_limit=1.0,
        max_average_risk=None,
        largest_k=None,
    )
    for column, (name, level) in enumerate(zip(frequency.names, levels, strict=True)):
        for step in (-1, 1):
            if not known[column] <= level + step <= frequency.heights[column]:
                continue
            moved = (*levels[:column], level + step, *levels[column + 1 :])
            found = release_at(frequency, free, moved)
            if found is not None:
                allowed = _allowed(frequency, demand, moved, found)
                yield _step(frequency, name, level + step, step < 0, allowed or found, allowed is not None)


def _allowed(
    frequency: FrequencySet, demand: Demand, levels: Levels, found: SearchResult
) -> SearchResult | None:
    """The release that a demand allows at levels, by the one that was found where only k and models hold.

    Only where its risk is too high is it cut anew: at a larger k, which never suppresses fewer people.
    """
    is_within = found.suppressed_people <= demand.most_suppressed(frequency.total)
    if not is_within or not are_allowed(frequency, demand, levels):
        return None
    if demand.max_average_risk is None or found.average_risk <= demand.max_average_risk:
        return found
    return release_at(frequency, demand, levels)


def _step(
    frequency: FrequencySet, column: str, level: int, is_finer: bool, found: SearchResult, is_allowed: bool
) -> LevelStep:
    return LevelStep(
        column=column,
        level=level,
        is_finer=is_finer,
        loss=found.loss,
        suppressed_share=found.suppressed_people / frequency.total if frequency.total else 0.0,
        average_risk=found.average_risk,
        is_allowed=is_allowed,
    )
