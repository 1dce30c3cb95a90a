"""ε of all that a budget paid for, by the distribution of the privacy loss: a figure that decides nothing.

It is tighter than what accountants add up, and holds where no noise was chosen in sight of what was drawn
before. Budgets are spent in sight of it, so that their accountants alone say what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, inf, sqrt

from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.privacy.accounting.discrete import BLOCKS, REACH
from personatwin_sql.privacy.accounting.events import Event, Gaussian, Joint, Laplace
from personatwin_sql.privacy.accounting.pld import SMOOTH, STEP, counted_events, privacy_losses, times_of

LONGEST = 0.5
"""So many seconds of one core are spent on a figure that decides nothing."""
PARTS = 100_000
"""ε is rounded up to so many parts of 1, so that all machines show the same."""


def displayed_epsilon(events: Sequence[Event | Joint], proven: Guarantee) -> Fraction | None:
    """ε > 0 of all events at the δ of `proven`, which an accountant has shown of them: never above its ε.

    At δ = 0 it is that ε. None where all losses together would take longer than `LONGEST`. Raises
    InvalidEvent.
    """
    if not proven.delta:
        return proven.epsilon
    if seconds_for(counted_events(events)) > LONGEST:
        return None
    epsilon = privacy_losses(events).epsilon(float(proven.delta))
    if epsilon == inf:
        return proven.epsilon
    return min(Fraction(max(ceil(epsilon * PARTS), 1), PARTS), proven.epsilon)


def seconds_for(counted: Mapping[Event, int]) -> float:
    """About how long their losses take to compose, from how many there are and how far each spreads."""
    try:
        parts = [(count * times_of(event), _spread(event) / STEP, event) for event, count in counted.items()]
        cells = sum(_width(event, spread) + _outcomes(event) for _, spread, event in parts)
        whole = sum(times * _width(event, spread) for times, spread, event in parts)
        likely = 18 * sqrt(sum(times * spread**2 for times, spread, _ in parts))  # Hoeffding, at 1e-16
    except OverflowError:
        return inf
    window = 2 * min(whole, likely)  # up to the next power of two
    return len(parts) * (2.5e-4 + 1.8e-8 * window) + 1.5e-7 * window + 3e-7 * cells


def _spread(event: Event) -> float:
    """Of one of its equal parts: the greatest loss, or the deviation of one that is about normal."""
    if isinstance(event, Laplace):
        return float(event.per_group / event.scale)
    if isinstance(event, Gaussian):
        variance = float(event.variance)
        return (sqrt(variance) + 1) * event.per_group / variance if variance else inf
    return float((event.guarantee or Guarantee(Fraction(0), Fraction(0))).epsilon / times_of(event))


def _width(event: Event, spread: float) -> float:
    """From the least loss that is looked at to the greatest."""
    return 2 * spread * (REACH if isinstance(event, Gaussian) else 1)


def _outcomes(event: Event) -> float:
    """How many are counted one by one."""
    if isinstance(event, Gaussian):
        return 2 * sqrt(event.variance) if event.variance < SMOOTH**2 else 0.0
    return float(min(event.per_group, BLOCKS)) if isinstance(event, Laplace) else 2.0
