"""Sample uniqueness: how many people of a release are alone in it."""

from __future__ import annotations

from typing import ClassVar

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import number
from personatwin_sql.privacy.numbers import Codes


@dataclass(frozen=True)
class SampleUniqueness:
    """Share of people with f = 1 ≤ limit (El Emam 2013)."""

    limit: float
    name: ClassVar[str] = "sample_uniqueness"

    def __init__(self, limit: float) -> None:
        vars(self).update(limit=number(limit, "sample_uniqueness", 0, 1))

    @property
    def required(self) -> float:
        return self.limit

    def measure(self, sizes: Codes) -> float:
        return int((sizes == 1).sum()) / max(1, int(sizes.sum()))

    def holds(self, sizes: Codes) -> bool:
        return self.measure(sizes) <= self.limit
