"""What a release asks of calibration, and what it gets: one scale of noise for each column of numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.declared import Guarantee, InvalidBudget
from personatwin_sql.privacy.accounting.events import Joint

Mechanism = Literal["laplace", "gaussian"]
Proof = Literal["sum", "losses", "rho"]
"""How (ε, δ) was proven: Σ L0·Δ/b, the distribution of the privacy loss, or Σ L0·Δ²/(2σ²) converted."""


@dataclass(frozen=True)
class Measured:
    """Numbers that get noise: one measure in one grouping set."""

    grouping_set: str
    measure: str
    groups: int
    """L0: in so many groups of the set one person is at most."""
    per_group: int
    """Δ: by so many units one person moves the measure of one group at most."""
    weight: Fraction = Fraction(1)
    """How much its squared error, in multiples of Δ², counts beside that of the others."""


@dataclass(frozen=True)
class Quantiles:
    """Choices by the exponential mechanism, and the share of ε that is declared for them."""

    share: Fraction
    count: int
    """Of how many choices a group is in need."""
    groups: int
    """L0: in so many groups one person is at most."""
    totals: int = 0
    """How many choices more there are of sets where all groups of a person may fall into one: each costs at
    once what `groups` choices cost."""


@dataclass(frozen=True)
class Scale:
    """The noise of one column: `scale` is b of Laplace, σ of Gaussian noise, in units of the measure."""

    of: Measured
    scale: Fraction
    error: float
    """The standard deviation of the noise, in units of the measure."""

    @property
    def loss(self) -> float:
        """Weight · (error / Δ)²."""
        return float(self.of.weight) * (self.error / self.of.per_group) ** 2


@dataclass(frozen=True)
class Selection:
    """Groups of a set are shown by the truncated geometric law, with this ε and δ in each group."""

    of: Measured
    """The count of people that it is asked of: it gets no noise, and is not released."""
    epsilon: Fraction
    delta: Fraction


@dataclass(frozen=True)
class Calibration:
    """How much noise each column gets, and what is thereby guaranteed: `joint` is what the ledger charges."""

    mechanism: Mechanism
    proof: Proof
    scales: tuple[Scale, ...]
    joint: Joint
    """Its events: those of the scales, in their order, then all others."""
    selections: tuple[Selection, ...] = ()

    @property
    def loss(self) -> float:
        """Σ weight · (error / Δ)²: what the shares of the columns are chosen by."""
        return sum(scale.loss for scale in self.scales)


def check(columns: tuple[Measured, ...], quantiles: Quantiles | None) -> None:
    """Nothing, if noise can be found for these, or keys chosen by them. Raises InvalidBudget with what is
    wrong and the way out.
    """
    if not columns and quantiles is None:
        raise InvalidBudget("a release without a measure needs no budget: add one, or choose no noise")
    for column in columns:
        if column.groups < 1 or column.per_group < 1 or column.weight <= 0:
            raise InvalidBudget(
                f"measure `{column.measure}`: groups, units per group and weight must be above 0;"
                " what a person cannot move needs no noise"
            )
    if quantiles is None:
        return
    if (
        min(quantiles.count, quantiles.totals) < 0
        or quantiles.count + quantiles.totals < 1
        or quantiles.groups < 1
    ):
        raise InvalidBudget("quantiles: their number and that of groups must be at least 1")
    if not 0 < quantiles.share <= 1 or (quantiles.share == 1) == bool(columns):
        raise InvalidBudget(
            "quantiles take a share of epsilon above 0, below 1 beside other measures, and 1 without any"
        )


def check_deltas(guarantee: Guarantee, selection: Fraction | None, mechanism: str) -> None:
    """Nothing, if δ suffices for private keys and the mechanism. Raises InvalidBudget."""
    if guarantee.epsilon <= 0 or not 0 <= guarantee.delta < 1:
        raise InvalidBudget("epsilon must be above 0, and delta at least 0 and below 1")
    if selection is not None and guarantee.delta == 0:
        raise InvalidBudget("private keys need a delta above 0: declare one, such as 1e-6, or list the keys")
    if selection is not None and not 0 < selection <= guarantee.delta:
        raise InvalidBudget("the part of delta for private keys must be above 0, and no more than delta")
    if mechanism == "gaussian" and guarantee.delta - (selection or 0) <= 0:
        raise InvalidBudget("Gaussian noise needs a delta above 0 beside that of the keys: or choose laplace")
