"""How people gather into personas at given levels, counted on the frequency set before any SQL runs.

The three rounds are those of the personas macro: equal tuples of one class, then equal blocks, then equal
values in the columns that never merge; and if only a few are left out, the smallest group goes with them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.acceptance import acceptable
from personatwin_sql.privacy.models.counted import counted
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.numbers import Codes

HIDDEN = -1
"""What stands for `*` among codes of published values, and for no class among classes."""
_LARGEST_KEY = 1 << 62

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Gathered:
    """What personas at these levels would publish."""

    tuples: int
    """Distinct published combinations."""
    people: int
    """People who find a persona."""
    smallest: int = 0
    """The fewest people behind one published combination; 0 where nobody finds a persona."""

    @property
    def average_risk(self) -> float:
        """Combinations ÷ people; certain where nobody finds a persona."""
        return self.tuples / self.people if self.people else 1.0


@dataclass(frozen=True)
class Blocks:
    """Columns by position: `block` agrees in a persona if it can, `never` always does (a part of `block`)."""

    block: tuple[int, ...]
    never: tuple[int, ...]


def gather(
    frequency: FrequencySet, levels: Sequence[int], k: int, blocks: Blocks, within: Codes | None = None
) -> Gathered:
    """Count tuples and people of the personas at these levels, exactly as the macro will place them.

    `within` (tuples of the frequency set,): the class that each tuple belongs to in the microdata release of
    the same people, -1 where it is suppressed there.
    """
    codes, people = frequency.at(levels), frequency.people
    classes = np.full(len(people), HIDDEN, dtype=np.int64) if within is None else within
    rounds = _rounds(codes, people, classes, k, blocks)
    raised = _raised_from(codes.shape[1], blocks)
    values = np.where(rounds[:, None] >= raised, HIDDEN, codes)
    classes = np.where(rounds == 1, classes, HIDDEN)
    placed = (rounds > 0) & ~_lone_few(values, people, rounds, classes, k)
    for column, level in enumerate(levels):
        values[codes[:, column] == frequency.star(column, level), column] = HIDDEN
    shown = _numbered(values[placed])
    sizes = np.bincount(shown, weights=people[placed]).astype(np.int64)
    return Gathered(len(sizes), int(sizes.sum()), int(sizes.min()) if len(sizes) else 0)


def classes_at(
    frequency: FrequencySet, levels: Sequence[int], k: int, models: Sequence[PrivacyModel] = ()
) -> Codes:
    """(tuples,): the class of each tuple in a microdata release at these levels, -1 where it is suppressed.

    Classes are numbered as in the release: by people, then by their values.
    """
    codes, people = frequency.at(levels), frequency.people
    group = _numbered(codes)
    sizes = np.bincount(group, weights=people).astype(np.int64)
    order = np.lexsort((np.arange(len(sizes)), sizes))
    accepted = sizes >= k
    if models:
        accepted = acceptable(counted(frequency, group, len(sizes)), k, models)
    order = order[accepted[order]]
    if 0 < people.sum() - sizes[order].sum() < k:
        order = order[1:]
    number = np.full(len(sizes), HIDDEN, dtype=np.int64)
    number[order] = np.arange(len(order))
    return number[group]


def _rounds(codes: Codes, people: Codes, classes: Codes, k: int, blocks: Blocks) -> Codes:
    """(tuples,): the round in which each finds k people, 0 for none."""
    alike = _people_with(np.column_stack((classes, codes)), people)[1]
    left = alike < k
    block_of, in_block = _people_with(codes[:, blocks.block], people * left)
    never_of, _ = _people_with(codes[:, blocks.never], people)
    is_large = left & (in_block >= k)
    is_small = left & (in_block < k)
    in_small = np.bincount(never_of, weights=people * is_small, minlength=1)[never_of]
    has_large = np.bincount(never_of, weights=is_large, minlength=1)[never_of] > 0
    joins_small = _smallest_large(never_of, block_of, in_block, is_large) & (in_small > 0) & (in_small < k)
    rounds = np.where(left, 0, 1)
    rounds[is_large & ~joins_small] = 2
    rounds[joins_small | (is_small & (has_large | (in_small >= k)))] = 3
    return rounds


def _raised_from(columns: int, blocks: Blocks) -> Codes:
    """(columns,): the round from which each column is `*`; 4 for never."""
    raised = np.full(columns, 2, dtype=np.int64)
    raised[list(blocks.block)] = 3
    raised[list(blocks.never)] = 4
    return raised


def _lone_few(values: Codes, people: Codes, rounds: Codes, classes: Codes, k: int) -> Flags:
    """(tuples,): who goes with 1 to k - 1 left out: the smallest group, of suppressed people if it can."""
    placed = rounds > 0
    left_out = int(people[~placed].sum())
    if not 0 < left_out < k or not placed.any():
        return np.zeros(len(people), dtype=bool)
    has_class = classes != HIDDEN
    group, size = _people_with(np.column_stack((has_class, rounds, classes, values)), people * placed)
    first = np.lexsort((group, size, has_class, ~placed))[0]
    return np.asarray(group == group[first], dtype=bool)


def _people_with(keys: Codes, people: Codes) -> tuple[Codes, Codes]:
    """For each row: the number of its key, and the people who share the key."""
    number = _numbered(keys)
    return number, np.bincount(number, weights=people, minlength=1).astype(np.int64)[number]


def _numbered(keys: Codes) -> Codes:
    """(rows,): the number of each row's key, in the order of the keys, column by column, without a gap."""
    number, space = np.zeros(len(keys), dtype=np.int64), 1
    for column in keys.T:
        shifted = column.astype(np.int64) - HIDDEN
        radix = int(shifted.max(initial=0)) + 1
        if space * radix > _LARGEST_KEY:
            number = np.unique(number, return_inverse=True)[1].reshape(-1)
            space = len(number)
        number, space = number * radix + shifted, space * radix
    return np.unique(number, return_inverse=True)[1].reshape(-1)


def _smallest_large(never_of: Codes, block_of: Codes, in_block: Codes, is_large: Flags) -> Flags:
    """(tuples,): whether the block is the smallest of the large ones beside which it never merges."""
    order = np.lexsort((block_of, in_block, never_of))
    order = order[is_large[order]]
    first = np.ones(len(order), dtype=bool)
    first[1:] = never_of[order][1:] != never_of[order][:-1]
    return is_large & np.isin(block_of, block_of[order[first]])
