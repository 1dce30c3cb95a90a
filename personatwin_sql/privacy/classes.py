"""Equivalence classes at one node of the lattice, and what a release of them would cost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from math import prod

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Levels
from personatwin_sql.privacy.models.counted import Counted, Values, merged
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.population import class_population

_SLOTS = 1 << 24
"""The largest key space that is scattered into; beyond it keys are sorted."""
_DENSE = 1 << 20
"""Above this key space the keys so far are numbered afresh first: a table that fits the cache is faster."""
_COMBINATIONS = 24
"""Level combinations that a group of columns may have to be coded together."""
_CACHED = 16_000_000
"""Codes of tuples that are kept, 16 bytes each; those of further level combinations are made when needed."""
_MANY_TUPLES = 100_000
"""From here on each column is coded alone: memory matters more than one array less a check."""


@dataclass(frozen=True)
class Classes:
    """Classes of a node.

    rows: (classes,), a tuple of each. sizes: (classes,), its people.
    values: per sensitive column that a model reads, its people by class.
    """

    rows: Codes
    sizes: Codes
    values: tuple[Values, ...] = ()

    @property
    def counted(self) -> Counted:
        """The classes as privacy models read them."""
        return Counted(self.sizes, {found.of.name: found for found in self.values})


class Grouping:
    """Groups a frequency set at any node, from codes that are computed once per combination of levels.

    A key is the mixed radix of the codes; the last writer of a slot is its class's representative, so the
    table is never cleared and nothing collides. No grouping sorts unless the key space is too large.
    """

    def __init__(
        self,
        frequency: FrequencySet,
        lowest: Levels,
        highest: Levels,
        tables: Sequence[Shares] | None = None,
        sensitive: Collection[str] = (),
    ) -> None:
        """`lowest` and `highest` bound the levels of every node that will be asked for.

        tables: per column (height + 1, base values), what `sums` adds up over the columns. sensitive: the
        columns whose values are counted in classes.
        """
        self.total = frequency.total
        self._population = frequency.population
        self._slots = np.empty(0, dtype=np.int64)
        self._numbers = np.arange(len(frequency.people))
        self._maps = frequency.maps
        self._codes = frequency.codes.T
        self._tables = tables
        self._coded: dict[tuple[int, Levels], tuple[Codes, int, Shares]] = {}
        self._packs: tuple[tuple[int, ...], ...] = tuple((column,) for column in range(len(frequency.maps)))
        values = tuple(
            Values(column.rows, column.values, column.people, column)
            for column in frequency.sensitive
            if column.name in sensitive
        )
        everyone = Classes(self._numbers, frequency.people, values)
        self.finest = self.classes(lowest, everyone)
        """The classes of the lowest node: every other node is made from these."""
        self._codes = np.ascontiguousarray(self._codes[:, self.finest.rows])
        self._coded.clear()
        self.finest = replace(self.finest, rows=self._numbers[: len(self.finest.rows)])
        if len(self.finest.rows) <= _MANY_TUPLES:
            self._packs = _packs(lowest, highest)

    def classes(self, levels: Levels, finer: Classes) -> Classes:
        """The classes of a node, rolled up from those of any node that is finer in every column."""
        rows = finer.rows
        keys, space = np.zeros(len(rows), dtype=np.int64), 1
        for number, pack in enumerate(self._packs):
            (codes, radix, _), those = self._at(number, tuple(levels[column] for column in pack), rows)
            if radix == 1:
                continue
            if space * radix > _DENSE and space > 1:
                keys, space = self._numbered(keys, space)
            keys = keys * radix + codes[those]
            space *= radix
        representatives, _ = self._numbered(keys, space)
        sizes = np.bincount(representatives, weights=finer.sizes, minlength=len(rows))
        kept = np.flatnonzero(sizes)
        if not finer.values:
            return Classes(rows[kept], sizes[kept].astype(np.int64))
        numbers = np.empty(len(rows), dtype=np.int64)
        numbers[kept] = self._numbers[: len(kept)]
        group = numbers[representatives]
        values = tuple(merged(found, group, len(kept)) for found in finer.values)
        return Classes(rows[kept], sizes[kept].astype(np.int64), values)

    def counted(self, levels: Levels, classes: Classes) -> Counted:
        """The classes of a node as privacy models read them, with their people in the population if known."""
        if self._population is None:
            return classes.counted
        codes = [
            table[level][own[classes.rows]]
            for table, level, own in zip(self._maps, levels, self._codes, strict=True)
        ]
        population = class_population(self._population, levels, np.column_stack(codes))
        return replace(classes.counted, population=population)

    @property
    def packs(self) -> int:
        """How many arrays a grouping reads."""
        return len(self._packs)

    def sums(self, levels: Levels, rows: Codes) -> Shares:
        """(rows,): the sum over the columns of what the tables hold for these tuples at these levels."""
        sums = np.zeros(len(rows))
        for number, pack in enumerate(self._packs):
            (_, _, each), those = self._at(number, tuple(levels[column] for column in pack), rows)
            sums += each[those]
        return sums

    def base_values(self, column: int, rows: Codes) -> Codes:
        """(rows,): a base value of each tuple in one column, the same as any other of its class."""
        values: Codes = self._codes[column][rows]
        return values

    def first(self, levels: Levels, rows: Codes) -> int:
        """The place in `rows` of the class that comes first by its codes, column by column."""
        codes = [self._maps[column][level][self._codes[column][rows]] for column, level in enumerate(levels)]
        return int(np.lexsort(codes[::-1])[0])

    def _at(
        self, number: int, levels: Levels, rows: Codes
    ) -> tuple[tuple[Codes, int, Shares], Codes | slice]:
        """Codes, radix and sums of the tables of one pack of columns at these levels, and which of them are
        those of the rows."""
        found = self._coded.get((number, levels))
        if found is not None:
            return found, rows
        is_kept = len(self._coded) * self._codes.shape[1] < _CACHED
        base = [
            self._codes[column] if is_kept else self._codes[column][rows] for column in self._packs[number]
        ]
        made = self._combination(number, levels, base)
        if not is_kept:
            return made, slice(None)
        self._coded[number, levels] = made
        return made, rows

    def _combination(self, number: int, levels: Levels, base: Sequence[Codes]) -> tuple[Codes, int, Shares]:
        """Codes, radix and sums of tuples by their base values: per column of the pack (tuples,)."""
        codes: Codes = np.zeros(len(base[0]), dtype=np.int64)
        sums, radix = np.zeros(len(codes) if self._tables is not None else 0), 1
        for column, level, values in zip(self._packs[number], levels, base, strict=True):
            table = self._maps[column][level]
            if self._tables is not None:
                sums += self._tables[column][level][values]
            width = int(table.max(initial=0)) + 1
            if width > 1:
                codes = codes * width + table[values]
                radix *= width
            if radix > len(codes):
                distinct, codes = np.unique(codes, return_inverse=True)
                radix = max(1, len(distinct))
        return codes, radix, sums

    def _numbered(self, keys: Codes, space: int) -> tuple[Codes, int]:
        """Keys as the numbers of their representatives, which are below the number of keys."""
        if space > _SLOTS:
            _, first, group = np.unique(keys, return_index=True, return_inverse=True)
            return first[group], len(keys)
        if len(self._slots) < space:
            self._slots = np.empty(space, dtype=np.int64)
        self._slots[keys] = self._numbers[: len(keys)]
        return self._slots[keys], len(keys)


def _packs(lowest: Sequence[int], highest: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Columns that are coded together: few level combinations each, as few packs as that allows."""
    widths = [high - low + 1 for low, high in zip(lowest, highest, strict=True)]
    packs: list[list[int]] = []
    for column in sorted(range(len(widths)), key=lambda column: (-widths[column], column)):
        for pack in packs:
            if prod(widths[each] for each in pack) * widths[column] <= _COMBINATIONS:
                pack.append(column)
                break
        else:
            packs.append([column])
    return tuple(tuple(pack) for pack in packs)
