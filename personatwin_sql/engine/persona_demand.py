"""Whether any personas of given people could satisfy the privacy models: told before personas are cut."""

from __future__ import annotations

import numpy as np

from personatwin_sql.compile.jinja import call_macro
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import macro_model, spread_columns
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.model_demand import refuse
from personatwin_sql.engine.recount_models import people_and_values
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import replace
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.contradictions import contradictions
from personatwin_sql.privacy.sensitive import Sensitive
from personatwin_sql.spec.loaded import Loaded
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
        [item.model for item in promise.models if item.model.name != "k_map"],
        suppression_limit=promise.suppression_limit.value,
    )
    refuse(model, promise.models, found)


def table_sensitive_levels(session: Session, loaded: Loaded, model: CompiledModel) -> None:
    """`private.<model>__levels of <column>`: what each value is under, where closeness is asked for by it."""
    for column in spread_columns(model):
        given = f"private.{identifier(f'{model.name}__given {column.name}')}"
        name = identifier(column.name)
        people = people_and_values(model, column)
        session.run(f"CREATE OR REPLACE TABLE {given} AS SELECT DISTINCT {name} FROM ({people})", model.name)
        at_levels = tuple(replace(column, level=level) for level in range(column.hierarchy.height + 1))
        table = levels_of(model, column.name)
        session.run(
            call_macro(loaded, "level_values", table=table, frequencies=given, columns=at_levels), model.name
        )


def levels_of(model: CompiledModel, column: str) -> str:
    """The name of the table that says what each value of a sensitive column is under."""
    return f"{model.name}__levels of {column}"


def _everybody(session: Session, model: CompiledModel, column: str) -> Sensitive:
    """How many people have each value of a column."""
    key, name = identifier(str(model.unit)), identifier(column)
    is_hidden = any(each.name == column and each.is_hidden for each in model.columns)
    code = (
        "CASE WHEN value IS NULL THEN 2 WHEN value THEN 1 ELSE 0 END"
        if is_hidden
        else "row_number() OVER (ORDER BY value NULLS LAST) - 1"
    )
    agreed = f"CASE WHEN min({name}) = max({name}) THEN min({name}) END AS value"
    arrays = session.arrays(f"""
        SELECT {code} AS code, value IS NULL AS is_null, count(*) AS people
        FROM (
            SELECT {key}, {agreed} FROM (\n{macro_model(model).sql}\n)
            WHERE {key} IS NOT NULL GROUP BY {key}
        )
        GROUP BY value ORDER BY value NULLS LAST""")
    people, codes = (np.asarray(arrays[each], dtype=np.int64) for each in ("people", "code"))
    nulls = codes[np.asarray(arrays["is_null"], dtype=np.bool_)]
    rows, null = np.zeros_like(people), int(nulls[0]) if nulls.size else -1
    return Sensitive(column, rows, codes, people, int(codes.max(initial=-1)) + 1, null)
