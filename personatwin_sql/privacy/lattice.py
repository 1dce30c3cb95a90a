"""The generalization lattice: every choice of one level per column, ordered from finer to coarser."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import log, prod

import numpy as np
import numpy.typing as npt

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares

Levels = tuple[int, ...]
"""A node: one level per column."""

Nodes = npt.NDArray[np.bool_]
"""(nodes,): a claim about each node."""

_BITS = 62
"""Steps that fit into one signed word of 64 bits."""


@dataclass(frozen=True)
class Lattice:
    """All nodes between `lowest` and `highest`, numbered in lexicographic order of their levels."""

    lowest: Levels
    highest: Levels

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """How many levels each column can take."""
        return tuple(high - low + 1 for low, high in zip(self.lowest, self.highest, strict=True))

    @property
    def size(self) -> int:
        """The number of nodes."""
        return prod(self.widths)

    def levels(self, node: int) -> Levels:
        steps = []
        for width in reversed(self.widths):
            node, step = divmod(node, width)
            steps.append(step)
        return tuple(low + step for low, step in zip(self.lowest, reversed(steps), strict=True))

    def node(self, levels: Sequence[int]) -> int:
        number = 0
        for level, low, width in zip(levels, self.lowest, self.widths, strict=True):
            number = number * width + level - low
        return number

    def sums(self, per_level: Sequence[Shares]) -> Shares:
        """(nodes,): the sum over the columns of a figure that each column has at each of its levels.

        `per_level[c][l]` is column c's figure at level l, levels counted from 0.
        """
        total = np.zeros(1)
        for figures, low, high in zip(per_level, self.lowest, self.highest, strict=True):
            total = (total[:, None] + figures[None, low : high + 1]).ravel()
        return total

    @cached_property
    def steps(self) -> Codes:
        """(words, nodes): the steps that a node has climbed, as bits; finer means a subset of them."""
        places = [(column, step) for column, width in enumerate(self.widths) for step in range(width - 1)]
        words = np.zeros((max(1, -(-len(places) // _BITS)), self.size), dtype=np.int64)
        view = words.reshape(len(words), *self.widths)
        for bit, (column, step) in enumerate(places):
            shape = [1] * len(self.widths)
            shape[column] = self.widths[column]
            climbed = (np.arange(self.widths[column]) > step).astype(np.int64) << (bit % _BITS)
            view[bit // _BITS] |= climbed.reshape(shape)
        return words

    def climb(self, per_level: Sequence[Shares]) -> tuple[int, ...]:
        """The columns in the order in which a path to the top raises them, given what each level costs.

        First the steps that cost least for how much they multiply the number of finer nodes: a node that
        fails there rules out many that looked promising.
        """
        steps = [
            (float(figures[low + step + 1] - figures[low + step]) / log((step + 2) / (step + 1)), column)
            for column, (figures, low, width) in enumerate(
                zip(per_level, self.lowest, self.widths, strict=True)
            )
            for step in range(width - 1)
        ]
        return tuple(column for _, column in sorted(steps))

    def path(self, node: int, climb: Sequence[int]) -> tuple[int, ...]:
        """The nodes from `node` to the top, one step at a time, in the order of `climb`."""
        done = [level - low for level, low in zip(self.levels(node), self.lowest, strict=True)]
        nodes = [node]
        for column in climb:
            if done[column]:
                done[column] -= 1  # as many steps of this column lie below `node`
            else:
                nodes.append(nodes[-1] + self._strides[column])
        return tuple(nodes)

    @cached_property
    def _strides(self) -> tuple[int, ...]:
        """By how much one step of each column changes the number of a node."""
        return tuple(prod(self.widths[column + 1 :]) for column in range(len(self.widths)))


def is_finer(steps: Codes, than: Codes) -> Nodes:
    """(nodes,): which nodes are finer than, or equal to, one node; `than` is that node's (words,)."""
    finer: Nodes = (steps[0] & ~than[0]) == 0
    for word in range(1, len(steps)):
        finer &= (steps[word] & ~than[word]) == 0
    return finer


def is_coarser(steps: Codes, than: Codes) -> Nodes:
    """(nodes,): which nodes are coarser than, or equal to, one node."""
    coarser: Nodes = (steps[0] & than[0]) == than[0]
    for word in range(1, len(steps)):
        coarser &= (steps[word] & than[word]) == than[word]
    return coarser
