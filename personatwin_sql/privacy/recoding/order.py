"""Columns of numbers that may be published as ranges: places in the order, and what a range loses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.recoding.pool import Pool


@dataclass(frozen=True)
class Order:
    """The order of one column's values at the lowest level allowed.

    column: its number.
    place: (base values,), 0 for the least; equal for values that are one at the lowest level; -1 for what is
    no number.
    least, greatest: (places,), the base values that a range of places begins and ends with.
    cumulated: (places + 1,), what publishing a person's value as places 0 to p − 1 would lose.
    offset: what a range of one leaf would lose; it is taken off again.
    """

    column: int
    place: Codes
    least: Codes
    greatest: Codes
    cumulated: Shares
    offset: float

    def loss(self, first: Codes, last: Codes) -> Shares:
        """(ranges,): what a person loses whose value is published as a range of places."""
        lost: Shares = self.cumulated[last + 1] - self.cumulated[first] - self.offset
        return lost


def orders(pool: Pool, ranks: Mapping[str, Codes]) -> tuple[Order, ...]:
    """`ranks`: by column (base values,), ascending with the number; -1 for what is no number, such as NULL.

    Raises ValueError where the lowest level allowed merges numbers that are not neighbours.
    """
    return tuple(
        _order(pool, column, np.asarray(ranks[name], dtype=np.int64))
        for column, name in enumerate(pool.frequency.names)
        if name in ranks
    )


def _order(pool: Pool, column: int, rank: Codes) -> Order:
    table, leaves = pool.frequency.maps[column], pool.frequency.leaves[column]
    ranked = np.flatnonzero(rank >= 0)
    ranked = ranked[np.argsort(rank[ranked], kind="stable")]
    lowest = table[pool.lattice.lowest[column]][ranked]
    starts = np.ones(len(ranked), dtype=np.bool_)
    starts[1:] = lowest[1:] != lowest[:-1]
    if int(starts.sum()) != len(np.unique(lowest)):
        raise ValueError(f"column `{pool.frequency.names[column]}`: a level merges numbers that lie apart")
    place = np.full(len(rank), -1, dtype=np.int64)
    place[ranked] = np.cumsum(starts) - 1
    begins = np.flatnonzero(starts)
    total = max(1, int(leaves.sum()))
    at_top = float(pool.costs[column][-1].max(initial=0.0))
    scale = at_top / (1 - 1 / total) if total > 1 else 0.0
    under = np.bincount(place[ranked], weights=leaves[ranked], minlength=len(begins)) / total
    return Order(
        column=column,
        place=place,
        least=ranked[begins],
        greatest=ranked[np.append(begins[1:], len(ranked)) - 1] if len(ranked) else ranked,
        cumulated=np.concatenate((np.zeros(1), np.cumsum(under))) * scale,
        offset=scale / total,
    )
