"""What is known of an expression: the strictest role behind it, and the columns that it was made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from personatwin_sql.compile.column import LineageColumn, Origin
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.hierarchy import PLACES
from personatwin_sql.spec.hierarchy import Place as PlacePrecision
from personatwin_sql.spec.role import Role, strictest


@dataclass(frozen=True)
class Facts:
    """The strictest of all inputs, in every respect."""

    role: Role = Role.INSENSITIVE
    origins: frozenset[Origin] = frozenset()
    cause: LineageColumn | None = None
    """A column whose role is that of the whole."""
    merge: str = "generalize"
    place_precision: PlacePrecision | None = None

    @property
    def is_personal(self) -> bool:
        return self.role != Role.INSENSITIVE


_ALIKE: Final = (
    "role",
    "hierarchy",
    "hierarchy_name",
    "place_precision",
    "merge",
    "tolerance",
    "type",
    "is_expression",
)
NOTHING: Final = Facts()
"""A constant."""


NULL: Final = "null"
"""The type of a column that is NULL in every row."""


def facts_of(column: LineageColumn) -> Facts:
    """A column as an input of something."""
    return Facts(column.role, column.origins, column, column.merge, column.place_precision)


def together(inputs: Iterable[Facts]) -> Facts:
    """Several inputs as one."""
    several = tuple(facts for facts in inputs if facts is not NOTHING)
    if len(several) < 2:
        return several[0] if several else NOTHING
    role = strictest(facts.role for facts in several)
    precisions = [facts.place_precision for facts in several if facts.place_precision is not None]
    return Facts(
        role=role,
        origins=frozenset[Origin]().union(*(facts.origins for facts in several)),
        cause=next(facts.cause for facts in several if facts.role == role),
        merge="never" if any(facts.merge == "never" for facts in several) else "generalize",
        place_precision=min(precisions, key=PLACES.index, default=None),
    )


def expression(name: str, facts: Facts, kind: str) -> LineageColumn:
    """The column that an expression gives: strictest role, no hierarchy."""
    return LineageColumn(
        name=name,
        role=facts.role,
        place_precision=facts.place_precision,
        merge=facts.merge,
        type=kind,
        origins=facts.origins,
        is_expression=True,
        declared_at=facts.cause.declared_at if facts.cause is not None else None,
    )


def merged(one: LineageColumn, other: LineageColumn, name: str) -> LineageColumn:
    """Two columns as one (UNION, USING): itself where they are alike or one is NULL, else an expression."""
    if is_null(other):
        return replace(one, name=name)
    if is_null(one):
        return replace(other, name=name)
    if all(getattr(one, field) == getattr(other, field) for field in _ALIKE):
        return replace(one, name=name, origins=one.origins | other.origins)
    kind = one.type if one.type == other.type else "text"
    return expression(name, together((facts_of(one), facts_of(other))), kind)


def is_null(column: LineageColumn) -> bool:
    """Whether a column is the word NULL, which adds nothing to what it is merged with."""
    return column.type == NULL and not column.origins and column.role == Role.INSENSITIVE


def is_unit(column: LineageColumn | None) -> bool:
    """Whether a column is the person key itself, not something made from it."""
    return column is not None and column.role == Role.PRIVACY_UNIT and not column.is_expression
