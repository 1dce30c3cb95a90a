"""Every node of a lattice in turn, rolled up column by column, sharing nothing with the search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.objective import MeasureName

Node = tuple[int, ...]
SLOTS = 1 << 22
"""Keys are sorted where there could be more of them."""


@dataclass
class Classes:
    """A node's classes. held: (classes, values), people by sensitive value; codes: (classes, columns), base
    values of one person of each."""

    levels: Node
    codes: np.ndarray
    sizes: np.ndarray
    held: np.ndarray


def every_node(frequency: FrequencySet, held: np.ndarray) -> Iterator[Classes]:
    """All nodes, each made of the one a level finer in its last raised column."""
    slots = np.empty(SLOTS, dtype=np.int32)

    def raised(node: Classes, column: int, level: int) -> Classes:
        levels = (*node.levels[:column], level, *node.levels[column + 1 :])
        keys, space = np.zeros(len(node.sizes), dtype=np.int64), 1
        for number, table in enumerate(frequency.maps):
            width = int(table[levels[number]].max()) + 1
            keys = keys * width + table[levels[number]][node.codes[:, number]]
            space *= width
        if space > SLOTS:
            _, first, group = np.unique(keys, return_index=True, return_inverse=True)
        else:
            slots[keys] = np.arange(len(keys))
            is_first = np.zeros(len(keys), dtype=bool)
            is_first[slots[keys]] = True
            first = np.flatnonzero(is_first)
            group = (np.cumsum(is_first) - 1)[slots[keys]]
        merged = np.zeros((len(first), node.held.shape[1]))
        for value, people in enumerate(node.held.T):
            merged[:, value] = np.bincount(group, weights=people, minlength=len(first))
        return Classes(levels, node.codes[first], np.bincount(group, weights=node.sizes), merged)

    def below(node: Classes, column: int) -> Iterator[Classes]:
        if column == len(frequency.maps):
            yield node
            return
        for level in range(frequency.heights[column] + 1):
            if level:
                node = raised(node, column, level)
            yield from below(node, column + 1)

    start = Classes((0,) * len(frequency.maps), frequency.codes, frequency.people.astype(float), held)
    yield from below(start, 0)


class Losses:
    """All measures of one node, whichever classes are suppressed."""

    def __init__(self, frequency: FrequencySet) -> None:
        self.total = frequency.total
        self.maps = frequency.maps
        self.heights = np.array(frequency.heights)
        self.shares = [frequency.shares(column) for column in range(len(frequency.maps))]
        self.domain = float(np.prod([leaves.sum() for leaves in frequency.leaves], dtype=float))
        self.least = np.array([self.total / leaves.sum() for leaves in frequency.leaves])
        people = frequency.people / self.total
        self.given = float(-people @ np.log2(people))
        margins = [
            np.bincount(frequency.codes[:, column], weights=frequency.people, minlength=table.shape[1])
            for column, table in enumerate(frequency.maps)
        ]
        self.merged = [
            [np.bincount(level, weights=margin) for level in table]
            for table, margin in zip(frequency.maps, margins, strict=True)
        ]
        self.bits = [
            [_spread(self.merged[column][0]) - _spread(level) for level in levels]
            for column, levels in enumerate(self.merged)
        ]

    def at(self, node: Classes, gone: np.ndarray, measure: MeasureName) -> float:
        """gone: (classes,), which are suppressed."""
        sizes, suppressed = node.sizes, float(node.sizes[gone].sum())
        kept = ~gone
        match measure:
            case "loss":
                raw = np.array([cells[kept] @ sizes[kept] for cells in self._cells(node)]) + suppressed
                return float(((raw - self.least) / (self.total - self.least)).mean())
            case "precision":
                steps = float((np.array(node.levels) / self.heights).mean())
                return steps + suppressed / self.total * (1 - steps)
            case "non_uniform_entropy":
                return self._entropy(node, gone)
            case "discernibility":
                return float((sizes[kept] ** 2).sum() + self.total * suppressed)
            case "average_class_size":
                return self.total / (int(kept.sum()) + (suppressed > 0))
        spread = np.where(gone, 1.0, np.prod(list(self._cells(node)), axis=0)) * self.domain
        if measure == "ambiguity":
            return float(sizes @ spread) / self.total
        groups = np.where(gone, suppressed, sizes)
        return float(sizes @ np.log2(spread * self.total / groups)) / self.total - self.given

    def _cells(self, node: Classes) -> Iterator[np.ndarray]:
        """Per column (classes,): the share of the domain under the value."""
        for shares, level, codes in zip(self.shares, node.levels, node.codes.T, strict=True):
            yield shares[level][codes]

    def _entropy(self, node: Classes, gone: np.ndarray) -> float:
        found = 0.0
        for column, level in enumerate(node.levels):
            codes = self.maps[column][level][node.codes[gone, column]]
            lost = self.bits[column][level] + _spread(np.bincount(codes, weights=node.sizes[gone]))
            found += lost / _spread(self.merged[column][0])
        return found / len(node.levels)


def _spread(held: np.ndarray) -> float:
    """Σ n · log2(N ÷ n)."""
    held = held[held > 0]
    return float(held @ np.log2(held.sum() / held)) if len(held) else 0.0
