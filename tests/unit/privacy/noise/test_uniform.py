"""Every number below a bound is equally likely: shown by counting all bits that lead to each."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from personatwin_sql.privacy.noise.randomness import SeededBits
from personatwin_sql.privacy.noise.uniform import below, whole_below
from tests.unit.privacy.noise.plain_laws import DRAWS, UNLIKELY, Scripted, likelihood, normalised

WORD = 1 << 64


@pytest.mark.parametrize("bound", [1, 2, 3, 5, 100, 128, 255, 256])
def test_all_numbers_follow_from_as_many_bytes(bound: int) -> None:
    found: Counter[int] = Counter()
    for byte in range(256):
        source = Scripted(b"" if bound == 1 else bytes([byte]), bytes([0]))
        number = whole_below(source, bound)
        found[number] += len(source.given) == 1
    assert set(found) == set(range(bound))
    assert len(set(found.values())) == 1


@pytest.mark.parametrize("bound", [3, 1000, (1 << 62) + 1, 1 << 63])
def test_words_beyond_the_last_multiple_are_drawn_again(bound: int) -> None:
    last = WORD // bound * bound - 1
    kept = Scripted(last.to_bytes(8, "little"))
    assert below(kept, bound, 1).tolist() == [bound - 1]
    if last + 1 < WORD:
        again = Scripted((last + 1).to_bytes(8, "little"), (5).to_bytes(8, "little"))
        assert below(again, bound, 1).tolist() == [5 % bound]


@pytest.mark.parametrize("bound", [1, 2, 7, 1000])
def test_draws_are_uniform(bound: int) -> None:
    draws = below(SeededBits(bound), bound, DRAWS)
    assert draws.dtype == np.int64
    assert likelihood(draws, normalised(dict.fromkeys(range(bound), 1.0))) > UNLIKELY or bound == 1
    assert draws.max() < bound


def test_half_of_the_words_may_be_drawn_again() -> None:
    draws = below(SeededBits(1), (1 << 62) + (1 << 61) + 1, DRAWS // 10)
    cells = draws // (((1 << 62) + (1 << 61) + 1) // 8 + 1)
    assert likelihood(cells, normalised(dict.fromkeys(range(8), 1.0))) > UNLIKELY


def test_a_bound_has_no_largest() -> None:
    bits, bound = SeededBits(1), 3 * 10**40
    draws = [whole_below(bits, bound) for _ in range(1000)]
    assert all(0 <= draw < bound for draw in draws)
    assert abs(Fraction(sum(draws), 1000 * bound) - Fraction(1, 2)) < Fraction(1, 20)


@pytest.mark.parametrize("bound", [0, -1, (1 << 63) + 1])
def test_a_bound_that_does_not_fit_is_refused(bound: int) -> None:
    with pytest.raises(ValueError, match="bound"):
        below(SeededBits(1), bound, 1)


def test_nothing_lies_below_nothing() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        whole_below(SeededBits(1), 0)
    assert below(SeededBits(1), 5, 0).size == 0
