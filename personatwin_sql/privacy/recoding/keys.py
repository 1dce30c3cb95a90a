"""Which tuples agree at a node, from codes that are computed once per combination of levels; no sort."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from personatwin_sql.privacy.lattice import Lattice, Levels
from personatwin_sql.privacy.numbers import Codes

_DENSE = 1 << 20
"""Above this key space the keys so far are numbered afresh: a table that fits the cache is faster."""
_SLOTS = 1 << 24
"""The largest key space that is scattered into; beyond it keys are sorted."""
_COMBINATIONS = 24
"""Level combinations of the columns that are coded together."""
_MANY = 100_000
"""From this many tuples on each column is coded alone: memory matters more than an array less."""


class Keys:
    """Numbers some tuples at any node; equal numbers mean alike at its levels."""

    def __init__(self, maps: Sequence[Codes], lattice: Lattice, codes: Codes) -> None:
        """`codes`: (tuples, columns), base values."""
        self._maps, self._lattice = maps, lattice
        self._columns = np.ascontiguousarray(codes.T)
        self._numbers = np.arange(len(codes))
        self._slots = np.empty(0, dtype=np.int64)
        self._coded: dict[tuple[int, ...], tuple[Codes, int]] = {}
        self._packs = packs(lattice.widths) if len(codes) <= _MANY else packs(lattice.widths, 1)

    def at(self, levels: Levels, rows: Codes) -> Codes:
        """(rows,): numbers below the number of rows; each is the place of one of those alike."""
        keys, space = np.zeros(len(rows), dtype=np.int64), 1
        for pack in self._packs:
            codes, radix = self._combination(pack, levels)
            if radix == 1:
                continue
            if space * radix > _DENSE and space > 1:
                keys, space = self._numbered(keys, space), len(keys)
            keys = keys * radix + codes[rows] if space > 1 else codes[rows]
            space *= radix
        return self._numbered(keys, space)

    def _combination(self, pack: tuple[int, ...], levels: Levels) -> tuple[Codes, int]:
        asked = (pack[0], *(levels[column] for column in pack))
        found = self._coded.get(asked)
        if found is None:
            codes: Codes = np.zeros(self._columns.shape[1], dtype=np.int64)
            radix = 1
            for column in pack:
                table = self._maps[column][levels[column]]
                width = int(table.max(initial=0)) + 1
                if width > 1:
                    codes = codes * width + table[self._columns[column]]
                    radix *= width
                if radix > max(_DENSE, len(codes)):
                    distinct, codes = np.unique(codes, return_inverse=True)
                    radix = max(1, len(distinct))
            self._coded[asked] = found = codes, radix
        return found

    def _numbered(self, keys: Codes, space: int) -> Codes:
        if space > _SLOTS:
            _, first, group = np.unique(keys, return_index=True, return_inverse=True)
            return first[group]
        if len(self._slots) < space:
            self._slots = np.empty(space, dtype=np.int64)
        self._slots[keys] = self._numbers[: len(keys)]
        return self._slots[keys]


def packs(widths: Sequence[int], combinations: int = _COMBINATIONS) -> tuple[tuple[int, ...], ...]:
    """Columns that are coded together: few level combinations each, as few packs as that allows."""
    found: list[list[int]] = []
    for column in sorted(range(len(widths)), key=lambda column: (-widths[column], column)):
        for pack in found:
            if prod(widths[each] for each in pack) * widths[column] <= combinations:
                pack.append(column)
                break
        else:
            found.append([column])
    return tuple(tuple(pack) for pack in found)
