"""What a build releases: models with their columns, guarantees and risk. Everything here is public."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Literal

from personatwin_sql.frozen import dataclass
from personatwin_sql.release.private_release import ReleasedBudget, ReleasedPrivacy
from personatwin_sql.release.told_outcomes import ReleasedResponse
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.role import Role

RiskBand = Literal["public", "research", "internal", "unsafe"]
BANDS: tuple[RiskBand, ...] = ("public", "research", "internal", "unsafe")
"""From the safest to the worst."""


@dataclass(frozen=True)
class ReleasedColumn:
    """A column that leaves: what it says of a person, how far it was generalised, and where it came from."""

    name: str
    role: Role
    type: str = "VARCHAR"
    """As published; the publisher puts in what the file has."""
    hierarchy_name: str | None = None
    level: int | None = None
    """0 is as given, `height` is `*` for everybody; None for a column that is never generalised."""
    level_name: str | None = None
    height: int | None = None
    description: str = ""
    origins: tuple[tuple[str, str], ...] = ()
    """Columns of sources: (`court.people`, `age`)."""
    coarsest: int | None = None
    """Where classes differ, the coarsest level of one; `level` is the finest then."""

    of_group: bool = False
    """It is published as the number of a group; `level` is the top, for its hierarchy tells nothing of it."""

    @property
    def is_by_class(self) -> bool:
        """Whether some classes are coarser than others."""
        return self.coarsest is not None and self.coarsest != self.level


@dataclass(frozen=True)
class EventPattern:
    """What an adversary gains who knows some events of a person, over the released rows."""

    known_events: int
    fewest_people: int
    """The fewest who share that many or fewer events of somebody; where not exact, at least so many do."""
    unique_share: float
    """The share of people whom that many or fewer events tell from everybody; else at most so many."""
    is_exact: bool = True


@dataclass(frozen=True)
class PopulationRisk:
    """Risk of the released table for somebody who is sought among the people of a population."""

    population: str
    """Whose it is, in words."""
    highest: float
    """1 ÷ people of the population who are alike, in the rarest class."""
    average: float
    """Σ_classes f/F ÷ people."""
    smallest: int
    """People of the population who are alike, in the rarest class; 0 where the population has none."""
    without: float
    """Share of people of whose class the population has nobody."""
    unknown: tuple[str, ...] = ()
    """Columns that the population does not know: because of them the risks are at least these."""
    is_bound: bool = False
    """Whether the risks are at least these, because of such columns, or because some classes are published
    coarser than others: whoever has a finer class is not behind a coarser one."""
    is_estimate: bool = True


@dataclass(frozen=True)
class ReleasedRisk:
    """Risk of the released table alone, classes being combinations of its quasi-identifiers."""

    average: float
    """Classes ÷ people."""
    record: float
    """1 ÷ people of the smallest class."""
    band: RiskBand
    smallest: int
    above: tuple[tuple[float, float], ...] = ()
    """Threshold, and the share of people whose risk is above it."""
    homogeneity: tuple[tuple[str, float], ...] = ()
    """Sensitive column, and the share of people whose class has one value in it."""
    journalist: PopulationRisk | None = None
    """None where the project names no population."""


@dataclass(frozen=True)
class SizeBucket:
    """How many released classes have from `low` to `high` people (None: no upper end)."""

    low: int
    high: int | None
    classes: int
    people: int


@dataclass(frozen=True)
class LevelCount:
    """Released rows of persona events at one level of the roll-up."""

    level: str
    rows: int
    events: int


@dataclass(frozen=True)
class Rule:
    """A rule in force, and where it was declared."""

    name: str
    value: str | float
    declared_at: str


@dataclass(frozen=True)
class ReleasedModel:
    """One table that leaves."""

    name: str
    protection: str
    path: str
    rows: int
    columns: tuple[ReleasedColumn, ...]
    guarantees: tuple[Guarantee, ...] = ()
    description: str = ""
    people: int | None = None
    """People represented."""
    classes: int | None = None
    risk: ReleasedRisk | None = None
    suppression_band: str | None = None
    """From `band.suppression_band`; None where nothing can be suppressed."""
    depends_on: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    steps: tuple[str, ...] = ()
    """What was done to reach the target risk, in words."""
    class_sizes: tuple[SizeBucket, ...] = ()
    events_by_level: tuple[LevelCount, ...] = ()
    event_patterns: tuple[EventPattern, ...] = ()
    """What somebody learns who knows 1, 2 or 3 of a person's events."""
    privacy: ReleasedPrivacy | None = None
    """Of differentially private models: what was drawn."""
    response: ReleasedResponse | None = None
    """Of persona events whose outcomes are told by randomised response."""
    fingerprint: str = ""
    digest: str = ""
    """Of the content, in order; the publisher computes it."""


@dataclass(frozen=True)
class ReleasedSource:
    """A source as the public may know it: never how many rows it has."""

    name: str
    path: str
    """As written in the project."""
    digest: str
    """Keyed with the project's secret: without it, nobody can test a guess of the content."""
    date: str
    """Day of the last change, but where tables with noise stand beside it."""


@dataclass(frozen=True)
class Release:
    """All that one build puts out."""

    project: str
    version: str
    """Of the tool."""
    target: str
    built_at: datetime
    level: str
    models: tuple[ReleasedModel, ...]
    sources: tuple[ReleasedSource, ...] = ()
    fingerprint: str = ""
    domain: str = ""
    tests: tuple[str, ...] = ()
    """Tests of the project that passed."""
    budgets: tuple[ReleasedBudget, ...] = ()
    """Of which something was ever spent, as they stand after this release."""
    heads: tuple[str, ...] = ()
    """Of the ledger that this release was made by: the entries that none had followed yet."""
    thresholds: tuple[tuple[RiskBand, float, float], ...] = field(
        default=(("public", 0.01, 0.10), ("research", 0.05, 0.20), ("internal", 0.15, 0.34))
    )
    """Average and record risk up to which a band reaches."""

    @property
    def band(self) -> RiskBand | None:
        """The worst band of all models; None when no model measures a risk."""
        found = [model.risk.band for model in self.models if model.risk is not None]
        return max(found, key=BANDS.index, default=None)
