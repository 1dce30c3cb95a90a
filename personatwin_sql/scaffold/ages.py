"""Ages out of birth dates: on a day that somebody declares, never today in silence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.frozen import dataclass
from personatwin_sql.scaffold.recognition import FileColumn
from personatwin_sql.spec.domain import Column
from personatwin_sql.spec.role import Role

AGE, BIRTH_DATE = "age", "birth_date"
FACTS = "{role: quasi_identifier, hierarchy: {dates: [year]}, type: date}  # read for the age alone"


@dataclass(frozen=True)
class Ages:
    """The ages that a staging model computes, since the file has none."""

    column: str
    """The column of birth dates, as the file has it."""
    spec: Column
    """What the domain says of an age."""
    reference_date: str
    """`YYYY-MM-DD`, the day on which they are counted."""


def birth_column(columns: tuple[FileColumn, ...], known: Mapping[str, Column]) -> FileColumn | None:
    """The column that would give ages: of birth dates, in a file without ages."""
    age = known.get(AGE)
    has_age = any(column.name == AGE and not column.stays_inside for column in columns)
    if age is None or age.role is not Role.QUASI_IDENTIFIER or age.hierarchy_name is None or has_age:
        return None
    born = (column for column in columns if column.name == BIRTH_DATE and column.taken_by is None)
    return next((column for column in born if column.written is None), None)


def ages(columns: tuple[FileColumn, ...], known: Mapping[str, Column], day: str | None) -> Ages | None:
    """The ages on a day; None without one: which day is meant is not for a tool to guess.

    Raises ProjectError: PT520 what is not a day, PT521 a day where no ages can be computed.
    """
    if day is None:
        return None
    try:
        date.fromisoformat(day)
    except ValueError:
        message = "the reference date is not a day of the form YYYY-MM-DD"
        raise ProjectError(Diagnostic("PT520", message, fixes=("write for example 2023-12-31",))) from None
    born = birth_column(columns, known)
    if born is None:
        message = "a reference date is given, but no ages can be computed from the people"
        fixes = (
            "leave it out where the people have a column of ages",
            "or call the column of their birth dates `birth_date`",
        )
        raise ProjectError(Diagnostic("PT521", message, fixes=fixes))
    return Ages(born.column, known[AGE], date.fromisoformat(day).isoformat())
