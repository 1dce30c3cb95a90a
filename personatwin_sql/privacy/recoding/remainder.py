"""People whom no class took: they join the class that loses least by it, or are suppressed within the limit.

The rule: each tuple left, in the order of its codes, joins the class for which the loss grows least and which
may still be published with it, among equals the first, unless suppression loses less and the limit allows it.
Tuples that no class can take stay together with those that are alike at the highest levels allowed; such a
group is suppressed where the limit allows it, or draws in classes, nearest first, until it may be published.
"""

from __future__ import annotations

import numpy as np

from personatwin_sql.privacy.numbers import Codes, Flags, Shares
from personatwin_sql.privacy.recoding.acceptance import is_passing
from personatwin_sql.privacy.recoding.keys import Keys
from personatwin_sql.privacy.recoding.partition import (
    Partition,
    common_levels,
    growth,
    partition,
    renumbered,
    take_in,
)
from personatwin_sql.privacy.recoding.pool import Pool, part_of

_TRIES = 24
"""Classes that one tuple asks, nearest first."""
_COMPARED = 100_000_000
"""Tuples times classes, up to which each tuple is compared with all classes that it may join."""
_ALL_TRIES = 4_000
"""Classes that are asked in all; the tuples after that stay together."""


def settled(pool: Pool, group: Codes, classes: int, limit: int, at_least: int) -> tuple[Codes, int] | None:
    """Every tuple in a class that may be published, or suppressed (-1); None where neither is possible.

    At most `limit` people are suppressed: nobody, or at least `at_least`.
    """
    left = np.flatnonzero(group < 0)
    if not len(left):
        return group, classes
    alike = Keys(pool.frequency.maps, pool.lattice, pool.frequency.codes).at(
        pool.lattice.highest, np.arange(len(group))
    )
    now = partition(pool, group, classes)
    homes = _Homes(pool, now.firsts, alike, len(left))
    cheaper = _cheaper_suppressed(pool, now, left, homes, limit, at_least)
    joined, homeless = _joined(pool, now, left[~cheaper], homes)
    suppressed = int(pool.people[left[cheaper]].sum())
    return _gathered(pool, joined, classes, homeless, alike, limit - suppressed, at_least - suppressed)


class _Homes:
    """Which classes a tuple may join: those alike at the highest levels allowed.

    Where those are too many to compare with all, the classes alike at lower nodes, if they are enough to ask.
    """

    def __init__(self, pool: Pool, firsts: Codes, alike: Codes, left: int) -> None:
        """`alike`: (tuples,), equal numbers for those alike at the highest levels; `firsts`: (classes,)."""
        nodes = [alike]
        if left * len(firsts) > _COMPARED:
            keys, everyone = (
                Keys(pool.frequency.maps, pool.lattice, pool.frequency.codes),
                np.arange(len(alike)),
            )
            for down in range(1, max(pool.lattice.widths, default=1)):
                ends = zip(pool.lattice.lowest, pool.lattice.highest, strict=True)
                nodes.append(keys.at(tuple(max(low, high - down) for low, high in ends), everyone))
        orders = [np.argsort(each[firsts], kind="stable") for each in nodes]
        self._nodes = [(each, order, each[firsts][order]) for each, order in zip(nodes, orders, strict=True)][
            ::-1
        ]

    def of(self, row: int) -> Codes:
        """Numbers of classes, ascending."""
        found: Codes = np.empty(0, dtype=np.int64)
        for alike, order, names in self._nodes:
            start, stop = np.searchsorted(names, (alike[row], alike[row] + 1))
            found = order[start:stop]
            if len(found) >= _TRIES:
                break
        return found


def _cheaper_suppressed(
    pool: Pool, now: Partition, left: Codes, homes: _Homes, limit: int, at_least: int
) -> Flags:
    """(left,): which tuples lose less suppressed than in the class that is nearest at first."""
    gain = np.zeros(len(left))
    lowest = np.asarray(pool.lattice.lowest)
    if limit and int(pool.people[left].sum()) >= at_least:
        for place, row in enumerate(left):
            candidates = homes.of(row)
            people = int(pool.people[row])
            if len(candidates):
                gain[place] = growth(pool, now, candidates, row, lowest, people).min() - people
    order = np.argsort(-gain, kind="stable")
    chosen = (gain[order] > 0) & (np.cumsum(pool.people[left[order]]) <= limit)
    flags: Flags = np.zeros(len(left), dtype=np.bool_)
    if int(pool.people[left[order[chosen]]].sum()) >= at_least:
        flags[order[chosen]] = True
    return flags


def _joined(pool: Pool, before: Partition, left: Codes, homes: _Homes) -> tuple[Codes, Codes]:
    """The classes after each tuple left joined one, and the tuples that none could take."""
    now = Partition(
        before.group.copy(),
        before.levels.copy(),
        before.firsts,
        before.people.copy(),
        before.losses.copy(),
    )
    is_always_fine = all(model.outlives_any_merge for model in pool.models)
    lowest = np.asarray(pool.lattice.lowest)
    homeless, tries = [], _ALL_TRIES
    for row in left.tolist():
        candidates = homes.of(row)
        grown = growth(pool, now, candidates, row, lowest, int(pool.people[row]))
        for candidate in candidates[_least(grown, min(_TRIES, tries))].tolist():
            tries -= not is_always_fine
            if is_always_fine or is_passing(pool, np.append(np.flatnonzero(now.group == candidate), row)):
                take_in(pool, now, candidate, row)
                break
        else:
            homeless.append(row)
    return now.group, np.asarray(homeless, dtype=np.int64)


def _least(figures: Shares, most: int) -> Codes:
    """(at most `most`,): the places of the least figures, ascending, the first of equal ones first."""
    near = np.arange(len(figures))
    if 0 < most < len(figures):
        near = np.flatnonzero(figures <= np.partition(figures, most - 1)[most - 1])
    return near[np.argsort(figures[near], kind="stable")[:most]]


def _gathered(
    pool: Pool, group: Codes, classes: int, homeless: Codes, alike: Codes, limit: int, at_least: int
) -> tuple[Codes, int] | None:
    """Groups of tuples that no class could take are suppressed, or become classes by drawing in others."""
    group = group.copy()
    homeless = homeless[np.argsort(alike[homeless], kind="stable")]
    ends = np.flatnonzero(np.diff(alike[homeless])) + 1
    groups = np.split(homeless, ends) if len(homeless) else []
    groups.sort(key=lambda rows: (-int(pool.people[rows].sum()), int(rows[0])))
    people = [int(pool.people[rows].sum()) for rows in groups]
    if not at_least <= sum(people) <= limit:
        kept, known = [], set(alike[group >= 0].tolist())
        for rows in groups:
            members = drawn_in(pool, group, classes, rows, alike) if int(alike[rows[0]]) in known else None
            if members is None:
                kept.append(rows)
                continue
            group[members] = classes
            classes += 1
            group, classes = renumbered(group)
        groups, people = kept, [int(pool.people[rows].sum()) for rows in kept]
    if sum(people) > limit:
        return None
    if groups and sum(people) < at_least:
        return with_a_class_suppressed(pool, group, classes, limit - sum(people), at_least - sum(people))
    return group, classes


def drawn_in(pool: Pool, group: Codes, classes: int, rows: Codes, alike: Codes) -> Codes | None:
    """The tuples of a class that may be published: these and those of the nearest classes; None if none."""
    members, drawn = rows, np.zeros(classes, dtype=np.bool_)
    now = partition(pool, group, classes)
    homes = alike[now.firsts] if classes else np.empty(0, dtype=np.int64)
    while not is_passing(pool, members):
        candidates = np.flatnonzero((homes == alike[rows[0]]) & ~drawn)
        if not len(candidates):
            return None
        levels = common_levels(part_of(pool, members), np.zeros(len(members), dtype=np.int64), 1)[0]
        people = int(pool.people[members].sum())
        grown = growth(pool, now, candidates, int(members[0]), levels, people)
        nearest = candidates[np.argmin(grown)]
        drawn[nearest] = True
        members = np.concatenate((members, np.flatnonzero(group == nearest)))
    return members


def with_a_class_suppressed(
    pool: Pool, group: Codes, classes: int, limit: int, at_least: int
) -> tuple[Codes, int] | None:
    """Fewer than k people cannot hide among themselves: the class that loses least by it goes with them."""
    now = partition(pool, group, classes)
    possible = np.flatnonzero((now.people >= at_least) & (now.people <= limit))
    if not len(possible):
        return None
    chosen = possible[np.argmin((now.people - now.losses)[possible])]
    return renumbered(np.where(group == chosen, -1, group))
