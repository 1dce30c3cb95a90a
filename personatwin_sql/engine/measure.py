"""What was built, counted: each guarantee gets its measure, each model its figures. Nothing here decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace

import numpy as np

from personatwin_sql.compile.event_protection import date_of, dimensions_of, roll_up_of
from personatwin_sql.compile.model import CompiledModel, Levels
from personatwin_sql.compile.protection import macro_model, recoding_of
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.compile.strategy import counted, is_repaired, strategy_macro
from personatwin_sql.engine.level_check import finer_values, values_of_no_level
from personatwin_sql.engine.recount import (
    Recount,
    Sizes,
    count_classes,
    count_personas,
    homogeneous_share,
    most_values_per_persona,
    persona_names,
    recount,
    tuple_sizes,
)
from personatwin_sql.engine.recount_events import EventCount, count_events
from personatwin_sql.engine.recount_known import known_values
from personatwin_sql.engine.recount_models import measured_models
from personatwin_sql.engine.recount_persona_models import measured_persona_models
from personatwin_sql.engine.recount_recoded import (
    allowed_levels,
    count_recoded,
    ranges_of,
    untrue_numbers,
    untrue_values,
)
from personatwin_sql.engine.recount_repair import RepairCount, count_repair, repaired_events
from personatwin_sql.engine.recount_strategy import StrategyCount, count_strategy
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.side_by_side import SideBySide, UnitMap, lay_side_by_side, smallest_intersection
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.protection import KAnonymity, PersonaEvents, Personas
from personatwin_sql.spec.role import Role


@dataclass(frozen=True)
class Measured:
    """One release model as counted."""

    model: str
    guarantees: tuple[Guarantee, ...]
    people: int = 0
    """In the authored SELECT."""
    released_people: int = 0
    sizes: Sizes = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """(classes,): people per distinct released combination of quasi-identifiers."""
    smallest: int = 0
    """People of the smallest class or persona."""
    homogeneity: Mapping[str, float] = field(default_factory=dict)
    """Sensitive column → share of released rows in classes with one value of it."""
    events: EventCount | None = None
    strategy: StrategyCount | None = None
    """Where not every cell is a row as it is."""
    repair: RepairCount | None = None
    """Where events were added."""

    @property
    def suppressed(self) -> int:
        return self.people - self.released_people


def measure(
    session: Session,
    model: CompiledModel,
    guarantees: Sequence[Guarantee],
    models: Mapping[str, CompiledModel],
    levels: Levels | None = None,
) -> Measured:
    """Count a released model anew and fill in what each guarantee measures."""
    promise = model.protection
    if isinstance(promise, KAnonymity):
        return _measure_classes(session, model, promise, guarantees, levels or {})
    if isinstance(promise, Personas):
        within = models[promise.within] if promise.within else None
        return _measure_personas(session, model, guarantees, levels or {}, within)
    if isinstance(promise, PersonaEvents):
        return _measure_events(session, model, promise, guarantees, models[promise.personas])
    return Measured(model.name, tuple(guarantees))


def _filled(guarantees: Sequence[Guarantee], values: Mapping[str, float]) -> tuple[Guarantee, ...]:
    return tuple(
        guarantee.with_measure(values[guarantee.name]) if guarantee.name in values else guarantee
        for guarantee in guarantees
    )


def _average(sizes: Sizes) -> float:
    """Classes ÷ people; certain where nobody is released."""
    return len(sizes) / int(sizes.sum()) if sizes.any() else 1.0


def _measure_classes(
    session: Session,
    model: CompiledModel,
    promise: KAnonymity,
    guarantees: Sequence[Guarantee],
    levels: Levels,
) -> Measured:
    names = [column.name for column in model.quasi_identifiers]
    found = _recounted(session, model, names)
    if promise.recoding.is_by_class:
        allowed = {column.name: allowed_levels(column) for column in model.quasi_identifiers}
        count = count_recoded(session, model, found)
        finer = values_of_no_level(session, model, allowed, ranges=ranges_of(model))
        finer += untrue_values(session, model, found)
        off = untrue_numbers(session, model, found)
    else:
        chosen = [levels.get(column.name, column.floor) for column in model.quasi_identifiers]
        count = count_classes(session, model.name, found, names, chosen)
        finer = finer_values(session, model, levels, top_is_allowed=False)
        off = 0
    values = {
        "untrue_numbers": off,
        "k": count.smallest,
        "rows_per_person": count.most_rows_per_person,
        "values_finer_than_level": finer,
        "target_risk": _average(count.sizes),
        "suppression_limit": count.suppressed_share,
        "people_left_out": count.fewest_left_out,
    }
    if count.rows and count.smallest:
        values |= measured_models(session, model, count.sizes)
    shown = [column for column in model.columns if not column.is_hidden]
    sensitive = [column.name for column in shown if column.role == Role.SENSITIVE]
    return Measured(
        model=model.name,
        guarantees=_filled(guarantees, values if count.rows else {}),
        people=count.people,
        released_people=count.released,
        sizes=count.sizes,
        smallest=count.smallest,
        homogeneity={name: homogeneous_share(session, model.name, names, name) for name in sensitive},
    )


def _recounted(session: Session, model: CompiledModel, names: Sequence[str]) -> Recount:
    authored, one_row = macro_model(model).sql, model.authored.one_row_per_unit
    return recount(session, model.name, authored, str(model.unit), names, one_row)


def _measure_personas(
    session: Session,
    model: CompiledModel,
    guarantees: Sequence[Guarantee],
    levels: Levels,
    within: CompiledModel | None,
) -> Measured:
    names = [column.name for column in model.quasi_identifiers]
    never = [column.name for column in model.quasi_identifiers if column.never_merges]
    found = _recounted(session, model, never)
    count = count_personas(session, model.name, found)
    sizes = tuple_sizes(session, model.name, names)
    values: dict[str, float] = {
        "k": count.smallest,
        "max_people": int(count.sizes.max()) if count.sizes.size else 0,
        "values_finer_than_level": _finer_values(session, model, levels, within),
        "values_per_persona": most_values_per_persona(session, found, never),
        "target_risk": _average(sizes),
        "suppression_limit": count.suppressed_share,
        "people_left_out": count.fewest_left_out,
    }
    kept = [column.name for column in model.columns if not column.is_quasi_identifier]
    if kept:
        values["k_event"] = min(_fewest_holders(session, model, kept), count.smallest)
    values |= measured_persona_models(session, model, count.sizes)
    return Measured(
        model=model.name,
        guarantees=_filled(
            guarantees, values if count.rows else {"suppression_limit": count.suppressed_share}
        ),
        people=count.people,
        released_people=count.released,
        sizes=sizes,
        smallest=count.smallest,
    )


def _finer_values(
    session: Session, model: CompiledModel, levels: Levels, within: CompiledModel | None
) -> int:
    """Inside of classes that differ in levels, personas publish what these may."""
    if recoding_of(model, within) == "global" or within is None:
        return finer_values(session, model, levels, top_is_allowed=True)
    allowed = {column.name: allowed_levels(column) for column in within.quasi_identifiers}
    return values_of_no_level(session, model, allowed, top_is_allowed=True, ranges=ranges_of(within))


def _fewest_holders(session: Session, model: CompiledModel, kept: Sequence[str]) -> float:
    """The fewest people of a persona who hold a kept attribute that is published; infinite where none is."""
    fewest = np.inf
    for name in kept:
        value = session.value(f"""
            SELECT min(holders) FROM (
                SELECT count(DISTINCT authored.{identifier(str(model.unit))}) AS holders
                FROM release.{identifier(model.name)} AS personas
                INNER JOIN {persona_names(model.name)} AS names ON personas.persona_id = names.persona_id
                INNER JOIN private.{identifier(model.name + "__units")} AS map
                    ON names.persona = map.class_id
                INNER JOIN (\n{macro_model(model).sql}\n) AS authored
                    ON map.{identifier(str(model.unit))} = authored.{identifier(str(model.unit))}
                    AND authored.{identifier(name)} IS NOT DISTINCT FROM personas.{identifier(name)}
                WHERE personas.{identifier(name + "_people")} IS NOT NULL
                GROUP BY personas.persona_id
            )""")
        fewest = fewest if value is None else min(fewest, float(value))
    return float(fewest)


def _measure_events(
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
    count = count_events(
        session,
        model.name,
        repaired_events(model) if is_repaired(model) else macro_model(model).sql,
        str(model.unit),
        date_of(model),
        dimensions,
        personas.name,
        levels,
        promise.outcome,
        promise.sensitive_outcomes,
        promise.outcome_cap,
        int(promise.k_event.value),
        None if is_cells else f"private.{identifier(model.name + '__cells')}",
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
    values |= known_values(session, model, promise, levels[0].by, count.highest_sensitive_share)
    return Measured(
        model.name,
        _filled(guarantees, values if count.rows else {}),
        events=count,
        strategy=found,
        repair=repair,
    )


def side_by_side(
    session: Session,
    measured: Sequence[Measured],
    models: Mapping[str, CompiledModel],
    carried: Mapping[str, UnitMap],
) -> SideBySide | None:
    """All releases of people in one table; None where there is none.

    `carried` are releases of an earlier build that stand beside those of this one.
    """
    built = {
        item.model: UnitMap.of(item.model, str(models[item.model].unit))
        for item in measured
        if isinstance(models[item.model].protection, KAnonymity | Personas)
    }
    maps = {**carried, **built}
    return lay_side_by_side(session, maps) if maps else None


def together(
    session: Session, releases: SideBySide, models: Mapping[str, CompiledModel], carried: Collection[str] = ()
) -> tuple[Guarantee, ...]:
    """How many stay together when releases of the same people are read together: each two, and all of them.

    Nothing is said of those that were `carried` over: they stood beside each other before.
    """
    found, names = [], releases.names
    for number, second in enumerate(names):
        if second in carried:
            continue
        found += [_beside(session, releases, second, (first,), models) for first in names[:number]]
        if number == len(names) - 1 and number > 1:
            found.append(_beside(session, releases, second, names[:number], models))
    return tuple(guarantee for guarantee in found if guarantee is not None)


def _beside(
    session: Session,
    releases: SideBySide,
    model: str,
    others: tuple[str, ...],
    models: Mapping[str, CompiledModel],
) -> Guarantee | None:
    """What is left of k when a release is read beside others; None where they have nobody in common."""
    fewest = smallest_intersection(session, releases, *others, model)
    if fewest is None:
        return None
    return Guarantee(
        model=model,
        name=f"k_beside_{others[0] if len(others) == 1 else 'all_others'}",
        direction="at_least",
        required=min(k_of(models[name]) for name in (*others, model)),
        declared_at=k_place(models[model]),
        proof="counted",
        measured=fewest,
        measured_only=True,
    )


def k_of(model: CompiledModel) -> float:
    """How many people a release keeps together; 0 where it tells of no people."""
    promise = model.protection
    return promise.k.value if isinstance(promise, KAnonymity | Personas) else 0.0


def k_place(model: CompiledModel) -> str:
    """Where that was declared."""
    promise = model.protection
    return str(promise.k.place) if isinstance(promise, KAnonymity | Personas) else ""
