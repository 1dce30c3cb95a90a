"""Whether any personas of given people could satisfy the privacy models: told before personas are cut."""

from __future__ import annotations

import numpy as np

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import macro_model
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.model_demand import refuse
from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.contradictions import contradictions
from personatwin_sql.privacy.sensitive import Sensitive
from personatwin_sql.spec.protection import Personas


def refuse_impossible_personas(session: Session, model: CompiledModel, promise: Personas) -> None:
    """Raises Withheld, PT251, where no persona, or not enough of them, can satisfy a privacy model."""
    columns = dict.fromkeys(item.model.column for item in promise.models if item.model.column is not None)
    counted = tuple(_everybody(session, model, column) for column in columns)
    people = int(counted[0].people.sum()) if counted else 0
    if not people:
        return
    everybody = FrequencySet.of(["everybody"], [[0]], [people], [[[0]]], sensitive=counted)
    found = contradictions(
        everybody,
        [item.model for item in promise.models],
        suppression_limit=promise.suppression_limit.value,
    )
    refuse(model, promise.models, found)


def _everybody(session: Session, model: CompiledModel, column: str) -> Sensitive:
    """How many people have each value of a column."""
    key, name = identifier(str(model.unit)), identifier(column)
    agreed = f"CASE WHEN min({name}) = max({name}) THEN min({name}) END AS value"
    arrays = session.arrays(f"""
        SELECT value IS NULL AS is_null, count(*) AS people
        FROM (
            SELECT {key}, {agreed} FROM (\n{macro_model(model).sql}\n)
            WHERE {key} IS NOT NULL GROUP BY {key}
        )
        GROUP BY value ORDER BY value NULLS LAST""")
    people, nulls = (
        np.asarray(arrays["people"], dtype=np.int64),
        np.flatnonzero(np.asarray(arrays["is_null"])),
    )
    rows, null = np.zeros(len(people), dtype=np.int64), int(nulls[0]) if nulls.size else -1
    return Sensitive(column, rows, np.arange(len(people)), people, len(people), null)
