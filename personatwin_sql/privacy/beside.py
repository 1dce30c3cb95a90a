"""A release at one node of the lattice beside earlier ones: who waits, so that nobody is told from too many.

Where people stood before is a column of cells. Each part of a class that was in one cell before holds enough
people, or waits; with it wait others, until nothing changes any more: all of a cell may wait, so it ends.
"""

from __future__ import annotations

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.classes import Classes
from personatwin_sql.privacy.holding import NO_CELL, Groups, Table, to_leave_out
from personatwin_sql.privacy.models.counted import Values
from personatwin_sql.privacy.numbers import Codes, Flags

CELLS = "cell of earlier releases"
"""The column of cells among those that are counted by class: code 0 for no cell."""


@dataclass(frozen=True)
class Earlier:
    """What earlier releases ask of each cell; both arrays are (cells + 1,), the first for those of no cell.

    k: the fewest of a cell that may be told from its others.
    gone: its people who are not in the data any more.
    """

    k: Codes
    gone: Codes


def staying(earlier: Earlier, classes: Classes, dropped: Flags, k: int) -> Codes:
    """(classes,): how many people of each class are released; 0 where it is dropped, or may not stay."""
    cells = next(values for values in classes.values if values.of.name == CELLS)
    leave = np.zeros_like(cells.people)
    while True:
        stay = np.bincount(cells.classes, weights=cells.people - leave, minlength=len(classes.sizes))
        is_out = dropped | (stay < k)
        here = np.flatnonzero(~is_out[cells.classes] & (cells.people > leave))
        groups = _groups(earlier, cells, leave, here, k)
        suppressed = int(classes.sizes.sum() - stay[~is_out].sum())
        table = Table.of_all(groups, k, suppressed)
        more = to_leave_out(groups, (table,) if leave.any() else ())[: len(here)]
        if not more.any():
            return np.where(is_out, 0, stay).astype(np.int64)
        leave[here] += more


def _groups(earlier: Earlier, cells: Values, leave: Codes, here: Codes, k: int) -> Groups:
    """First the parts of classes that are released, `here`, then one group of each cell for who is not."""
    people = np.zeros_like(cells.people)
    people[here] = (cells.people - leave)[here]
    outside = earlier.gone + np.bincount(
        cells.values, weights=cells.people - people, minlength=len(earlier.gone)
    ).astype(np.int64)
    outside[0] = 0
    out = np.flatnonzero(outside)
    of_cell = cells.values[here]
    is_new = of_cell == 0
    return Groups(
        cells=np.concatenate((of_cell, out)) + NO_CELL,
        people=np.concatenate((people[here], outside[out])),
        k=np.concatenate((np.where(is_new, k, np.minimum(earlier.k[of_cell], k)), earlier.k[out])),
        cell_k=np.concatenate((np.where(is_new, 0, earlier.k[of_cell]), earlier.k[out])),
        is_out=np.concatenate((np.zeros(len(here), dtype=np.bool_), np.ones(len(out), dtype=np.bool_))),
    )


def parted(classes: Classes, stay: Codes) -> tuple[Classes, Codes]:
    """The classes with those who wait as classes of their own, and which of them are suppressed."""
    part = np.flatnonzero((stay > 0) & (stay < classes.sizes))
    sizes = np.where(stay > 0, stay, classes.sizes)
    whole = Classes(
        np.concatenate((classes.rows, classes.rows[part])),
        np.concatenate((sizes, classes.sizes[part] - stay[part])),
    )
    return whole, np.concatenate((np.flatnonzero(stay == 0), len(stay) + np.arange(len(part))))
