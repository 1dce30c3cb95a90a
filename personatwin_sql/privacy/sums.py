"""Which rows would tell of a few people when counts are added and subtracted, and may therefore not leave.

Known is, of each of some personas, how many people its own rows leave; and of each row above the personas how
many people it counts. Unknown is how many people of a persona a row counts, or that no row does. Each unknown
stands in at most two equations, so they are a bipartite graph of personas and rows (Gusfield 1988, "A graph
theoretic approach to statistical data security"), with one node more for all that has no equation of its own:
what no row counts, and the personas of which nothing is known. That node is number 0 on either side.

A sum of unknowns that the equations fix is a union of cuts: rows, with all personas that may stand behind
them, on one side, and on the other side rows in which people of these personas are counted too. The number
fixed is how many they are. It may be 0, or at least k. Whether it always is, is asked of rows alone: a row on
the first side takes all its personas there, and a persona of which that is not asked adds all that it leaves,
which is at least k already (the guarantee `people_left`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from personatwin_sql.frozen import dataclass

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

UNKNOWN: Final = 0
"""The number of the persona, and of the row, that has no equation."""
_UNBOUNDED: Final = 1 << 40
_PERSONAS_AT_ONCE: Final = 4096
_MOST_ROWS: Final = 16_384
"""Of more rows, those that are missed least are held back unasked: a matrix of all would not fit."""


@dataclass(frozen=True)
class Links:
    """Which personas may stand behind which rows, each pair once."""

    personas: Numbers
    """(links,): from 0, without gaps."""
    rows: Numbers
    """(links,): from 0."""
    people: Numbers
    """(links,): how many people of the persona the row counts in truth; 0 where it only might."""
    width: int
    """The number of rows, those without a link too."""


def rows_to_hold_back(
    personas: Sequence[int],
    rows: Sequence[Sequence[int | None]],
    people: Sequence[int],
    k: int,
    most: int = _MOST_ROWS,
) -> list[int]:
    """Rows without which every number that can be worked out is 0 or at least k, smaller numbers first.

    The three sequences are links, in any order; the rows of a link are those that its events fit, the finest
    first: it counts them. Of the rows of which one is enough, the one with the smallest number goes: numbers
    say what is missed least. With it go the coarser rows that its events fit, for they would seem to be
    counted there. Without a row there are fewer equations, so nothing is told that was not told before. At
    most `most` rows stay.
    """
    fitting = [[row for row in each if row is not None] for each in rows]
    coarser: dict[int, set[int]] = defaultdict(set)
    for each in fitting:
        for place, row in enumerate(each):
            coarser[row].update(each[place:])
    links, names = _links(personas, [each[0] if each else UNKNOWN for each in fitting], people)
    numbers = np.arange(links.width)
    surplus = names[names != UNKNOWN][: max(0, links.width - 1 - most)]
    held: set[int] = set().union(*(coarser[int(name)] for name in surplus))
    links = _merged(links, np.where(np.isin(names, list(held)), UNKNOWN, numbers), links.width)
    while (cut := next(_light_cuts(links, k), None)) is not None:
        held |= coarser[int(names[cut.rows.min()])]
        links = _merged(links, np.where(np.isin(names, list(held)), UNKNOWN, numbers), links.width)
    return sorted(held)


def fewest_people(personas: Sequence[int], rows: Sequence[int], people: Sequence[int], k: int) -> int:
    """The smallest number above 0 that adding and subtracting counts can tell, no further than k."""
    links, _ = _links(personas, rows, people)
    return min((cut.people for cut in _light_cuts(links, k)), default=k)


@dataclass(frozen=True)
class _Cut:
    people: int
    """How many people cross it: from 1 to k - 1."""
    rows: Numbers
    """The rows on the side without the unknown ones: each of them, taken away, opens the cut."""


def _links(personas: Sequence[int], rows: Sequence[int], people: Sequence[int]) -> tuple[Links, Numbers]:
    """The links with numbers that have no gaps, in the same order, and what rows were called."""
    who, _ = _numbered([UNKNOWN, *personas])
    where, names = _numbered([UNKNOWN, *rows])
    counts = np.array([_UNBOUNDED, *people], dtype=np.int64)
    return _merged(Links(who, where, counts, len(names)), np.arange(len(names)), len(names)), names


def _numbered(names: Sequence[int]) -> tuple[Numbers, Numbers]:
    known, numbers = np.unique(np.array(names, dtype=np.int64), return_inverse=True)
    return numbers.astype(np.int64).ravel(), known


def _merged(links: Links, into: Numbers, width: int) -> Links:
    """The same with rows under other numbers, and each pair once: rows with one number are one."""
    pairs, at = np.unique(links.personas * width + into[links.rows], return_inverse=True)
    total = np.zeros(len(pairs), dtype=np.int64)
    np.add.at(total, at.ravel(), links.people)
    return Links(pairs // width, pairs % width, np.minimum(total, _UNBOUNDED), width)


def _light_cuts(links: Links, k: int) -> Iterator[_Cut]:
    """Cuts that fewer than k people cross; none if and only if there is none."""
    labels = np.arange(links.width)
    while True:
        crossing = _crossing(links, k)
        parts = _strong_parts(crossing >= k)
        labels = parts[labels]
        if len(np.unique(parts)) == len(parts):
            break
        links = _merged(links, parts, int(parts.max()) + 1)
    known = _reached(crossing >= k)
    asked = np.argwhere((crossing > 0) & ~known)
    if not len(asked):
        return
    flow = _Flow(_that_cross(links))
    for first, last in asked:
        if known[first, last]:
            continue
        people = flow.push(int(first), int(last), k)
        if people >= k:
            known |= np.outer(known[:, first], known[last])
            continue
        ahead, behind = flow.sides(int(first), int(last))
        side = behind if ahead[UNKNOWN] else ahead
        yield _Cut(people, np.flatnonzero(side[labels]))


def _crossing(links: Links, k: int) -> npt.NDArray[np.float32]:
    """(rows, rows): people of personas that may stand behind the first, whom the second counts; at most k.

    It is large where rows are many; whole numbers below 2²⁴ are exact in four bytes.
    """
    personas, rows = int(links.personas.max()) + 1, links.width
    total = np.zeros((rows, rows), dtype=np.float32)
    for start in range(0, personas, _PERSONAS_AT_ONCE):
        stop = min(start + _PERSONAS_AT_ONCE, personas)
        begin, end = np.searchsorted(links.personas, (start, stop))
        at = (links.personas[begin:end] - start, links.rows[begin:end])
        may, counts = np.zeros((2, stop - start, rows), dtype=np.float32)
        may[at], counts[at] = 1.0, np.minimum(links.people[begin:end], k)
        total += may.T @ counts
        np.minimum(total, k, out=total)
    return total


def _strong_parts(arcs: Flags) -> Numbers:
    """(nodes,): the number of the strongly connected part of each; 0 is that of node 0."""
    parts = np.full(len(arcs), -1)
    backwards = arcs.T
    for node in range(len(arcs)):
        if parts[node] < 0:
            part = _within_reach(arcs, node) & _within_reach(backwards, node) & (parts < 0)
            parts[part] = parts.max() + 1
    return parts


def _within_reach(arcs: Flags, node: int) -> Flags:
    """(nodes,): whatever can be reached, the node itself too."""
    reached = np.zeros(len(arcs), dtype=bool)
    reached[node] = True
    new = reached
    while new.any():
        new = arcs[new].any(axis=0) & ~reached
        reached = reached | new
    return reached


def _reached(arcs: Flags) -> Flags:
    return np.array([_within_reach(arcs, node) for node in range(len(arcs))])


def _that_cross(links: Links) -> Links:
    """Links of personas that may stand behind several rows; the others lie on one side of every cut."""
    several = np.bincount(links.personas) > 1
    kept = several[links.personas]
    numbers = np.cumsum(several) - 1
    return Links(numbers[links.personas[kept]], links.rows[kept], links.people[kept], links.width)


class _Flow:
    """How many people can be sent from one row to another until fewer than k are left to send.

    A row sends any number to personas that may stand behind it; a persona sends to a row those whom the row
    counts, and what came from there (Ford & Fulkerson 1956; the residual graph is kept as a matrix).
    """

    def __init__(self, links: Links) -> None:
        shape = (int(links.personas.max()) + 1, links.width)
        self._may = np.zeros(shape, dtype=bool)
        self._most = np.zeros(shape, dtype=np.int64)
        self._may[links.personas, links.rows] = True
        self._most[links.personas, links.rows] = links.people
        self._left = self._most

    def push(self, first: int, last: int, k: int) -> int:
        """People who can be sent, no further than k: the smallest cut between the two, if below k."""
        self._left = self._most.copy()
        sent = 0
        while sent < k:
            path = self._path(first, last)
            if path is None:
                return sent
            width = min(k - sent, *(int(self._left[persona, to]) for _, persona, to in path))
            for origin, persona, to in path:
                self._left[persona, to] -= width
                self._left[persona, origin] += width
            sent += width
        return sent

    def sides(self, first: int, last: int) -> tuple[Flags, Flags]:
        """(rows,) each: what the first still reaches, and what still reaches the last."""
        ahead = np.zeros(self._may.shape[1], dtype=bool)
        for row in self._walk(first):
            ahead[row] = True
        behind = np.zeros(self._may.shape[1], dtype=bool)
        new = np.zeros_like(behind)
        new[last] = True
        while new.any():
            behind |= new
            sending = (self._left[:, behind] > 0).any(axis=1)
            new = self._may[sending].any(axis=0) & ~behind
        return ahead, behind

    def _path(self, first: int, last: int) -> list[tuple[int, int, int]] | None:
        """Steps from a row by a persona to a row, by which something can be sent."""
        came = self._walk(first, last)
        if last not in came:
            return None
        steps = []
        while last != first:
            origin, persona = came[last]
            steps.append((origin, persona, last))
            last = origin
        return steps

    def _walk(self, first: int, last: int | None = None) -> dict[int, tuple[int, int]]:
        """Each row that can be reached, and by which row and persona; no further than to `last`."""
        came = {first: (first, -1)}
        waiting = [first]
        is_new = np.ones(self._may.shape[0], dtype=bool)
        for row in waiting:
            for persona in np.flatnonzero(self._may[:, row] & is_new):
                is_new[persona] = False
                for to in np.flatnonzero(self._left[persona] > 0):
                    if int(to) not in came:
                        came[int(to)] = (row, int(persona))
                        waiting.append(int(to))
                        if to == last:
                            return came
        return came
