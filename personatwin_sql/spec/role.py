"""What a column says of a person: the five roles, from the strictest to the freest."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """Roles of disclosure control, strictest first (the order decides what an expression inherits)."""

    DIRECT_IDENTIFIER = "direct_identifier"
    PRIVACY_UNIT = "privacy_unit"
    QUASI_IDENTIFIER = "quasi_identifier"
    SENSITIVE = "sensitive"
    INSENSITIVE = "insensitive"


def strictest(roles: Iterable[Role]) -> Role:
    """The strictest of the roles; insensitive when there are none (a constant)."""
    order = tuple(Role)
    return min(roles, key=order.index, default=Role.INSENSITIVE)
