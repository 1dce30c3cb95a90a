"""What a new project makes of one file: its domain entry, its staging model, what may be released of it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.frozen import dataclass
from personatwin_sql.scaffold.ages import AGE, FACTS, Ages
from personatwin_sql.scaffold.column_facts import column_facts
from personatwin_sql.scaffold.recognition import FileColumn
from personatwin_sql.scaffold.yaml_text import yaml_entry, yaml_text
from personatwin_sql.spec.domain import Column
from personatwin_sql.spec.role import Role

UNIT = "person_id"
"""What a source of people without an id gets: one number a row."""


@dataclass(frozen=True)
class TableDesign:
    """One file of people or events."""

    path: str
    """Relative to the project."""
    table: str | None
    columns: tuple[FileColumn, ...]
    is_sqlite: bool = False
    """Whether the file is of SQLite, and not of DuckDB or text."""
    ages: Ages | None = None
    """Ages that the staging model computes."""

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
        if self.unit is None:
            written.insert(0, UNIT)
        return tuple(written if self.ages is None else [written[0], _age(self.ages), *written[1:]])

    def names(self, *roles: Role) -> tuple[str, ...]:
        """The domain's names of the columns with these roles, in the file's order."""
        return tuple(column.name for column in self.columns if column.name and column.role in roles)

    def specs(self, *roles: Role) -> dict[str, Column]:
        """The same with what the domain says of them, computed ages first."""
        ages = {} if self.ages is None or self.ages.spec.role not in roles else {AGE: self.ages.spec}
        return ages | {
            column.name: column.spec
            for column in self.columns
            if column.name and column.spec and column.role in roles
        }

    def domain_lines(self, indent: int) -> str:
        """Every column of the file as the domain file lists it."""
        born = None if self.ages is None else self.ages.column
        return "\n".join(
            yaml_entry(column.column, FACTS if column.column == born else _domain_entry(column), indent)
            for column in self.columns
        )


def sql_list(names: Sequence[str], indent: int = 4) -> str:
    """One column a line."""
    return ",\n".join(" " * indent + name for name in names)


def _renamed(column: FileColumn) -> str:
    name = identifier(column.name or column.column)
    return name if column.column == column.name else f"{identifier(column.column)} AS {name}"


def _age(ages: Ages) -> str:
    day = "CAST('{{ var('reference_date') }}' AS DATE)"
    return f"date_sub('year', {identifier(ages.column)}, {day}) AS {identifier(AGE)}"


def _domain_entry(column: FileColumn) -> str:
    if column.written is not None:
        return json.dumps(column.written, ensure_ascii=False)  # which YAML reads as its own
    if column.stays_inside or column.spec is None:
        return "{role: direct_identifier}" + _reason(column)
    written = (
        f"{key}: {yaml_text(value) if isinstance(value, str) else value}"
        for key, value in column_facts(column.spec).items()
    )
    return "{" + ", ".join(written) + "}"


def _reason(column: FileColumn) -> str:
    if column.is_of_event:
        return "  # of the event, not of the person: stays inside"
    if column.is_of_person:
        return "  # of the person, not of the event: stays inside"
    if column.name is None:
        return "  # unrecognised: stays inside"
    return f"  # a second `{column.name}`: stays inside" if column.taken_by is not None else ""
