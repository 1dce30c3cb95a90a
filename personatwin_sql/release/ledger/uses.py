"""How the accountant's events stand in an entry, and how they are read back to be added up again."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.privacy.accounting.events import (
    Event,
    Exponential,
    Gaussian,
    InvalidEvent,
    Joint,
    Laplace,
    PartitionSelection,
    RandomisedResponse,
    Threshold,
    check,
)
from personatwin_sql.release.ledger.entry import Charge, Use
from personatwin_sql.spec.exact_number import exact_text, from_exact_text

MECHANISMS: Mapping[str, type[Event]] = {
    "discrete_laplace": Laplace,
    "discrete_gaussian": Gaussian,
    "partition_selection": PartitionSelection,
    "threshold": Threshold,
    "exponential": Exponential,
    "randomised_response": RandomisedResponse,
}
"""Each mechanism by its name in entries, which never changes."""
_WHOLE = frozenset({"per_group", "groups", "count"})


def use_of(event: Event, column: str = "") -> Use:
    """An event as an entry has it; `column` is the measure that it makes noisy."""
    name = next(name for name, kind in MECHANISMS.items() if isinstance(event, kind))
    numbers = {field: exact_text(Fraction(value)) for field, value in vars(event).items()}
    return Use(name, column, numbers)


def event_of(use: Use) -> Event:
    """The event that an entry has; ValueError for one that cannot be."""
    values: dict[str, Any] = {name: _number(name, text) for name, text in use.numbers.items()}
    try:
        event: Event = MECHANISMS[use.mechanism](**values)
        check(event)
    except (KeyError, TypeError, InvalidEvent) as error:
        raise ValueError("a mechanism that cannot be") from error
    return event


def joint_of(charge: Charge) -> Joint:
    """All of a charge: the guarantee that was proven, and the events; ValueError if it cannot be."""
    joint = Joint(Guarantee(charge.epsilon, charge.delta), tuple(map(event_of, charge.uses)))
    check(joint)
    return joint


def _number(name: str, text: str) -> int | Fraction:
    number = from_exact_text(text)
    return int(number) if name in _WHOLE and number.denominator == 1 else number
