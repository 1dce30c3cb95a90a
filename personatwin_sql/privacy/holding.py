"""Whom a release leaves out so that nobody stands with fewer than k beside what was released before.

People are in groups: those whom all earlier releases put together (a cell) and whom the new one would put
together. Two releases of the same people, read side by side, tell such groups apart (Ganta, Kasiviswanathan &
Smith 2008; Xiao & Tao 2007), and so they tell who of a cell is in the new release no more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from personatwin_sql.frozen import dataclass

Numbers = npt.NDArray[np.int64]

NO_CELL = -1
"""The cell of those of whom no earlier release tells: they are new, or were always left out."""


@dataclass(frozen=True)
class Groups:
    """People by cell and new class; each array is (groups,)."""

    cells: Numbers
    people: Numbers
    k: Numbers
    """The fewest that a group must hold: the smallest k of the releases that tell of it."""
    cell_k: Numbers
    """The same of those of the cell whom the new release does not tell of."""
    is_out: npt.NDArray[np.bool_]
    """Nobody of the group is in a class of the new release."""
    goes: npt.NDArray[np.bool_] | None = None
    """The group breaks a rule of the new release, however many it has; None where there is no such rule."""

    @property
    def cannot_stay(self) -> npt.NDArray[np.bool_]:
        """(groups,): who is to be left out whole."""
        found: npt.NDArray[np.bool_] = ~self.is_out & (self.people < self.k)
        return found if self.goes is None else found | (self.goes & ~self.is_out)


@dataclass(frozen=True)
class Table:
    """One table of the new release. Whom it tells of may be others than whom the next one does."""

    k: int
    tells_of: npt.NDArray[np.bool_]
    """(groups,): of which groups it would tell."""
    left_out: int
    """Whom it leaves out anyway."""

    @classmethod
    def of_all(cls, groups: Groups, k: int, left_out: int) -> Table:
        """The only table: it tells of all whom the release tells of."""
        return cls(k, ~groups.is_out, left_out)


def to_leave_out(groups: Groups, tables: Sequence[Table]) -> Numbers:
    """How many people of each group to leave out, besides those whom the tables leave out anyway.

    Promise: each group that stays has at least k people; of each cell, nobody is out or at least k are, those
    who are gone counted; each table leaves out nobody or at least its k, as long as there are enough.
    """
    leave = np.where(groups.cannot_stay, groups.people, 0)
    out = np.where(groups.is_out, groups.people, leave)
    of_cell = groups.cells - NO_CELL
    outside = np.bincount(of_cell, weights=out).astype(np.int64)
    asked = np.zeros_like(outside)
    np.maximum.at(asked, of_cell, groups.cell_k)
    is_short = (outside > 0) & (outside < asked)
    is_short[:1] = False
    order = np.flatnonzero(is_short[of_cell])
    order = order[np.argsort(of_cell[order], kind="stable")]
    ends = np.flatnonzero(np.diff(of_cell[order])) + 1
    for members in np.split(order, ends) if len(order) else ():
        cell = int(of_cell[members[0]])
        _take(groups, leave, members, int(asked[cell] - outside[cell]))
    while any(_not_a_few(groups, leave, table) for table in tables):
        pass
    return leave


def _take(groups: Groups, leave: Numbers, members: Numbers, missing: int) -> None:
    """Leave out so many more of a cell: of groups that can spare them, or else the smallest group whole."""
    staying = members[~groups.is_out[members] & (leave[members] == 0)]
    if not staying.size:
        return
    spare = groups.people[staying] - groups.k[staying]
    if int(spare.sum()) < missing:
        smallest = staying[np.argmin(groups.people[staying])]
        leave[smallest] = groups.people[smallest]
        return
    for place in np.argsort(-spare, kind="stable"):
        taken = min(missing, int(spare[place]))
        leave[staying[place]] = taken
        missing -= taken


def _not_a_few(groups: Groups, leave: Numbers, table: Table) -> bool:
    """A few who are missing from a table of known size are known by subtraction: make them many.

    Whether anybody was added: then other tables may miss a few.
    """
    missing = table.left_out + int(leave[table.tells_of].sum())
    staying = np.flatnonzero(~groups.is_out & table.tells_of & (leave < groups.people))
    if not 0 < missing < table.k or not staying.size:
        return False
    of_cell = groups.cells - NO_CELL
    outside = np.bincount(of_cell, weights=np.where(groups.is_out, groups.people, leave)).astype(np.int64)
    asked = np.where(groups.cells == NO_CELL, 0, groups.cell_k - outside[of_cell])
    amount = np.maximum(asked, table.k - missing)[staying]
    left = (groups.people - leave)[staying]
    can_spare = left - groups.k[staying] >= amount
    if can_spare.any():
        place = int(np.lexsort((-left, amount, ~can_spare))[0])
        leave[staying[place]] += amount[place]
    else:
        smallest = staying[np.argmin(left)]
        leave[smallest] = groups.people[smallest]
    return True
