"""A column as lineage knows it: role, hierarchy, and the source columns that it was made from."""

from __future__ import annotations

from dataclasses import dataclass

from personatwin_sql.errors import Place
from personatwin_sql.spec.hierarchy import Hierarchy
from personatwin_sql.spec.hierarchy import Place as PlacePrecision
from personatwin_sql.spec.role import Role


@dataclass(frozen=True, order=True)
class Origin:
    """One column of one source (`court.people`, `age`)."""

    source: str
    column: str


@dataclass(frozen=True)
class LineageColumn:
    """A column of a source or of a model's result.

    Role and hierarchy follow a bare column, a rename or a lossless cast; any other expression takes the
    strictest role of its inputs and loses the hierarchy (`is_expression`).
    """

    name: str
    role: Role
    hierarchy: Hierarchy | None = None
    hierarchy_name: str | None = None
    place_precision: PlacePrecision | None = None
    merge: str = "generalize"
    tolerance: int | None = None
    """The coarsest level of the hierarchy at which people may be merged; lost with the hierarchy."""
    type: str = "text"
    origins: frozenset[Origin] = frozenset()
    is_expression: bool = False
    declared_at: Place | None = None


@dataclass(frozen=True)
class Authored:
    """The author's SELECT, read into parts."""

    columns: tuple[LineageColumn, ...]
    filters: frozenset[Origin]
    """Source columns that rows are filtered on (WHERE, HAVING, QUALIFY, inner joins on more than the unit),
    here or in any model below."""
    reads: frozenset[Origin]
    """Every source column that is needed to run it and the models below."""
    one_row_per_unit: bool
    """Proven from the tree: no unit can have two rows (a table of people, filtered or projected, or a
    GROUP BY of the unit alone)."""
    picks_rows: bool = False
    """LIMIT or OFFSET keeps some rows only, here or in a model below: allowed, and named in the report."""
    picks_columns_only: bool = False
    """It does nothing but name columns of one relation."""
    mixes_people: bool = False
    """A value of another person may stand in a person's row, by what is written here or in a model below."""
    merged_by: frozenset[Origin] = frozenset()
    """Source columns in which rows agree that became one (GROUP BY, DISTINCT, UNION), here or in any model
    below, and no name kept them apart."""

    def column(self, name: str) -> LineageColumn:
        return next(column for column in self.columns if column.name == name)
