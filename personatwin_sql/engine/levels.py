"""Which level each column is published at: what the lock says while it satisfies the rules, else a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import Chosen
from personatwin_sql.engine.demands import ceilings, demand_of, told_apart_in_population
from personatwin_sql.engine.frequencies import frequency_set
from personatwin_sql.engine.model_demand import (
    Asked,
    and_models,
    refuse_small_population,
    refuse_the_impossible,
    risk_in_force,
)
from personatwin_sql.engine.persona_demand import refuse_impossible_personas, table_sensitive_levels
from personatwin_sql.engine.persona_levels import (
    at_least_declared,
    demand_of_personas,
    personas_hold,
    projected,
)
from personatwin_sql.engine.population_filters import refuse_hidden_filters
from personatwin_sql.engine.populations import with_population
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic, Place, Withheld
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.coarsening import coarse_enough
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.gathering import classes_at
from personatwin_sql.privacy.ladder import Ladder, climb
from personatwin_sql.privacy.persona_ladder import persona_ladder
from personatwin_sql.privacy.recoding.recoding import Recoding
from personatwin_sql.privacy.search import SearchResult, release_at
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import KAnonymity, Personas

if TYPE_CHECKING:
    from personatwin_sql.engine.grouped_numbers import GroupedNumbers

BLOCK_WEIGHT = 3.0
"""Columns in which personas agree count most in the loss: a release without them answers little."""
WITHIN_WEIGHT = 2.0
"""Columns by which people of a block are alike count more than the rest, and so do those that the domain
keeps for analysis."""
_RISK_TOLERANCE = 1e-12
_NO_LADDER = Ladder((), True, None)


@dataclass(frozen=True)
class Choice:
    """The levels of one model, how they were found, and the people they were chosen for."""

    chosen: Chosen
    frequency: FrequencySet
    ladder: Ladder = _NO_LADDER
    """Empty where the lock's levels still hold."""
    from_lock: bool = False
    demand: Demand | None = None
    """What the levels satisfy; None for personas that are cut inside the classes of another model."""
    recoding: Recoding | None = None
    numbers: GroupedNumbers | None = None
    """Where classes differ in levels, and where columns are published as numbers of groups."""
    found: SearchResult | None = None
    """The release at these levels, as the search or the lock's check found it; None for personas."""


def choose(
    session: Session,
    loaded: Loaded,
    model: CompiledModel,
    locked: Chosen | None,
    choices: Mapping[str, Choice],
    units_before: Path | None = None,
    everybody: int | None = None,
) -> Choice:
    """The levels of a k_anonymity or personas model; raises Withheld where no levels satisfy its rules.

    `units_before`: the folder that says who was in which class of the release before, where there is one.
    `everybody`: of whom a table of classes could tell, where some are held back: they are no reason for other
    levels, so who may be suppressed is a share of all.
    """
    promise = model.protection
    refuse_hidden_filters(loaded, model)
    if isinstance(promise, Personas):
        return _choose_personas(session, loaded, model, promise, locked, choices)
    if not isinstance(promise, KAnonymity):
        raise TypeError(f"{model.name} has no levels to choose")
    frequency = with_population(session, loaded, model, frequency_set(session, loaded, model))
    weights = column_weights(model, loaded)
    if everybody is not None and frequency.total:
        limit = promise.suppression_limit
        share = min(1.0, limit.value * everybody / frequency.total)
        promise = replace(promise, suppression_limit=replace(limit, value=share))
    if promise.recoding.is_by_class:
        return _recoded(session, model, promise, frequency, locked, weights, units_before)
    return _climbed(model, promise, frequency, locked, weights, int(promise.k.value))


def _recoded(
    session: Session,
    model: CompiledModel,
    promise: KAnonymity,
    frequency: FrequencySet,
    locked: Chosen | None,
    weights: Mapping[str, float],
    units_before: Path | None,
) -> Choice:
    """Levels that differ from class to class; the table that says them is written for the SQL to join."""
    # Most builds have one level for all: they do not pay for reading the algorithms of those that have not.
    from personatwin_sql.engine.kept_classes import classes_before
    from personatwin_sql.engine.recoding_table import write_recoding
    from personatwin_sql.engine.recodings import recoding_in_force

    def at_one_level(known: Chosen | None) -> Choice:
        return _climbed(model, promise, frequency, known, weights, int(promise.k.value))

    _refuse_nobody(model, frequency)
    refuse_the_impossible(model, promise, frequency)
    risk = Asked.of(promise).target_risk
    demand = replace(demand_of(model, promise, frequency, weights), max_average_risk=risk)
    demand = told_apart_in_population(model, demand, frequency)
    before = classes_before(session, model, frequency, units_before) if locked is not None else None
    found = recoding_in_force(session, model, promise, frequency, demand, locked, at_one_level, before)
    if found is None:
        raise Withheld(_out_of_reach(model, promise, _NO_LADDER))
    recoding, numbers = found.recoding, found.numbers
    write_recoding(session, model, frequency, recoding, found.lowest, numbers)
    return Choice(found.chosen, frequency, from_lock=found.from_lock, recoding=recoding, numbers=numbers)


def column_weights(model: CompiledModel, loaded: Loaded) -> dict[str, float]:
    """How much the loss of each quasi-identifier counts; one that is not named counts 1."""
    rules, kept = loaded.domain.personas, loaded.domain.kept_for_analysis
    weights = dict.fromkeys((*kept, *rules.within_block), WITHIN_WEIGHT)
    weights |= dict.fromkeys(rules.block, BLOCK_WEIGHT)
    return {column.name: weights[column.name] for column in model.quasi_identifiers if column.name in weights}


def _climbed(
    model: CompiledModel,
    promise: KAnonymity | Personas,
    frequency: FrequencySet,
    locked: Chosen | None,
    weights: Mapping[str, float],
    most_people: int,
) -> Choice:
    demand, asked = demand_of(model, promise, frequency, weights), Asked.of(promise)
    if locked is not None and locked.loss == promise.search.loss:
        held = _still_holds(model, locked, demand, frequency, asked.target_risk)
        if held is not None:
            return Choice(locked, frequency, from_lock=True, found=held, demand=demand)
    _refuse_nobody(model, frequency)
    refuse_the_impossible(model, promise, frequency)
    ladder = climb(
        frequency,
        demand,
        target_risk=asked.target_risk,
        max_people=most_people,
        time_columns=time_columns(model),
    )
    if not ladder.reached or ladder.release is None:
        raise Withheld(_out_of_reach(model, promise, ladder))
    levels = dict(zip(frequency.names, ladder.release.levels, strict=True))
    chosen = Chosen(ladder.release.k, levels, loss=promise.search.loss)
    return Choice(chosen, frequency, ladder, found=ladder.release, demand=demand)


def time_columns(model: CompiledModel) -> frozenset[str]:
    """The columns that are times."""
    return frozenset(column.name for column in model.quasi_identifiers if column.hierarchy.kind == "dates")


def _refuse_nobody(model: CompiledModel, frequency: FrequencySet) -> None:
    if frequency.total:
        return
    raise Withheld(
        Diagnostic(
            "PT213",
            f"`{model.name}` withheld: its SELECT holds nobody",
            Place(model.parsed.path, 1),
            fixes=(
                "look at the source: it has no rows, or none with a person's id",
                "or at the filters of the models",
            ),
        )
    )


def _still_holds(
    model: CompiledModel, locked: Chosen, demand: Demand, frequency: FrequencySet, target_risk: float
) -> SearchResult | None:
    """The release at the levels of the lock; None where it does not satisfy the rules."""
    heights = ceilings(model)
    if set(locked.levels) != set(heights) or locked.k < demand.k or locked.recoding != "global":
        return None
    if any(not demand.floor[name] <= level <= heights[name] for name, level in locked.levels.items()):
        return None
    if any(locked.levels[name] != level for name, level in demand.fixed.items()):
        return None
    levels = tuple(locked.levels[name] for name in frequency.names)
    found = release_at(frequency, replace(demand, k=locked.k, fixed={}), levels)
    return found if found is not None and found.average_risk <= target_risk + _RISK_TOLERANCE else None


def _out_of_reach(model: CompiledModel, promise: KAnonymity | Personas, ladder: Ladder) -> Diagnostic:
    if not ladder.steps:
        return Diagnostic(
            "PT203",
            f"`{model.name}` withheld: at no levels do classes of "
            f"k = {promise.k.value:g} people{and_models(promise)} hold enough of them",
            promise.k.place,
            fixes=(
                "allow more suppression or a wider tolerance, or leave a quasi-identifier out of the SELECT",
                "or choose a lower privacy level, if the law and the people allow it",
            ),
            notes=("sizes and shares are in the owner's report",),
        )
    return Diagnostic(
        "PT204",
        f"`{model.name}` withheld: no levels bring the average risk to {risk_in_force(promise).value:g}",
        risk_in_force(promise).place,
        fixes=(
            "release more people together: the average risk is classes over people",
            "or choose a lower privacy level, if the law and the people allow it",
        ),
        notes=("the steps that were tried are in the owner's report",),
    )


def _choose_personas(
    session: Session,
    loaded: Loaded,
    model: CompiledModel,
    promise: Personas,
    locked: Chosen | None,
    choices: Mapping[str, Choice],
) -> Choice:
    refuse_impossible_personas(session, model, promise)
    table_sensitive_levels(session, loaded, model)
    k = int(promise.k.value)
    names = tuple(column.name for column in model.quasi_identifiers)
    if promise.within is None:
        frequency, within = frequency_set(session, loaded, model), None
        lowest = at_least_declared(model, frequency.lowest or (0,) * len(names))
    else:
        outer = choices[promise.within]
        if outer.recoding is not None:
            chosen = replace(outer.chosen, k=k)
            return Choice(chosen, outer.frequency, from_lock=chosen == locked, recoding=outer.recoding)
        frequency = projected(outer.frequency, names)
        outer_levels = tuple(outer.chosen.levels[name] for name in outer.frequency.names)
        models = outer.demand.models if outer.demand is not None else ()
        within = classes_at(outer.frequency, outer_levels, outer.chosen.k, models)
        lowest = at_least_declared(model, tuple(outer.chosen.levels[name] for name in names))
    refuse_small_population(model, promise, frequency.total)
    demand = demand_of_personas(model, promise, lowest, within)
    if locked is not None and personas_hold(model, locked, lowest, frequency, demand):
        return Choice(locked, frequency, from_lock=True)
    if not frequency.total:
        return Choice(Chosen(k, dict(zip(names, frequency.heights, strict=True))), frequency)
    start, ladder = lowest, _NO_LADDER
    if within is None:
        base = _climbed(model, promise, frequency, None, column_weights(model, loaded), k)
        start, ladder = tuple(base.chosen.levels[name] for name in names), base.ladder
    levels = coarse_enough(frequency, demand, start)
    if levels is None:
        raise Withheld(_out_of_reach(model, promise, ladder))
    climbed = persona_ladder(frequency, demand, start, levels, time_columns(model))
    ladder = Ladder((*ladder.steps, *climbed), True, ladder.release)
    return Choice(Chosen(k, dict(zip(names, levels, strict=True))), frequency, ladder)
