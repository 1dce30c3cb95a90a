"""Cell suppression: who would be suppressed at one node of the lattice loses single cells instead.

Classes that may be published at the node stay as they are. The others are published at the node too, but for
the columns in which they must hide: those are at the top, as few and as cheap as a peel finds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personatwin_sql.frozen import dataclass, replace
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.population import Cells, Population
from personatwin_sql.privacy.recoding.recode import recode
from personatwin_sql.privacy.recoding.recoding import Recoding


@dataclass(frozen=True)
class _AtLevels:
    """A population where only some levels of each column are left: `levels` (columns, 3), which those are."""

    population: Population
    levels: tuple[tuple[int, ...], ...]

    @property
    def is_estimate(self) -> bool:
        return self.population.is_estimate

    @property
    def unknown(self) -> tuple[tuple[int, int], ...]:
        return tuple((column, self.levels[column].index(top)) for column, top in self.population.unknown)

    def alike(self, levels: tuple[int, ...], codes: Codes) -> Shares:
        return self.population.alike(self._chosen(levels), codes)

    def by_cell(self, levels: tuple[int, ...], codes: Codes) -> Cells:
        return self.population.by_cell(self._chosen(levels), codes)

    def _chosen(self, levels: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(known[level] for known, level in zip(self.levels, levels, strict=True))


def with_cells_suppressed(frequency: FrequencySet, demand: Demand, levels: Sequence[int]) -> Recoding | None:
    """A release at these levels, each cell at its column's level or at the top; None where none was found.

    Columns that may not reach the top, by `demand.ceiling` or `demand.fixed`, lose no cells. People are still
    suppressed, within the limit, where no class can take them or where that loses less.
    """
    within = zip(frequency.names, levels, frequency.heights, strict=True)
    may_hide = {
        name: name not in demand.fixed and demand.ceiling.get(name, height) == height
        for name, _, height in within
    }
    allowed = [[0, level, height] for level, height in zip(levels, frequency.heights, strict=True)]
    stars = frequency.stars and tuple(
        star[level] for star, level in zip(frequency.stars, allowed, strict=True)
    )
    reduced = replace(
        frequency,
        maps=tuple(table[level] for table, level in zip(frequency.maps, allowed, strict=True)),
        stars=stars,
        lowest=(),
        population=frequency.population and _AtLevels(frequency.population, tuple(map(tuple, allowed))),
    )
    found = recode(
        reduced,
        replace(
            demand,
            floor=dict.fromkeys(frequency.names, 1),
            ceiling={name: 2 if may else 1 for name, may in may_hide.items()},
            fixed={},
        ),
        "local",
        "fast",
    )
    if found is None:
        return None
    node, top = np.asarray(levels, dtype=np.int64), np.asarray(frequency.heights, dtype=np.int64)
    lowest = tuple(
        level if low == 1 else height
        for low, level, height in zip(found.lowest, levels, frequency.heights, strict=True)
    )
    return replace(found, levels=np.where(found.levels == 1, node, top), lowest=lowest)
