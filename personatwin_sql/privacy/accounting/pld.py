"""What recorded events cost together by their privacy-loss distributions: for display, tighter than a sum.

The losses are rounded up on the grid of Google's dp-accounting, so that its figure is never undercut. It
holds of events that were fixed beforehand, not chosen in sight of results: budgets are kept by the other
accountants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import exp

import numpy as np

from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.privacy.accounting.discrete import (
    BEYOND,
    gaussian_losses,
    laplace_losses,
    smooth_losses,
)
from personatwin_sql.privacy.accounting.events import Event, Gaussian, InvalidEvent, Joint, Laplace, check
from personatwin_sql.privacy.accounting.losses import Losses, composed, rounded_up

STEP = 1e-4
"""The grid of dp-accounting: a finer one would report less than the reference does."""
SMOOTH = 1 << 12
"""From this σ on, outcomes are no longer counted one by one."""


def privacy_losses(events: Iterable[Event | Joint], step: float = STEP) -> Losses:
    """The losses of all events together. Raises InvalidEvent."""
    parts = [
        (losses, times * count)
        for event, times in counted_events(events).items()
        for losses, count in _of(event, step)
    ]
    return composed(parts) if parts else Losses(step, 0, np.ones(1), 0.0)


def counted_events(events: Iterable[Event | Joint]) -> Counter[Event]:
    """How often each occurs, in releases or alone. Raises InvalidEvent."""
    counted: Counter[Event] = Counter()
    for event in events:
        check(event)
        counted.update(event.events if isinstance(event, Joint) else (event,))
    return counted


def _of(event: Event, step: float) -> Iterable[tuple[Losses, int]]:
    """Losses on the grid, and how often each."""
    if isinstance(event, Laplace):
        yield rounded_up(*laplace_losses(event.scale, event.per_group), step, 0.0), event.groups
    elif isinstance(event, Gaussian):
        yield _gaussian(event, step), event.groups
    elif event.guarantee is None:
        raise InvalidEvent("an event without a guarantee has no known losses")
    else:
        yield _worst(event.guarantee, times := times_of(event), step), times


def _gaussian(event: Gaussian, step: float) -> Losses:
    variance = float(event.variance)
    if variance < SMOOTH**2:
        return rounded_up(*gaussian_losses(variance, event.per_group), step, BEYOND)
    return rounded_up(*smooth_losses(variance, event.per_group, step), step, BEYOND)


def times_of(event: Event) -> int:
    """Over how many equal parts the guarantee of an event is spread."""
    return getattr(event, "groups", 0) or getattr(event, "count", 1)


def _worst(guarantee: Guarantee, times: int, step: float) -> Losses:
    """The worst of all (ε, δ)-DP mechanisms, true with odds of e^ε (Kairouz, Oh & Viswanath 2015)."""
    epsilon, delta = float(guarantee.epsilon / times), float(guarantee.delta / times)
    true = 1 / (1 + exp(-epsilon))
    masses = np.array([true, 1 - true]) * (1 - delta)
    return rounded_up(np.array([epsilon, -epsilon]), masses, step, delta)
