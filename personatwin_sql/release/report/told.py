"""What a report is written from, and how numbers read in it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property

from personatwin_sql.errors import Diagnostic
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.answer import Answer, answers
from personatwin_sql.release.asked import NOTHING, UNTOLD, Asked, Findings
from personatwin_sql.release.kept import Kept, kept
from personatwin_sql.release.owner import OwnerFigures, OwnerModel
from personatwin_sql.release.promise import percent
from personatwin_sql.release.result import Release, ReleasedColumn, ReleasedModel
from personatwin_sql.statistics.share import Interval


@dataclass(frozen=True)
class Told:
    """Everything there is to say. Without `owner` it is for the public."""

    release: Release
    findings: Findings = NOTHING
    owner: OwnerFigures | None = None
    held: tuple[Diagnostic, ...] = ()

    @cached_property
    def answered(self) -> tuple[tuple[Asked, tuple[Answer, ...]], ...]:
        """Each question with its answers from the release."""
        return tuple((asked, answers(asked)) for asked in self.findings.asked)

    @cached_property
    def originals(self) -> Mapping[tuple[str, str], tuple[Answer, ...]]:
        """The answers of everybody, by question and group; empty for the public."""
        return {asked.key: answers(asked) for asked in self.owner.asked} if self.owner else {}

    @cached_property
    def kept(self) -> tuple[Kept, ...]:
        """Each contrast before and after."""
        released = [answer for _, found in self.answered for answer in found]
        return kept(released, [answer for found in self.originals.values() for answer in found])

    def of(self, model: ReleasedModel) -> OwnerModel | None:
        """What a model cost, where that is told."""
        if self.owner is None:
            return None
        return next((found for found in self.owner.models if found.model == model.name), None)

    @property
    def with_risk(self) -> tuple[ReleasedModel, ...]:
        return tuple(model for model in self.release.models if model.risk is not None)


def one_in(risk: float) -> str:
    """0.05 → `1 in 20`; rounded down, so that no risk is told smaller than it is."""
    return f"1 in {math.floor(1 / risk + 1e-9):,}" if risk > 0 else "none"


def chance(risk: float) -> str:
    """A chance as it is best understood: `1 in 20`, but `58 %`."""
    return percent(risk) if risk > 0.34 else one_in(risk)


def counted(number: int, noun: str) -> str:
    """`1 row`, `2 rows`, `1 person`, `2 people`."""
    if noun == "person":
        return f"{number:,} {'person' if number == 1 else 'people'}"
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def points(share: float) -> str:
    """A difference of shares in percentage points: 0.071 → `+7.1 points`."""
    digits = 1 if abs(share) >= 0.0005 or share == 0 else 2
    return f"{100 * share:+.{digits}f} points".replace("-", "−")


def points_between(interval: Interval) -> str:
    return f"{100 * interval.low:+.1f} to {100 * interval.high:+.1f}".replace("-", "−")


def percent_between(interval: Interval) -> str:
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f} %"


def rate(share: float) -> str:
    """A rate as it is compared: one digit after the point."""
    return f"{100 * share:.1f} %"


def p_words(p: float) -> str:
    said = "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.9995 else "p = 1"
    return said.replace(" ", "\u00a0")


def listed(names: Sequence[str], word: str = "and") -> str:
    """`a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def is_untold(column: ReleasedColumn) -> bool:
    """Whether the column is the same for everybody."""
    if column.of_group:
        return False
    return column.level is not None and column.height is not None and 0 < column.height == column.level


def value_words(value: str | None) -> str:
    """A value of a group as readers know it."""
    if value is None:
        return "not stated"
    return "not told apart (`*`)" if value == UNTOLD else value


__all__ = [
    "Told",
    "chance",
    "counted",
    "is_untold",
    "listed",
    "one_in",
    "p_words",
    "percent",
    "percent_between",
    "points",
    "points_between",
    "rate",
    "value_words",
]
