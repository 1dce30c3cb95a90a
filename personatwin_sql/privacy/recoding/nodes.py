"""Nodes of a lattice in ascending expected loss, all of them or a bounded number."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np

from personatwin_sql.privacy.lattice import Lattice, Levels
from personatwin_sql.privacy.numbers import Codes, Shares

MOST_NODES = 200_000
"""Larger lattices are not listed: a number of nodes of least loss, found best first, and ways to the top."""
_CHEAPEST = 10_000
"""Nodes that are found best first in a larger lattice."""
_WAYS = 200
"""Ways from those nodes to the top."""


def ascending(lattice: Lattice, losses: Sequence[Shares], most_nodes: int = MOST_NODES) -> Codes:
    """(nodes, columns): levels in ascending expected loss, ties in lexicographic order; the last is the top.

    `losses[c][l]` is what column c at level l loses in all, levels counted from 0. All nodes up to
    `most_nodes`; above, those of least loss and ways from some of them to the top.
    """
    if lattice.size <= most_nodes:
        return ordered(_levels(lattice, np.arange(lattice.size)), losses)
    nodes = _cheapest(lattice, losses, min(most_nodes, _CHEAPEST))
    ways = [_climb(lattice, losses, start) for start in nodes[:: max(1, len(nodes) // _WAYS)]]
    found = sorted({*nodes, lattice.highest, *(node for way in ways for node in way)})
    return ordered(np.array(found, dtype=np.int64), losses)


def ordered(nodes: Codes, losses: Sequence[Shares]) -> Codes:
    """Nodes by their expected loss, the root of Σ loss²: two columns half lost before one that is lost."""
    squares = np.zeros(len(nodes))
    for column, figures in enumerate(losses):
        squares += np.square(figures)[nodes[:, column]]
    steps = nodes.sum(axis=1)
    return nodes[np.lexsort((steps, squares))]


def _levels(lattice: Lattice, numbers: Codes) -> Codes:
    levels = np.empty((len(numbers), len(lattice.widths)), dtype=np.int64)
    rest = numbers
    for column in range(len(lattice.widths) - 1, -1, -1):
        rest, step = np.divmod(rest, lattice.widths[column])
        levels[:, column] = lattice.lowest[column] + step
    return levels


def _cheapest(lattice: Lattice, losses: Sequence[Shares], most: int) -> list[Levels]:
    """The nodes of least loss, best first; each is reached once, from its last raised column onwards."""
    start = lattice.lowest
    heap: list[tuple[float, Levels, int]] = [(0.0, start, 0)]
    found: list[Levels] = []
    while heap and len(found) < most:
        loss, levels, last = heapq.heappop(heap)
        found.append(levels)
        for column in range(last, len(levels)):
            level = levels[column]
            if level < lattice.highest[column]:
                step = float(losses[column][level + 1] ** 2 - losses[column][level] ** 2)
                raised = (*levels[:column], level + 1, *levels[column + 1 :])
                heapq.heappush(heap, (loss + step, raised, column))
    return found


def _climb(lattice: Lattice, losses: Sequence[Shares], start: Levels) -> list[Levels]:
    """A way to the top that raises the column whose next level costs least."""
    levels, way = start, []
    while levels != lattice.highest:
        column = min(
            (each for each in range(len(levels)) if levels[each] < lattice.highest[each]),
            key=lambda each: (losses[each][levels[each] + 1], each),
        )
        levels = (*levels[:column], levels[column] + 1, *levels[column + 1 :])
        way.append(levels)
    return way
