"""Quantiles of whole numbers by the exponential mechanism over all between public bounds (Smith 2011)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from personatwin_sql.privacy.noise.choice import Powers, choose
from personatwin_sql.privacy.noise.randomness import Bits
from personatwin_sql.privacy.noise.reals import Bounds
from personatwin_sql.privacy.noise.uniform import whole_below
from personatwin_sql.privacy.numbers import Codes


class Stretch(NamedTuple):
    """Neighbouring whole numbers that are equally good."""

    first: int
    width: int
    error: int
    """How many ranks, times the share's denominator, they are off."""


def quantiles(
    bits: Bits,
    values: Codes,
    rows: Codes,
    starts: Codes,
    share: Fraction,
    rate: Fraction,
    lower: int,
    upper: int,
) -> Codes:
    """(groups,): a number for each, with probability ∝ e^(-rate · error), among all from `lower` to `upper`.

    values: (values,) distinct and ascending within each group, clamped to the bounds; rows: (values,) how
    often each occurs; starts: (groups + 1,) where each group begins. A group may be empty. The share is the
    quantile's, 1/2 for the median. ε-differentially private with rate = ε / (2 · `sensitivity`). Raises
    ValueError for values outside the bounds, or out of order.
    """
    if not 0 <= share <= 1 or lower > upper:
        raise ValueError("a quantile needs a share between 0 and 1, and bounds in order")
    powers = Powers(rate)
    ends = starts.tolist()
    found = [
        quantile(bits, values[start:end].tolist(), rows[start:end].tolist(), share, powers, lower, upper)
        for start, end in pairwise(ends)
    ]
    return np.array(found, dtype=np.int64)


def quantile(
    bits: Bits,
    values: Sequence[int],
    rows: Sequence[int],
    share: Fraction,
    powers: Powers,
    lower: int,
    upper: int,
) -> int:
    """That of one group; `powers` are those of the rate."""
    return _quantile(bits, stretches(values, rows, share, lower, upper), powers)


def sensitivity(share: Fraction, most_rows: int) -> int:
    """What one person with at most so many rows in a group can change of an error, added or removed."""
    return max(share.numerator, share.denominator - share.numerator) * most_rows


def stretches(
    values: Sequence[int], rows: Sequence[int], share: Fraction, lower: int, upper: int
) -> list[Stretch]:
    """Everything from `lower` to `upper`: each value, and what lies between values.

    With n rows, `less` of them below y and `upto` below or equal, and the share a / b, the error of y is the
    distance of a n from [b · less, b · upto].
    """
    target, unit = share.numerator * sum(rows), share.denominator
    found, less, first = [], 0, lower
    for value, count in zip(values, rows, strict=True):
        if not first <= value <= upper or count < 0:
            raise ValueError("values of a quantile must ascend within its bounds")
        if value > first:
            found.append(Stretch(first, value - first, abs(target - unit * less)))
        upto = less + count
        found.append(Stretch(value, 1, max(0, unit * less - target, target - unit * upto)))
        less, first = upto, value + 1
    if first <= upper:
        found.append(Stretch(first, upper - first + 1, abs(target - unit * less)))
    return found


def _quantile(bits: Bits, parts: Sequence[Stretch], powers: Powers) -> int:
    least = min(part.error for part in parts)

    def weights(precision: int) -> Sequence[Bounds]:
        found = []
        for part in parts:
            low, high = powers.bounds(part.error - least, precision)
            found.append((low * part.width, high * part.width))
        return found

    chosen = parts[choose(bits, weights)]
    return chosen.first + whole_below(bits, chosen.width)
