"""What a release model promises: the fields of `config(protection=…)`, levels and defaults resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction
from typing import Literal

from personatwin_sql.errors import Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.effort import Effort
from personatwin_sql.privacy.noise.randomised_response import ResponseLaw, response_law
from personatwin_sql.privacy.objective import BY_COLUMN, Objective
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy
from personatwin_sql.spec.domain import OrderRules
from personatwin_sql.spec.hierarchy import Hierarchy, Period
from personatwin_sql.spec.microaggregate import Microaggregate
from personatwin_sql.spec.privacy_models import DeclaredModel, DeclaredRule
from personatwin_sql.spec.project import RecodingName, StrategyName, SuppressionName
from personatwin_sql.spec.tolerance import Tolerance

LockedRecoding = Literal[RecodingName, "cell", "means"]
"""A recoding as the lock names it: `cell` is the global one that suppresses single values, `means` the global
one that publishes some numbers as those of groups."""
ProtectionName = Literal["k_anonymity", "personas", "persona_events", "differential_privacy", "derived"]


@dataclass(frozen=True)
class Declared:
    """A number that somebody chose, and the place where it stands (a preset's place is the preset's)."""

    value: float
    place: Place


@dataclass(frozen=True)
class ColumnPromise:
    """What `config(columns={...})` says of one column."""

    hierarchy: Hierarchy | None = None
    level: int | None = None
    """Declared level; otherwise the search chooses it."""
    hierarchy_name: str | None = None
    tolerance: Tolerance | None = None
    """How far apart people may be and still be merged, written as the hierarchy is."""
    microaggregate: Microaggregate | None = None
    """The number of a group in place of each person's own."""


@dataclass(frozen=True)
class RecodingRule:
    """How values become coarser, and what goes where that is not enough."""

    kind: RecodingName = "global"
    """`global`: each column is published at one level. `local`: each class has levels of its own.
    `multidimensional`: besides, it may publish an ordered number as a range of its own."""
    suppression: SuppressionName = "record"
    """`cell`: people of rare combinations lose single values before they are left out."""
    place: Place | None = None
    """Where it was declared; None for what holds where nobody says anything."""
    has_groups: bool = False
    """Some numbers are published as those of groups."""

    @property
    def is_by_class(self) -> bool:
        """Whether classes may publish a column at different levels."""
        return self.name != "global"

    @property
    def name(self) -> LockedRecoding:
        if self.kind != "global":
            return self.kind
        return "means" if self.has_groups else "cell" if self.suppression == "cell" else "global"


@dataclass(frozen=True)
class SearchRule:
    """What a search of levels makes least, and how long it may take."""

    objective: Objective = Objective()
    weights: Mapping[str, float] = field(default_factory=dict)
    """How much a column's loss counts; what is not named counts as the domain says."""
    effort: Effort = Effort()
    place: Place | None = None
    """Where the loss was declared; None for what holds where nobody says anything."""

    @property
    def loss(self) -> str:
        """What was declared of the loss, in words that are the same for the same loss; empty for nothing."""
        if self.place is None:
            return ""
        words: list[str] = [self.objective.measure]
        if self.objective.measure in BY_COLUMN:
            words += [f"{self.objective.mean} mean", f"suppression {self.objective.suppression:g}"]
        words += [f"{name} counts {weight:g}" for name, weight in sorted(self.weights.items())]
        return ", ".join(words)


@dataclass(frozen=True)
class KAnonymity:
    """Each published combination of quasi-identifiers is that of at least `k` people (Sweeney 2002)."""

    k: Declared
    suppression_limit: Declared
    target_risk: Declared
    columns: Mapping[str, ColumnPromise] = field(default_factory=dict)
    recoding: RecodingRule = RecodingRule()
    search: SearchRule = SearchRule()
    predict: tuple[str, ...] = ()
    """Columns of which the owner is told how well they can be foretold from the others, before and after."""
    counts_population: bool = False
    """Whether `target_risk` bounds the risk among the people of the population: membership is secret."""
    models: tuple[DeclaredModel, ...] = ()
    """What each published class satisfies beside k."""
    rules: tuple[DeclaredRule, ...] = ()
    """What all classes together satisfy."""
    name: Literal["k_anonymity"] = "k_anonymity"


@dataclass(frozen=True)
class Personas:
    """Personas of `k` to `max_people` people who are alike, cut inside the classes of `within`."""

    k: Declared
    max_people: Declared
    suppression_limit: Declared
    target_risk: Declared
    k_event: Declared
    """How many people must hold a kept attribute before it is published as a persona's mode."""
    within: str | None
    """The `k_anonymity` model of the same people whose classes personas never cross."""
    block: tuple[str, ...]
    within_block: tuple[str, ...]
    columns: Mapping[str, ColumnPromise] = field(default_factory=dict)
    search: SearchRule = SearchRule()
    models: tuple[DeclaredModel, ...] = ()
    """What the people of each persona satisfy beside k."""
    rules: tuple[DeclaredRule, ...] = ()
    """What all published combinations satisfy together."""
    name: Literal["personas"] = "personas"


@dataclass(frozen=True)
class Strategy:
    """How the publishable cells of a persona become its rows."""

    name: StrategyName = "aggregate"
    max_rows: Declared | None = None
    """How many rows of a persona a sample keeps; no other strategy leaves any out."""
    repaired_by: OrderRules | None = None
    """The order rules by which missing events are added before anything is counted; None to add none."""


@dataclass(frozen=True)
class RandomisedOutcomes:
    """Outcomes are told by randomised response: each as it is, or as any other (Warner 1965)."""

    changed: Fraction
    """r, how often an outcome is told as another at least."""
    place: Place
    outcomes: tuple[str, ...]
    """All that an outcome may be told as, those of the domain in their order by name."""
    event: str
    """The column of the SELECT that is the event's id; it is consumed, never released."""
    ids: str = ""
    """`normalized` where ids of people are spelled alike first: draws hang on how they are spelled."""

    @property
    def law(self) -> ResponseLaw:
        """How often each is told as each other, exactly."""
        return response_law(self.changed, len(self.outcomes))


KnownKind = Literal["km", "lkc", "known_events"]


@dataclass(frozen=True)
class KnownCells:
    """What somebody knows of a person is shared by at least `k` people.

    km: up to `most` cells of a persona, each a period and a kind of event (Terrovitis et al. 2008). lkc: up
    to `most` values, cells or columns of the personas; and what they tell of a sensitive outcome is at most
    `confidence` sure (Mohammed et al. 2010). known_events: the columns of the personas and `most` cells.
    """

    kind: KnownKind
    most: int
    k: Declared
    confidence: Declared | None = None

    @property
    def guarantee(self) -> str:
        """What the guarantee of the people who share it is called."""
        return f"{self.kind}_{self.most}"


@dataclass(frozen=True)
class PersonaEvents:
    """Events counted once each, at the finest level where at least `k_event` people stand behind them."""

    k: Declared
    k_event: Declared
    personas: str
    outcome: str | None
    """The column of the SELECT that holds the outcome, for the cap on sensitive outcomes."""
    sensitive_outcomes: tuple[str, ...]
    outcome_cap: float
    """The share of a persona's people of whom a sensitive outcome may at most be true."""
    finest_period: Period
    strategy: Strategy = Strategy()
    known: tuple[KnownCells, ...] = ()
    """By how many people what somebody knows of a person is shared."""
    randomised: RandomisedOutcomes | None = None
    """None where outcomes are told as they are."""
    columns: Mapping[str, ColumnPromise] = field(default_factory=dict)
    name: Literal["persona_events"] = "persona_events"


@dataclass(frozen=True)
class Derived:
    """Any SELECT over released models: nothing is added, the weakest guarantee is inherited."""

    name: Literal["derived"] = "derived"


Protection = KAnonymity | Personas | PersonaEvents | DifferentialPrivacy | Derived
