"""The independent count of what somebody may know of a person: who shares it, in the rows as released."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personatwin_sql.compile.event_protection import dimensions_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.compile.strategy import IS_ADDED, is_repaired, when_columns
from personatwin_sql.engine.recount import listed, persona_names
from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.pattern import event_patterns
from personatwin_sql.spec.protection import KnownCells, PersonaEvents


def known_values(
    session: Session, model: CompiledModel, promise: PersonaEvents, by: Sequence[str], sensitive_share: float
) -> dict[str, float]:
    """By guarantee: the fewest people of personas that share what is known, counted by the private map.

    by: the columns of the personas that stand beside their events. sensitive_share: of the persona of whose
    people most have a sensitive outcome that its rows show; over several personas the share is no higher.
    Where there are too many combinations to count, the fewest people of any persona share one.
    """
    if not promise.known:
        return {}
    people, beside = _people(session, promise.personas), [name for name in by if name != "persona_id"]
    values: dict[str, float] = {}
    for each in promise.known:
        values[each.guarantee] = _fewest(session, model, promise, each, beside, people)
        if each.confidence is not None:
            values[f"{each.guarantee}_confidence"] = sensitive_share
    return values


def _fewest(
    session: Session,
    model: CompiledModel,
    promise: PersonaEvents,
    each: KnownCells,
    beside: Sequence[str],
    people: Codes,
) -> float:
    when = [name for name in when_columns(promise.strategy) if name != "step"]
    cell = [("events", name) for name in (*when, *dimensions_of(model))]
    place, personas = [("personas", name) for name in beside], promise.personas
    if each.kind == "km":
        held = [_cells(session, model, personas, cell)]
    elif each.kind == "known_events":
        held = [_cells(session, model, personas, [*place, *cell]), _values(session, personas, place)]
    else:
        values = [_values(session, personas, [column]) for column in place]
        held = [_cells(session, model, personas, cell), *values]
    groups, cells = _together(held)
    if not len(groups):
        return float(people.sum())
    of_nobody = len(people) - 1
    patterns = event_patterns(np.where(groups < 0, of_nobody, groups), cells, people)
    return float(patterns[each.most - 1].smallest)


def _people(session: Session, personas: str) -> Codes:
    """(personas + 1,): people of each persona by its number; of the last, which is none, nobody."""
    arrays = session.arrays(f"""
        SELECT class_id AS persona, count(*) AS people FROM private.{identifier(personas + "__units")}
        WHERE class_id IS NOT NULL GROUP BY class_id""")
    numbers = np.asarray(arrays["persona"], dtype=np.int64)
    people = np.zeros(int(numbers.max(initial=-1)) + 2, dtype=np.int64)
    people[numbers] = np.asarray(arrays["people"], dtype=np.int64)
    return people


Held = tuple[Codes, Codes]
"""(rows,): a persona by its number, and what it holds."""


def _cells(session: Session, model: CompiledModel, personas: str, columns: Sequence[tuple[str, str]]) -> Held:
    """What rows of personas show of events that happened; -1 is a persona of nobody."""
    happened = f"AND NOT events.{IS_ADDED}" if is_repaired(model) else ""
    return _numbered(
        session,
        columns,
        f"""release.{identifier(model.name)} AS events
        LEFT JOIN {persona_names(personas)} AS names ON events.persona_id = names.persona_id
        LEFT JOIN release.{identifier(personas)} AS personas ON events.persona_id = personas.persona_id
        WHERE events.persona_id IS NOT NULL {happened}""",
    )


def _values(session: Session, personas: str, columns: Sequence[tuple[str, str]]) -> Held:
    """What personas show of their people."""
    return _numbered(
        session,
        columns,
        f"""release.{identifier(personas)} AS personas
        LEFT JOIN {persona_names(personas)} AS names ON personas.persona_id = names.persona_id""",
    )


def _numbered(session: Session, columns: Sequence[tuple[str, str]], relation: str) -> Held:
    order = ", ".join(listed([name], alias) for alias, name in columns)
    number = f"dense_rank() OVER (ORDER BY {order})" if order else "1"
    arrays = session.arrays(
        f"SELECT DISTINCT coalesce(names.persona, -1) AS persona, {number} - 1 AS cell FROM {relation}"
    )
    return np.asarray(arrays["persona"], dtype=np.int64), np.asarray(arrays["cell"], dtype=np.int64)


def _together(held: Sequence[Held]) -> Held:
    """All that personas hold, each kind of it numbered after the one before."""
    groups, cells, first = [], [], 0
    for group, cell in held:
        groups.append(group)
        cells.append(cell + first)
        first += int(cell.max(initial=-1)) + 1
    return np.concatenate(groups), np.concatenate(cells)
