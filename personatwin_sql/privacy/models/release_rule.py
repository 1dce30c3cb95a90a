"""Rules of a whole release, not of a class: what all its classes together must be like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from personatwin_sql.privacy.numbers import Codes


class ReleaseRule(Protocol):
    """A measure of a release that is at most `required`. Values are frozen; two equal rules are equal.

    Neither finer nor coarser classes need to do better, nor does suppression: a search that prunes by such a
    rule prunes what it looks for.
    """

    @property
    def name(self) -> str:
        """Its key, as written in a project."""

    @property
    def required(self) -> float:
        """The most that is allowed."""

    def measure(self, sizes: Codes) -> float | None:
        """The measure of a release from the people of each of its classes, 0 of a release of nobody.

        None where it cannot be told, which no limit allows.
        """

    def holds(self, sizes: Codes) -> bool:
        """Whether the measure is known and at most what is required."""


def all_hold(sizes: Codes, rules: Sequence[ReleaseRule]) -> bool:
    """Whether a release of classes of these sizes satisfies every rule."""
    return all(rule.holds(sizes) for rule in rules)
