"""What every loss tells the search: its value at a node, and bounds at the nodes that were not looked at."""

from __future__ import annotations

from math import inf
from typing import Protocol

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.classes import Classes
from personatwin_sql.privacy.lattice import Lattice, Levels
from personatwin_sql.privacy.numbers import Codes, Shares


@dataclass(frozen=True)
class Bounds:
    """What the classes of one node say of the others."""

    penalty: float
    """Suppression raises the loss of each finer node at least by this."""
    finer: float = -inf
    """Each finer node loses at least this by generalization, beside its `floor`."""
    coarser: float = -inf
    """Each coarser node loses at least this by generalization."""


class Measure(Protocol):
    """A loss of releases of one frequency set: what generalization loses, and what suppression adds.

    All values are on one scale, on which less is better; `shown` gives the measure as the literature has it.
    """

    @property
    def steps(self) -> tuple[Shares, ...]:
        """Per column (height + 1,): about what its levels lose; it orders the steps of a path."""

    @property
    def is_exact(self) -> bool:
        """Whether `least` is what a node loses by generalization, not only a bound."""

    def least(self, levels: Levels) -> float:
        """What a node loses by generalization at least, as far as its columns tell one by one."""

    def least_of_all(self, lattice: Lattice) -> Shares:
        """(nodes,): the same for each node."""

    def floor(self, lattice: Lattice) -> Shares:
        """(nodes,): to which `Bounds.finer` is added."""

    def generalization(self, levels: Levels, classes: Classes) -> float:
        """What a node loses while nobody is suppressed."""

    def penalty(self, levels: Levels, classes: Classes, suppressed: Codes) -> float:
        """What is added by suppressing some classes, given by their numbers."""

    def bounds(self, levels: Levels, classes: Classes, ruled_out: Codes, limit: int) -> Bounds:
        """What a node says of others; at it and at each finer one the people of some classes are suppressed,
        and at most `limit` people in all."""

    def shown(self, value: float) -> float:
        """The measure itself."""
