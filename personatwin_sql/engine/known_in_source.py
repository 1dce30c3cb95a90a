"""What somebody who knows some events of a person finds in the source itself: for the owner alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from personatwin_sql.compile.event_protection import date_of, dimensions_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import macro_model
from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.recount import listed
from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.pattern import PatternRisk, event_patterns
from personatwin_sql.spec.protection import PersonaEvents

MOST_EVENTS = 2_000_000
"""With more, combinations are not counted: the figure is no part of what is promised."""


def known_in_source(session: Session, model: CompiledModel) -> Iterator[PatternRisk]:
    """For each `known_events` that a model asks for: who shares so many cells, of the events as authored.

    A cell is the finest period that is released and a kind of event; groups are people, one each. Nothing
    where there are too many events.
    """
    promise = model.protection
    if not isinstance(promise, PersonaEvents):
        return
    asked = [each for each in promise.known if each.kind == "known_events"]
    if not asked:
        return
    authored = f"(\n{macro_model(model).sql}\n)"
    if int(session.value(f"SELECT count(*) FROM {authored}")) > MOST_EVENTS:
        return
    period = f"date_trunc({literal(promise.finest_period)}, CAST({identifier(date_of(model))} AS DATE))"
    cell = ", ".join(filter(None, (period, listed(dimensions_of(model)))))
    arrays = session.arrays(f"""
        SELECT DISTINCT
            dense_rank() OVER (ORDER BY {identifier(str(model.unit))}) - 1 AS person,
            dense_rank() OVER (ORDER BY {cell}) - 1 AS cell
        FROM {authored} WHERE {identifier(str(model.unit))} IS NOT NULL""")
    people = np.asarray(arrays["person"], dtype=np.int64)
    everyone = np.ones(int(people.max(initial=-1)) + 1, dtype=np.int64)
    found = event_patterns(people, np.asarray(arrays["cell"], dtype=np.int64), everyone)
    yield from (found[each.most - 1] for each in asked)
