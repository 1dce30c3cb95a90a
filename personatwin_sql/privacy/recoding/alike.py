"""Classes that publish the same values are one class: whoever reads the release cannot tell them apart."""

from __future__ import annotations

import numpy as np

from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.recoding.acceptance import passing
from personatwin_sql.privacy.recoding.keys import Keys
from personatwin_sql.privacy.recoding.partition import partition, renumbered
from personatwin_sql.privacy.recoding.pool import Pool
from personatwin_sql.privacy.recoding.remainder import drawn_in


def told_apart(pool: Pool, group: Codes, classes: int) -> tuple[Codes, int] | None:
    """The classes as readers see them, each of which may be published; None where that cannot be had.

    A class that may no longer be published after it became one with others draws in its nearest classes.
    """
    while True:
        merged, fewer = renumbered(_one_where_alike(pool, group, classes))
        fails = np.flatnonzero(~passing(pool, merged, fewer))
        if not len(fails):
            if fewer == classes:
                return merged, fewer
            group, classes = merged, fewer
            continue
        rows = np.flatnonzero(merged == fails[0])
        others, count = renumbered(np.where(merged == fails[0], -1, merged))
        alike = Keys(pool.frequency.maps, pool.lattice, pool.frequency.codes).at(
            pool.lattice.highest, np.arange(len(group))
        )
        members = drawn_in(pool, others, count, rows, alike)
        if members is None:
            return None
        others[members] = count
        group, classes = renumbered(others)


def _one_where_alike(pool: Pool, group: Codes, classes: int) -> Codes:
    """(tuples,): the class of each, one number for classes that publish the same values."""
    now = partition(pool, group, classes)
    cells = np.empty((classes, 2 * len(pool.costs)), dtype=np.int64)
    for column, table in enumerate(pool.frequency.maps):
        levels = now.levels[:, column]
        codes = table[levels, pool.frequency.codes[now.firsts, column]]
        stars = np.array([pool.frequency.star(column, level) for level in range(len(table))])
        is_star = codes == stars[levels]
        cells[:, 2 * column] = np.where(is_star, -1, levels)
        cells[:, 2 * column + 1] = np.where(is_star, -1, codes)
    _, number = np.unique(cells, axis=0, return_inverse=True)
    return np.where(group >= 0, number.reshape(-1)[group], -1) if classes else group
