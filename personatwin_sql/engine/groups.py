"""Who bears the suppression: groups of people before and after, for the owner alone."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import macro_model
from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass

MOST_GROUPS = 40
"""A column with more groups than this is not broken down: the report would not be read."""


@dataclass(frozen=True)
class Group:
    """The people with one value of a column."""

    column: str
    value: str | None
    people: int
    suppressed: int
    share_before: float
    share_after: float
    """Among the people who are released."""


def groups_before_and_after(session: Session, model: CompiledModel) -> tuple[Group, ...]:
    """Each value of each block-like column (text, few values) with its people, released and not."""
    columns = [column for column in model.quasi_identifiers if column.type in ("text", "boolean")]
    if not columns:
        return ()
    table = f"private.{identifier(model.name + '__owner_groups')}"
    unit, names = identifier(str(model.unit)), [identifier(column.name) for column in columns]
    listed = ", ".join(f"any_value({name}) AS {name}" for name in names)
    people = f"SELECT {unit} AS unit, {', '.join(names)} FROM (\n{macro_model(model).sql}\n)"
    if not model.authored.one_row_per_unit:
        people = f"SELECT {unit} AS unit, {listed} FROM (\n{macro_model(model).sql}\n) GROUP BY {unit}"
    session.run(
        f"""CREATE OR REPLACE TABLE {table} AS
        WITH people AS ({people})
        SELECT {", ".join(f"people.{name}" for name in names)},
            count(*) AS __people, count(*) - count(left_out.{unit}) AS __released
        FROM people
        LEFT JOIN (
            SELECT {unit} FROM private.{identifier(model.name + "__units")} WHERE class_id IS NULL
        ) AS left_out ON people.unit = left_out.{unit}
        WHERE people.unit IS NOT NULL
        GROUP BY {", ".join(f"people.{name}" for name in names)}""",
        model.name,
    )
    found: list[Group] = []
    for column, name in zip(columns, names, strict=True):
        rows = session.rows(f"""
            SELECT CAST({name} AS VARCHAR) AS value, sum(__people)::BIGINT, sum(__released)::BIGINT,
                sum(__people) / sum(sum(__people)) OVER (),
                sum(__released) / greatest(sum(sum(__released)) OVER (), 1)
            FROM {table}
            GROUP BY ALL ORDER BY sum(__people) DESC, value LIMIT {MOST_GROUPS + 1}
            """)
        if len(rows) <= MOST_GROUPS:
            found.extend(
                Group(
                    column.name, row[0], int(row[1]), int(row[1]) - int(row[2]), float(row[3]), float(row[4])
                )
                for row in rows
            )
    return tuple(found)


def unlisted_values(
    session: Session, model: CompiledModel, column: str, listed: Sequence[str]
) -> tuple[tuple[str, int], ...]:
    """Values of a column that the domain does not list, with how many events have each."""
    if not listed:
        return ()
    known, name = ", ".join(map(literal, listed)), identifier(column)
    rows = session.rows(f"""
        WITH counted AS MATERIALIZED (
            SELECT {name} AS value, count(*) AS n FROM (\n{macro_model(model).sql}\n) GROUP BY {name}
        )
        SELECT CAST(value AS VARCHAR), sum(n) FROM counted
        WHERE value IS NOT NULL AND CAST(value AS VARCHAR) NOT IN ({known})
        GROUP BY ALL ORDER BY sum(n) DESC, 1 LIMIT 200
        """)
    return tuple((str(value), int(count)) for value, count in rows)
