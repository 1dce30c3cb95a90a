"""A guarantee: what is required, what the SQL proves, what was counted, and whether they agree."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from personatwin_sql.frozen import dataclass

Direction = Literal["at_least", "at_most"]
NOT_PROVABLE = "not_provable"


@dataclass(frozen=True)
class Guarantee:
    """One promise of one release model, stated three times.

    `proven` is read back out of the SQL that runs, never copied from `required`; None means not provable.
    `measured_only` marks promises that depend on the data alone (suppression, average risk): the SQL cannot
    prove them, so only the count decides.
    """

    model: str
    name: str
    direction: Direction
    required: float
    declared_at: str
    proven: float | None = None
    proof: str = NOT_PROVABLE
    """What was read: "HAVING count(DISTINCT person_id) >= 11", or why nothing could be."""
    measured: float | None = None
    measured_only: bool = False

    def with_measure(self, measured: float) -> Guarantee:
        return replace(self, measured=measured)

    def is_met_by(self, value: float | None) -> bool:
        """Whether a value is at least as strong as what is required; None never is."""
        if value is None:
            return False
        return value >= self.required if self.direction == "at_least" else value <= self.required

    @property
    def is_proven(self) -> bool:
        return self.measured_only or self.is_met_by(self.proven)

    @property
    def holds(self) -> bool:
        return self.is_proven and self.is_met_by(self.measured)
