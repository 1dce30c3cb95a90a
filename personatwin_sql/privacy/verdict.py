"""Whether the classes of a node satisfy a demand, and what a release of them would lose."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.beside import Earlier, parted, staying
from personatwin_sql.privacy.classes import Classes, Grouping
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.journalist import average_risk
from personatwin_sql.privacy.lattice import Levels
from personatwin_sql.privacy.measures.measure import Bounds, Measure
from personatwin_sql.privacy.models.release_rule import all_hold
from personatwin_sql.privacy.numbers import Codes, Flags


@dataclass(frozen=True)
class Outcome:
    """A release in figures: the k that it is cut at and what that leaves."""

    k: int
    loss: float
    """On the scale of the measure."""
    suppressed_people: int
    classes: int
    smallest_class: int
    """0 when nothing is released."""
    average_risk: float
    """Classes ÷ released people; 0 when nothing is released. Lower where the population counts: then people
    are alike with at least those of it, too."""


@dataclass(frozen=True)
class Verdict:
    """What was found at a node."""

    bounds: Bounds
    """What it says of others; the penalty is infinite if no finer node can satisfy the demand."""
    outcome: Outcome | None
    """The release at this node; None if it cannot satisfy the demand."""

    @property
    def penalty(self) -> float:
        return self.bounds.penalty


def judge(demand: Demand, grouping: Grouping, measure: Measure, levels: Levels, classes: Classes) -> Verdict:
    """Whether a node satisfies a demand, at which k and at what loss.

    What is monotone, so that one check speaks for every finer node: whoever is in a class below k here is so
    there, and suppressing them costs there at least what it costs here; so is whoever is in a class that
    fails a model which outlives any merge. A class that fails another model may be merged of some that pass:
    only where nobody may be suppressed, and the model outlives merges of its own, no finer node satisfies the
    demand. The average risk is not monotone (a finer node may suppress the very classes that made it high),
    but the least that suppressing whole classes within the limit can make of it is. The people who are
    suppressed to hide a small number are not counted in the penalty, because a finer node may suppress k
    without them.
    """
    sizes = classes.sizes
    limit = demand.most_suppressed(grouping.total)
    passing = _passing(demand, grouping, levels, classes, limit)
    ruled_out = np.flatnonzero((sizes < demand.k) | ~passing.outlasting)
    suppressed = int(sizes[ruled_out].sum())
    is_impossible = suppressed > limit or passing.no_finer_passes
    if is_impossible and measure.is_exact:
        return Verdict(Bounds(inf), None)  # an exact measure knows what coarser nodes lose
    bounds = measure.bounds(levels, classes, ruled_out, max(limit, suppressed))
    if is_impossible:
        return Verdict(replace(bounds, penalty=inf), None)
    dropped = _dropped(demand.k, demand, grouping, levels, classes, passing.all)
    alike = _alike(demand, grouping, levels, classes)
    cut = None if dropped is None else _outcome(demand.k, sizes, dropped, alike)
    is_risky = cut is not None and not _meets_risk(demand, cut.average_risk)
    if is_risky or (cut is None and demand.max_average_risk is not None):
        if alike is None and not _meets_risk(demand, _least_risk(demand, sizes, passing.outlasting, limit)):
            return Verdict(replace(bounds, penalty=inf), None)
        k = _larger_k(demand, sizes, passing.all, limit)
        dropped = None if k is None else _dropped(k, demand, grouping, levels, classes, passing.all)
        cut = None if k is None or dropped is None else _outcome(k, sizes, dropped, alike)
    if cut is None or dropped is None or cut.suppressed_people > limit:
        return Verdict(bounds, None)
    return Verdict(bounds, _released(demand, measure, levels, classes, dropped, cut))


def _released(
    demand: Demand, measure: Measure, levels: Levels, classes: Classes, dropped: Flags, cut: Outcome
) -> Outcome | None:
    """The release with its loss; None where the classes together break a rule."""
    if demand.earlier is not None:
        return _beside_earlier(demand, demand.earlier, measure, levels, classes, dropped, cut.k)
    if not all_hold(classes.sizes[~dropped], demand.rules):
        return None
    penalty = measure.penalty(levels, classes, np.flatnonzero(dropped))
    return replace(cut, loss=measure.generalization(levels, classes) + penalty)


def _beside_earlier(
    demand: Demand,
    earlier: Earlier,
    measure: Measure,
    levels: Levels,
    classes: Classes,
    dropped: Flags,
    k: int,
) -> Outcome | None:
    """The release without those who wait; None where they are too many, or it breaks a rule without them.

    It loses at least what it would lose with them, so what bounds that bounds this.
    """
    stay = staying(earlier, classes, dropped, k)
    cut = _outcome(k, classes.sizes, stay == 0, None, stay)
    is_too_many = cut.suppressed_people > demand.most_suppressed(int(classes.sizes.sum()))
    if is_too_many or not _meets_risk(demand, cut.average_risk) or not all_hold(stay[stay > 0], demand.rules):
        return None
    whole, suppressed = parted(classes, stay)
    penalty = measure.penalty(levels, whole, suppressed)
    return replace(cut, loss=measure.generalization(levels, whole) + penalty)


@dataclass(frozen=True)
class _Passing:
    """(classes,): what the models, without k, say of each class."""

    all: Flags
    """Every model is satisfied."""
    outlasting: Flags
    """The models that outlive any merge are: where not, no part of the class satisfies them either."""
    no_finer_passes: bool
    """Nobody may be suppressed, and every finer node holds a class that fails."""


def _passing(demand: Demand, grouping: Grouping, levels: Levels, classes: Classes, limit: int) -> _Passing:
    outlasting: Flags = np.ones(len(classes.sizes), dtype=np.bool_)
    others = outlasting.copy()
    no_finer_passes = False
    if not demand.models:
        return _Passing(outlasting, outlasting, no_finer_passes)
    counted = grouping.counted(levels, classes)
    for model in demand.models:
        passes = model.passes(counted)
        if model.outlives_any_merge:
            outlasting &= passes
        else:
            others &= passes
        no_finer_passes |= limit == 0 and model.outlives_merges_of_its_own and not passes.all()
    return _Passing(outlasting & others, outlasting, no_finer_passes)


def _meets_risk(demand: Demand, average_risk: float) -> bool:
    return demand.max_average_risk is None or average_risk <= demand.max_average_risk


def _dropped(
    k: int, demand: Demand, grouping: Grouping, levels: Levels, classes: Classes, passing: Flags
) -> Flags | None:
    """(classes,): those below k or that fail a model, and the smallest other one where so few people could
    not hide among themselves."""
    sizes = classes.sizes
    dropped: Flags = (sizes < k) | ~passing
    if not demand.suppress_at_least_k or not 0 < int(sizes[dropped].sum()) < k:
        return dropped
    if dropped.all():
        return None
    smallest = np.flatnonzero(~dropped & (sizes == sizes[~dropped].min()))
    dropped[smallest[grouping.first(levels, classes.rows[smallest])]] = True
    return dropped


def _alike(demand: Demand, grouping: Grouping, levels: Levels, classes: Classes) -> Codes | None:
    """(classes,): among how many people somebody of each hides in the population; None where only the data
    count. Then a finer node may do better than any part of this one, and nothing is ruled out by its risk."""
    if not demand.counts_population:
        return None
    return grouping.counted(levels, classes).population


def _outcome(
    k: int, sizes: Codes, dropped: Flags, alike: Codes | None = None, stay: Codes | None = None
) -> Outcome:
    """The figures without the loss; `stay`: how many of each class are released, if not all."""
    released = (sizes if stay is None else stay)[~dropped]
    people = int(released.sum())
    return Outcome(
        k=k,
        loss=inf,
        suppressed_people=int(sizes.sum()) - people,
        classes=len(released),
        smallest_class=int(released.min(initial=people)),
        average_risk=average_risk(released, None if alike is None else alike[~dropped]),
    )


def _least_risk(demand: Demand, sizes: Codes, outlasting: Flags, limit: int) -> float:
    """The least average risk that suppressing whole classes within the limit can make, smallest first.

    A finer node splits these classes and can do no better, because it keeps at least one class of each of
    which it keeps people, and no more people.
    """
    is_open = outlasting & (sizes >= demand.k)
    ordered = np.sort(sizes[is_open])
    people = int(ordered.sum()) - np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(ordered)))
    risks = np.arange(len(ordered), -1, -1) / np.maximum(1, people)
    return float(risks[int(sizes.sum()) - people <= limit].min(initial=inf))


def _larger_k(demand: Demand, sizes: Codes, passing: Flags, limit: int) -> int | None:
    """The smallest k that meets the average risk within the limit, of those that are one more than the size
    of a class, up to `largest_k`; classes that fail a model are suppressed at each."""
    ordered = np.sort(sizes[passing])
    total = int(sizes.sum())
    running = total - int(ordered.sum()) + np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(ordered)))
    risks = np.arange(len(ordered), -1, -1) / np.maximum(1, total - running)
    distinct = np.unique(sizes[sizes >= demand.k]) + 1
    ks = np.concatenate((np.array([demand.k]), distinct[distinct <= (demand.largest_k or demand.k)]))
    cut = np.searchsorted(ordered, ks)
    if demand.suppress_at_least_k:
        too_few = (running[cut] > 0) & (running[cut] < ks)
        possible = ~too_few | (cut < len(ordered))
        ks, cut = ks[possible], (cut + too_few)[possible]
    enough = (running[cut] <= limit) & (risks[cut] <= (demand.max_average_risk or 0.0))
    return int(ks[np.argmax(enough)]) if enough.any() else None
