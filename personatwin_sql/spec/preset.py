"""The four privacy levels: what each asks for, from low to maximum."""

from __future__ import annotations

from dataclasses import replace

from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.hierarchy import PERIODS, PLACES, Period, Place


@dataclass(frozen=True)
class Preset:
    """The numbers of a level. A later level is nowhere finer or weaker than an earlier one."""

    k: int
    k_event: int
    age_band: int
    """The narrowest band of ages, in years."""
    finest_period: Period
    finest_place: Place
    target_risk: float
    """The average risk (classes ÷ people) of a release, at most."""
    randomised_response: float
    """How often an outcome is told as another at least, where randomised response is asked for."""
    suppression_limit: float = 0.05
    """The share of people that may be left out of a table."""
    max_people: int = 50
    """The most people that a persona merges; large personas blur what they share."""

    def no_finer_than(self, time: Period, place: Place) -> Preset:
        """The level in a domain of that precision: of the two, the coarser one holds."""
        return replace(
            self,
            finest_period=max(self.finest_period, time, key=PERIODS.index),
            finest_place=max(self.finest_place, place, key=PLACES.index),
        )


PRESETS: dict[str, Preset] = {
    "low": Preset(
        k=3,
        k_event=3,
        age_band=5,
        finest_period="week",
        finest_place="city",
        target_risk=0.15,
        randomised_response=0.02,
    ),
    "medium": Preset(
        k=5,
        k_event=5,
        age_band=5,
        finest_period="month",
        finest_place="county",
        target_risk=0.05,
        randomised_response=0.05,
    ),
    "high": Preset(
        k=11,
        k_event=5,
        age_band=10,
        finest_period="quarter",
        finest_place="county",
        target_risk=0.01,
        randomised_response=0.10,
    ),
    "maximum": Preset(
        k=20,
        k_event=11,
        age_band=10,
        finest_period="year",
        finest_place="state",
        target_risk=0.001,
        randomised_response=0.15,
    ),
}

SENSITIVE_OUTCOME_CAP = 0.8
"""The share of a group of whom a sensitive outcome may be true: above it, a row tells a fact about each."""
