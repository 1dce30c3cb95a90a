"""Population uniqueness: how many people are alone in the population that a release was drawn from."""

from __future__ import annotations

from typing import ClassVar

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import number, whole
from personatwin_sql.privacy.numbers import Codes


@dataclass(frozen=True)
class PopulationUniqueness:
    """Estimated share of people alone in a population of `population` people ≤ limit, by the rule of Dankar
    et al. (2012).

    Whoever is alone in the population is alone in the release, so without a class of one the share is 0 and
    nothing is estimated. An estimate that fails, or a release larger than its population, is None: no limit
    allows it.
    """

    limit: float
    population: int
    name: ClassVar[str] = "population_uniqueness"

    def __init__(self, limit: float, population: int) -> None:
        limit = number(limit, "population_uniqueness", 0, 1)
        vars(self).update(limit=limit, population=whole(population, "population", 1))

    @property
    def required(self) -> float:
        return self.limit

    def measure(self, sizes: Codes) -> float | None:
        from personatwin_sql.privacy.uniqueness import ClassHistogram, dankar

        people = int(sizes.sum())
        if people > self.population:
            return None
        if not (sizes == 1).any():
            return 0.0
        return dankar(ClassHistogram.of(sizes), people / self.population).share

    def holds(self, sizes: Codes) -> bool:
        measured = self.measure(sizes)
        return measured is not None and measured <= self.limit
