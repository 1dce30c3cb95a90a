"""Persona events become the SQL of their protection: how they roll up, and what tells them apart."""

from __future__ import annotations

from collections.abc import Iterator

from personatwin_sql.compile.jinja import call_macro
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import age_of, blocks_of, macro_model
from personatwin_sql.compile.randomised import response_of, told
from personatwin_sql.compile.rollup import RollUpLevel, roll_up_levels
from personatwin_sql.compile.strategy import counted, repair_macro, strategy_macro
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import PersonaEvents, Personas


def roll_up_of(events: PersonaEvents, personas: CompiledModel, promise: Personas) -> tuple[RollUpLevel, ...]:
    """The levels along which events of these personas roll up, finest first."""
    return roll_up_levels(blocks_of(personas, promise), age_of(personas, promise), events.finest_period)


def render_persona_events(
    loaded: Loaded, model: CompiledModel, promise: PersonaEvents, personas: CompiledModel
) -> str:
    """The SQL of `macros/protection/persona_events.sql`; before it, where they are asked for, that of
    randomised outcomes and of a repair."""
    rules = personas.protection
    if not isinstance(rules, Personas):
        raise TypeError(f"{personas.name} has no personas")
    strategy, events = strategy_macro(promise.strategy), counted(model)
    before = [*_randomised(loaded, model, promise), *_repaired(loaded, model, promise)]
    script = call_macro(
        loaded,
        "persona_events",
        model=macro_model(events),
        unit=model.unit,
        date=date_of(model),
        dimensions=dimensions_of(events),
        texts=_texts_of(events),
        personas=personas.name,
        block=blocks_of(personas, rules),
        age=age_of(personas, rules),
        levels=roll_up_of(promise, personas, rules),
        outcome=promise.outcome,
        sensitive_outcomes=promise.sensitive_outcomes,
        cap=promise.outcome_cap,
        k_event=int(promise.k_event.value),
        **({"strategy": strategy} if strategy is not None else {}),
    )
    return "\n\n".join((*before, script))


def _randomised(loaded: Loaded, model: CompiledModel, promise: PersonaEvents) -> Iterator[str]:
    if promise.randomised is not None:
        yield call_macro(
            loaded,
            "randomised_outcomes",
            model=macro_model(model),
            unit=model.unit,
            event=promise.randomised.event,
            columns=tuple(column.name for column in model.columns),
            outcome=promise.outcome,
            response=response_of(model, promise.randomised),
        )


def _repaired(loaded: Loaded, model: CompiledModel, promise: PersonaEvents) -> Iterator[str]:
    if promise.strategy.repaired_by is not None:
        yield call_macro(
            loaded,
            "repaired_events",
            model=macro_model(told(model)),
            unit=model.unit,
            date=date_of(model),
            dimensions=dimensions_of(model),
            rules=repair_macro(promise.strategy.repaired_by),
        )


def date_of(model: CompiledModel) -> str:
    """The column of persona events that holds the date."""
    return next(column.name for column in model.columns if column.hierarchy.kind == "dates")


def dimensions_of(model: CompiledModel) -> tuple[str, ...]:
    """The columns that tell events apart: all but the unit and the date."""
    date = date_of(model)
    return tuple(column.name for column in model.columns if column.name != date)


def _texts_of(model: CompiledModel) -> tuple[str, ...]:
    names = dimensions_of(model)
    return tuple(column.name for column in model.columns if column.is_text and column.name in names)
