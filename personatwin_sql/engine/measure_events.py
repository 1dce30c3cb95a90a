"""Counts the events of personas anew: their cells, what a strategy released of them, what a repair added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from personatwin_sql.compile.event_protection import date_of, dimensions_of, roll_up_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import macro_model
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.compile.randomised import told
from personatwin_sql.compile.strategy import counted, is_repaired, strategy_macro
from personatwin_sql.engine.measured import Measured, filled
from personatwin_sql.engine.recount_events import count_events
from personatwin_sql.engine.recount_known import known_values
from personatwin_sql.engine.recount_placed import Events
from personatwin_sql.engine.recount_randomised import ToldOutcomes, is_told_by_law, told_outcomes
from personatwin_sql.engine.recount_repair import count_repair, repaired_events
from personatwin_sql.engine.recount_strategy import count_strategy
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.protection import PersonaEvents, Personas


def measure_events(
    session: Session,
    model: CompiledModel,
    promise: PersonaEvents,
    guarantees: Sequence[Guarantee],
    personas: CompiledModel,
) -> Measured:
    rules = personas.protection
    if not isinstance(rules, Personas):
        raise TypeError("persona events without personas")
    is_cells = strategy_macro(promise.strategy) is None
    levels, dimensions = roll_up_of(promise, personas, rules), dimensions_of(counted(model))
    events = Events(
        model.name,
        repaired_events(model) if is_repaired(model) else macro_model(told(model)).sql,
        str(model.unit),
        date_of(model),
        dimensions,
        promise.outcome,
        personas.name,
        levels,
        f"release.{identifier(model.name)}" if is_cells else f"private.{identifier(model.name + '__cells')}",
    )
    count = count_events(
        session, events, promise.sensitive_outcomes, promise.outcome_cap, int(promise.k_event.value)
    )
    values: dict[str, float] = {"outcome_cap": count.highest_sensitive_share}
    found, repair = None, None
    if promise.strategy.repaired_by is not None:
        repair = count_repair(session, model, promise.strategy.repaired_by)
        count = replace(count, events=count.events - repair.added)
        values["order_rules_broken"] = repair.broken
    if not is_cells:
        found = count_strategy(session, model.name, str(model.unit), dimensions, levels, promise.strategy)
        count = replace(
            count,
            rows=found.rows,
            fewest_people=found.fewest_people,
            rows_that_differ=count.rows_that_differ + found.rows_that_differ,
            published_events=found.published_events,
        )
        values["rows_per_persona"] = found.most_rows_of_a_persona
    values["k_event"] = count.fewest_people
    values["events_counted_once"] = 0 if count.rows_that_differ else 1
    values["people_left"] = count.fewest_left
    values["people_in_sums"] = count.fewest_in_sums
    if promise.randomised is not None:
        is_so = is_told_by_law(session, model, promise.randomised)
        values["epsilon_per_outcome"] = float(promise.randomised.law.epsilon) if is_so else inf
    values |= known_values(session, model, promise, levels[0].by, count.highest_sensitive_share)
    return Measured(
        model.name,
        filled(guarantees, values if count.rows else {}),
        events=count,
        strategy=found,
        repair=repair,
        told=_told(session, promise, events),
    )


def _told(session: Session, promise: PersonaEvents, events: Events) -> tuple[ToldOutcomes, ...]:
    """Nothing where outcomes are told as they are."""
    if promise.randomised is None:
        return ()
    outcomes, is_sample = promise.randomised.outcomes, promise.strategy.name == "sample"
    return told_outcomes(session, events, outcomes, int(promise.k.value), is_sample=is_sample)
