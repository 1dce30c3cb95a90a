"""People as records of integer codes, and the classes they fall into as columns are added one by one."""

from __future__ import annotations

import math

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Flags

MOST_WORK = 4_000_000_000
"""Subsets of columns × records that are counted; 15 columns, 4 at a time, of a million records are half."""
MOST_CELLS = 100_000_000
"""Records × columns held at once, 8 bytes each."""


class TooMuch(ValueError):
    """More subsets, records or columns than are counted in bounded memory and time."""

    def __init__(self, columns: int, size: int, records: int) -> None:
        super().__init__(
            f"{subsets(columns, size):,} subsets of {columns:,} columns for {records:,} different records"
        )


@dataclass(frozen=True)
class Records:
    """Different records, each of several people or of one person who may have more.

    codes: per column (records,), the code of the value; NULL has a code of its own.
    people: (records,), how many people have the record; all 1 where `person` is given.
    person: (records,), whose record it is, where people have several; else None.
    """

    codes: tuple[Codes, ...]
    people: Codes
    person: Codes | None = None

    @property
    def total(self) -> int:
        """People in all."""
        return int(self.people.sum()) if self.person is None else len(np.unique(self.person))

    def sizes(self, rows: Codes, ids: Codes) -> Codes:
        """(classes,): people of each class; `ids` (rows,) says which class each of these records is in."""
        if self.person is None:
            return np.bincount(ids, weights=self.people[rows]).astype(np.int64)
        span = int(self.person.max(initial=0)) + 1
        return np.bincount(np.unique(ids * span + self.person[rows]) // span).astype(np.int64)


def sizes_by_key(people: Codes, keys: Codes) -> Codes:
    """(classes,): people of each class, in any order; records with equal `keys` (rows,) are one class."""
    if not len(keys):
        return np.empty(0, dtype=np.int64)
    if is_dense(keys):
        counts = np.bincount(keys, weights=people).astype(np.int64)
        return counts[counts > 0]
    if people.max() == 1:
        ordered = np.sort(keys)
        ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
        return np.diff(ends, prepend=-1)
    order = np.argsort(keys)
    starts = np.flatnonzero(np.append(True, np.diff(keys[order]) != 0))
    return np.add.reduceat(people[order], starts)


def is_dense(keys: Codes) -> bool:
    """Whether counting by key is quicker than sorting keys, and takes no more memory."""
    return int(keys.max(initial=0)) <= 4 * len(keys) + 1024


def subsets(columns: int, size: int) -> int:
    """How many subsets of 1 to `size` columns there are."""
    return sum(math.comb(columns, each) for each in range(1, min(size, columns) + 1))


def is_within_reach(columns: int, size: int, records: int) -> bool:
    """Whether all subsets can be counted in bounded memory and time."""
    return subsets(columns, size) * records <= MOST_WORK and columns * records <= MOST_CELLS


def check_reach(records: Records, size: int) -> None:
    """Raises TooMuch."""
    if not is_within_reach(len(records.codes), size, len(records.people)):
        raise TooMuch(len(records.codes), size, len(records.people))


def split(ids: Codes, codes: Codes) -> Codes:
    """Classes split by one more column, numbered from 0 without gaps."""
    return numbered(joint(ids, codes))


def joint(ids: Codes, codes: Codes) -> Codes:
    """(rows,): a key of the class and the value of one more column."""
    return ids * (int(codes.max(initial=0)) + 1) + codes


def numbered(keys: Codes) -> Codes:
    """Keys numbered from 0 without gaps, equal keys alike."""
    if is_dense(keys):
        used = np.zeros(int(keys.max(initial=0)) + 1, dtype=np.int64)
        used[keys] = 1
        return (np.cumsum(used) - 1)[keys]
    return np.unique(keys, return_inverse=True)[1]


def is_in(flags: Codes | Flags, ids: Codes) -> Flags:
    """(rows,): the claim about the class of each row."""
    return np.asarray(flags, dtype=np.bool_)[ids]
