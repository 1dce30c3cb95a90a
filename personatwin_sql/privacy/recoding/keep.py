"""Classes as they were in the release before: whoever stays in the data stays with the same people.

A recoding that is made anew puts people together in other ways, and both releases read side by side tell them
apart. So the classes of before are the start: people who joined form classes of their own, and whoever has no
class then is suppressed.
"""

from __future__ import annotations

import numpy as np

from personatwin_sql.frozen import dataclass, replace
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.recoding.acceptance import passing
from personatwin_sql.privacy.recoding.keys import Keys
from personatwin_sql.privacy.recoding.partition import growth, partition, renumbered
from personatwin_sql.privacy.recoding.peel import peeled
from personatwin_sql.privacy.recoding.pool import Pool, part_of
from personatwin_sql.privacy.recoding.remainder import with_a_class_suppressed

NEW, OUT = -2, -1
"""Instead of a class: no release has told of somebody yet; or one did, but the last one did not."""


@dataclass(frozen=True)
class Before:
    """Where the people of each tuple stood in the release before; each array is (entries,).

    rows: the tuple. classes: the class, `OUT` or `NEW`. people: how many of the tuple stood there.
    """

    rows: Codes
    classes: Codes
    people: Codes


def kept_together(
    pool: Pool, before: Before, limit: int, at_least: int, least: int
) -> tuple[Codes, int] | None:
    """(tuples,) the class of each tuple of the pool, -1 where it is suppressed; None where too many are.

    People who are alike cannot be parted: a tuple stays in the class in which most of its people were.
    Classes of before stay when they still have `least` people: those may be fewer than the pool's k.
    """
    known = before.classes >= 0
    group = _most_frequent(pool.place[before.rows[known]], before.classes[known], before.people[known], pool)
    group, classes = renumbered(_as_far_as_allowed(pool, group))
    if classes:
        stays = passing(replace(pool, k=least), group, classes)
        group, classes = renumbered(np.where(stays[group] & (group >= 0), group, -1))
    is_new = np.zeros(len(group), dtype=np.bool_)
    is_new[pool.place[before.rows[before.classes == NEW]]] = True
    is_new[pool.place[before.rows[known]]] = False
    joined = np.flatnonzero(is_new)
    own, more = peeled(part_of(pool, joined))
    group[joined] = np.where(own >= 0, own + classes, -1)
    suppressed = int(pool.people[group < 0].sum())
    if suppressed > limit:
        return None
    if 0 < suppressed < at_least:
        return with_a_class_suppressed(pool, group, classes + more, limit - suppressed, at_least - suppressed)
    return group, classes + more


def merged(pool: Pool, group: Codes, classes: int, risk: float | None) -> tuple[Codes, int] | None:
    """The smallest classes merged with their nearest, until each has k people and the average risk is met.

    Whole classes are merged, so nobody is parted from those of the release before. None where none is left
    to merge with, or where what they become may not be published.
    """
    people = int(pool.people[group >= 0].sum())
    most = classes if risk is None else int(risk * people)
    alike = Keys(pool.frequency.maps, pool.lattice, pool.frequency.codes).at(
        pool.lattice.highest, np.arange(len(group))
    )
    while classes:
        now = partition(pool, group, classes)
        smallest = int(now.people.argmin())
        size, first = int(now.people[smallest]), int(now.firsts[smallest])
        if size >= pool.k and classes <= most:
            break
        homes = alike[now.firsts]
        others = np.flatnonzero((homes == homes[smallest]) & (np.arange(classes) != smallest))
        if not len(others):
            return None
        grown = growth(pool, now, others, first, now.levels[smallest], size)
        group, classes = renumbered(np.where(group == smallest, others[grown.argmin()], group))
    return (group, classes) if passing(pool, group, classes).all() else None


def _most_frequent(rows: Codes, names: Codes, people: Codes, pool: Pool) -> Codes:
    """(tuples,): the name that most people of each tuple have, the least of equal ones; -1 where none has."""
    found = np.full(len(pool.people), -1, dtype=np.int64)
    if not len(rows):
        return found
    span = int(names.max()) + 1
    keys, place = np.unique(rows * span + names, return_inverse=True)
    counts = np.bincount(place, weights=people)
    order = np.lexsort((-keys, counts))
    found[keys[order] // span] = keys[order] % span
    return found


def _as_far_as_allowed(pool: Pool, group: Codes) -> Codes:
    """The classes without tuples that differ from most of theirs even at the highest levels allowed."""
    placed = np.flatnonzero(group >= 0)
    alike = Keys(pool.frequency.maps, pool.lattice, pool.frequency.codes).at(
        pool.lattice.highest, np.arange(len(group))
    )
    span = len(group) + 1
    keys, place = np.unique(group[placed] * span + alike[placed], return_inverse=True)
    counts = np.bincount(place, weights=pool.people[placed])
    order = np.lexsort((-keys, counts))
    most = np.full(int(group.max(initial=-1)) + 1, -1, dtype=np.int64)
    most[keys[order] // span] = keys[order] % span
    kept = np.full_like(group, -1)
    stays = placed[most[group[placed]] == alike[placed]]
    kept[stays] = group[stays]
    return kept
