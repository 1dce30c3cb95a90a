"""The mitigation ladder: from the release that loses least to one that meets the target risk.

The rungs, mildest first: merge more (a larger k), coarser time, coarser demographics and place, suppress.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace
from typing import Literal

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Levels
from personatwin_sql.privacy.search import SearchResult, release_at, search

Rung = Literal["optimum", "gathered", "merge_more", "coarser_time", "coarser_demographics", "suppress_more"]
"""`gathered`: people merged into personas, at the levels of the step before or of the outer release."""


@dataclass(frozen=True)
class Step:
    """Where the ladder stands after a rung; the step before it holds the figures before.

    Steps between the first and the last show what each rung does by itself: they may suppress more than the
    limit, because the next rung has not yet brought those people back.
    """

    name: Rung
    k: int
    """Classes smaller than this are suppressed; never smaller than the step before."""
    levels: Levels
    """Nowhere finer than the step before."""
    loss: float
    average_risk: float
    """Classes ÷ released people (El Emam 2013)."""
    record_risk: float
    """1 ÷ the smallest class; 0 when nothing is released."""
    suppressed_share: float
    """Suppressed people ÷ all people."""


@dataclass(frozen=True)
class Ladder:
    steps: tuple[Step, ...]
    """Empty when no release satisfies even k and the suppression limit."""
    reached: bool
    """Whether the last step meets the target."""
    release: SearchResult | None
    """The release of the last step; None unless the target is reached."""


def climb(
    frequency: FrequencySet,
    demand: Demand,
    *,
    target_risk: float,
    max_people: int,
    time_columns: Set[str] = frozenset(),
) -> Ladder:
    """Bring the average risk down to `target_risk`, losing as little as can be.

    The first step is the optimum under the demand's k and suppression limit. If it misses the target, the
    ladder ends at the release of least loss among all that meet it, are nowhere finer than the first, and are
    cut at a k of at most `max_people`. Only where there is none may k grow further, which suppresses classes
    of more people than that: the last rung. So the loss decides between a larger k, which costs suppression,
    and coarser levels, which cost everybody. Equal losses go to the finer levels of the earlier columns, and
    at any levels the smallest k is taken. Time is raised like every other column: where no quasi-identifier
    is a time, coarser time is recorded and changes nothing.
    """
    plain = replace(demand, max_average_risk=None, largest_k=None)
    optimum = search(frequency, plain)
    if optimum is None:
        return Ladder((), False, None)
    first = _step("optimum", optimum, frequency)
    if optimum.average_risk <= target_risk:
        return Ladder((first,), True, optimum)
    no_finer = dict(zip(frequency.names, optimum.levels, strict=True))
    at_target = replace(demand, floor=no_finer, max_average_risk=target_risk)
    largest_k = max(demand.k, max_people)
    goal = search(frequency, replace(at_target, largest_k=largest_k)) or search(
        frequency, replace(at_target, largest_k=frequency.total)
    )
    if goal is None:
        merged = (
            search(frequency, replace(plain, floor=no_finer, k=largest_k)) if largest_k > demand.k else None
        )
        tried = () if merged is None else (_step("merge_more", merged, frequency),)
        return Ladder((first, *tried), False, None)
    unlimited = replace(plain, floor=no_finer, suppression_limit=1.0)
    between = tuple(
        _step(name, found, frequency)
        for name, k, levels in _rungs(optimum, goal, frequency.names, largest_k, time_columns)
        if (found := release_at(frequency, replace(unlimited, k=k), levels)) is not None
    )
    return Ladder((first, *between), True, goal)


def _rungs(
    optimum: SearchResult, goal: SearchResult, names: tuple[str, ...], largest_k: int, time_columns: Set[str]
) -> Iterator[tuple[Rung, int, Levels]]:
    """The rungs between two releases, each with the k and the levels that hold after it."""
    merged_k = min(goal.k, largest_k)
    if merged_k > optimum.k:
        yield "merge_more", merged_k, optimum.levels
    if goal.levels == optimum.levels and goal.k == merged_k:
        return
    raised = zip(names, optimum.levels, goal.levels, strict=True)
    coarser_time = tuple(after if name in time_columns else before for name, before, after in raised)
    yield "coarser_time", merged_k, coarser_time
    if coarser_time != goal.levels:
        yield "coarser_demographics", merged_k, goal.levels
    if goal.k > merged_k:
        yield "suppress_more", goal.k, goal.levels


def _step(name: Rung, found: SearchResult, frequency: FrequencySet) -> Step:
    return Step(
        name=name,
        k=found.k,
        levels=found.levels,
        loss=found.loss,
        average_risk=found.average_risk,
        record_risk=1 / found.smallest_class if found.smallest_class else 0.0,
        suppressed_share=found.suppressed_people / frequency.total if frequency.total else 0.0,
    )
