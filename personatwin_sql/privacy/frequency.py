"""The frequency set: how many people share each combination of quasi-identifiers, as integer codes.

Everything that is searched or measured works on it, so nothing grows with the number of rows
(LeFevre et al. 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.population import Population
from personatwin_sql.privacy.sensitive import Sensitive

Flaw = Literal[
    "shape", "level_0_merges_values", "not_monotone", "several_values_at_the_top", "code_out_of_range"
]


class InvalidMap(ValueError):
    """A column's map is no generalization hierarchy; names column, level and flaw, never a value."""

    def __init__(self, column: str, level: int, flaw: Flaw) -> None:
        self.column = column
        self.level = level
        self.flaw = flaw
        super().__init__(f"column `{column}`, level {level}: {flaw.replace('_', ' ')}")


@dataclass(frozen=True)
class FrequencySet:
    """People per distinct tuple of base values, and where each base value goes at each level.

    names: one per column.
    codes: (tuples, columns), the base value of each tuple in each column.
    people: (tuples,), distinct privacy units per tuple, at least 1.
    maps: per column (height + 1, base values), the code of each base value at each level; level 0 keeps the
    values apart, each level is a function of the one below, the top holds one value. NULL is a base value.
    leaves: per column (base values,), how many leaves of the domain each base value stands for.
    stars: per column (height + 1,), the code that is published as `*`, -1 where none is; empty when only the
    top is.
    sensitive: what people have in the columns that privacy models read.
    lowest: per column the finest level at which its values are known, empty where all are known as given: a
    set that is too wide is rolled up before it is read.
    population: who could be among the people; None where nothing is known of that.
    """

    names: tuple[str, ...]
    codes: Codes
    people: Codes
    maps: tuple[Codes, ...]
    leaves: tuple[Codes, ...]
    stars: tuple[Codes, ...] = ()
    sensitive: tuple[Sensitive, ...] = ()
    lowest: tuple[int, ...] = ()
    population: Population | None = None

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        codes: npt.ArrayLike,
        people: npt.ArrayLike,
        maps: Sequence[npt.ArrayLike],
        leaves: Sequence[npt.ArrayLike] | None = None,
        stars: Sequence[npt.ArrayLike] = (),
        sensitive: Sequence[Sensitive] = (),
        lowest: Sequence[int] = (),
    ) -> FrequencySet:
        """A checked frequency set; without `leaves` each base value is one leaf. Raises `InvalidMap`."""
        tables = tuple(np.asarray(each, dtype=np.int64) for each in maps)
        for name, table in zip(names, tables, strict=True):
            _check(name, table)
        counts = np.asarray(people, dtype=np.int64)
        tuples = np.asarray(codes, dtype=np.int64).reshape(len(counts), len(tables))
        for name, table, column in zip(names, tables, tuples.T, strict=True):
            if column.size and not 0 <= column.min() <= column.max() < table.shape[1]:
                raise InvalidMap(name, 0, "code_out_of_range")
        if counts.size and counts.min() < 1:
            raise ValueError("a tuple of the frequency set stands for nobody")
        weights = [np.ones(table.shape[1], dtype=np.int64) for table in tables] if leaves is None else leaves
        return cls(
            names=tuple(names),
            codes=tuples,
            people=counts,
            maps=tables,
            leaves=tuple(np.asarray(each, dtype=np.int64) for each in weights),
            stars=tuple(np.asarray(each, dtype=np.int64) for each in stars),
            sensitive=tuple(sensitive),
            lowest=tuple(lowest) if any(lowest) else (),
        )

    @property
    def heights(self) -> tuple[int, ...]:
        """The number of the top level of each column."""
        return tuple(len(table) - 1 for table in self.maps)

    @property
    def is_rolled_up(self) -> bool:
        """Whether some column is not known as given."""
        return bool(self.lowest)

    @property
    def total(self) -> int:
        """People in all."""
        return int(self.people.sum())

    def shares(self, column: int) -> Shares:
        """(height + 1, base values): leaves under the value at that level ÷ leaves in all (Iyengar 2002)."""
        leaves = self.leaves[column]
        under = [np.bincount(level, weights=leaves)[level] for level in self.maps[column]]
        return np.asarray(under, dtype=np.float64) / max(1, int(leaves.sum()))

    def at(self, levels: Sequence[int]) -> Codes:
        """(tuples, columns): the codes of all tuples at a node of the lattice."""
        generalized = np.empty_like(self.codes)
        for column, level in enumerate(levels):
            generalized[:, column] = self.maps[column][level][self.codes[:, column]]
        return generalized

    def star(self, column: int, level: int) -> int:
        """The code that is published as `*` at a level, -1 where none is; at the top it is the only one."""
        if self.stars:
            return int(self.stars[column][level])
        table = self.maps[column]
        return int(table[-1, 0]) if level == len(table) - 1 and table.shape[1] else -1


def _check(name: str, table: Codes) -> None:
    if table.ndim != 2 or not len(table):
        raise InvalidMap(name, 0, "shape")
    if not table.shape[1]:
        return
    for level, codes in enumerate(table):
        if codes.min() < 0:
            raise InvalidMap(name, level, "code_out_of_range")
    if np.unique(table[0]).size != table.shape[1]:
        raise InvalidMap(name, 0, "level_0_merges_values")
    for level in range(1, len(table)):
        below, above = table[level - 1], table[level]
        _, first, group = np.unique(below, return_index=True, return_inverse=True)
        if (above[first][group] != above).any():
            raise InvalidMap(name, level, "not_monotone")
    if np.unique(table[-1]).size != 1:
        raise InvalidMap(name, len(table) - 1, "several_values_at_the_top")
