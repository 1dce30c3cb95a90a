"""Quantiles follow the exponential mechanism over all whole numbers between their bounds."""

from __future__ import annotations

from fractions import Fraction
from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.noise.quantile import quantiles, sensitivity, stretches
from personatwin_sql.privacy.noise.randomness import SeededBits, SystemBits
from personatwin_sql.privacy.numbers import Codes
from tests.unit.privacy.noise.plain_laws import UNLIKELY, Law, likelihood, normalised

DRAWS = 5000
SHARES = st.fractions(0, 1, max_denominator=20)
ROWS = st.lists(st.integers(-5, 15), max_size=12)


def error(y: int, rows: list[int], share: Fraction) -> int:
    """How far the rank asked for is from the ranks of y, row by row."""
    less, upto = sum(row < y for row in rows), sum(row <= y for row in rows)
    target = share * len(rows)
    return int(max(less - target, target - upto, 0) * share.denominator)


def parts(rows: list[int]) -> tuple[Codes, Codes]:
    values, counts = np.unique(np.array(rows, dtype=np.int64), return_counts=True)
    return values, counts


@given(rows=ROWS, share=SHARES)
def test_stretches_are_everything_once_with_its_error(rows: list[int], share: Fraction) -> None:
    values, counts = parts(rows)
    found = stretches(values.tolist(), counts.tolist(), share, -5, 15)
    everything = [(y, part.error) for part in found for y in range(part.first, part.first + part.width)]
    assert everything == [(y, error(y, rows, share)) for y in range(-5, 16)]


@given(rows=ROWS, person=st.lists(st.integers(-5, 15), min_size=1, max_size=4), share=SHARES)
def test_a_person_changes_no_error_by_more_than_the_sensitivity(
    rows: list[int], person: list[int], share: Fraction
) -> None:
    most = sensitivity(share, len(person))
    changes = [abs(error(y, rows + person, share) - error(y, rows, share)) for y in range(-5, 16)]
    assert max(changes) <= most


@pytest.mark.parametrize("share", [Fraction(0), Fraction(1, 2), Fraction(9, 10), Fraction(1)])
def test_the_sensitivity_is_reached(share: Fraction) -> None:
    rows = [0] * 10 + [10] * 10
    changes = [
        abs(error(y, rows + [row] * 2, share) - error(y, rows, share))
        for row in range(-5, 16)
        for y in range(-5, 16)
    ]
    assert max(changes) == sensitivity(share, 2)


def law(rows: list[int], share: Fraction, rate: Fraction, lower: int, upper: int) -> Law:
    return normalised({y: exp(-rate * error(y, rows, share)) for y in range(lower, upper + 1)})


@pytest.mark.parametrize(
    ("rows", "share", "rate"),
    [
        ([], Fraction(1, 2), Fraction(1)),
        ([3], Fraction(1, 2), Fraction(1)),
        ([0, 0, 0, 9], Fraction(1, 2), Fraction(1, 3)),
        ([1, 2, 3, 4, 5, 6, 7, 8], Fraction(9, 10), Fraction(1, 10)),
        ([9, 9, 9, 9], Fraction(0), Fraction(1, 2)),
        ([0, 5, 5, 5, 5, 5, 9], Fraction(1, 4), Fraction(1, 5)),
    ],
)
def test_draws_follow_the_law(rows: list[int], share: Fraction, rate: Fraction) -> None:
    values, counts = parts(rows)
    bits, ends = SeededBits(1), np.array([0, len(values)])
    draws = np.concatenate(
        [quantiles(bits, values, counts, ends, share, rate, 0, 9) for _ in range(DRAWS)],
    )
    assert likelihood(draws, law(rows, share, rate, 0, 9)) > UNLIKELY


def test_each_group_has_its_own_law() -> None:
    values, rows = np.array([2, 7, 5]), np.array([50, 1, 50])
    starts = np.array([0, 2, 2, 3])
    found = quantiles(SystemBits(), values, rows, starts, Fraction(1, 2), Fraction(5), 0, 1 << 40)
    assert found[0] == 2
    assert found[2] == 5
    assert 0 <= found[1] <= 1 << 40


def test_bounds_may_be_as_wide_as_64_bits() -> None:
    values, rows = np.array([-(1 << 63), 12, (1 << 63) - 1]), np.array([5, 2000, 5])
    found = quantiles(
        SeededBits(1),
        values,
        rows,
        np.array([0, 3]),
        Fraction(1, 2),
        Fraction(1, 2),
        -(1 << 63),
        (1 << 63) - 1,
    )
    assert found.tolist() == [12]


@pytest.mark.parametrize(
    ("values", "share", "bounds"),
    [
        ([11], Fraction(1, 2), (0, 10)),
        ([-1], Fraction(1, 2), (0, 10)),
        ([4, 3], Fraction(1, 2), (0, 10)),
        ([3, 3], Fraction(1, 2), (0, 10)),
        ([3], Fraction(3, 2), (0, 10)),
        ([3], Fraction(1, 2), (10, 0)),
    ],
)
def test_values_outside_their_bounds_or_out_of_order_are_refused(
    values: list[int], share: Fraction, bounds: tuple[int, int]
) -> None:
    given, ends = np.array(values), np.array([0, len(values)])
    with pytest.raises(ValueError, match="quantile"):
        quantiles(SeededBits(1), given, np.ones_like(given), ends, share, Fraction(1), *bounds)
