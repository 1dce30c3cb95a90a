"""Many small bundles of tuples at once, each put into classes greedily (k-member, Byun et al. 2007).

In each bundle a class starts with the tuple of highest priority and takes the tuple that makes it lose least,
until it has k people; the tuples that are left when too few are join the class that loses least by it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from personatwin_sql.privacy.numbers import Codes, Flags, Shares
from personatwin_sql.privacy.recoding.pool import Pool

_FORBIDDEN = 1e6
"""The loss of a person at a level above the highest allowed."""

Levels = npt.NDArray[np.int8]


class Regrouping:
    """The classes of all bundles while they grow.

    rows: (bundles, places), the tuples of each, -1 where a bundle has fewer.
    label: (bundles, places), the class of each place within its bundle; -1 not yet, -2 nobody there.
    """

    def __init__(self, pool: Pool, rows: Codes, priority: Shares) -> None:
        bundles, places = rows.shape
        is_there = rows >= 0
        tuples = np.where(is_there, rows, 0)
        self._k, self._priority = pool.k, priority
        self._people: Codes = np.where(is_there, pool.people[tuples], 0)
        self._meet, self._costs = [], []
        for column in range(len(pool.costs)):
            meet, costs = _pairs(pool, column, pool.frequency.codes[tuples, column])
            self._meet.append(meet)
            self._costs.append(costs)
        self._lowest = np.asarray(pool.lattice.lowest, dtype=np.int8)
        self.label = np.where(is_there, -1, -2)
        self._left = self._people.sum(axis=1)
        most, columns = places + 1, len(pool.costs)
        self.classes = np.zeros(bundles, dtype=np.int64)
        self._first = np.zeros((bundles, most), dtype=np.int64)
        self._size = np.zeros((bundles, most), dtype=np.int64)
        self._per_person = np.zeros((bundles, most))
        self._levels: Levels = np.zeros((columns, bundles, most), dtype=np.int8)

    def loss(self) -> Shares:
        """(bundles,): what the classes of each lose; infinite where there is none."""
        total: Shares = (self._per_person * self._size).sum(axis=1)
        total[(self.classes == 0) | (self._left > 0)] = np.inf
        return total

    def grow(self) -> None:
        """Classes of at least k people each, and nobody left where there is one."""
        growing = self._start(np.flatnonzero(self._left >= self._k))
        while len(growing):
            is_enough = self._size[growing, self.classes[growing]] >= self._k
            enough = growing[is_enough]
            self.classes[enough] += 1
            growing = np.concatenate(
                (growing[~is_enough], self._start(enough[self._left[enough] >= self._k]))
            )
            if len(growing):
                self._take_the_cheapest(growing)
        last = np.flatnonzero((self._left > 0) & (self.classes > 0))
        while len(last):
            self._place_the_next(last)
            last = last[self._left[last] > 0]

    def _start(self, bundles: Codes) -> Codes:
        """A new class in each of these bundles, of its tuple with the highest priority."""
        waiting = np.where(self.label[bundles] == -1, self._priority[bundles], -1.0)
        place, number = waiting.argmax(axis=1), self.classes[bundles]
        self._first[bundles, number] = place
        self._levels[:, bundles, number] = self._lowest[:, None]
        self._put(bundles, place, number)
        return bundles

    def _take_the_cheapest(self, bundles: Codes) -> None:
        """The class that grows in each of these bundles takes the tuple with which it loses least."""
        number = self.classes[bundles]
        first = self._first[bundles, number]
        per_person = np.zeros((len(bundles), self.label.shape[1]))
        for column, (meet, costs) in enumerate(zip(self._meet, self._costs, strict=True)):
            level = np.maximum(self._levels[column, bundles, number][:, None], meet[bundles, first])
            per_person += np.take_along_axis(costs[bundles, first], level.astype(np.int64), axis=1)
        loss = per_person * (self._size[bundles, number][:, None] + self._people[bundles])
        place = np.where(self.label[bundles] == -1, loss, np.inf).argmin(axis=1)
        self._put(bundles, place, number)

    def _place_the_next(self, bundles: Codes) -> None:
        """The first tuple left of each of these bundles joins the class whose loss grows least."""
        place = (self.label[bundles] == -1).argmax(axis=1)
        most = int(self.classes[bundles].max())
        per_person = np.zeros((len(bundles), most))
        for column, (meet, costs) in enumerate(zip(self._meet, self._costs, strict=True)):
            met = meet[bundles[:, None], place[:, None], self._first[bundles, :most]]
            level = np.maximum(self._levels[column][bundles, :most], met)
            per_person += np.take_along_axis(costs[bundles, place], level.astype(np.int64), axis=1)
        size = self._size[bundles, :most]
        grown = per_person * (size + self._people[bundles, place][:, None])
        grown -= self._per_person[bundles, :most] * size
        grown[np.arange(most) >= self.classes[bundles][:, None]] = np.inf
        self._put(bundles, place, grown.argmin(axis=1))

    def _put(self, bundles: Codes, place: Codes, number: Codes) -> None:
        first = self._first[bundles, number]
        per_person = np.zeros(len(bundles))
        for column, (meet, costs) in enumerate(zip(self._meet, self._costs, strict=True)):
            level = np.maximum(self._levels[column, bundles, number], meet[bundles, first, place])
            self._levels[column, bundles, number] = level
            per_person += costs[bundles, first, level]
        people = self._people[bundles, place]
        self._per_person[bundles, number] = per_person
        self._size[bundles, number] += people
        self._left[bundles] -= people
        self.label[bundles, place] = number


def _pairs(pool: Pool, column: int, values: Codes) -> tuple[Levels, Shares]:
    """(bundles, places, places) where two tuples agree at the lowest; (bundles, places, levels) costs."""
    table, low = pool.frequency.maps[column], pool.lattice.lowest[column]
    meet = np.full((*values.shape, values.shape[1]), low, dtype=np.int8)
    for level in range(low, len(table) - 1):
        codes = table[level].astype(np.int32)[values]
        differ: Flags = codes[:, :, None] != codes[:, None, :]
        meet += differ
    costs = np.ascontiguousarray(pool.costs[column].T)[values]
    costs[:, :, pool.lattice.highest[column] + 1 :] = _FORBIDDEN
    return meet, costs
