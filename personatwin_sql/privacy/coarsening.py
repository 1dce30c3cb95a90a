"""The levels from which on personas meet their rules: best first while that is cheap, then step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from heapq import heappop, heappush

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.gathering import Blocks, Gathered, gather
from personatwin_sql.privacy.numbers import Codes

MOST_NODES = 500
"""Nodes that are tried in the order of their loss before the search goes step by step."""
_TOLERANCE = 1e-12

Node = tuple[int, ...]


@dataclass(frozen=True)
class PersonaDemand:
    """What personas must meet."""

    k: int
    blocks: Blocks
    target_risk: float
    """The average risk (published combinations ÷ people), at most."""
    suppression_limit: float
    """The share of people who may be left out, at most."""
    ceiling: Node | None = None
    """The coarsest levels allowed; None for the top of each column."""
    within: Codes | None = None
    """(tuples,): the class of each tuple in the microdata release of the same people, -1 for none."""


def is_met(frequency: FrequencySet, demand: PersonaDemand, levels: Sequence[int]) -> bool:
    """Whether personas at these levels meet the demand."""
    found = gather(frequency, levels, demand.k, demand.blocks, demand.within)
    return _misses(found, frequency.total, demand) == (False, False)


def coarse_enough(
    frequency: FrequencySet, demand: PersonaDemand, start: Sequence[int], most_nodes: int = MOST_NODES
) -> Node | None:
    """The levels from `start` on that lose least and meet the demand; None if not even the coarsest do.

    Deterministic: nodes in the order of their summed loss, then of their levels. Beyond `most_nodes` a good
    answer rather than the best: up along the cheapest way, then down again as far as the demand allows. The
    work grows with columns times levels, never with their product.
    """
    search = _Search(frequency, demand, tuple(start))
    if any(low > high for low, high in zip(search.start, search.highest, strict=True)):
        return None
    for number, node in enumerate(search.by_loss()):
        if number == most_nodes:
            return search.step_by_step()
        if is_met(frequency, demand, node):
            return node
    return None


def _misses(found: Gathered, total: int, demand: PersonaDemand) -> tuple[bool, bool]:
    left_out = (total - found.people) / total if total else 0.0
    return (
        left_out > demand.suppression_limit + _TOLERANCE,
        found.average_risk > demand.target_risk + _TOLERANCE,
    )


@dataclass(frozen=True)
class _Search:
    frequency: FrequencySet
    demand: PersonaDemand
    start: Node

    @property
    def highest(self) -> Node:
        return self.demand.ceiling or self.frequency.heights

    @cached_property
    def losses(self) -> tuple[tuple[float, ...], ...]:
        """Per column, per level: people times the share of the domain that their value stands for."""
        found = []
        for column, table in enumerate(self.frequency.maps):
            codes, people = self.frequency.codes[:, column], self.frequency.people
            weights = np.bincount(codes, weights=people, minlength=table.shape[1])
            found.append(tuple(float(loss) for loss in self.frequency.shares(column) @ weights))
        return tuple(found)

    def loss(self, node: Node) -> float:
        return sum(losses[level] for losses, level in zip(self.losses, node, strict=True))

    def raised(self, node: Node) -> Iterator[Node]:
        """The nodes one step above."""
        for column, top in enumerate(self.highest):
            if node[column] < top:
                yield (*node[:column], node[column] + 1, *node[column + 1 :])

    def lowered(self, node: Node) -> Iterator[Node]:
        """The nodes one step below, not below the start."""
        for column, low in enumerate(self.start):
            if node[column] > low:
                yield (*node[:column], node[column] - 1, *node[column + 1 :])

    def by_loss(self) -> Iterator[Node]:
        """Every node from the start on, by loss and then by levels: a loss never shrinks on the way up."""
        waiting, seen = [(self.loss(self.start), self.start)], {self.start}
        while waiting:
            _, node = heappop(waiting)
            yield node
            for above in self.raised(node):
                if above not in seen:
                    seen.add(above)
                    heappush(waiting, (self.loss(above), above))

    def step_by_step(self) -> Node | None:
        """Up by the step that helps most for what it loses, then down where the demand is still met."""
        if not is_met(self.frequency, self.demand, self.highest):
            return None
        node = self.start
        while not is_met(self.frequency, self.demand, node):
            node = min(self.raised(node), key=self._distance)
        while (below := self._best_below(node)) is not None:
            node = below
        return node

    def _distance(self, node: Node) -> tuple[bool, int, float, float, Node]:
        """How far a node is from the demand: too many left out first, then the risk, then the loss."""
        found = gather(self.frequency, node, self.demand.k, self.demand.blocks, self.demand.within)
        too_few, _ = _misses(found, self.frequency.total, self.demand)
        return too_few, -found.people if too_few else 0, found.average_risk, self.loss(node), node

    def _best_below(self, node: Node) -> Node | None:
        below = sorted(self.lowered(node), key=lambda lower: (self.loss(lower), lower))
        return next((lower for lower in below if is_met(self.frequency, self.demand, lower)), None)
