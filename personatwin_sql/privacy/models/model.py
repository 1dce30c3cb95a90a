"""What every privacy model is: a test of classes, and a measure of how far they are from failing it."""

from __future__ import annotations

from typing import Literal, Protocol

from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.numbers import Flags, Shares

Direction = Literal["at_least", "at_most"]


class PrivacyModel(Protocol):
    """A rule that each published class satisfies. Values are frozen; two equal rules are equal."""

    @property
    def name(self) -> str:
        """Its key, as written in a project."""

    @property
    def column(self) -> str | None:
        """The sensitive column that it reads; None where it reads sizes alone."""

    @property
    def required(self) -> float:
        """The number that is asked for: l, t, α …"""

    @property
    def direction(self) -> Direction:
        """Whether more (k, l) or less (t, α, risks) is stronger."""

    @property
    def outlives_any_merge(self) -> bool:
        """Whether a class that passes still passes when merged with any other, also one that fails."""

    @property
    def outlives_merges_of_its_own(self) -> bool:
        """Whether two classes that pass, merged, pass."""

    def each(self, classes: Counted) -> Shares:
        """(classes,): the value of each class."""

    def passes(self, classes: Counted) -> Flags:
        """(classes,): which classes satisfy the rule."""

    def measure(self, classes: Counted) -> float:
        """The value that the weakest class has: what l, t, α … these classes satisfy at best.

        It is at least as strong as `required` exactly when every class passes: of a rule with < it is the
        least number that holds, just above the value of the class. Over no classes at all, the strongest
        value that there is.
        """
