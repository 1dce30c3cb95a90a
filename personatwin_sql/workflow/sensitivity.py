"""How a release would change if one rule, or one level, were another: for its owner alone."""

from __future__ import annotations

from dataclasses import replace

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.engine.levels import Choice
from personatwin_sql.privacy.objective import Objective
from personatwin_sql.privacy.search import release_at
from personatwin_sql.privacy.sensitivity import sensitivity
from personatwin_sql.release.owner import LevelStep, RuleCost, Sensitivity
from personatwin_sql.spec.protection import KAnonymity


def told_sensitivity(choice: Choice, model: CompiledModel) -> Sensitivity | None:
    """Around the levels that a k_anonymity model is released at; None where no levels were searched for."""
    promise, demand, frequency = model.protection, choice.demand, choice.frequency
    if demand is None or not isinstance(promise, KAnonymity):
        return None
    levels, found = tuple(choice.chosen.levels[name] for name in frequency.names), choice.found
    if demand.objective != Objective():  # the share of information, whatever was searched by
        demand = replace(demand, objective=Objective())
        found = release_at(frequency, replace(demand, k=choice.chosen.k, fixed={}), levels)
    if found is None:
        return None
    around = sensitivity(
        frequency, demand, promise.target_risk.value, int(promise.k.value), levels, found.loss
    )
    hierarchies = {column.name: column.hierarchy for column in model.quasi_identifiers}
    return Sensitivity(
        loss=found.loss,
        suppressed_share=found.suppressed_people / frequency.total if frequency.total else 0.0,
        average_risk=found.average_risk,
        rules=tuple(RuleCost(cost.rule, cost.column, cost.loss, cost.costs) for cost in around.rules),
        levels=tuple(
            LevelStep(
                column=step.column,
                level=step.level,
                level_name=hierarchies[step.column].level_name(step.level),
                is_finer=step.is_finer,
                loss=step.loss,
                suppressed_share=step.suppressed_share,
                average_risk=step.average_risk,
                is_allowed=step.is_allowed,
            )
            for step in around.levels
        ),
    )
