"""The lattice peel: classes that are large enough at the finest nodes are final, the others go on.

Nodes come in ascending expected loss. At each, the tuples that are still left are grouped; a group that may
be published is a class, and its tuples leave. What is left at the end is a class nowhere. Whenever half of
the tuples have left, the nodes ahead are put in order anew, by what the others would lose.
"""

from __future__ import annotations

import numpy as np

from personatwin_sql.privacy.numbers import Codes, Flags, Shares
from personatwin_sql.privacy.recoding.acceptance import passing
from personatwin_sql.privacy.recoding.keys import Keys
from personatwin_sql.privacy.recoding.nodes import MOST_NODES, ascending, ordered
from personatwin_sql.privacy.recoding.pool import Pool, part_of

_LEAST_WORK, _WORK_PER_TUPLE = 20_000_000, 100
"""How many tuples are grouped, over all nodes, before nodes are left out; and as many again after that."""


def peeled(pool: Pool, most_nodes: int = MOST_NODES, work: int | None = None) -> tuple[Codes, int]:
    """(tuples,) the class of each tuple, -1 where it is left, and the number of classes.

    The result depends on no order of rows; any privacy model can be the test of a class. `work` tuples are
    grouped at each node in turn; where that is not enough, from there on at every s-th node, `work` in all.
    """
    group = np.full(len(pool.people), -1, dtype=np.int64)
    left = np.arange(len(pool.people))
    here, keys = pool, Keys(pool.frequency.maps, pool.lattice, pool.frequency.codes)
    rows = left  # the tuples left, as places in `here`
    classes, done, spent = 0, 0, 0
    work = _LEAST_WORK + _WORK_PER_TUPLE * len(rows) if work is None else work
    nodes = ascending(pool.lattice, losses(pool), most_nodes)
    while done < len(nodes) and len(rows):
        alike = keys.at(tuple(nodes[done].tolist()), rows)
        spent += len(rows)
        found = _passing(here, rows, alike)
        if found is not None:
            taken = found[alike]
            names, number = np.unique(alike[taken], return_inverse=True)
            group[left[taken]] = classes + number
            classes += len(names)
            left, rows = left[~taken], rows[~taken]
            if 2 * len(rows) < len(here.people):
                here, rows = part_of(here, rows), np.arange(len(rows))
                keys = Keys(here.frequency.maps, here.lattice, here.frequency.codes)
                nodes, done = ordered(nodes[done:], losses(here)), 0
        done = _next(done, len(nodes), len(rows), spent, work)
    return group, classes


def losses(pool: Pool) -> tuple[Shares, ...]:
    """Per column (height + 1,): what everybody's value at a level loses."""
    return tuple(
        costs @ np.bincount(codes, weights=pool.people, minlength=costs.shape[1])
        for costs, codes in zip(pool.costs, pool.frequency.codes.T, strict=True)
    )


def _next(done: int, nodes: int, rows: int, spent: int, work: int) -> int:
    """The next node; over the budget every s-th, but always the last one."""
    ahead = nodes - 1 - done
    stride = 1 if spent <= work else max(1, -(-rows * ahead // max(2 * work - spent, rows, 1)))
    return nodes if not ahead else min(done + stride, nodes - 1)


def _passing(here: Pool, rows: Codes, alike: Codes) -> Flags | None:
    """(rows,): which numbers of `alike` name a class that may be published; None where none does."""
    sizes = np.bincount(alike, weights=here.people[rows], minlength=len(rows))
    large: Flags = sizes >= here.k
    if not here.models or not large.any():
        return large if large.any() else None
    named = np.flatnonzero(large)
    number = np.full(len(rows), -1, dtype=np.int64)
    number[named] = np.arange(len(named))
    group = np.full(len(here.people), -1, dtype=np.int64)
    group[rows] = number[alike]
    large[named] = passing(here, group, len(named))
    return large if large.any() else None
