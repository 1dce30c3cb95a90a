"""What was counted of a release, and the guarantees with what was measured of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

import numpy as np

from personatwin_sql.engine.recount import Sizes
from personatwin_sql.engine.recount_events import EventCount
from personatwin_sql.engine.recount_randomised import ToldOutcomes
from personatwin_sql.engine.recount_repair import RepairCount
from personatwin_sql.engine.recount_strategy import StrategyCount
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.guarantee import Guarantee


@dataclass(frozen=True)
class Measured:
    """One release model as counted."""

    model: str
    guarantees: tuple[Guarantee, ...]
    people: int = 0
    """In the authored SELECT."""
    released_people: int = 0
    sizes: Sizes = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """(classes,): people per distinct released combination of quasi-identifiers."""
    smallest: int = 0
    """People of the smallest class or persona."""
    homogeneity: Mapping[str, float] = field(default_factory=dict)
    """Sensitive column → share of released rows in classes with one value of it."""
    events: EventCount | None = None
    strategy: StrategyCount | None = None
    """Where not every cell is a row as it is."""
    repair: RepairCount | None = None
    """Where events were added."""
    told: tuple[ToldOutcomes, ...] = ()
    """Where outcomes are told by chance: how many of all events were told to have which."""

    @property
    def suppressed(self) -> int:
        return self.people - self.released_people


def filled(guarantees: Sequence[Guarantee], values: Mapping[str, float]) -> tuple[Guarantee, ...]:
    return tuple(
        guarantee.with_measure(values[guarantee.name]) if guarantee.name in values else guarantee
        for guarantee in guarantees
    )
