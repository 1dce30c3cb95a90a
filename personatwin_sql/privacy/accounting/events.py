"""Uses of private data that a ledger records: each says what it costs, exactly, in ε, in ρ and in δ.

Neighbouring data differ in all rows of one person, added or removed. That person is in at most `groups`
groups (L0) and moves an integer of one group by at most `per_group` units (L∞).

The cost in ρ is that of δ-approximate ρ-zCDP (Bun & Steinke 2016), which adds up when the next event is
chosen in sight of the results of those before (Whitehouse et al. 2023).
"""

from __future__ import annotations

from fractions import Fraction

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.declared import Guarantee


@dataclass(frozen=True)
class Laplace:
    """Discrete Laplace noise, P(x) ∝ exp(−|x| / scale), drawn for each group of one measure."""

    scale: Fraction
    per_group: int
    groups: int

    @property
    def guarantee(self) -> Guarantee:
        """ε = L0 · L∞ / scale, without δ (Dwork et al. 2006)."""
        return Guarantee(self.groups * self.per_group / self.scale, Fraction(0))

    @property
    def rho(self) -> Fraction:
        """ε² / (2 · L0): each group is ε/L0-DP, so (ε/L0)²/2-zCDP, and L0 of them add up."""
        return self.groups * (self.per_group / self.scale) ** 2 / 2


@dataclass(frozen=True)
class Gaussian:
    """Discrete Gaussian noise, P(x) ∝ exp(−x² / (2 · variance)), drawn for each group of one measure."""

    variance: Fraction
    per_group: int
    groups: int

    @property
    def guarantee(self) -> Guarantee | None:
        """None: no ε without a δ, which measures share. A `Joint` of all measures has one."""
        return None

    @property
    def rho(self) -> Fraction:
        """L0 · L∞² / (2σ²) (Canonne, Kamath & Steinke 2020)."""
        return Fraction(self.groups * self.per_group**2) / (2 * self.variance)


@dataclass(frozen=True)
class PartitionSelection:
    """Keys chosen by noisy counts of people, (ε/L0, δ/L0)-DP each (Desfontaines et al. 2022)."""

    epsilon: Fraction
    delta: Fraction
    groups: int

    @property
    def guarantee(self) -> Guarantee:
        """(ε, δ) over all groups of a person."""
        return Guarantee(self.epsilon, self.delta)

    @property
    def rho(self) -> Fraction:
        """ε² / (2 · L0), with the δ apart: (ε, δ)-DP is δ-approximately ε²/2-zCDP."""
        return self.epsilon**2 / (2 * self.groups)


@dataclass(frozen=True)
class Threshold:
    """Keys shown because a count that is noisy anyway passes τ: free but for δ, of all groups of a person."""

    delta: Fraction

    @property
    def guarantee(self) -> Guarantee:
        """(0, δ)."""
        return Guarantee(Fraction(0), self.delta)

    @property
    def rho(self) -> Fraction:
        """Nothing: the noisy count is charged for itself."""
        return Fraction(0)


@dataclass(frozen=True)
class _Repeated:
    """`count` uses of one mechanism, ε each."""

    epsilon: Fraction
    count: int

    @property
    def guarantee(self) -> Guarantee:
        """ε · count."""
        return Guarantee(self.epsilon * self.count, Fraction(0))


class Exponential(_Repeated):
    """`count` choices by the exponential mechanism that one person can sway, ε each (quantiles · L0)."""

    @property
    def rho(self) -> Fraction:
        """ε²/8 each, since it is ε-bounded-range (Cesar & Rogers 2021)."""
        return self.count * self.epsilon**2 / 8


class RandomisedResponse(_Repeated):
    """`count` answers of one person, each told truly or not by ε-DP randomised response."""

    @property
    def rho(self) -> Fraction:
        """ε²/2 each."""
        return self.count * self.epsilon**2 / 2


Event = Laplace | Gaussian | PartitionSelection | Threshold | Exponential | RandomisedResponse


@dataclass(frozen=True)
class Joint:
    """What one release uses, with the (ε, δ) that was proven of all of it together."""

    guarantee: Guarantee
    events: tuple[Event, ...]

    @property
    def rho(self) -> Fraction:
        """Σρ of its events."""
        return sum((event.rho for event in self.events), Fraction(0))


def selection_delta(event: Event | Joint) -> Fraction:
    """The δ of choosing keys, which no ρ covers: Σδ of thresholds and selections."""
    if isinstance(event, Joint):
        return sum((selection_delta(part) for part in event.events), Fraction(0))
    return event.delta if isinstance(event, Threshold | PartitionSelection) else Fraction(0)


class InvalidEvent(ValueError):
    """A recorded event that cannot be: it would refund privacy that was spent, or cost none."""


def check(event: Event | Joint) -> None:
    """Nothing, if the event can be charged. Raises InvalidEvent with the name of the field."""
    for name, value in vars(event).items():
        if isinstance(value, Guarantee):
            check_guarantee(value)
        elif isinstance(value, tuple):
            for part in value:
                check(part)
        elif isinstance(value, bool) or not isinstance(value, int | Fraction):
            raise InvalidEvent(f"{name} must be an exact number")
        elif name == "delta":
            check_guarantee(Guarantee(Fraction(0), Fraction(value)))
        elif value <= 0 or (name in {"groups", "per_group", "count"} and not isinstance(value, int)):
            raise InvalidEvent(f"{name} must be above 0" + (", and whole" if isinstance(value, int) else ""))


def check_guarantee(guarantee: Guarantee) -> None:
    """Nothing, if ε ≥ 0 and 0 ≤ δ < 1. Raises InvalidEvent."""
    if guarantee.epsilon < 0 or not 0 <= guarantee.delta < 1:
        raise InvalidEvent("epsilon must be at least 0, and delta at least 0 and below 1")
