"""The accountant `basic`: Σε and Σδ, as fractions, valid however events are chosen (Rogers et al. 2016)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.declared import NOTHING, Guarantee
from personatwin_sql.privacy.accounting.events import Event, InvalidEvent, Joint, check


@dataclass(frozen=True)
class Basic:
    """A budget of Σε and Σδ."""

    epsilon: Fraction
    delta: Fraction

    def spent(self, events: Iterable[Event | Joint]) -> Guarantee:
        """Σ(ε, δ). Raises InvalidEvent where one has no ε of its own or cannot be."""
        return sum((_charged(event) for event in events), NOTHING)

    def affordable(self, spent: Guarantee, events: Iterable[Event | Joint]) -> bool:
        """Whether these events, all of them, fit beside what is spent."""
        after = spent + self.spent(events)
        return after.epsilon <= self.epsilon and after.delta <= self.delta

    def remaining(self, spent: Guarantee) -> Guarantee:
        """What is left of either, at least 0."""
        least = Fraction(0)
        return Guarantee(max(self.epsilon - spent.epsilon, least), max(self.delta - spent.delta, least))


def _charged(event: Event | Joint) -> Guarantee:
    check(event)
    guarantee = event.guarantee
    if guarantee is None:
        raise InvalidEvent("Gaussian noise has no epsilon of its own: record it in a joint release")
    return guarantee
