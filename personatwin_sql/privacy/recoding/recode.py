"""Recoding by class: what each column publishes differs from class to class (LeFevre et al. 2006)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Literal

import numpy as np

from personatwin_sql.frozen import replace
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.recoding.acceptance import passing
from personatwin_sql.privacy.recoding.alike import told_apart
from personatwin_sql.privacy.recoding.bundles import improved
from personatwin_sql.privacy.recoding.keep import Before, kept_together, merged
from personatwin_sql.privacy.recoding.multidimensional import cut_up, extent
from personatwin_sql.privacy.recoding.nodes import MOST_NODES
from personatwin_sql.privacy.recoding.order import Order, orders
from personatwin_sql.privacy.recoding.partition import common_levels, first_met, lost, renumbered
from personatwin_sql.privacy.recoding.peel import peeled
from personatwin_sql.privacy.recoding.pool import Pool, pool_of
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

_ROUNDING = 1e-12
"""Losses that differ by less are equal: a level is published rather than a range of the same values."""

_Found = tuple[Recoding, float]
"""A recoding and its average risk, classes ÷ released people."""


def recode(
    frequency: FrequencySet,
    demand: Demand,
    kind: Kind = "local",
    effort: Effort = "balanced",
    ranks: Mapping[str, Codes] | None = None,
) -> Recoding | None:
    """Classes that satisfy the demand at little loss; None where none were found.

    `effort` is that of `local`. `ranks`: for `multidimensional`, columns of numbers that may be published as
    ranges, (base values,) ascending with the number, -1 for what is none, such as NULL.

    The result depends on the people and the demand alone, not on the order of the tuples. Raises ValueError
    for a column or level that the frequency set does not have, and where the lowest level allowed of a column
    of numbers merges numbers that lie apart.
    """
    pool = pool_of(frequency, demand)
    limit = demand.most_suppressed(frequency.total)
    at_least = demand.k if demand.suppress_at_least_k else 0
    numbers = orders(pool, ranks or {})

    def recoded(k: int) -> _Found | None:
        if kind == "local":
            return _local(replace(pool, k=k), limit, at_least, PASSES[effort])
        return _multidimensional(replace(pool, k=k), limit, at_least, numbers)

    return _meeting_the_risk(demand.max_average_risk, demand.k, recoded)


def as_before(
    frequency: FrequencySet,
    demand: Demand,
    before: Before,
    least: int,
    ranks: Mapping[str, Codes] | None = None,
) -> Recoding | None:
    """The classes of the release before, with those of people who joined; None where that breaks the demand.

    A class that has fewer than k people by now, but `least`, is merged with another. `ranks` as in `recode`,
    empty for `local`.
    """
    pool = pool_of(frequency, demand)
    limit = demand.most_suppressed(frequency.total)
    at_least = demand.k if demand.suppress_at_least_k else 0
    found = kept_together(pool, before, limit, at_least, least)
    numbers, most = orders(pool, ranks or {}), demand.max_average_risk
    found = None if found is None else merged(pool, *found, most)
    if found is not None and not numbers:
        found = told_apart(pool, *found)
    if found is None:
        return None
    recoding, risk = _with_ranges(pool, found[0], numbers)
    return recoding if most is None or risk <= most else None


def _meeting_the_risk(risk: float | None, k: int, recoded: Callable[[int], _Found | None]) -> Recoding | None:
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


def _local(pool: Pool, limit: int, at_least: int, passes: int) -> _Found | None:
    starts = [settled(pool, *peeled(pool), limit, at_least)]
    if (
        pool.lattice.size > MOST_NODES
    ):  # nodes were left out, so that the peel is not sure to be the better start
        starts.append(settled(pool, *cut_up(pool, ()), limit, at_least))
    found = min(
        (start for start in starts if start is not None), key=lambda start: lost(pool, *start), default=None
    )
    if found is None:
        return None
    passes = min(passes, _WORK // max(1, len(pool.people)))
    better, classes = renumbered(improved(pool, *found, passes, np.random.default_rng(_SEED)))
    seen = told_apart(pool, better, classes)
    return None if seen is None else _checked(pool, seen[0])


def _multidimensional(pool: Pool, limit: int, at_least: int, numbers: Sequence[Order]) -> _Found | None:
    found = settled(pool, *cut_up(pool, numbers), limit, at_least)
    seen = found if found is None or numbers else told_apart(pool, *found)
    return None if seen is None else _with_ranges(pool, seen[0], numbers)


def _checked(pool: Pool, group: Codes) -> _Found:
    ordered, classes = first_met(group)
    levels = common_levels(pool, ordered, classes)
    if not passing(pool, ordered, classes).all() or (levels > np.asarray(pool.lattice.highest)).any():
        raise AssertionError("a class of the recoding may not be published")
    risk = classes / max(1, int(pool.people[ordered >= 0].sum()))
    found = Recoding(classes=ordered[pool.place], levels=levels, k=pool.k, lowest=pool.lattice.lowest)
    return found, risk


def _with_ranges(pool: Pool, group: Codes, numbers: Sequence[Order]) -> _Found:
    """Numbers are published as a range where that loses less than the level at which they agree."""
    found, risk = _checked(pool, group)
    if not numbers:
        return found, risk
    ordered, classes = first_met(group)
    low, high = np.full_like(found.levels, -1), np.full_like(found.levels, -1)
    at_level = extent(pool, ordered, classes, ())
    as_range = extent(pool, ordered, classes, numbers)
    for number, order in enumerate(numbers):
        first, last = as_range.first[number], as_range.last[number]
        column = order.column
        is_finer = as_range.losses[:, column] < at_level.losses[:, column] - _ROUNDING
        better = np.flatnonzero((first >= 0) & (first < last) & is_finer)
        low[better, column] = order.least[first[better]]
        high[better, column] = order.greatest[last[better]]
    return replace(found, low=low, high=high), risk
