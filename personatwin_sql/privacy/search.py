"""The levels that lose least: optimal full-domain generalization with suppression.

Best first over the lattice with roll-up (Incognito, LeFevre et al. 2005) and paths that are bisected
(Flash, Kohlmayer et al. 2012). The generalization loss of every node comes from one-dimensional margins,
once; the loss by suppression needs a check, and a check bounds it for every finer and every coarser node.
"""

from __future__ import annotations

from dataclasses import replace

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.boxes import best_of_boxes
from personatwin_sql.privacy.checker import Checker
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.exact import best_of_all
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Levels


@dataclass(frozen=True)
class SearchResult:
    """The best release found.

    Among equal losses it is the one whose levels come first in lexicographic order, where all nodes can be
    kept apart (`Effort.nodes`).
    """

    levels: Levels
    loss: float
    """The demand's measure."""
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
    lower_bound: float
    """No node satisfies the demand at a lower loss than this; the loss itself where it is optimal."""


def search(frequency: FrequencySet, demand: Demand) -> SearchResult | None:
    """The release of least loss that satisfies a demand, or None where no node does.

    Best effort where the lattice or the work is larger than `demand.effort` allows: then `is_optimal` may be
    False, and None means that none was found. Raises ValueError for a column or level that the frequency set
    does not have. Of a frequency set that was rolled up, finer levels are unknown: nothing is optimal then.
    """
    lattice = demand.lattice(frequency)
    checker = Checker(demand, lattice, frequency)
    is_small = lattice.size <= demand.effort.nodes
    found = best_of_all(lattice, checker) if is_small else best_of_boxes(lattice, checker, demand.effort.work)
    if found.levels is None or found.outcome is None:
        return None
    outcome, shown = found.outcome, checker.measure.shown
    is_whole = found.is_complete and not frequency.is_rolled_up
    return SearchResult(
        levels=found.levels,
        loss=shown(outcome.loss),
        k=outcome.k,
        suppressed_people=outcome.suppressed_people,
        classes=outcome.classes,
        smallest_class=outcome.smallest_class,
        average_risk=outcome.average_risk,
        checks=checker.checks,
        is_optimal=is_whole,
        lower_bound=0.0 if frequency.is_rolled_up else shown(outcome.loss if is_whole else found.least),
    )


def release_at(frequency: FrequencySet, demand: Demand, levels: Levels) -> SearchResult | None:
    """The release at levels that are chosen already, or None if it does not satisfy the demand."""
    if not are_allowed(frequency, demand, levels):
        return None
    return search(frequency, replace(demand, fixed=dict(zip(frequency.names, levels, strict=True))))


def are_allowed(frequency: FrequencySet, demand: Demand, levels: Levels) -> bool:
    """Whether levels are neither finer nor coarser than a demand allows, whatever it fixes."""
    return all(
        demand.floor.get(name, 0) <= level <= demand.ceiling.get(name, height)
        for name, level, height in zip(frequency.names, levels, frequency.heights, strict=True)
    )
