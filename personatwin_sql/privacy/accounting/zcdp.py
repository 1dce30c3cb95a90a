"""The accountant `zcdp`: Σρ within what (ε, δ) allows, and Σδ of chosen keys within what was set aside.

As both limits are fixed when the budget is declared, an event may be chosen in sight of all results before
(approximate-zCDP filter, Whitehouse et al. 2023).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.conversion import epsilon_of_rho, rho_of_epsilon
from personatwin_sql.privacy.accounting.declared import Guarantee, InvalidBudget
from personatwin_sql.privacy.accounting.events import Event, Joint, check, selection_delta


@dataclass(frozen=True)
class Spent:
    """δ-approximate ρ-zCDP, exactly."""

    rho: Fraction
    delta: Fraction

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.rho + other.rho, self.delta + other.delta)


@dataclass(frozen=True)
class Zcdp:
    """A budget of (ε, δ), of which `for_conversion` and `for_selection` are the two parts of δ, for good."""

    epsilon: Fraction
    for_conversion: Fraction
    for_selection: Fraction
    rho: Fraction
    """What ε and δ for the conversion allow, rounded down: fixed with them."""

    @classmethod
    def of(cls, epsilon: Fraction, delta: Fraction, for_selection: Fraction) -> Zcdp:
        """The budget with so much of δ set aside for keys. Raises InvalidBudget if none is left for ρ."""
        if not 0 <= for_selection < delta:
            raise InvalidBudget(
                "the accountant zcdp turns ρ into ε by a part of delta: set aside less of it for keys"
                if delta
                else "the accountant zcdp needs a delta above 0; with delta 0 the accountant is basic"
            )
        conversion = delta - for_selection
        return cls(epsilon, conversion, for_selection, rho_of_epsilon(epsilon, conversion))

    def spent(self, events: Iterable[Event | Joint]) -> Spent:
        """Σρ, and Σδ of chosen keys. Raises InvalidEvent."""
        return sum((_charged(event) for event in events), Spent(Fraction(0), Fraction(0)))

    def affordable(self, spent: Spent, events: Iterable[Event | Joint]) -> bool:
        """Whether these events, all of them, fit beside what is spent."""
        after = spent + self.spent(events)
        return after.rho <= self.rho and after.delta <= self.for_selection

    def remaining(self, spent: Spent) -> Spent:
        """What is left of ρ and of the δ for keys, at least 0."""
        least = Fraction(0)
        return Spent(max(self.rho - spent.rho, least), max(self.for_selection - spent.delta, least))

    def guarantee(self, spent: Spent) -> Guarantee:
        """(ε, δ) of what is spent, ε rounded up, δ with the whole part that converts."""
        if not spent.rho:
            return Guarantee(Fraction(0), spent.delta)
        return Guarantee(epsilon_of_rho(spent.rho, self.for_conversion), self.for_conversion + spent.delta)


def _charged(event: Event | Joint) -> Spent:
    check(event)
    return Spent(event.rho, selection_delta(event))
