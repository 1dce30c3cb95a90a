"""Exact figures of unreleased rows. They stay with the owner, under `.personatwin/`."""

from __future__ import annotations

from collections.abc import Collection

from personatwin_sql.frozen import dataclass
from personatwin_sql.release.asked import Asked, Marginal
from personatwin_sql.release.drawn_figures import DrawnFigures
from personatwin_sql.release.result import ReleasedRisk, SizeBucket


@dataclass(frozen=True)
class LadderStep:
    """One step of the mitigation ladder, with the risk before and after it."""

    step: str
    average_before: float
    record_before: float
    average_after: float
    record_after: float


@dataclass(frozen=True)
class GroupFigures:
    """One group of people (a value of `column`) in the source and in the release."""

    column: str
    value: str | None
    people: int
    suppressed: int
    share_before: float
    share_after: float


@dataclass(frozen=True)
class CarriedRisk:
    """The people with one value of a quasi-identifier, as given or as released."""

    column: str
    value: str | None
    people: int
    classes: int
    smallest: int
    """People of their smallest class."""
    alone: int
    """Who are a class of their own."""

    @property
    def average(self) -> float:
        """Classes ÷ people (Dankar & El Emam 2010)."""
        return self.classes / self.people if self.people else 0.0


@dataclass(frozen=True)
class UniquenessEstimate:
    """The share of a population that would be unique in it, were the data so large a part of it."""

    fraction: float
    share: float | None
    """None where no estimate holds."""
    reason: str
    """Why there is none, or which estimate it is (Dankar et al. 2012)."""


@dataclass(frozen=True)
class ColumnLoss:
    """How much of a column is gone: 0 as given, 1 all of it (Iyengar 2002)."""

    column: str
    loss: float


@dataclass(frozen=True)
class ReleaseCost:
    """What a release costs its readers, in the measures of the literature."""

    loss: float
    """Mean over the columns (Iyengar 2002)."""
    precision: float
    """(Sweeney 2002)"""
    discernibility: int
    """(Bayardo & Agrawal 2005)"""
    average_class: float
    """People (LeFevre et al. 2006)."""


@dataclass(frozen=True)
class RuleCost:
    """What one rule takes: the loss of the release less that of the best release without the rule."""

    rule: str
    column: str | None
    """The sensitive column of a privacy model."""
    loss: float
    """Without the rule."""
    costs: float


@dataclass(frozen=True)
class LevelStep:
    """The release with one column one level finer or coarser."""

    column: str
    level: int
    level_name: str
    is_finer: bool
    loss: float
    suppressed_share: float
    average_risk: float
    is_allowed: bool
    """Whether it would satisfy all rules."""


@dataclass(frozen=True)
class Sensitivity:
    """How a release would change if one rule, or one level, were another."""

    loss: float
    """Of the release as it is."""
    suppressed_share: float
    average_risk: float
    rules: tuple[RuleCost, ...] = ()
    """The dearest first; empty where there are too many combinations to search again for each."""
    levels: tuple[LevelStep, ...] = ()


@dataclass(frozen=True)
class LevelSearch:
    """How good the levels are by the loss that they were searched by."""

    measure: str
    levels: str
    loss: float
    lower_bound: float | None = None
    """No levels that satisfy the rules lose less; None where the lock's levels were kept unsearched."""
    is_optimal: bool = False
    is_after_ladder: bool = False
    """Whether only levels nowhere finer than the best without the target risk were compared."""
    checks: int = 0
    """Nodes of the lattice whose classes were formed."""
    measures: tuple[tuple[str, float], ...] = ()
    """Every measure of this release, columns weighed alike."""
    classes: int | None = None
    """Where classes differ in levels, or publish numbers of groups, how many there are."""
    of_groups: tuple[str, ...] = ()
    """The columns that are published as numbers of groups: their loss is SSE ÷ SST."""


@dataclass(frozen=True)
class Relation:
    """How strongly two columns go together, before and after; None where that is undefined."""

    first: str
    second: str
    measure: str
    """`spearman` (Spearman 1904) for two columns of numbers, else `cramers_v` (Bergsma 2013)."""
    before: float | None
    after: float | None

    @property
    def kept(self) -> float | None:
        """The share of its strength that is left, of its own sign; None where nothing was there."""
        if self.before is None or abs(self.before) < NOTICED:
            return None
        return (self.after or 0.0) / self.before


NOTICED = 0.1
"""Weaker relations are not worth keeping: Cohen (1988) calls 0.1 small."""


@dataclass(frozen=True)
class Foretold:
    """The share of people who have the value that a naive Bayes classifier foretells them."""

    column: str
    before: float | None
    majority_before: float | None
    """By always saying the most frequent value."""
    after: float | None
    majority_after: float | None


@dataclass(frozen=True)
class OwnerModel:
    """What one release model cost, and whom."""

    model: str
    people: int
    """In the source."""
    suppressed: int
    smallest_class: int | None = None
    """Of the table that was to be released, which a withheld build names here only."""
    ladder: tuple[LadderStep, ...] = ()
    groups: tuple[GroupFigures, ...] = ()
    raw_risk: ReleasedRisk | None = None
    """Of the people as given, before any generalisation."""
    raw_class_sizes: tuple[SizeBucket, ...] = ()
    carried_given: tuple[CarriedRisk, ...] = ()
    """Risk before any generalisation, by the values of columns of few values."""
    carried_released: tuple[CarriedRisk, ...] = ()
    uniqueness: tuple[UniquenessEstimate, ...] = ()
    """Of the people as given, in populations of several sizes."""
    losses: tuple[ColumnLoss, ...] = ()
    cost: ReleaseCost | None = None
    search: LevelSearch | None = None
    """Of a table of people whose columns are each published at one level."""
    sensitivity: Sensitivity | None = None
    relations: tuple[Relation, ...] = ()
    foretold: tuple[Foretold, ...] = ()

    @property
    def suppressed_share(self) -> float:
        return self.suppressed / self.people if self.people else 0.0


@dataclass(frozen=True)
class SourceQuality:
    """A source as read: how many rows, and how many of them have which fault."""

    source: str
    rows: int
    people: int | None = None
    faults: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class OwnerFigures:
    """The whole of it."""

    models: tuple[OwnerModel, ...] = ()
    sources: tuple[SourceQuality, ...] = ()
    order_violations: tuple[tuple[str, int], ...] = ()
    """Order rule in words, and how often it is broken."""
    unlisted_event_types: tuple[tuple[str, int], ...] = ()
    unlisted_outcomes: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    """What would pass beside earlier releases, where this build does not."""
    tests: tuple[tuple[str, int], ...] = ()
    """Test, and how many rows fail it."""
    asked: tuple[Asked, ...] = ()
    """The questions of the report, answered from everybody."""
    marginals: tuple[Marginal, ...] = ()
    """Everybody, by the values that the release shows."""
    drawn: tuple[DrawnFigures, ...] = ()
    """Of differentially private releases that were drawn here."""
    stale: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Differentially private release, and the sources that changed since it was drawn."""

    def beside(self, earlier: OwnerFigures, carried: Collection[str]) -> OwnerFigures:
        """These figures of a partial build, and the `earlier` ones of what it carried over."""
        read = {source.source for source in self.sources}
        asked_now = {asked.key for asked in self.asked}
        return OwnerFigures(
            models=(*self.models, *(model for model in earlier.models if model.model in carried)),
            sources=(*self.sources, *(source for source in earlier.sources if source.source not in read)),
            order_violations=self.order_violations or earlier.order_violations,
            unlisted_event_types=self.unlisted_event_types or earlier.unlisted_event_types,
            unlisted_outcomes=self.unlisted_outcomes or earlier.unlisted_outcomes,
            notes=(*self.notes, *(note for note in earlier.notes if note not in self.notes)),
            asked=(*self.asked, *(asked for asked in earlier.asked if asked.key not in asked_now)),
            marginals=(*self.marginals, *(item for item in earlier.marginals if item.model in carried)),
            drawn=self.drawn,
            stale=self.stale,
        )
