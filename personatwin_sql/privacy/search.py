"""The levels that lose least: optimal full-domain generalization with suppression.

Best first over the lattice with roll-up (Incognito, LeFevre et al. 2005) and paths that are bisected
(Flash, Kohlmayer et al. 2012). The generalization loss of every node comes from one-dimensional margins,
once; the loss by suppression needs a check, and a check bounds it for every finer and every coarser node.
"""

from __future__ import annotations

from dataclasses import replace

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.checker import Checker
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.exact import best_of_all
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.greedy import best_nearby
from personatwin_sql.privacy.lattice import Levels

MOST_NODES = 200_000
"""Larger lattices are searched greedily: the exact search keeps a few numbers for each node."""


@dataclass(frozen=True)
class SearchResult:
    """The best release found; among equal losses the one whose levels come first in lexicographic order."""

    levels: Levels
    loss: float
    """Iyengar's loss, mean over the columns by weight, 0 to 1."""
    k: int
    """Classes smaller than this are suppressed: the demanded k, or a larger one that the risk asked for."""
    suppressed_people: int
    classes: int
    smallest_class: int
    average_risk: float
    checks: int
    """Nodes whose classes were formed."""
    is_optimal: bool
    """Whether no node satisfies the demand at a lower loss."""


def search(frequency: FrequencySet, demand: Demand, most_nodes: int = MOST_NODES) -> SearchResult | None:
    """The release of least loss that satisfies a demand, or None where no node does.

    Exact up to `most_nodes` nodes; above, best effort (`is_optimal` is False, and None means: none found).
    Raises ValueError for a column or level that the frequency set does not have.
    """
    lattice = demand.lattice(frequency)
    checker = Checker(demand, lattice, frequency)
    is_small = lattice.size <= most_nodes
    best = best_of_all(lattice, checker) if is_small else best_nearby(lattice, checker)
    if best is None:
        return None
    levels, outcome = best
    return SearchResult(
        levels=levels,
        loss=outcome.loss,
        k=outcome.k,
        suppressed_people=outcome.suppressed_people,
        classes=outcome.classes,
        smallest_class=outcome.smallest_class,
        average_risk=outcome.average_risk,
        checks=checker.checks,
        is_optimal=is_small,
    )


def release_at(frequency: FrequencySet, demand: Demand, levels: Levels) -> SearchResult | None:
    """The release at levels that are chosen already, or None if it does not satisfy the demand."""
    within = zip(frequency.names, levels, frequency.heights, strict=True)
    if not all(
        demand.floor.get(name, 0) <= level <= demand.ceiling.get(name, height)
        for name, level, height in within
    ):
        return None
    return search(frequency, replace(demand, fixed=dict(zip(frequency.names, levels, strict=True))))
