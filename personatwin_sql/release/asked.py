"""What was counted for the report: answers to questions, and how the values of each column are spread."""

from __future__ import annotations

from typing import Literal

from personatwin_sql.frozen import dataclass

UNTOLD = "*"
"""Stands in a release for any value."""


@dataclass(frozen=True)
class Cell:
    """One group, as counted."""

    among: str | None
    """Like is compared with like within this; None where a question does not."""
    group: str | None
    value: str | None
    """The band, for a question about numbers."""
    counted: int
    total: int
    unknown: int = 0
    """Of the group, but with no answer in the release: beside the total."""


@dataclass(frozen=True)
class Asked:
    """One question for one group column, and what was counted."""

    name: str
    path: str
    title: str
    question: str
    group: str
    of: str
    counted: str
    measure: Literal["share", "band"]
    unit: Literal["people", "events"]
    worth_knowing: float
    among: str | None
    tables: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def key(self) -> tuple[str, str]:
        return (self.name, self.group)


@dataclass(frozen=True)
class Unasked:
    """A question that could not be answered from these tables."""

    name: str
    path: str
    title: str
    group: str
    reason: str


@dataclass(frozen=True)
class Marginal:
    """How people, or events, are spread over the values of one released column."""

    model: str
    column: str
    unit: Literal["people", "events"]
    values: tuple[tuple[str | None, int], ...]
    """The most frequent ones, most frequent first."""
    total: int
    """Of all values."""

    @property
    def others(self) -> int:
        """How many people, or events, have a value that is not shown."""
        return self.total - sum(count for _, count in self.values)


@dataclass(frozen=True)
class Findings:
    """Everything that a report says of the values of a release. Counted in the released file alone."""

    asked: tuple[Asked, ...] = ()
    unasked: tuple[Unasked, ...] = ()
    marginals: tuple[Marginal, ...] = ()

    def values_of(self, model: str) -> dict[str, Marginal]:
        """Column → how its values are spread, in one table."""
        return {marginal.column: marginal for marginal in self.marginals if marginal.model == model}


NOTHING = Findings()
"""Of a release that nobody has looked into."""
