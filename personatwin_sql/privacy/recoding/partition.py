"""A partition of people into classes: the levels at which each class agrees, and what it loses there."""

from __future__ import annotations

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.recoding.pool import Pool


@dataclass(frozen=True)
class Partition:
    """group: (tuples,), the class of each tuple or -1; losses: (classes,), what each class loses in all;
    firsts, people: (classes,), a tuple and the people of each; levels: (classes, columns)."""

    group: Codes
    levels: Codes
    firsts: Codes
    people: Codes
    losses: Shares


def partition(pool: Pool, group: Codes, classes: int) -> Partition:
    """The classes with what is known of each; every class has a tuple."""
    levels = common_levels(pool, group, classes)
    placed = np.flatnonzero(group >= 0)
    firsts = firsts_of(group, classes)
    people = np.bincount(group[placed], weights=pool.people[placed], minlength=classes).astype(np.int64)
    return Partition(group, levels, firsts, people, class_losses(pool, group, levels))


def firsts_of(group: Codes, classes: int) -> Codes:
    """(classes,): the first tuple of each class."""
    placed = np.flatnonzero(group >= 0)
    firsts = np.zeros(classes, dtype=np.int64)
    firsts[group[placed][::-1]] = placed[::-1]
    return firsts


def growth(pool: Pool, into: Partition, candidates: Codes, first: int, levels: Codes, people: int) -> Shares:
    """(candidates,): by how much the loss of each class grows when it takes a group of `people` in."""
    per_person = np.zeros(len(candidates))
    for column, (table, costs) in enumerate(zip(pool.frequency.maps, pool.costs, strict=True)):
        value = pool.frequency.codes[first, column]
        meet = np.argmax(table == table[:, value : value + 1], axis=0)
        of_classes = pool.frequency.codes[into.firsts[candidates], column]
        level = np.maximum(np.maximum(into.levels[candidates, column], levels[column]), meet[of_classes])
        per_person += costs[level, value]
    return (into.people[candidates] + people) * per_person - into.losses[candidates]


def take_in(pool: Pool, into: Partition, number: int, row: int) -> None:
    """Puts a tuple into a class, in the arrays of the partition."""
    per_person = 0.0
    for column, (table, costs) in enumerate(zip(pool.frequency.maps, pool.costs, strict=True)):
        value = pool.frequency.codes[row, column]
        first = pool.frequency.codes[into.firsts[number], column]
        meet = int(np.argmax(table[:, first] == table[:, value]))
        level = max(meet, int(into.levels[number, column]))
        into.levels[number, column] = level
        per_person += float(costs[level, value])
    into.group[row] = number
    into.people[number] += pool.people[row]
    into.losses[number] = per_person * int(into.people[number])


def common_levels(pool: Pool, group: Codes, classes: int) -> Codes:
    """(classes, columns): the lowest level allowed at which the tuples of a class agree.

    It may lie above the highest level allowed; of a class without tuples it is the lowest.
    """
    levels = np.tile(np.asarray(pool.lattice.lowest, dtype=np.int64), (classes, 1))
    if not classes:
        return levels
    placed = np.flatnonzero(group >= 0)
    order = placed[np.argsort(group[placed], kind="stable")]
    named, starts = np.unique(group[order], return_index=True)
    for column, table in enumerate(pool.frequency.maps):
        codes = pool.frequency.codes[order, column]
        open_classes, begins, ends = named, starts, np.append(starts[1:], len(order))
        level = pool.lattice.lowest[column]
        while True:
            values = table[level][codes]
            agree = np.minimum.reduceat(values, begins) == np.maximum.reduceat(values, begins)
            levels[open_classes, column] = level
            if agree.all():
                break
            open_classes, lengths = open_classes[~agree], (ends - begins)[~agree]
            codes = codes[np.repeat(~agree, ends - begins)]
            ends = np.cumsum(lengths)
            begins, level = ends - lengths, level + 1
    return levels


def class_losses(pool: Pool, group: Codes, levels: Codes) -> Shares:
    """(classes,): what the people of each class lose in all."""
    total = np.zeros(len(levels))
    placed = np.flatnonzero(group >= 0)
    of = group[placed]
    for column, costs in enumerate(pool.costs):
        lost = costs[levels[of, column], pool.frequency.codes[placed, column]] * pool.people[placed]
        total += np.bincount(of, weights=lost, minlength=len(levels))
    return total


def lost(pool: Pool, group: Codes, classes: int) -> float:
    """What all people lose: a person whose columns are all at the top, or who is suppressed, loses 1."""
    suppressed = int(pool.people[group < 0].sum())
    return float(class_losses(pool, group, common_levels(pool, group, classes)).sum()) + suppressed


def renumbered(group: Codes) -> tuple[Codes, int]:
    """Classes numbered without holes, in the order of their numbers; -1 stays."""
    names, number = np.unique(group, return_inverse=True)
    return number - int(len(names) > 0 and names[0] < 0), int((names >= 0).sum())


def first_met(group: Codes) -> tuple[Codes, int]:
    """Classes numbered in the order of their first tuple; -1 stays."""
    placed = group >= 0
    names, first, number = np.unique(group[placed], return_index=True, return_inverse=True)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(names))
    ordered = np.full_like(group, -1)
    ordered[placed] = rank[number]
    return ordered, len(names)
