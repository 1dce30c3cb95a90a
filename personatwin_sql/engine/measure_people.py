"""Counts what tells of people anew: classes and personas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personatwin_sql.compile.model import CompiledModel, Levels
from personatwin_sql.compile.protection import macro_model, recoding_of
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.level_check import finer_values, values_of_no_level
from personatwin_sql.engine.measured import Measured, filled
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
from personatwin_sql.engine.recount_models import measured_models
from personatwin_sql.engine.recount_persona_models import measured_persona_models
from personatwin_sql.engine.recount_recoded import (
    allowed_levels,
    count_recoded,
    ranges_of,
    untrue_numbers,
    untrue_values,
)
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.protection import KAnonymity
from personatwin_sql.spec.role import Role


def _average(sizes: Sizes) -> float:
    """Classes ÷ people; certain where nobody is released."""
    return len(sizes) / int(sizes.sum()) if sizes.any() else 1.0


def measure_classes(
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
        guarantees=filled(guarantees, values if count.rows else {}),
        people=count.people,
        released_people=count.released,
        sizes=count.sizes,
        smallest=count.smallest,
        homogeneity={name: homogeneous_share(session, model.name, names, name) for name in sensitive},
    )


def _recounted(session: Session, model: CompiledModel, names: Sequence[str]) -> Recount:
    authored, one_row = macro_model(model).sql, model.authored.one_row_per_unit
    return recount(session, model.name, authored, str(model.unit), names, one_row)


def measure_personas(
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
    kept = [column.name for column in model.kept_columns]
    if kept:
        values["k_event"] = min(_fewest_holders(session, model, kept), count.smallest)
    values |= measured_persona_models(session, model, count.sizes)
    return Measured(
        model=model.name,
        guarantees=filled(
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
