"""What a differentially private release was drawn with, and what of its budget is spent: all of it public."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal

from personatwin_sql.frozen import dataclass

KeyProtection = Literal["none", "public", "private"]
Needing = Literal["people", "rows"]
Proof = Literal["sum", "losses", "rho"]
"""How (ε, δ) follows from the noise: Σ L0·Δ/b, the distribution of the privacy loss, or Σ ρ converted."""


@dataclass(frozen=True)
class NoisyColumn:
    """A column of whole numbers that were added up and got noise, once for each cell."""

    name: str
    grouping_set: int
    """0 is the one with all keys."""
    counts: str
    """What is added up: `rows`, `people`, `values`, `sum`, `centred`, `squares`; empty: nobody knows."""
    per_group: int
    """By so many units one person moves a cell at most (Δ)."""
    groups: int
    """In so many cells one person is at most (L0)."""
    mechanism: str
    """`discrete_laplace` or `discrete_gaussian`."""
    parameter: Fraction
    """b of Laplace, σ² of Gaussian noise, in units: P(x) ∝ exp(−|x|/b) or exp(−x²/2σ²)."""
    error: float
    """The standard deviation of the noise, in units."""
    half_width: int
    """95 of 100 times the noise is at most so many units away from 0."""
    unit: Fraction = Fraction(1)
    """What one unit is worth: the granularity of the measure, or its square."""

    @property
    def of_nobody(self) -> float:
        """What a group of nobody has on average where numbers below 0 become 0, in units: E max(noise, 0)."""
        return self.scale / 2 if self.mechanism == "discrete_laplace" else self.scale / math.sqrt(2 * math.pi)

    @property
    def scale(self) -> float:
        """b of Laplace, σ of Gaussian noise, in units."""
        if self.mechanism == "discrete_laplace":
            return float(self.parameter)
        return math.sqrt(self.parameter)


@dataclass(frozen=True)
class OtherUse:
    """A mechanism that adds no noise to numbers: a choice of quantiles or keys, an answer at random."""

    mechanism: str
    column: str
    numbers: tuple[tuple[str, str], ...]
    """Exact text, by name."""


@dataclass(frozen=True)
class Needed:
    """How large a group of private keys must be, to be shown with a chance: people, or rows."""

    half: int
    """For 1/2, at least."""
    nearly_always: int
    """For 95 %."""
    counts: Needing = "people"
    """Of rows, one person may have several."""


@dataclass(frozen=True)
class ValueBounds:
    """Where the values of a measure lie: what is beyond counts as the bound."""

    measure: str
    text: str
    """As the ledger has it: `0 to 50 by 1`."""


@dataclass(frozen=True)
class ReleasedPrivacy:
    """What was drawn, as the ledger's entry says it: a newer tool tells nothing else of an older release."""

    budget: str
    epsilon: Fraction
    delta: Fraction
    proof: Proof
    mechanism: str
    """`discrete_laplace`, `discrete_gaussian`, or that of the choices where there is no noise."""
    max_groups: int
    max_rows_per_group: int
    bounds: tuple[ValueBounds, ...] = ()
    noise: tuple[NoisyColumn, ...] = ()
    others: tuple[OtherUse, ...] = ()
    sets: tuple[tuple[str, ...], ...] = ()
    """The keys of each grouping set."""
    keys: KeyProtection = "public"
    keys_delta: Fraction = Fraction(0)
    """The part of δ that chooses keys."""
    thresholds: tuple[int, ...] = ()
    """For each grouping set, the least noisy count of people that may show a key."""
    needed: tuple[Needed, ...] = ()
    """For each grouping set whose keys are private; of older releases nothing."""
    cut_at_zero: tuple[str, ...] = ()
    """Columns whose numbers below 0 became 0, so that small ones are too large on average."""
    agreed: tuple[str, ...] = ()
    """Columns whose totals are the sums of their parts, by least squares over noisy numbers."""
    epoch: str = ""
    drawn_at: str = ""
    """When it was charged, by that machine's clock; empty for a preview."""
    entry: str = ""
    """Digest of the ledger's entry that pays for it."""
    number: int = 0
    """Of that entry."""
    is_preview: bool = False
    """Its noise is seeded and no secret: nothing was charged, and nothing is protected."""


@dataclass(frozen=True)
class EpochLoss:
    """What was spent of a budget on one state of the data."""

    epoch: str
    epsilon: Fraction
    delta: Fraction
    charges: int


@dataclass(frozen=True)
class Displayed:
    """What of a budget is spent by the distribution of the privacy loss, over its whole life.

    For display: it holds of releases whose noise was fixed beforehand. One may be chosen in sight of others,
    and what may be spent is decided by the accountant, which is never below it.
    """

    epsilon: Fraction | None
    """None where so many different noises take too long to add up."""
    delta: Fraction
    """At which it holds: what the budget allows, or more where more is spent."""


@dataclass(frozen=True)
class ReleasedBudget:
    """A budget as it stands after this release: over its whole life, and by epoch."""

    name: str
    epsilon: Fraction
    delta: Fraction
    accountant: str
    spent_epsilon: Fraction
    """Over its whole life, all epochs together."""
    spent_delta: Fraction
    charges: int
    epochs: tuple[EpochLoss, ...] = ()
    displayed: Displayed | None = None
    """Of older releases nothing."""

    @property
    def left_epsilon(self) -> Fraction:
        return max(self.epsilon - self.spent_epsilon, Fraction(0))

    @property
    def left_delta(self) -> Fraction:
        return max(self.delta - self.spent_delta, Fraction(0))
