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
    found = 0
    for column in model.quasi_identifiers:
        level = levels.get(column.name, column.floor)
        groups = _groups(session, column, level)
        rows = session.rows(
            f"SELECT DISTINCT {identifier(column.name)} FROM release.{identifier(model.name)}"
        )
        found += sum(
            not (top_is_allowed and value == TOP) and not is_of_level(column.hierarchy, level, value, groups)
            for (value,) in rows
        )
    return found


def _groups(session: Session, column: PublishedColumn, level: int) -> frozenset[str]:
    hierarchy = column.hierarchy
    if not isinstance(hierarchy, Taxonomy) or level == hierarchy.height or column.hierarchy_name is None:
        return frozenset()
    table = f"hierarchy.{identifier(column.hierarchy_name)}"
    return frozenset(row[0] for row in session.rows(f"SELECT DISTINCT level_{level} FROM {table}"))
