"""How many people of the population share what is published of a class: F, rounded down.

F is that of the values as they are published; `*` is anybody. What a population does not know of people makes
its F an upper bound, so a class that tells such a thing has F = 0: nothing is known to hide it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Flags, Shares

_ROUNDING = 1e-6
"""Sums of fractions miss a published number by less than this: 5 people are 5, not 4.9999999."""
Levels = tuple[int, ...]
Cells = tuple[Codes, Codes, Shares]
"""(pairs,) a combination and (pairs,) a cell of it; (cells,) the people of each cell."""


class Population(Protocol):
    """Who could be in the data, as far as the columns of a frequency set tell people apart."""

    @property
    def is_estimate(self) -> bool:
        """Whether its numbers were worked out of others, rather than counted."""

    @property
    def unknown(self) -> tuple[tuple[int, int], ...]:
        """The columns of the frequency set that it does not know, each with the number of its top level."""

    def alike(self, levels: Levels, codes: Codes) -> Shares:
        """(classes,): people with what the columns that it knows publish at these levels.

        codes: (classes, columns), as published.
        """

    def by_cell(self, levels: Levels, codes: Codes) -> Cells:
        """The cells with what each of these combinations publishes at these levels, in the columns known."""


def class_population(population: Population, levels: Codes | Sequence[int], codes: Codes) -> Codes:
    """(classes,): F of each class, rounded down, 0 where a column tells what the population does not know.

    levels: (columns,) of one node, or (classes, columns) where each class has its own. codes: (classes,
    columns), as published at them.
    """
    each = np.asarray(levels, dtype=np.int64)
    if each.ndim == 1:
        return _at_node(population, tuple(int(level) for level in each), codes)
    found = np.zeros(len(codes), dtype=np.int64)
    nodes, node = np.unique(each, axis=0, return_inverse=True)
    node = node.reshape(-1)
    for number, chosen in enumerate(nodes):
        here = np.flatnonzero(node == number)
        found[here] = _at_node(population, tuple(int(level) for level in chosen), codes[here])
    return found


def people_in_cells(population: Population, levels: Levels, codes: Codes) -> Cells:
    """The cells of each combination; none where a column tells what the population does not know."""
    if any(levels[column] < top for column, top in population.unknown):
        nobody = np.empty(0, dtype=np.int64)
        return nobody, nobody, np.empty(0)
    return population.by_cell(levels, codes)


def rounded_down(people: Shares) -> Codes:
    """Whole people: an estimate is never rounded up."""
    return np.floor(people + _ROUNDING).astype(np.int64)


def _at_node(population: Population, levels: Levels, codes: Codes) -> Codes:
    if any(levels[column] < top for column, top in population.unknown):
        return np.zeros(len(codes), dtype=np.int64)
    return rounded_down(population.alike(levels, codes))


@dataclass(frozen=True)
class Known:
    """What one column says along an axis of a population of cells.

    flags: per level (codes, cells of the axis), whom each published value may mean.
    """

    column: int
    axis: int
    flags: tuple[Flags, ...]


@dataclass(frozen=True)
class CellPopulation:
    """Expected people by cells of a few axes (places, sexes, years, groups), as from census tables.

    cells: one dimension an axis. known: what the columns say along them.
    """

    cells: Shares
    known: tuple[Known, ...]
    unknown: tuple[tuple[int, int], ...] = ()
    is_estimate: bool = True

    @classmethod
    def of(
        cls, cells: Shares, known: Sequence[Known], unknown: Sequence[tuple[int, int]] = ()
    ) -> CellPopulation:
        """With one cell along each axis that no column tells anything of."""
        read = {each.axis for each in known}
        unread = tuple(axis for axis in range(cells.ndim) if axis not in read)
        return cls(cells.sum(axis=unread, keepdims=True) if unread else cells, tuple(known), tuple(unknown))

    def alike(self, levels: Levels, codes: Codes) -> Shares:
        tables, places = self.cells, []
        for axis in reversed(range(self.cells.ndim)):
            asked, place = self._asked(axis, levels, codes)
            tables = _summed(tables, asked, axis)
            places.append(place)
        return np.asarray(tables[tuple(reversed(places))])

    def by_cell(self, levels: Levels, codes: Codes) -> Cells:
        """Cells that all combinations agree on are one."""
        people, rows = self.cells, np.arange(len(codes))
        cells = np.zeros(len(codes), dtype=np.int64)
        for axis in range(self.cells.ndim):
            asked, place = self._asked(axis, levels, codes)
            kinds, kind = np.unique(asked, axis=1, return_inverse=True)
            people = _together(people, kind.reshape(-1), kinds.shape[1], axis)
            number, meant = _each_with_all(place[rows], kinds)
            rows, cells = rows[number], cells[number] * kinds.shape[1] + meant
        return rows, cells, people.reshape(-1)

    def _asked(self, axis: int, levels: Levels, codes: Codes) -> tuple[Flags, Codes]:
        """(distinct, cells of the axis) whom what its columns say means, (classes,) which each class says."""
        known = [each for each in self.known if each.axis == axis]
        distinct, place = np.unique(codes[:, [each.column for each in known]], axis=0, return_inverse=True)
        asked = np.ones((len(distinct), self.cells.shape[axis]), dtype=np.bool_)
        for number, each in enumerate(known):
            asked &= each.flags[levels[each.column]][distinct[:, number]]
        return asked, place.reshape(-1)


def _summed(cells: Shares, asked: Flags, axis: int) -> Shares:
    """The cells with an axis replaced by (asked,): the sum of those that each asks for."""
    if (asked.sum(axis=1) <= 1).all():  # one county each, say: nothing is summed
        shape = [len(asked) if each == axis else 1 for each in range(cells.ndim)]
        return np.asarray(np.take(cells, asked.argmax(axis=1), axis) * asked.any(axis=1).reshape(shape))
    return np.moveaxis(np.tensordot(asked.astype(np.float64), cells, axes=(1, axis)), 0, axis)


def _together(cells: Shares, kind: Codes, kinds: int, axis: int) -> Shares:
    """The cells with an axis replaced by (kinds,): the sum of those of each kind."""
    order = np.argsort(kind, kind="stable")
    starts = np.searchsorted(kind[order], np.arange(kinds))
    return np.asarray(np.add.reduceat(np.take(cells, order, axis), starts, axis))


def _each_with_all(place: Codes, kinds: Flags) -> tuple[Codes, Codes]:
    """(pairs,) a number of `place` and (pairs,) a column that is true in the row that it names."""
    of, meant = np.nonzero(kinds)
    counts = np.bincount(of, minlength=len(kinds))
    many = counts[place]
    number = np.repeat(np.arange(len(place)), many)
    within = np.arange(len(number)) - np.repeat(np.cumsum(many) - many, many)
    return number, meant[(np.cumsum(counts) - counts)[place[number]] + within]


@dataclass(frozen=True)
class CountedPopulation:
    """People of an owner's table, counted by the values of the columns that it has.

    columns: the columns of the frequency set that it knows. codes: (rows, columns known), base values of its
    own. people: (rows,). maps: per column known (height + 1, base values), the code of what each is published
    as in the frequency set, -1 for what none of its people has.
    """

    columns: tuple[int, ...]
    codes: Codes
    people: Codes
    maps: tuple[Codes, ...]
    unknown: tuple[tuple[int, int], ...] = ()
    is_estimate: bool = False

    def alike(self, levels: Levels, codes: Codes) -> Shares:
        found = [
            table[levels[column]][own]
            for column, table, own in zip(self.columns, self.maps, self.codes.T, strict=True)
        ]
        theirs = np.column_stack(found) if found else np.empty((len(self.people), 0), dtype=np.int64)
        here = (theirs >= 0).all(axis=1)
        both = np.concatenate((codes[:, list(self.columns)], theirs[here]))
        _, group = np.unique(both, axis=0, return_inverse=True)
        group = group.reshape(-1)
        sums = np.bincount(
            group[len(codes) :], weights=self.people[here], minlength=int(group.max(initial=0)) + 1
        )
        return np.asarray(sums[group[: len(codes)]])

    def by_cell(self, levels: Levels, codes: Codes) -> Cells:
        known = codes[:, list(self.columns)]
        _, first, cell = np.unique(known, axis=0, return_index=True, return_inverse=True)
        return np.arange(len(codes)), cell.reshape(-1), self.alike(levels, codes[first])
