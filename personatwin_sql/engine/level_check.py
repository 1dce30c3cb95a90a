"""Whether each released value is one of its level: counted on the release, whoever wrote its SQL."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from personatwin_sql.compile.model import CompiledModel, Levels, PublishedColumn
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.hierarchy import TOP, Taxonomy
from personatwin_sql.spec.level_form import is_of_level
from personatwin_sql.spec.range_form import is_range


def finer_values(session: Session, model: CompiledModel, levels: Levels, top_is_allowed: bool) -> int:
    """How many distinct values of released quasi-identifiers are not of the level that was chosen.

    `top_is_allowed`: personas that were gathered in a later round publish `*` in some columns.
    """
    chosen = {
        column.name: range(level, level + 1)
        for column in model.quasi_identifiers
        for level in [levels.get(column.name, column.floor)]
    }
    return values_of_no_level(session, model, chosen, top_is_allowed)


def values_of_no_level(
    session: Session,
    model: CompiledModel,
    allowed: Mapping[str, range],
    top_is_allowed: bool = False,
    ranges: Collection[str] = (),
) -> int:
    """How many distinct values of released quasi-identifiers are of none of the levels allowed.

    `ranges`: columns that may be published as ranges, as coarse as their finest level.
    """
    columns = model.quasi_identifiers
    if not columns:
        return 0
    cells = [(column, level) for column in columns for level in allowed[column.name]]
    asked = [f"list(DISTINCT {identifier(column.name)})" for column in columns]
    asked.extend(_groups(column, level) for column, level in cells)
    (found,) = session.rows(f"SELECT {', '.join(asked)} FROM release.{identifier(model.name)}")
    values = dict(zip((column.name for column in columns), found[: len(columns)], strict=True))
    groups = [frozenset(known or ()) for known in found[len(columns) :]]
    return sum(
        not (top_is_allowed and value == TOP)
        and not (column.name in ranges and _is_range(column, allowed[column.name], value))
        and not _is_of_group(column, value)
        and not any(
            is_of_level(column.hierarchy, level, value, known)
            for (other, level), known in zip(cells, groups, strict=True)
            if other.name == column.name
        )
        for column in columns
        for value in values[column.name] or ()
    )


def _is_range(column: PublishedColumn, allowed: range, value: str | None) -> bool:
    return value is not None and is_range(column.hierarchy, allowed.start, value)


def _is_of_group(column: PublishedColumn, value: str | None) -> bool:
    """Whether it is a number to which those of groups are rounded."""
    how = column.microaggregate
    if how is None or value is None or re.fullmatch(r"-?\d+(\.\d+)?", value) is None:
        return False
    return how.text(float(value)) == value


def _groups(column: PublishedColumn, level: int) -> str:
    """The names that a taxonomy has at a level, as SQL."""
    hierarchy = column.hierarchy
    if not isinstance(hierarchy, Taxonomy) or level == hierarchy.height or column.hierarchy_name is None:
        return "NULL"
    return f"(SELECT list(DISTINCT level_{level}) FROM hierarchy.{identifier(column.hierarchy_name)})"
