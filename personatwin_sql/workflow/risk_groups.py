"""Who carries the risk: people by the values of a column, the few of private data together."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.engine.class_sizes import MOST_GROUPS, Question, sizes_by, values_of
from personatwin_sql.engine.column_statistics import LEAST_PEOPLE
from personatwin_sql.engine.lone_file import Ask
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.person_risk import PersonRisk, codes, person_risk

FEW_VALUES = 20
"""A quasi-identifier of at most so many values is broken down without being asked for."""
MOST_UNASKED = 12
"""Of so many quasi-identifiers at most: each is a pass over the people."""


@dataclass(frozen=True)
class GroupRisk:
    """The people with one value of a column."""

    value: str | None
    risk: PersonRisk


@dataclass(frozen=True)
class Breakdown:
    """The people by the values of a column."""

    by: str
    groups: tuple[GroupRisk, ...]
    small_groups: PersonRisk | None = None
    """Of private data: all groups of fewer than LEAST_PEOPLE together, so that no value of theirs is told."""


def breakdowns(ask: Ask, question: Question, by: Sequence[str], is_private: bool) -> tuple[Breakdown, ...]:
    """By each of the columns, or where none is named by each quasi-identifier of few values.

    Raises ProjectError PT519 for a named column of more than MOST_GROUPS values.
    """
    if not by:
        by = question.quasi_identifiers[:MOST_UNASKED]
        counts = values_of(ask, question, by)
        by = [column for column, number in zip(by, counts, strict=True) if number <= FEW_VALUES]
    else:
        for column, number in zip(by, values_of(ask, question, by), strict=True):
            if number > MOST_GROUPS:
                what = f"`{column}` has more than {MOST_GROUPS} values: its groups are too small to be told"
                raise ProjectError(Diagnostic("PT519", what, fixes=("name a coarser column",)))
    least = LEAST_PEOPLE if is_private else 1
    return tuple(_breakdown(column, sizes_by(ask, question, column), least) for column in by)


def _breakdown(by: str, found: Sequence[tuple[str | None, int, int]], least: int) -> Breakdown:
    """The groups of at least so many people, and all others as one; each row is value, class size, people."""
    by_value: dict[str | None, list[tuple[int, int]]] = {}
    for value, size, people in found:
        by_value.setdefault(value, []).append((size, people))
    is_told = {value: sum(people for _, people in rows) >= least for value, rows in by_value.items()}
    rest = [row for value, rows in by_value.items() if not is_told[value] for row in rows]
    told = tuple(GroupRisk(value, risk_of(rows)) for value, rows in by_value.items() if is_told[value])
    return Breakdown(by, told, risk_of(rest) if rest else None)


def risk_of(rows: Sequence[tuple[int, int]]) -> PersonRisk:
    """The risk of people; each row is the size of their smallest class, and how many they are."""
    return person_risk(codes([size for size, _ in rows]), codes([people for _, people in rows]))
