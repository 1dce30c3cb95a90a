"""Who carries the risk: how alike the people with one value are, as given and as released."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.protection import Personas

MOST_GROUPS = 20
"""A column of more values is not broken down."""


@dataclass(frozen=True)
class ValueRisk:
    """The people with one value of a quasi-identifier."""

    column: str
    value: str | None
    people: int
    classes: int
    smallest: int
    """People of their smallest class."""
    alone: int
    """Who are a class of their own."""


def risks_as_given(session: Session, model: CompiledModel) -> tuple[ValueRisk, ...]:
    """By the values of the frequency set; nothing where the levels are those of another model's people."""
    name = model.name + "__frequencies"
    is_there = f"schema_name = 'private' AND table_name = {literal(name)}"
    if not session.value(f"SELECT count(*) FROM duckdb_tables() WHERE {is_there}"):
        return ()
    return _risks(session, model, f"private.{identifier(name)}")


def risks_as_released(session: Session, model: CompiledModel) -> tuple[ValueRisk, ...]:
    """By the values of the released table."""
    names = ", ".join(identifier(column.name) for column in model.quasi_identifiers)
    number = "sum(people)" if isinstance(model.protection, Personas) else "count(*)"
    table = f"release.{identifier(model.name)}"
    return _risks(
        session, model, f"(SELECT {names}, CAST({number} AS BIGINT) AS people FROM {table} GROUP BY {names})"
    )


def _risks(session: Session, model: CompiledModel, classes: str) -> tuple[ValueRisk, ...]:
    names = [column.name for column in model.quasi_identifiers]
    if not names:
        return ()
    counts = session.rows(f"SELECT {_distinct(names)} FROM {classes}")[0]
    return tuple(
        risk
        for name, number in zip(names, counts, strict=True)
        if 1 < int(number) <= MOST_GROUPS
        for risk in _of_column(session, name, classes)
    )


def _of_column(session: Session, name: str, classes: str) -> tuple[ValueRisk, ...]:
    column = identifier(name)
    rows = session.rows(f"""
        SELECT CAST({column} AS VARCHAR) AS value, sum(people)::BIGINT, count(*), min(people)::BIGINT,
            count(*) FILTER (WHERE people = 1)
        FROM {classes}
        GROUP BY ALL ORDER BY value NULLS LAST
        """)
    return tuple(
        ValueRisk(name, value, int(people), int(number), int(smallest), int(alone))
        for value, people, number, smallest, alone in rows
    )


def _distinct(names: Sequence[str]) -> str:
    """How many values each column has; NULL is one too."""
    columns = map(identifier, names)
    return ", ".join(
        f"count(DISTINCT {column}) + CAST(count({column}) < count(*) AS BIGINT)" for column in columns
    )
