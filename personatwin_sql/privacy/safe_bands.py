"""Bands of values that at least so many people stand behind, on a grid that no value has chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence

from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class CountedCell:
    """One cell of the grid: values from `number` × width on, below the next."""

    number: int
    rows: int
    people: int
    """Different people; where each row is one, its rows."""


@dataclass(frozen=True)
class SafeBand:
    """Values from `low` to below `high`; None is open."""

    low: float | None
    high: float | None
    rows: int


def grid_width(low: float, high: float, cells: int = 8) -> float:
    """A width of 1, 2 or 5 times a power of ten, at which about so many cells lie between the two ends."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / cells))
    wanted = span / cells / power
    return power * next(step for step in (1, 2, 5, 10) if wanted <= step * 1.000001)


def safe_bands(
    cells: Sequence[CountedCell], width: float, least: int, each_row_is_a_person: bool
) -> tuple[SafeBand, ...]:
    """Cells merged until at least `least` people stand behind each band; none where there are too few at all.

    The outer bands are open, so that no end is somebody's value. Where people have several rows, a person may
    stand in two cells: of a merged band only the largest cell's people are sure.
    """
    merged: list[tuple[int, int, int, int]] = []  # first and last number, rows, people that are sure
    for cell in sorted(cells, key=lambda cell: cell.number):
        if merged and merged[-1][3] < least:
            merged[-1] = _together(merged[-1], _single(cell), each_row_is_a_person)
        else:
            merged.append(_single(cell))
    while len(merged) > 1 and merged[-1][3] < least:
        last = merged.pop()
        merged[-1] = _together(merged[-1], last, each_row_is_a_person)
    if not merged or merged[0][3] < least:
        return ()
    return tuple(
        SafeBand(
            low=None if place == 0 else first * width,
            high=None if place == len(merged) - 1 else merged[place + 1][0] * width,
            rows=rows,
        )
        for place, (first, _, rows, _) in enumerate(merged)
    )


def _single(cell: CountedCell) -> tuple[int, int, int, int]:
    return (cell.number, cell.number, cell.rows, cell.people)


def _together(
    one: tuple[int, int, int, int], other: tuple[int, int, int, int], is_sum: bool
) -> tuple[int, int, int, int]:
    people = one[3] + other[3] if is_sum else max(one[3], other[3])
    return (one[0], other[1], one[2] + other[2], people)
