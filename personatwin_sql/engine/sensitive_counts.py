"""What people of a frequency set have in the columns that privacy models read, as codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from personatwin_sql.compile.jinja import call_macro
from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.protection import macro_model, models_in
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.recount import agree
from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.lattice import Levels
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.sensitive import Sensitive
from personatwin_sql.spec.loaded import Loaded

_PRESENT = 1
"""The code of those who are in a study; 0 of those who are not, 2 of those of whom it is not known."""


def sensitive_counts(
    session: Session, loaded: Loaded, model: CompiledModel, lowest: Levels
) -> tuple[Sensitive, ...]:
    """The people of each tuple by each column that a privacy model reads, in the order of the rules.

    Tuples are numbered as they stand in the frequency set, of which `private.<model>__frequencies` and the
    tables of values have been made; `lowest` are the levels from which its columns are known.
    """
    columns = {column.name: column for column in model.columns}
    names = dict.fromkeys(item.model.column for item in models_in(model) if item.model.column is not None)
    return tuple(
        _counted(session, loaded, model, columns[name], number, lowest)
        for number, name in enumerate(names, start=1)
    )


def _counted(
    session: Session,
    loaded: Loaded,
    model: CompiledModel,
    column: PublishedColumn,
    number: int,
    lowest: Levels,
) -> Sensitive:
    query = call_macro(
        loaded,
        "sensitive_counts",
        model=macro_model(model),
        unit=model.unit,
        columns=model.quasi_identifiers,
        sensitive=column,
        number=number,
        one_row_per_unit=model.authored.one_row_per_unit,
    )
    session.run(query, model.name)
    table = f"private.{identifier(f'{model.name}__sensitive_{number}')}"
    coded = f"private.{identifier(f'{model.name}__sensitive_values_{number}')}"
    name = identifier(column.name)
    order = (
        f"CASE WHEN {name} IS NULL THEN {_PRESENT + 1} WHEN {name} THEN {_PRESENT} ELSE 0 END"
        if column.is_hidden
        else f"dense_rank() OVER (ORDER BY {name} NULLS LAST) - 1"
    )
    session.run(
        f"CREATE OR REPLACE TABLE {coded} AS SELECT {name}, {order} AS code "
        f"FROM (SELECT DISTINCT {name} FROM {table})",
        model.name,
    )
    arrays = session.arrays(entries(model, table, coded, column.name, lowest))
    null = f"coalesce(max(code) FILTER (WHERE {name} IS NULL), -1)"
    size, null_code = session.rows(f"SELECT coalesce(max(code), -1) + 1, {null} FROM {coded}")[0]
    return Sensitive(
        name=column.name,
        rows=np.asarray(arrays["tuple"], dtype=np.int64),
        values=np.asarray(arrays["code"], dtype=np.int64),
        people=np.asarray(arrays["people"], dtype=np.int64),
        size=int(size),
        null=int(null_code),
        parents=_parents(session, loaded, model, column, number, table, coded),
    )


def entries(model: CompiledModel, table: str, coded: str, name: str, lowest: Levels) -> str:
    """Tuple, code of the value and people, of all combinations of somebody."""
    places = range(len(lowest))
    if any(lowest):
        keys = [f"v{place}.level_{level}" for place, level in enumerate(lowest)]
        order, group = (
            ", ".join(f"min(v{place}.value_code)" for place in places),
            f"GROUP BY {', '.join(keys)}",
        )
    else:
        keys = [f"v{place}.value_code" for place in places]
        order, group = ", ".join(keys), ""
    named = ", ".join(f"{key} AS k{place}" for place, key in enumerate(keys))
    values = " ".join(
        f"INNER JOIN private.{identifier(f'{model.name}__values_{place}')} AS v{place} "
        f"ON {agree('people', f'v{place}', [column.name])}"
        for place, column in enumerate(model.quasi_identifiers)
    )
    alike = " AND ".join(f"valued.k{place} IS NOT DISTINCT FROM numbered.k{place}" for place in places)
    frequencies = f"private.{identifier(model.name + '__frequencies')}"
    return f"""
        WITH numbered AS (
            SELECT {named}, CAST(row_number() OVER (ORDER BY {order}) - 1 AS BIGINT) AS tuple
            FROM {frequencies} AS people {values} {group}
        ),
        valued AS (
            SELECT {named}, coded.code, CAST(sum(people.people) AS BIGINT) AS people
            FROM {table} AS people {values}
            INNER JOIN {coded} AS coded ON {agree("people", "coded", [name])}
            GROUP BY ALL
        )
        SELECT numbered.tuple, CAST(valued.code AS BIGINT) AS code, valued.people
        FROM valued INNER JOIN numbered ON {alike}
        ORDER BY numbered.tuple, valued.code"""


def _parents(
    session: Session,
    loaded: Loaded,
    model: CompiledModel,
    column: PublishedColumn,
    number: int,
    table: str,
    coded: str,
) -> tuple[Codes, ...]:
    """Per level above the values the group of each, where closeness is asked for by the hierarchy."""
    names = [type(item.model).__name__ for item in models_in(model) if item.model.column == column.name]
    if "HierarchicalCloseness" not in names:
        return ()
    levels = range(column.hierarchy.height + 1)
    placed = f"{model.name}__sensitive_levels_{number}"
    at_levels: Sequence[PublishedColumn] = [replace(column, level=level) for level in levels]
    session.run(
        call_macro(loaded, "level_values", table=placed, frequencies=table, columns=at_levels), model.name
    )
    groups = ", ".join(
        f"CAST(dense_rank() OVER (ORDER BY placed.level_{level} NULLS LAST) - 1 AS BIGINT) AS g{level}"
        for level in levels[1:]
    )
    arrays = session.arrays(
        f"SELECT {groups} FROM private.{identifier(placed)} AS placed INNER JOIN {coded} AS coded "
        f"ON {agree('placed', 'coded', [column.name])} ORDER BY coded.code"
    )
    return tuple(np.asarray(arrays[f"g{level}"], dtype=np.int64) for level in levels[1:])
