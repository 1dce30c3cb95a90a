"""Whether the classes of a node satisfy a demand, and what a release of them would lose."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import numpy.typing as npt

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.classes import Classes, Grouping
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import Codes
from personatwin_sql.privacy.lattice import Levels

Dropped = npt.NDArray[np.bool_]
"""(classes,): which classes are suppressed."""


@dataclass(frozen=True)
class Outcome:
    """A release in figures: the k that it is cut at and what that leaves."""

    k: int
    loss: float
    suppressed_people: int
    classes: int
    smallest_class: int
    """0 when nothing is released."""
    average_risk: float
    """Classes ÷ released people; 0 when nothing is released."""


@dataclass(frozen=True)
class Verdict:
    """What was found at a node."""

    penalty: float
    """By how much suppression raises the loss at this node, and at least at every finer one; infinite if
    none of them can satisfy the demand."""
    outcome: Outcome | None
    """The release at this node; None if it cannot satisfy the demand."""


def judge(
    demand: Demand, grouping: Grouping, levels: Levels, classes: Classes, generalization_loss: float
) -> Verdict:
    """Whether a node satisfies a demand, at which k and at what loss.

    What is monotone, so that one check speaks for every finer node: whoever is in a class below k here is so
    there, and suppressing them costs there at least what it costs here. The average risk is not monotone (a
    finer node may suppress the very classes that made it high), but the least that suppressing whole classes
    within the limit can make of it is. The people who are suppressed to hide a small number are not counted
    in the penalty, because a finer node may suppress k without them.
    """
    sizes = classes.sizes
    limit = demand.most_suppressed(grouping.total)
    small = np.flatnonzero(sizes < demand.k)
    if int(sizes[small].sum()) > limit:
        return Verdict(inf, None)
    penalty = float(grouping.costs(levels, classes.rows[small]) @ sizes[small])
    dropped = _dropped(demand.k, demand, grouping, levels, classes)
    cut = None if dropped is None else _outcome(demand.k, sizes, dropped)
    is_risky = cut is not None and not _meets_risk(demand, cut.average_risk)
    if is_risky or (cut is None and demand.max_average_risk is not None):
        k, least_risk = _larger_k(demand, sizes, limit)
        if not _meets_risk(demand, least_risk):
            return Verdict(inf, None)
        dropped = None if k is None else _dropped(k, demand, grouping, levels, classes)
        cut = None if k is None or dropped is None else _outcome(k, sizes, dropped)
    if cut is None or dropped is None or cut.suppressed_people > limit:
        return Verdict(penalty, None)
    cost = float(grouping.costs(levels, classes.rows[dropped]) @ sizes[dropped])
    return Verdict(penalty, replace(cut, loss=generalization_loss + cost))


def _meets_risk(demand: Demand, average_risk: float) -> bool:
    return demand.max_average_risk is None or average_risk <= demand.max_average_risk


def _dropped(k: int, demand: Demand, grouping: Grouping, levels: Levels, classes: Classes) -> Dropped | None:
    """The classes below k, and the smallest other one where so few people could not hide among themselves."""
    sizes = classes.sizes
    dropped = sizes < k
    if not demand.suppress_at_least_k or not 0 < int(sizes[dropped].sum()) < k:
        return dropped
    if dropped.all():
        return None
    smallest = np.flatnonzero(sizes == sizes[~dropped].min())
    dropped[smallest[grouping.first(levels, classes.rows[smallest])]] = True
    return dropped


def _outcome(k: int, sizes: Codes, dropped: Dropped) -> Outcome:
    """The figures without the loss."""
    released = sizes[~dropped]
    people = int(released.sum())
    return Outcome(
        k=k,
        loss=inf,
        suppressed_people=int(sizes.sum()) - people,
        classes=len(released),
        smallest_class=int(released.min(initial=people)),
        average_risk=len(released) / people if people else 0.0,
    )


def _larger_k(demand: Demand, sizes: Codes, limit: int) -> tuple[int | None, float]:
    """The smallest k that meets the average risk, and the least average risk, both within the limit.

    k takes the values up to `largest_k` at which one more size of class is suppressed. The least risk is over
    all ways to suppress m whole classes, smallest first: a finer node splits these classes and can do no
    better, because it keeps at least one class of each that it keeps people of, and no more people.
    """
    ordered = np.sort(sizes)
    running = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(ordered)))
    total = int(running[-1])
    count = np.arange(len(ordered), -1, -1)  # classes left after suppressing the m smallest
    risks = count / np.maximum(1, total - running)
    below_k = int(np.searchsorted(ordered, demand.k))
    least_risk = float(risks[below_k:][running[below_k:] <= limit].min(initial=inf))
    distinct = np.unique(ordered[below_k:]) + 1
    ks = np.concatenate((np.array([demand.k]), distinct[distinct <= (demand.largest_k or demand.k)]))
    cut = np.searchsorted(ordered, ks)
    if demand.suppress_at_least_k:
        too_few = (running[cut] > 0) & (running[cut] < ks)
        possible = ~too_few | (cut < len(ordered))
        ks, cut = ks[possible], (cut + too_few)[possible]
    enough = (running[cut] <= limit) & (risks[cut] <= (demand.max_average_risk or 0.0))
    return (int(ks[np.argmax(enough)]) if enough.any() else None), least_risk
