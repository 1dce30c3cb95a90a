"""t-closeness where sensitive values are as far apart as their places in an order."""

from __future__ import annotations

import numpy as np

from personatwin_sql.privacy.models.boundary import rounded
from personatwin_sql.privacy.models.by_class import not_null, total
from personatwin_sql.privacy.models.closeness import Closeness
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.numbers import Codes, Shares


class OrderedCloseness(Closeness):
    """1/(m − 1) Σ_i |Σ_{j ≤ i} (p_j − q_j)| ≤ t over m values in the order of their codes (Li et al. 2007).

    NULL has no place in an order and is 1 from every value: |p_NULL − q_NULL| is added to the distance of
    those who have a value, weighted with their share of the class: no less than the earth mover's distance.
    """

    def each(self, classes: Counted) -> Shares:
        values = classes.values[self.column]
        is_value = not_null(values)
        everybody, null = values.of.everybody, values.of.null
        people = int(everybody.sum())
        of_values = np.delete(everybody, null) if null >= 0 else everybody
        known = total(classes, values, values.people * is_value).astype(np.int64)
        codes = values.values[is_value]
        codes = codes - (codes > null) if null >= 0 else codes
        moved = _moved(values.classes[is_value], codes, values.people[is_value], known, of_values)
        sizes = np.maximum(classes.sizes, 1)
        steps = max(1, len(of_values) - 1) * max(1, int(of_values.sum()))
        distance: Shares = moved / (sizes * steps)
        if null < 0:
            return distance
        missing = np.abs((classes.sizes - known) * people - everybody[null] * classes.sizes)
        return rounded(distance + missing / (sizes * people))


def _moved(of_class: Codes, codes: Codes, people: Codes, known: Codes, everybody: Codes) -> Codes:
    """(classes,): Σ_i |C_i · N − Q_i · f|, C and Q the people up to value i of the class and of everybody.

    Between two values that a class has, C stays what it is and Q only rises: each such run is two sums of Q,
    cut where Q · f passes C · N, so nothing is written out for values that a class has not.
    """
    if not len(codes):
        return np.zeros(len(known), dtype=np.int64)
    total_people = int(everybody.sum())
    up_to = np.cumsum(everybody)
    sums = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(up_to)))
    is_first = np.diff(of_class, prepend=-1) != 0
    running = np.cumsum(people)
    before = (running - people)[is_first]
    held = running - np.repeat(before, np.diff(np.append(np.flatnonzero(is_first), len(codes))))
    ends = np.where(np.append(is_first[1:], True), len(everybody), np.append(codes[1:], 0))
    sizes = known[of_class]
    cut = np.clip(np.searchsorted(up_to, held * total_people // sizes, side="right"), codes, ends)
    short = held * total_people * (cut - codes) - sizes * (sums[cut] - sums[codes])
    over = sizes * (sums[ends] - sums[cut]) - held * total_people * (ends - cut)
    first = np.where(is_first, sizes * sums[codes], 0)
    moved = np.zeros(len(known), dtype=np.int64)
    np.add.at(moved, of_class, short + over + first)
    return moved
