"""What a new project makes of one file: its domain entry, its staging model, what may be released of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.scaffold.recognition import FileColumn
from personatwin_sql.scaffold.yaml_text import yaml_entry, yaml_text
from personatwin_sql.spec.domain import Column
from personatwin_sql.spec.role import Role
from personatwin_sql.spec.tolerance import tolerances

UNIT = "person_id"
"""What a source of people without an id gets: one number a row."""


@dataclass(frozen=True)
class TableDesign:
    """One file of people or events."""

    path: str
    """Relative to the project."""
    table: str | None
    columns: tuple[FileColumn, ...]

    @property
    def unit(self) -> str | None:
        """The domain's name of the person's key; None when no column is taken for it."""
        return next((column.name for column in self.columns if column.role is Role.PRIVACY_UNIT), None)

    @property
    def staged(self) -> tuple[str, ...]:
        """The SELECT list of the staging model: everything that is not to stay inside, the unit first."""
        usable = [column for column in self.columns if not column.stays_inside]
        usable.sort(key=lambda column: column.role is not Role.PRIVACY_UNIT)
        written = [_renamed(column) for column in usable]
        return tuple(written if self.unit is not None else [UNIT, *written])

    def names(self, *roles: Role) -> tuple[str, ...]:
        """The domain's names of the columns with these roles, in the file's order."""
        return tuple(column.name for column in self.columns if column.name and column.role in roles)

    def specs(self, *roles: Role) -> dict[str, Column]:
        """The same with what the domain says of them."""
        return {
            column.name: column.spec
            for column in self.columns
            if column.name and column.spec and column.role in roles
        }

    def domain_lines(self, indent: int) -> str:
        """Every column of the file as the domain file lists it."""
        return "\n".join(yaml_entry(column.column, _domain_entry(column), indent) for column in self.columns)


def sql_list(names: Sequence[str], indent: int = 4) -> str:
    """One column a line."""
    return ",\n".join(" " * indent + name for name in names)


def _renamed(column: FileColumn) -> str:
    name = identifier(column.name or column.column)
    return name if column.column == column.name else f"{identifier(column.column)} AS {name}"


def _domain_entry(column: FileColumn) -> str:
    if column.stays_inside or column.spec is None:
        return "{role: direct_identifier}" + _reason(column)
    spec = column.spec
    parts = {"role": spec.role.value}
    if spec.hierarchy_name is not None:
        parts["hierarchy"] = spec.hierarchy_name
    if spec.type != "text":
        parts["type"] = spec.type
    if spec.place is not None:
        parts["place"] = spec.place
    if spec.merge != "generalize":
        parts["merge"] = spec.merge
    if spec.invalid != "error":
        parts["invalid"] = spec.invalid
    written = [f"{key}: {yaml_text(value)}" for key, value in parts.items()]
    if spec.tolerance is not None and spec.hierarchy is not None:
        tolerance = tolerances(spec.hierarchy)[spec.tolerance]
        written.append(f"tolerance: {yaml_text(tolerance) if isinstance(tolerance, str) else tolerance}")
    return "{" + ", ".join(written) + "}"


def _reason(column: FileColumn) -> str:
    if column.name is None:
        return "  # unrecognised: stays inside"
    return f"  # a second `{column.name}`: stays inside" if column.taken_by is not None else ""
