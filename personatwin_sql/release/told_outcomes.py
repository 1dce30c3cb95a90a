"""Outcomes that were told by randomised response: by which law, at what cost, and without its bias."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.noise.randomised_response import ResponseLaw

_TWO_SIDED = 1.959964
"""95 of 100 values of the normal distribution are within so many standard deviations."""


@dataclass(frozen=True)
class CorrectedOutcome:
    """How many events were told to have one of these outcomes, and how many of them have it."""

    outcomes: tuple[str, ...]
    told: int
    """Of all events, before any was left out."""
    events: float
    """Without the bias of the draws: so many have it, as expected."""
    low: float
    high: float
    """95 of 100 times so many have it: from `low` to `high`."""


@dataclass(frozen=True)
class ReleasedResponse:
    """How outcomes of a table were told. It covers them alone: the table is not differentially private."""

    column: str
    changed: Fraction
    """r: so often an outcome is told as another."""
    outcomes: tuple[str, ...]
    """All that it may be told as, each other one as often."""
    epsilon: Fraction
    """Of one outcome, rounded up."""
    draws: int = 1
    """By how many draws the ledger knows such outcomes told; each is drawn once, for ever."""
    epsilon_of_draws: Fraction = Fraction(0)
    """Of one outcome, over all of them."""
    corrected: tuple[CorrectedOutcome, ...] = ()
    """Empty where fewer than k people would be behind it."""


def corrected_outcomes(
    law: ResponseLaw, told: Sequence[tuple[tuple[str, ...], int]]
) -> tuple[CorrectedOutcome, ...]:
    """The same outcomes without bias; `told` counts all events that have one.

    Each estimate is (told − n · s · q) / (p − q): of n events, s outcomes taken together; p, that an outcome
    is told as it is, q, as a certain other one. Its interval is that of the draws, by the normal law.
    """
    everything = sum(events for _, events in told)
    found = []
    for outcomes, events in told:
        true = float(law.corrected(events, everything, len(outcomes)))
        width = _TWO_SIDED * law.deviation(true, everything, len(outcomes))
        found.append(CorrectedOutcome(outcomes, events, true, true - width, true + width))
    return tuple(found)
