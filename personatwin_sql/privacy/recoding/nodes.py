"""Nodes of a lattice in ascending expected loss, all of them or a bounded number."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np

from personatwin_sql.privacy.lattice import Lattice, Levels
from personatwin_sql.privacy.numbers import Codes, Shares

MOST_NODES = 200_000
"""Larger lattices are not listed: as many nodes of least loss, found best first, and ways to the top."""
_CHEAPEST = 20_000
"""Nodes that are found best first in a larger lattice."""


def ascending(lattice: Lattice, losses: Sequence[Shares], most_nodes: int = MOST_NODES) -> Codes:
    """(nodes, columns): levels in ascending expected loss, ties in lexicographic order; ends with the top.

    `losses[c][l]` is what column c at level l loses in all, levels counted from 0. All nodes up to
    `most_nodes`; above, only those of least loss and one way from each column to the top.
    """
    if lattice.size <= most_nodes:
        order = np.argsort(lattice.sums(losses), kind="stable")
        return _levels(lattice, order)
    nodes = _cheapest(lattice, losses, min(most_nodes, _CHEAPEST))
    nodes += [step for start in nodes[:: max(1, len(nodes) // 64)] for step in _climb(lattice, losses, start)]
    found = np.array(sorted(set(nodes)), dtype=np.int64).reshape(-1, len(lattice.lowest))
    total = np.zeros(len(found))
    for column, figures in enumerate(losses):
        total += figures[found[:, column]]
    return found[np.argsort(total, kind="stable")]


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
    heap: list[tuple[float, Levels, int]] = [(_loss(losses, start), start, 0)]
    found: list[Levels] = []
    while heap and len(found) < most:
        loss, levels, last = heapq.heappop(heap)
        found.append(levels)
        for column in range(last, len(levels)):
            level = levels[column]
            if level < lattice.highest[column]:
                step = float(losses[column][level + 1] - losses[column][level])
                raised = (*levels[:column], level + 1, *levels[column + 1 :])
                heapq.heappush(heap, (loss + step, raised, column))
    return found


def _climb(lattice: Lattice, losses: Sequence[Shares], start: Levels) -> list[Levels]:
    """A way to the top that raises the column whose next level costs least."""
    levels, way = start, []
    while levels != lattice.highest:
        column = min(
            (each for each in range(len(levels)) if levels[each] < lattice.highest[each]),
            key=lambda each: (losses[each][levels[each] + 1] - losses[each][levels[each]], each),
        )
        levels = (*levels[:column], levels[column] + 1, *levels[column + 1 :])
        way.append(levels)
    return way


def _loss(losses: Sequence[Shares], levels: Levels) -> float:
    return float(sum(figures[level] for figures, level in zip(losses, levels, strict=True)))
