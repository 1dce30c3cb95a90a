"""What the rules of a model ask of its levels: k, limits, and the finest and the coarsest of each column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.protection import asks_population
from personatwin_sql.engine.model_demand import Asked
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.spec.protection import KAnonymity, Personas


def demand_of(
    model: CompiledModel,
    promise: KAnonymity | Personas,
    frequency: FrequencySet,
    weights: Mapping[str, float],
) -> Demand:
    """`weights`: how much the loss of a column counts, where the model does not say it."""
    asked = Asked.of(promise)
    return Demand(
        k=asked.k,
        models=asked.models,
        rules=asked.rules,
        suppression_limit=promise.suppression_limit.value,
        floor=_floor(model, frequency),
        ceiling=ceilings(model),
        fixed={
            column.name: column.declared_level
            for column in model.quasi_identifiers
            if column.declared_level is not None
        }
        | {column.name: highest(column) for column in model.quasi_identifiers if column.microaggregate},
        weights={**weights, **promise.search.weights},
        objective=promise.search.objective,
        effort=promise.search.effort,
        counts_population=isinstance(promise, KAnonymity) and promise.counts_population,
    )


def told_apart_in_population(model: CompiledModel, demand: Demand, frequency: FrequencySet) -> Demand:
    """Where k-map is asked of classes with levels of their own, a column that the population does not know is
    at the top: nobody is told apart by it, so that those of the population can stand for each other."""
    population = frequency.population
    if population is None or not asks_population(model):
        return demand
    unknown = {frequency.names[column]: top for column, top in population.unknown}
    return replace(demand, floor={**demand.floor, **unknown})


def _floor(model: CompiledModel, frequency: FrequencySet) -> dict[str, int]:
    """The finest level of each column that the rules allow and at which the frequency set knows it."""
    known = frequency.lowest or (0,) * len(frequency.names)
    return {
        column.name: max(column.floor, level)
        for column, level in zip(model.quasi_identifiers, known, strict=True)
    }


def ceilings(model: CompiledModel) -> dict[str, int]:
    return {column.name: highest(column) for column in model.quasi_identifiers}


def highest(column: PublishedColumn) -> int:
    """The coarsest level that the declared tolerance allows."""
    return column.hierarchy.height if column.ceiling is None else column.ceiling
