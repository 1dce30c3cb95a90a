"""How strongly two columns go together, from counts of people by combination of their values."""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]
"""(rows, columns): how many people have each value of one column with each of the other."""


def crossed(first: npt.NDArray[np.int64], second: npt.NDArray[np.int64], people: Counts) -> Counts:
    """The table of two columns of codes, `people` (rows,) standing behind each pair."""
    rows, columns = int(first.max(initial=0)) + 1, int(second.max(initial=0)) + 1
    found: Counts = np.bincount(first * columns + second, weights=people, minlength=rows * columns).astype(
        float
    )
    return found.reshape(rows, columns)


def corrected_v(table: Counts) -> float | None:
    """Cramér's V corrected for bias: 0 no association, 1 complete (Bergsma 2013).

    φ² = χ² ÷ n; φ̃² = max(0, φ² − (r − 1)(c − 1) ÷ (n − 1)); r̃ = r − (r − 1)² ÷ (n − 1), c̃ likewise;
    Ṽ = √(φ̃² ÷ min(r̃ − 1, c̃ − 1)). None where a column has one value or there are fewer than two people.
    """
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    people = float(table.sum())
    rows, columns = table.shape
    if people < 2 or min(rows, columns) < 2:
        return None
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / people
    phi = float(((table - expected) ** 2 / expected).sum()) / people
    spare = people - 1
    corrected = max(0.0, phi - (rows - 1) * (columns - 1) / spare)
    least = min(rows - (rows - 1) ** 2 / spare, columns - (columns - 1) ** 2 / spare) - 1
    return min(1.0, sqrt(corrected / least)) if least > 0 else None


def spearman(table: Counts) -> float | None:
    """The rank correlation of two ordered columns, ties at their middle rank (Spearman 1904): -1 to 1.

    Codes follow the order of the values. None where a column has one value.
    """
    by_row, by_column = table.sum(axis=1), table.sum(axis=0)
    people = float(table.sum())
    if not people:
        return None
    rows = _middle_ranks(by_row) - (people + 1) / 2
    columns = _middle_ranks(by_column) - (people + 1) / 2
    spread = sqrt(float(by_row @ rows**2) * float(by_column @ columns**2))
    return float(rows @ table @ columns) / spread if spread > 0 else None


def _middle_ranks(counts: Counts) -> Counts:
    """(values,): the mean rank of those who share a value."""
    ranks: Counts = np.cumsum(counts) - (counts - 1) / 2
    return ranks
