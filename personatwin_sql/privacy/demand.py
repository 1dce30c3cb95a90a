"""What is asked of a release of people: the rules, and the levels that they leave open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.beside import Earlier
from personatwin_sql.privacy.effort import Effort
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Lattice
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.models.release_rule import ReleaseRule
from personatwin_sql.privacy.objective import Objective

_ROUNDING = 1e-9
"""The limit is a decimal share: 0.29 of 100 people is 29 people, whatever binary arithmetic says."""


@dataclass(frozen=True)
class Demand:
    """The rules that a release of people satisfies; columns by name."""

    k: int
    """Each released class holds at least this many people (Sweeney 2002)."""
    suppression_limit: float
    """The share of people that may be suppressed."""
    floor: Mapping[str, int] = field(default_factory=dict)
    """The finest level allowed; 0 where nothing is said."""
    ceiling: Mapping[str, int] = field(default_factory=dict)
    """The coarsest level allowed; the top where nothing is said."""
    fixed: Mapping[str, int] = field(default_factory=dict)
    """Levels that are chosen already."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """How much a column's loss counts in a mean over columns; 1 where nothing is said."""
    max_average_risk: float | None = None
    """Classes ÷ released people, at most."""
    counts_population: bool = False
    """Whether somebody is sought among the population, not among the data: the risk of a class of f people is
    then 1/F, and at most 1/f."""
    largest_k: int | None = None
    """To meet the average risk, classes smaller than any k up to this one may be suppressed."""
    suppress_at_least_k: bool = True
    """When 1 to k − 1 people would be suppressed, the smallest class is suppressed too: a published number
    of suppressed people is 0 or at least k."""
    models: tuple[PrivacyModel, ...] = ()
    """What each released class satisfies beside k; classes that do not are suppressed."""
    rules: tuple[ReleaseRule, ...] = ()
    """What the released classes satisfy together; a node where they do not rules out no other."""
    earlier: Earlier | None = None
    """What earlier releases of the same people ask: who would be told apart waits, and is suppressed."""
    objective: Objective = Objective()
    """Which loss is made as small as can be."""
    effort: Effort = Effort()
    """How long the levels may be searched for."""

    def lattice(self, frequency: FrequencySet) -> Lattice:
        """The nodes to choose from.

        Raises ValueError for an unknown column, an impossible level, or a sensitive column without counts.
        """
        known = set(frequency.names)
        for named in (self.floor, self.ceiling, self.fixed, self.weights):
            if unknown := sorted(set(named) - known):
                raise ValueError(f"no such quasi-identifier: {', '.join(unknown)}")
        counted = {column.name for column in frequency.sensitive}
        if missing := sorted({model.column for model in self.models if model.column} - counted):
            raise ValueError(f"no people by value of: {', '.join(missing)}")
        lowest, highest = [], []
        for name, height in zip(frequency.names, frequency.heights, strict=True):
            least, most = self.floor.get(name, 0), self.ceiling.get(name, height)
            low, high = self.fixed.get(name, least), self.fixed.get(name, most)
            if not least <= low <= high <= most <= height:
                raise ValueError(f"column `{name}` has no level between its floor and its ceiling")
            lowest.append(low)
            highest.append(high)
        return Lattice(tuple(lowest), tuple(highest))

    def most_suppressed(self, total: int) -> int:
        """How many of `total` people may be suppressed."""
        return int(self.suppression_limit * total + _ROUNDING)
