"""The laws of noise as their formulas say, by decimals or floats that share nothing with the samplers."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from math import exp, sqrt

import numpy as np

from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.statistics.normal import chi_square_tail

DRAWS = int(os.environ.get("PERSONATWIN_DRAWS", "200000"))
"""Draws of each law; `PERSONATWIN_DRAWS=10000000` for a long run."""
UNLIKELY = 1e-4
"""The seeds are fixed, so a test that passes once passes always; this is how odd its draws may be."""

Law = Mapping[int, float]


def laplace(scale: Fraction) -> Law:
    r = exp(-1 / scale)
    reach = int(40 * scale) + 2
    return {x: (1 - r) / (1 + r) * exp(-abs(x) / scale) for x in range(-reach, reach + 1)}


def gaussian(variance: Fraction) -> Law:
    reach = int(9 * sqrt(variance)) + 2
    return normalised({x: exp(-x * x / (2 * variance)) for x in range(-reach, reach + 1)})


def normalised(weights: Mapping[int, float]) -> Law:
    total = sum(weights.values())
    return {x: weight / total for x, weight in weights.items()}


def e_to_minus(x: Fraction) -> Fraction:
    """e^-x, to 80 digits."""
    with localcontext() as context:
        context.prec = 80
        return Fraction((-Decimal(x.numerator) / Decimal(x.denominator)).exp())


def likelihood(draws: Codes, law: Law) -> float:
    """The p-value of Pearson's χ² of the draws; cells of fewer than ten expected draws are one cell."""
    values, counts = np.unique(draws, return_counts=True)
    seen = dict(zip(values.tolist(), counts.tolist(), strict=True))
    cells = [(seen.get(x, 0), p * draws.size) for x, p in law.items() if p * draws.size >= 10]
    rest = draws.size - sum(got for got, _ in cells), draws.size - sum(due for _, due in cells)
    cells += [rest] if rest[1] >= 10 else []
    return chi_square_tail(sum((got - due) ** 2 / due for got, due in cells), len(cells) - 1)


def in_cells(draws: Codes, tail: Callable[[int], float], width: int, count: int) -> tuple[Codes, Law]:
    """Draws as numbers of cells of the same width about 0, and the law of those cells, of a symmetric law.

    `tail` is P(X ≥ at); the outermost cells have no end.
    """
    cells = np.clip((draws + width // 2) // width, -count, count)
    edge = [tail(place * width - width // 2) for place in range(1, count + 1)]
    law = {place: edge[place - 1] - (edge[place] if place < count else 0) for place in range(1, count + 1)}
    upper = [tail(place * width + 1 - width + width // 2) for place in range(1, count + 1)]
    below = {
        -place: upper[place - 1] - (upper[place] if place < count else 0) for place in range(1, count + 1)
    }
    return cells, law | below | {0: 1 - edge[0] - upper[0]}


class Scripted:
    """Gives the bytes that it is told, in that order, and fails when there are no more."""

    is_secret = False

    def __init__(self, *given: bytes) -> None:
        self.given = list(given)

    def take(self, count: int) -> bytes:
        first = self.given.pop(0)
        assert len(first) == count
        return first
