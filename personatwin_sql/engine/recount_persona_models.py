"""The independent measure of privacy models of personas: what their people have, as authored."""

from __future__ import annotations

import numpy as np

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.model_guarantees import guarantee_name
from personatwin_sql.compile.protection import macro_model, spread_columns
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.persona_demand import levels_of
from personatwin_sql.engine.recount import Sizes, agree, listed, persona_names
from personatwin_sql.engine.recount_models import people_and_values
from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.models.counted import Counted, Values
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.sensitive import Sensitive
from personatwin_sql.spec.protection import Personas


def measured_persona_models(session: Session, model: CompiledModel, sizes: Sizes) -> dict[str, float]:
    """What the personas satisfy at best, by the name of each guarantee.

    sizes: (personas,), people of each. People come from the author's SELECT and have a persona by the private
    map, if it is published; who has none counts for what everybody has.
    """
    promise = model.protection
    if not isinstance(promise, Personas):
        return {}
    found = _measured_rules(session, model, promise) if promise.rules else {}
    counted: dict[str | None, Counted] = {None: Counted(sizes)}
    for item in promise.models:
        column = item.model.column
        if column is not None and column not in counted:
            is_hidden = any(each.name == column and each.is_hidden for each in model.columns)
            counted[column] = _counted(session, model, column, is_hidden)
        found[guarantee_name(item.model)] = item.model.measure(counted[column])
    return found


def _measured_rules(session: Session, model: CompiledModel, promise: Personas) -> dict[str, float]:
    """Rules of the whole release over its combinations of values: equal personas are one class.

    What cannot be told of it is not there.
    """
    sizes = _sizes_of_combinations(session, model)
    measured = {item.rule.name: item.rule.measure(sizes) for item in promise.rules}
    return {name: value for name, value in measured.items() if value is not None}


def _sizes_of_combinations(session: Session, model: CompiledModel) -> Sizes:
    """(combinations,): distinct people, as authored, of the personas that publish the same values; 0 where
    nobody is found behind them."""
    key = identifier(str(model.unit))
    names = listed([column.name for column in model.quasi_identifiers], "released")
    arrays = session.arrays(f"""
        SELECT count(DISTINCT people.{key}) AS size
        FROM release.{identifier(model.name)} AS released
        LEFT JOIN {persona_names(model.name)} AS names ON released.persona_id = names.persona_id
        LEFT JOIN private.{identifier(model.name + "__units")} AS map ON names.persona = map.class_id
        LEFT JOIN (\n{macro_model(model).sql}\n) AS people ON map.{key} = people.{key}
        GROUP BY {names}""")
    return np.asarray(arrays["size"], dtype=np.int64)


def _counted(session: Session, model: CompiledModel, column: str, is_hidden: bool) -> Counted:
    """Published personas by the people of each value of a column; NULL is the last value. A hidden one says
    who is in a study: 0 no, 1 yes, 2 unknown."""
    code = (
        "CASE WHEN value IS NULL THEN 2 WHEN value THEN 1 ELSE 0 END"
        if is_hidden
        else "dense_rank() OVER (ORDER BY value NULLS LAST) - 1"
    )
    key, name = identifier(str(model.unit)), identifier(column)
    agreed = f"CASE WHEN min({name}) = max({name}) THEN min({name}) END AS {name}"
    arrays = session.arrays(f"""
        WITH people AS (
            SELECT {key}, {agreed} FROM (\n{macro_model(model).sql}\n)
            WHERE {key} IS NOT NULL GROUP BY {key}
        ),
        counted AS (
            SELECT released.persona_id, people.{name} AS value, count(*) AS people
            FROM people
            LEFT JOIN private.{identifier(model.name + "__units")} AS map ON people.{key} = map.{key}
            LEFT JOIN {persona_names(model.name)} AS names ON map.class_id = names.persona
            LEFT JOIN release.{identifier(model.name)} AS released ON names.persona_id = released.persona_id
            GROUP BY ALL
        )
        SELECT
            CASE WHEN persona_id IS NULL THEN -1
            ELSE dense_rank() OVER (ORDER BY persona_id NULLS LAST) - 1 END AS persona,
            {code} AS code, value IS NULL AS is_null, people
        FROM counted ORDER BY persona, code""")
    personas, codes, people = (
        np.asarray(arrays[each], dtype=np.int64) for each in ("persona", "code", "people")
    )
    nulls = codes[np.asarray(arrays["is_null"], dtype=np.bool_)]
    everybody = Sensitive(
        parents=_parents(session, model, column),
        name=column,
        rows=np.zeros(len(codes), dtype=np.int64),
        values=codes,
        people=people,
        size=int(codes.max(initial=-1)) + 1,
        null=int(nulls[0]) if nulls.size else -1,
    )
    placed = personas >= 0
    sizes = np.bincount(personas[placed], weights=people[placed]).astype(np.int64)
    return Counted(sizes, {column: Values(personas[placed], codes[placed], people[placed], everybody)})


def _parents(session: Session, model: CompiledModel, column: str) -> tuple[Codes, ...]:
    """Per level above the values the group of each, in the order of their codes; none where nobody asks."""
    spread = next((each for each in spread_columns(model) if each.name == column), None)
    if spread is None:
        return ()
    levels = range(1, spread.hierarchy.height + 1)
    groups = ", ".join(
        f"CAST(dense_rank() OVER (ORDER BY placed.level_{level} NULLS LAST) - 1 AS BIGINT) AS g{level}"
        for level in levels
    )
    key, name, people = identifier(str(model.unit)), identifier(column), people_and_values(model, spread)
    arrays = session.arrays(f"""
        SELECT {groups}
        FROM (SELECT DISTINCT {name} FROM ({people}) WHERE {key} IS NOT NULL) AS given
        LEFT JOIN private.{identifier(levels_of(model, column))} AS placed
            ON {agree("given", "placed", [column])}
        ORDER BY given.{name} NULLS LAST""")
    return tuple(np.asarray(arrays[f"g{level}"], dtype=np.int64) for level in levels)
