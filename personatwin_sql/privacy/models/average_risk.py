"""Average risk: how many people of a release an adversary finds again who tries all."""

from __future__ import annotations

from typing import ClassVar

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import number
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.risk import average_risk


@dataclass(frozen=True)
class AverageRisk:
    """Classes ÷ n ≤ limit: the marketer risk of a release (El Emam 2013)."""

    limit: float
    name: ClassVar[str] = "average_risk"

    def __init__(self, limit: float) -> None:
        vars(self).update(limit=number(limit, "average_risk", 0, 1, without_least=True))

    @property
    def required(self) -> float:
        return self.limit

    def measure(self, sizes: Codes) -> float:
        return average_risk(sizes)

    def holds(self, sizes: Codes) -> bool:
        return self.measure(sizes) <= self.limit
