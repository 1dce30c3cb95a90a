"""How people gather into personas at given levels, counted on the frequency set before any SQL runs.

The three rounds are those of the personas macro: equal tuples of one class, then equal blocks, then equal
values in the columns that never merge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from personatwin_sql.privacy.frequency import Codes, FrequencySet

MOST_NODES = 2_000
"""Nodes that are tried before the search for coarser levels gives up."""


@dataclass(frozen=True)
class Gathered:
    """What personas at these levels would publish."""

    tuples: int
    """Distinct published combinations."""
    people: int
    """People who find a persona."""

    @property
    def average_risk(self) -> float:
        return self.tuples / self.people if self.people else 1.0


@dataclass(frozen=True)
class Blocks:
    """Columns by position: `block` agrees in a persona if it can, `never` always does (a part of `block`)."""

    block: tuple[int, ...]
    never: tuple[int, ...]


def gather(
    frequency: FrequencySet, levels: Sequence[int], k: int, blocks: Blocks, within: Codes | None = None
) -> Gathered:
    """Count tuples and people of the personas at these levels.

    `within` (tuples of the frequency set,): the class that each tuple belongs to in the microdata release of
    the same people, -1 where it is suppressed there.
    """
    codes = frequency.at(levels)
    people = frequency.people
    classes = np.zeros(len(people), dtype=np.int64) if within is None else within
    first = _sizes(np.column_stack((classes, codes)), people)[1]
    rounds = np.where(first >= k, 1, 0)
    left = rounds == 0
    block_of, in_block = _sizes(codes[:, blocks.block], people * left)
    never_of, _ = _sizes(codes[:, blocks.never], people * left)
    is_large = in_block >= k
    small_people = np.bincount(never_of, weights=people * (left & ~is_large), minlength=1)[never_of]
    taken = _smallest_large(never_of, block_of, in_block, is_large & left)
    is_short = (small_people > 0) & (small_people < k)
    joins_small = taken & is_short
    rounds = np.where(left & is_large & ~joins_small, 2, rounds)
    has_large = np.bincount(never_of, weights=is_large & left, minlength=1)[never_of] > 0
    fits = joins_small | (~is_large & ((small_people >= k) | has_large))
    rounds = np.where(left & fits & (rounds == 0), 3, rounds)
    published = codes.copy()
    for column in range(codes.shape[1]):
        raised = 4 if column in blocks.never else 3 if column in blocks.block else 2
        published[rounds >= raised, column] = -1
    placed = rounds > 0
    tuples = len(np.unique(published[placed], axis=0)) if placed.any() else 0
    return Gathered(tuples, int(people[placed].sum()))


def _sizes(keys: Codes, people: Codes) -> tuple[Codes, Codes]:
    """For each row: the number of its key, and the people who share the key."""
    if not keys.shape[1]:
        return np.zeros(len(keys), dtype=np.int64), np.full(len(keys), people.sum(), dtype=np.int64)
    inverse = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)
    return inverse, np.bincount(inverse, weights=people).astype(np.int64)[inverse]


def _smallest_large(never_of: Codes, block_of: Codes, in_block: Codes, is_large: np.ndarray) -> np.ndarray:
    """For each row: whether its block is the smallest of the large ones beside which it never merges."""
    order = np.lexsort((block_of, in_block, never_of))
    order = order[is_large[order]]
    first = np.ones(len(order), dtype=bool)
    first[1:] = never_of[order][1:] != never_of[order][:-1]
    chosen = block_of[order[first]]
    return is_large & np.isin(block_of, chosen)


def classes_at(frequency: FrequencySet, levels: Sequence[int], k: int) -> Codes:
    """(tuples,): the class of each tuple in a microdata release at these levels, -1 where it is suppressed."""
    number, size = _sizes(frequency.at(levels), frequency.people)
    return np.where(size >= k, number, -1)


def coarse_enough(
    frequency: FrequencySet,
    start: Sequence[int],
    k: int,
    blocks: Blocks,
    target_risk: float,
    within: Codes | None = None,
) -> tuple[int, ...] | None:
    """The levels from `start` on that lose least and whose personas meet the average risk; None if none does.

    Deterministic: nodes in the order of their summed loss, then of their levels.
    """
    losses = []
    for column, (table, low) in enumerate(zip(frequency.maps, start, strict=True)):
        weights = np.bincount(frequency.codes[:, column], weights=frequency.people, minlength=table.shape[1])
        shares = frequency.shares(column)
        losses.append([float((shares[level] * weights).sum()) for level in range(low, len(table))])
    nodes = sorted(
        product(*(range(len(column)) for column in losses)),
        key=lambda node: (sum(column[step] for column, step in zip(losses, node, strict=True)), node),
    )
    for node in nodes[:MOST_NODES]:
        levels = tuple(low + step for low, step in zip(start, node, strict=True))
        if gather(frequency, levels, k, blocks, within).average_risk <= target_risk:
            return levels
    return None
