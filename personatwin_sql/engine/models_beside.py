"""Which groups of people break a privacy model of a table when it is read beside earlier releases.

Rows of one person can often be told to be one in two releases, by a value that stays. So whoever kept the
earlier ones sees the rows of each class apart by where these people stood before; each such part is held to
what the class itself is held to. People and values come from the author's SELECT, as in the recount.
"""

from __future__ import annotations

import numpy as np

from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.protection import models_in
from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.earlier import FAILING, Beside
from personatwin_sql.engine.recount import agree
from personatwin_sql.engine.recount_models import counted_values, everybody_of, people_and_values
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.side_by_side import KEYED_UNIT
from personatwin_sql.privacy.models.counted import Counted, Values
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.numbers import Flags


def forget_failing(session: Session) -> None:
    """Begin with no group that breaks a model."""
    session.run(
        f"CREATE OR REPLACE TABLE {FAILING} (class VARCHAR, class_id BIGINT, shown INTEGER)",
        "earlier releases",
    )


def failing_groups(session: Session, model: CompiledModel, beside: Beside) -> int | None:
    """How many groups of a table break one of its models on a column, noted in `FAILING`; None without any.

    A model of sizes is held to by its k, k-map by its population: both are not counted here.
    """
    by_column: dict[str, list[PrivacyModel]] = {}
    for item in models_in(model):
        if item.model.column is not None:
            by_column.setdefault(item.model.column, []).append(item.model)
    if not by_column:
        return None
    columns, found = {column.name: column for column in model.columns}, 0
    for number, (name, rules) in enumerate(by_column.items(), start=1):
        found += _note_failing(session, model, columns[name], number, rules, beside)
    return found


def _note_failing(
    session: Session,
    model: CompiledModel,
    column: PublishedColumn,
    number: int,
    rules: list[PrivacyModel],
    beside: Beside,
) -> int:
    place = beside.classes[list(beside.ks).index(model.name)]
    table = f"private.{identifier(f'{model.name} values beside earlier')}"
    key, name = identifier(str(model.unit)), identifier(column.name)
    session.run(
        f"""CREATE OR REPLACE TABLE {table} AS
        WITH coded AS (SELECT DISTINCT {name}, code FROM {counted_values(model, number)}),
        people AS (
            SELECT {KEYED_UNIT.format(f"people.{key}")} AS unit, coded.code
            FROM ({people_and_values(model, column)}) AS people
            INNER JOIN coded ON {agree("people", "coded", [column.name])}
            WHERE people.{key} IS NOT NULL
        ),
        counted AS (
            SELECT beside.shown, beside.{place} AS class_id, people.code, count(*) AS people
            FROM people INNER JOIN {beside.table} AS beside ON people.unit = beside.unit
            WHERE beside.{place} IS NOT NULL
            GROUP BY ALL
        )
        SELECT *, dense_rank() OVER (ORDER BY shown NULLS LAST, class_id) - 1 AS number FROM counted""",
        model.name,
    )
    fails = np.flatnonzero(~_passing(session, model, column, number, rules, table))
    session.run(
        f"""INSERT INTO {FAILING}
        SELECT DISTINCT {literal(place)}, class_id, shown FROM {table}
        WHERE number IN (SELECT unnest({fails.tolist()}::BIGINT[]))""",
        model.name,
    )
    return len(fails)


def _passing(
    session: Session,
    model: CompiledModel,
    column: PublishedColumn,
    number: int,
    rules: list[PrivacyModel],
    table: str,
) -> Flags:
    """(groups,): which satisfy all models of a column."""
    arrays = session.arrays(
        f"SELECT CAST(number AS BIGINT) AS number, code, people FROM {table} ORDER BY number, code"
    )
    groups, codes, people = (
        np.asarray(arrays[name], dtype=np.int64) for name in ("number", "code", "people")
    )
    sizes = np.bincount(groups, weights=people).astype(np.int64)
    everybody = everybody_of(session, model, column, number)
    counted = Counted(sizes, {column.name: Values(groups, codes, people, everybody)})
    found: Flags = np.ones(len(sizes), dtype=np.bool_)
    for rule in rules:
        found &= rule.passes(counted)
    return found
