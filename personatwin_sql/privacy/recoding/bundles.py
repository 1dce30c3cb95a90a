"""The bundle search: classes that lie near each other are taken apart and put together again, many at once.

Small classes are sorted by their codes in a random order of columns and levels, and cut into bundles. The new
classes of a bundle are kept where they lose less than the old ones and each may be published.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.recoding.acceptance import passing
from personatwin_sql.privacy.recoding.partition import Partition, partition, renumbered
from personatwin_sql.privacy.recoding.pool import Pool, part_of
from personatwin_sql.privacy.recoding.regrouping import Regrouping

_TUPLES = 14
"""Tuples of a bundle, about, where k is small: two or three classes."""
_MOST_TUPLES = 64
"""Bundles are not made larger than this, whatever k is; larger classes stay as they are."""
_AT_ONCE = 1024
"""Bundles that are put together at once: their pairs take some megabytes."""
_BETTER = 1e-9
"""By how much a bundle's loss, in people, must fall at least."""


def improved(pool: Pool, group: Codes, classes: int, passes: int, random: np.random.Generator) -> Codes:
    """(tuples,): classes that lose no more; each may be published, and who is suppressed stays so."""
    for _ in range(passes):
        now = partition(pool, group, classes)
        per_person = now.losses / np.maximum(1, now.people)
        for rows in _bundles(pool, now, random):
            group = _with_better(pool, group, per_person, rows, random)
        group, classes = renumbered(group)
    return group


def _bundles(pool: Pool, now: Partition, random: np.random.Generator) -> Iterator[Codes]:
    """(bundles, places) at a time: tuples of classes that lose something and are neighbours in an order."""
    size = min(max(_TUPLES, 3 * pool.k), _MOST_TUPLES)
    placed = now.group >= 0
    tuples = np.bincount(now.group[placed], minlength=len(now.people))
    chosen = np.flatnonzero((now.losses > 0) & (tuples <= size))
    if not len(chosen):
        return
    chosen = chosen[_order(pool, now.firsts[chosen], random)]
    before = np.cumsum(tuples[chosen]) - tuples[chosen]
    number = (before + random.integers(0, size)) // size
    _, number = np.unique(number, return_inverse=True)
    bundle_of = np.full(len(tuples), -1, dtype=np.int64)
    bundle_of[chosen] = number
    of = np.where(placed, bundle_of[now.group], -1)
    rows = np.flatnonzero(of >= 0)
    rows = rows[np.argsort(of[rows], kind="stable")]
    ends = np.searchsorted(of[rows], np.arange(int(number.max()) + 2))
    for start in range(0, len(ends) - 1, _AT_ONCE):
        stop = min(start + _AT_ONCE, len(ends) - 1)
        inside = rows[ends[start] : ends[stop]]
        bundle = of[inside] - start
        place = np.arange(len(inside)) - (ends[start:stop] - ends[start])[bundle]
        table = np.full((stop - start, int(place.max()) + 1), -1, dtype=np.int64)
        table[bundle, place] = inside
        yield table


def _order(pool: Pool, firsts: Codes, random: np.random.Generator) -> Codes:
    """Classes sorted by the codes of a tuple of theirs: columns in random turns, each from coarse to fine."""
    steps = [high - low for low, high in zip(pool.lattice.lowest, pool.frequency.heights, strict=True)]
    turns = random.permutation(np.repeat(np.arange(len(steps)), steps))
    level = list(pool.frequency.heights)
    keys = []
    for column in turns:
        level[column] -= 1
        keys.append(pool.frequency.maps[column][level[column]][pool.frequency.codes[firsts, column]])
    return np.lexsort((random.permutation(len(firsts)), *keys[::-1]))


def _with_better(
    pool: Pool, group: Codes, per_person: Shares, rows: Codes, random: np.random.Generator
) -> Codes:
    """The classes with those bundles put together anew where that loses less; `per_person` is by class."""
    is_there = rows >= 0
    tuples = np.where(is_there, rows, 0)
    now = np.where(is_there, group[tuples], 0)  # the first tuple of all may be in a new class already
    old = np.where(is_there, per_person[now] * pool.people[tuples], 0.0).sum(axis=1)
    regrouping = Regrouping(pool, rows, random.random(rows.shape))
    regrouping.grow()
    better = np.flatnonzero(regrouping.loss() < old - _BETTER)
    within = is_there[better]
    changed = rows[better][within]
    label = (np.arange(len(better))[:, None] * rows.shape[1] + regrouping.label[better])[within]
    if pool.models and len(better):
        names, number = np.unique(label, return_inverse=True)
        fails = names[~passing(part_of(pool, changed), number, len(names))] // rows.shape[1]
        kept = ~np.isin(label // rows.shape[1], fails)
        changed, label = changed[kept], label[kept]
    group = group.copy()
    group[changed] = label + int(group.max(initial=-1)) + 1
    return group
