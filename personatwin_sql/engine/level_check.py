"""Whether each released value is one of its level: counted on the release, whoever wrote its SQL."""

from __future__ import annotations

from personatwin_sql.compile.model import CompiledModel, Levels, PublishedColumn
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.hierarchy import TOP, Taxonomy
from personatwin_sql.spec.level_form import is_of_level


def finer_values(session: Session, model: CompiledModel, levels: Levels, top_is_allowed: bool) -> int:
    """How many distinct values of released quasi-identifiers are not of the level that was chosen.

    `top_is_allowed`: personas that were gathered in a later round publish `*` in some columns.
    """
    columns = model.quasi_identifiers
    if not columns:
        return 0
    chosen = [levels.get(column.name, column.floor) for column in columns]
    asked = [f"list(DISTINCT {identifier(column.name)})" for column in columns]
    asked.extend(_groups(column, level) for column, level in zip(columns, chosen, strict=True))
    (found,) = session.rows(f"SELECT {', '.join(asked)} FROM release.{identifier(model.name)}")
    values, groups = found[: len(columns)], found[len(columns) :]
    return sum(
        not (top_is_allowed and value == TOP)
        and not is_of_level(column.hierarchy, level, value, frozenset(known or ()))
        for column, level, published, known in zip(columns, chosen, values, groups, strict=True)
        for value in published or ()
    )


def _groups(column: PublishedColumn, level: int) -> str:
    """The names that a taxonomy has at a level, as SQL."""
    hierarchy = column.hierarchy
    if not isinstance(hierarchy, Taxonomy) or level == hierarchy.height or column.hierarchy_name is None:
        return "NULL"
    return f"(SELECT list(DISTINCT level_{level}) FROM hierarchy.{identifier(column.hierarchy_name)})"
