"""Recoding by class: what each column publishes differs from class to class (LeFevre et al. 2006)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import ceil
from typing import Literal

import numpy as np

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.recoding.alike import told_apart
from personatwin_sql.privacy.recoding.bundles import improved
from personatwin_sql.privacy.recoding.partition import common_levels, first_met, renumbered
from personatwin_sql.privacy.recoding.peel import peeled
from personatwin_sql.privacy.recoding.pool import Pool, passing, pool_of
from personatwin_sql.privacy.recoding.recoding import Recoding
from personatwin_sql.privacy.recoding.remainder import settled

Kind = Literal["local", "multidimensional"]
Effort = Literal["fast", "balanced", "thorough"]
PASSES: Mapping[Effort, int] = {"fast": 0, "balanced": 16, "thorough": 64}
"""How often all small classes are put together anew: a number, never a time, so that results agree."""
_WORK = 2_000_000
"""Tuples that are put together anew, at most, over all passes."""
_SEED = 20060403
"""Where the pseudo-random bundles start; any number does, the same each time."""


def recode(
    frequency: FrequencySet, demand: Demand, kind: Kind = "local", effort: Effort = "balanced"
) -> Recoding | None:
    """Classes that satisfy the demand at little loss; None where none were found.

    The result depends on the people and the demand alone, not on the order of the tuples. Raises ValueError
    for a column or level that the frequency set does not have.
    """
    if kind != "local":
        raise NotImplementedError(kind)
    pool = pool_of(frequency, demand)
    limit = demand.most_suppressed(frequency.total)
    at_least = demand.k if demand.suppress_at_least_k else 0
    return _meeting_the_risk(
        demand.max_average_risk,
        demand.k,
        lambda k: _local(replace(pool, k=k), limit, at_least, PASSES[effort]),
    )


def _meeting_the_risk(
    risk: float | None, k: int, recoded: Callable[[int], tuple[Recoding, float] | None]
) -> Recoding | None:
    """The recoding at the least size of a class at which classes ÷ people is at most `risk`, by bisection.

    Classes of 1/risk people always meet it, so larger ones need not be tried.
    """
    found = recoded(k)
    if risk is None or found is None or found[1] <= risk:
        return None if found is None else found[0]
    too_small, enough = k, max(k, ceil(1 / risk) if risk > 0 else k)
    best = recoded(enough)
    if best is None or best[1] > risk:
        return None
    while enough - too_small > 1:
        middle = (too_small + enough) // 2
        found = recoded(middle)
        if found is not None and found[1] <= risk:
            best, enough = found, middle
        else:
            too_small = middle
    return best[0]


def _local(pool: Pool, limit: int, at_least: int, passes: int) -> tuple[Recoding, float] | None:
    """The recoding and its average risk."""
    found = settled(pool, *peeled(pool), limit, at_least)
    if found is None:
        return None
    passes = min(passes, _WORK // max(1, len(pool.people)))
    better, classes = renumbered(improved(pool, *found, passes, np.random.default_rng(_SEED)))
    seen = told_apart(pool, better, classes)
    return None if seen is None else _recoding(pool, seen[0])


def _recoding(pool: Pool, group: Codes) -> tuple[Recoding, float]:
    ordered, classes = first_met(group)
    levels = common_levels(pool, ordered, classes)
    highest = np.asarray(pool.lattice.highest)
    if not passing(pool, ordered, classes).all() or (levels > highest).any():
        raise AssertionError("a class of the recoding may not be published")
    people = int(pool.people[ordered >= 0].sum())
    return Recoding(classes=ordered[pool.place], levels=levels, k=pool.k), classes / max(1, people)
