"""Multidimensional partitioning: parts are cut along one column each until no cut leaves only good parts.

Strict Mondrian (LeFevre et al. 2006), all parts at once. A part is cut along the column that loses most:
over a hierarchy into the children of its value, where children that may not be published alone stay together
at that value; over ordered numbers at the median. A cut is made where every piece may be published; otherwise
the column that loses next most is tried. Where numbers are cut, and so where ranges end, depends on the data:
a range shows the least and the greatest number of a class.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Flags, Shares
from personatwin_sql.privacy.recoding.acceptance import passing
from personatwin_sql.privacy.recoding.keys import Keys
from personatwin_sql.privacy.recoding.order import Order
from personatwin_sql.privacy.recoding.partition import common_levels, first_met, firsts_of
from personatwin_sql.privacy.recoding.pool import Pool, part_of


@dataclass(frozen=True)
class Extent:
    """levels: (classes, columns), where the tuples of each agree; losses: (classes, columns), per person.

    first, last: by order (classes,), the least and the greatest place; the first is -1 where somebody has no
    number. is_one: (classes, columns), whether there is nothing to cut.
    """

    levels: Codes
    losses: Shares
    first: tuple[Codes, ...]
    last: tuple[Codes, ...]
    is_one: Flags


def cut_up(pool: Pool, orders: Sequence[Order]) -> tuple[Codes, int]:
    """(tuples,) the class of each tuple, and their number; -1 where the coarsest may not be published."""
    alike = Keys(pool.frequency.maps, pool.lattice, pool.frequency.codes).at(
        pool.lattice.highest, np.arange(len(pool.people))
    )
    part, parts = first_met(alike)
    rows = np.flatnonzero(passing(pool, part, parts)[part]) if parts else part
    part, parts = first_met(part[rows])
    group = np.full(len(pool.people), -1, dtype=np.int64)
    refused = np.zeros((parts, len(pool.costs)), dtype=np.bool_)
    while len(rows):
        here = part_of(pool, rows)
        found = extent(here, part, parts, orders)
        worth = np.where(refused | found.is_one, 0.0, found.losses)
        column = worth.argmax(axis=1)
        is_open = worth[np.arange(parts), column] > 0
        group[rows] = int(group.max(initial=-1)) + 1 + part
        refused[np.arange(parts), column] = True
        stays = is_open[part]
        child = _children(here, part, found.levels, column, orders)
        piece, pieces = _good_pieces(here, part, np.where(stays, child, -1))
        before = np.zeros(pieces, dtype=np.int64)
        before[piece] = part
        is_whole = (np.bincount(before, minlength=parts) == 1)[before]
        refused = refused[before] & is_whole[:, None]
        names, part = np.unique(piece[stays], return_inverse=True)
        rows, refused, parts = rows[stays], refused[names], len(names)
    return first_met(group)


def extent(pool: Pool, group: Codes, classes: int, orders: Sequence[Order]) -> Extent:
    """What the classes span in each column; every class has a tuple."""
    levels = common_levels(pool, group, classes)
    firsts = firsts_of(group, classes)
    losses = np.empty(levels.shape)
    is_one = levels == np.asarray(pool.lattice.lowest)
    for column, costs in enumerate(pool.costs):
        losses[:, column] = costs[levels[:, column], pool.frequency.codes[firsts, column]]
    least, greatest = [], []
    for order in orders:
        places = order.place[pool.frequency.codes[:, order.column]]
        first = np.full(classes, len(order.least), dtype=np.int64)
        last = np.full(classes, -1, dtype=np.int64)
        placed = group >= 0
        np.minimum.at(first, group[placed], places[placed])
        np.maximum.at(last, group[placed], places[placed])
        numbers = first >= 0
        losses[numbers, order.column] = order.loss(first[numbers], last[numbers])
        is_one[numbers, order.column] = first[numbers] == last[numbers]
        least.append(first)
        greatest.append(last)
    return Extent(levels, losses, tuple(least), tuple(greatest), is_one)


def _children(pool: Pool, part: Codes, levels: Codes, column: Codes, orders: Sequence[Order]) -> Codes:
    """(tuples,): the child of each tuple in the column along which its part is cut."""
    child = np.zeros(len(part), dtype=np.int64)
    ordered = {order.column: order for order in orders}
    for number, table in enumerate(pool.frequency.maps):
        rows = np.flatnonzero(column[part] == number)
        if not len(rows):
            continue
        values = pool.frequency.codes[rows, number]
        level = np.maximum(levels[part[rows], number] - 1, pool.lattice.lowest[number])
        child[rows] = table[level, values]
        if number in ordered:
            child[rows] = _halves(ordered[number], values, part[rows], pool.people[rows], child[rows])
    return child


def _halves(order: Order, values: Codes, part: Codes, people: Codes, child: Codes) -> Codes:
    """Below or above the median by part; no number lies apart, and `child` holds where nobody has one."""
    place = order.place[values]
    names, number = np.unique(part, return_inverse=True)
    has_number = np.bincount(number, weights=place >= 0)[number] > 0
    has_none = np.bincount(number, weights=place < 0)[number] > 0
    by = np.lexsort((place, number))
    ends = np.cumsum(np.bincount(number, weights=people, minlength=len(names)))
    starts = np.concatenate((np.zeros(1), ends[:-1]))
    upto = np.cumsum(people[by])
    # people up to and with the last tuple of each place, within the part
    is_last = np.ones(len(by), dtype=np.bool_)
    is_last[:-1] = (number[by][1:] != number[by][:-1]) | (place[by][1:] != place[by][:-1])
    lasts = np.flatnonzero(is_last)
    of, share = number[by][lasts], upto[lasts]
    off = np.abs(share - starts[of] - (ends - starts)[of] / 2)
    off[share >= ends[of]] = np.inf  # the greatest number cannot end the lower half
    nearest = np.lexsort((place[by][lasts], off, of))
    cut = place[by][lasts][nearest[np.searchsorted(of[nearest], np.arange(len(names)))]]
    half = (place > cut[number]).astype(np.int64)
    halves: Codes = np.where(has_number, np.where(has_none, place >= 0, half), child)
    return halves


def _good_pieces(pool: Pool, part: Codes, child: Codes) -> tuple[Codes, int]:
    """(tuples,) the piece of each tuple and their number: all may be published.

    Children that may not be published are one piece; a part stays whole where that may not be published.
    """
    width = int(child.max(initial=0)) + 2
    piece, pieces = first_met(part * width + child + 1)
    is_good = passing(pool, piece, pieces)[piece]
    together, count = first_met(np.where(is_good, part * width + child + 1, part * width))
    fails = ~passing(pool, together, count)
    broken = np.zeros(int(part.max(initial=-1)) + 1, dtype=np.bool_)
    broken[part[fails[together]]] = True
    return first_met(np.where(broken[part], part * width, together + len(broken) * width))
