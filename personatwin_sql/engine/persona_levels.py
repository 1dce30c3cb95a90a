"""What the levels of personas must satisfy: no finer than declared, and coarse enough to merge in blocks."""

from __future__ import annotations

import numpy as np

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import Chosen, gathering_blocks, never_merges
from personatwin_sql.engine.demands import highest
from personatwin_sql.engine.model_demand import Asked
from personatwin_sql.privacy.coarsening import PersonaDemand, is_met
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.gathering import Blocks
from personatwin_sql.privacy.lattice import Levels
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.spec.protection import Personas


def at_least_declared(model: CompiledModel, start: Levels) -> Levels:
    """`start`, coarser where the model says so."""
    return tuple(
        max(level, column.floor, column.declared_level or 0)
        for level, column in zip(start, model.quasi_identifiers, strict=True)
    )


def demand_of_personas(
    model: CompiledModel, promise: Personas, lowest: Levels, within: Codes | None
) -> PersonaDemand:
    """`lowest`: the finest levels allowed; columns in which people never merge stay at them.

    `within` (tuples,): the class of another model that personas are cut inside of.
    """
    return PersonaDemand(
        k=int(promise.k.value),
        blocks=_blocks(model, promise),
        target_risk=Asked.of(promise).target_risk,
        suppression_limit=promise.suppression_limit.value,
        ceiling=tuple(
            low if column.never_merges else highest(column)
            for low, column in zip(lowest, model.quasi_identifiers, strict=True)
        ),
        within=within,
    )


def personas_hold(
    model: CompiledModel, locked: Chosen, lowest: Levels, frequency: FrequencySet, demand: PersonaDemand
) -> bool:
    """Whether the levels of the lock still satisfy the demand."""
    if set(locked.levels) != set(frequency.names) or locked.k != demand.k or locked.recoding != "global":
        return False
    levels = tuple(locked.levels[name] for name in frequency.names)
    heights = tuple(map(highest, model.quasi_identifiers))
    if any(not low <= level <= top for low, level, top in zip(lowest, levels, heights, strict=True)):
        return False
    return not frequency.total or is_met(frequency, demand, levels)


def projected(frequency: FrequencySet, names: tuple[str, ...]) -> FrequencySet:
    """Some columns of a frequency set, its tuples kept apart."""
    places = [frequency.names.index(name) for name in names]
    return FrequencySet(
        names=names,
        codes=np.ascontiguousarray(frequency.codes[:, places]),
        people=frequency.people,
        maps=tuple(frequency.maps[place] for place in places),
        leaves=tuple(frequency.leaves[place] for place in places),
        stars=tuple(frequency.stars[place] for place in places) if frequency.stars else (),
        lowest=tuple(frequency.lowest[place] for place in places) if frequency.lowest else (),
    )


def _blocks(model: CompiledModel, promise: Personas) -> Blocks:
    names = [column.name for column in model.quasi_identifiers]
    return Blocks(
        block=tuple(names.index(name) for name in gathering_blocks(model, promise)),
        never=tuple(number for number, column in enumerate(model.quasi_identifiers) if never_merges(column)),
    )
