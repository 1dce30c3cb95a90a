"""The independent measure of privacy models: sensitive values counted anew by published class.

People and their values come from the author's SELECT, their classes from the private map; no table that the
protection has counted is read. Classes and values are counted once more in the release as it stands, and the
weaker of the two measures counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.model_guarantees import guarantee_name
from personatwin_sql.compile.protection import macro_model, models_in
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.recount import Sizes, agree, listed
from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.models.counted import Counted, Values
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.sensitive import Sensitive
from personatwin_sql.spec.protection import KAnonymity


def measured_models(session: Session, model: CompiledModel, sizes: Sizes) -> dict[str, float]:
    """What the classes of a release satisfy at best, by the name of each guarantee.

    sizes: (classes,), people of each published class, as counted anew. What cannot be counted is not there:
    a release that says a value which nobody has.
    """
    promise = model.protection
    if not isinstance(promise, KAnonymity):
        return {}
    found: dict[str, float] = {}
    for declared in promise.rules:
        share = declared.rule.measure(sizes)
        if share is not None:
            found[declared.rule.name] = share
    columns = {column.name: column for column in model.columns}
    names = [item.model.column for item in models_in(model) if item.model.column is not None]
    counted = {
        name: _counted(session, model, columns[name], number)
        for number, name in enumerate(dict.fromkeys(names), start=1)
    }
    for item in models_in(model):
        name = item.model.column
        ways = (Counted(sizes),) if name is None else counted[name]
        if ways:
            found[guarantee_name(item.model)] = _weakest(item.model, ways)
    return found


def _weakest(model: PrivacyModel, ways: Sequence[Counted]) -> float:
    measures = [model.measure(counted) for counted in ways]
    return min(measures) if model.direction == "at_least" else max(measures)


def _counted(
    session: Session, model: CompiledModel, column: PublishedColumn, number: int
) -> tuple[Counted, ...]:
    """The classes by the people of a column, and by its published values; none where these are of nobody."""
    key, name, people = identifier(str(model.unit)), identifier(column.name), people_and_values(model, column)
    table = counted_values(model, number)
    session.run(
        f"""CREATE OR REPLACE TABLE {table} AS
        WITH people AS ({people}),
        counted AS (
            SELECT map.class_id, people.{name}, count(*) AS people
            FROM people LEFT JOIN private.{identifier(model.name + "__units")} AS map
                ON people.{key} = map.{key}
            WHERE people.{key} IS NOT NULL
            GROUP BY map.class_id, people.{name}
        )
        SELECT class_id, {name}, people, CAST({_code(column)} AS BIGINT) AS code FROM counted""",
        model.name,
    )
    of_people = session.arrays(f"""
        SELECT
            CAST(CASE WHEN class_id IS NULL THEN -1
            ELSE dense_rank() OVER (ORDER BY class_id NULLS LAST) - 1 END AS BIGINT) AS class,
            code, people
        FROM {table} ORDER BY class, code""")
    everybody = everybody_of(session, model, column, number)
    if column.is_hidden:
        return (_by_class(everybody, of_people),)
    published = _published(session, model, column, table)
    if (np.asarray(published["code"]) < 0).any():
        return ()
    return _by_class(everybody, of_people), _by_class(everybody, published)


def people_and_values(model: CompiledModel, column: PublishedColumn) -> str:
    """A query: each person of the authored SELECT once, with a value of a column; NULL where rows differ."""
    key, name = identifier(str(model.unit)), identifier(column.name)
    authored = macro_model(model).sql
    if model.authored.one_row_per_unit:
        return f"SELECT {key}, {name} FROM ({authored}\n)"
    agreed = f"CASE WHEN min({name}) = max({name}) THEN min({name}) END AS {name}"
    return f"SELECT {key}, {agreed} FROM ({authored}\n) GROUP BY {key}"


def counted_values(model: CompiledModel, number: int) -> str:
    """The table of what was counted: class_id, the value, people, code."""
    return f"private.{identifier(f'{model.name}__recount_values_{number}')}"


def everybody_of(session: Session, model: CompiledModel, column: PublishedColumn, number: int) -> Sensitive:
    """A sensitive column as it is in the whole input, by what was counted."""
    table, name = counted_values(model, number), identifier(column.name)
    null = int(session.value(f"SELECT coalesce(max(code) FILTER (WHERE {name} IS NULL), -1) FROM {table}"))
    found = session.arrays(f"SELECT code, CAST(sum(people) AS BIGINT) AS people FROM {table} GROUP BY code")
    codes = np.asarray(found["code"], dtype=np.int64)
    return Sensitive(
        name=column.name,
        rows=np.zeros(len(codes), dtype=np.int64),
        values=codes,
        people=np.asarray(found["people"], dtype=np.int64),
        size=int(codes.max(initial=-1)) + 1,
        null=null,
        parents=_parents(session, model, column, number, table),
    )


def _code(column: PublishedColumn) -> str:
    """The code of a value: its place in the order, NULL last; of a subset whether people are in it."""
    name = identifier(column.name)
    if column.is_hidden:
        return f"CASE WHEN {name} IS NULL THEN 2 WHEN {name} THEN 1 ELSE 0 END"
    return f"dense_rank() OVER (ORDER BY {name} NULLS LAST) - 1"


def _published(
    session: Session, model: CompiledModel, column: PublishedColumn, table: str
) -> Mapping[str, np.ndarray]:
    """Class, code and rows of each value in the release; code -1 of values that nobody has."""
    names = listed([each.name for each in model.quasi_identifiers], "released")
    return session.arrays(f"""
        WITH coded AS (SELECT DISTINCT {identifier(column.name)}, code FROM {table}),
        counted AS (
            SELECT
                dense_rank() OVER (ORDER BY {names}) - 1 AS class, coalesce(coded.code, -1) AS code,
                released.*
            FROM release.{identifier(model.name)} AS released
            LEFT JOIN coded ON {agree("released", "coded", [column.name])}
        )
        SELECT CAST(class AS BIGINT) AS class, CAST(code AS BIGINT) AS code, count(*) AS people
        FROM counted GROUP BY ALL ORDER BY ALL""")


def _by_class(everybody: Sensitive, arrays: Mapping[str, np.ndarray]) -> Counted:
    classes = np.asarray(arrays["class"], dtype=np.int64)
    codes = np.asarray(arrays["code"], dtype=np.int64)
    people = np.asarray(arrays["people"], dtype=np.int64)
    placed = classes >= 0
    number = int(classes.max(initial=-1)) + 1
    sizes = np.bincount(classes[placed], weights=people[placed], minlength=number).astype(np.int64)
    return Counted(sizes, {everybody.name: Values(classes[placed], codes[placed], people[placed], everybody)})


def _parents(
    session: Session, model: CompiledModel, column: PublishedColumn, number: int, table: str
) -> tuple[Codes, ...]:
    """Per level above the values the group of each, as tabled for the search of levels."""
    names = [type(item.model).__name__ for item in models_in(model) if item.model.column == column.name]
    if "HierarchicalCloseness" not in names:
        return ()
    levels = range(1, column.hierarchy.height + 1)
    groups = ", ".join(
        f"CAST(dense_rank() OVER (ORDER BY placed.level_{level} NULLS LAST) - 1 AS BIGINT) AS g{level}"
        for level in levels
    )
    placed = f"private.{identifier(f'{model.name}__sensitive_levels_{number}')}"
    arrays = session.arrays(
        f"SELECT {groups} FROM (SELECT DISTINCT {identifier(column.name)}, code FROM {table}) AS coded "
        f"LEFT JOIN {placed} AS placed ON {agree('coded', 'placed', [column.name])} ORDER BY coded.code"
    )
    return tuple(np.asarray(arrays[f"g{level}"], dtype=np.int64) for level in levels)
