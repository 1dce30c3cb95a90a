"""Events have their probability to the last bit: shown by counting all first words, and what they leave."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from personatwin_sql.privacy.noise.bernoulli import bernoulli, is_below
from personatwin_sql.privacy.noise.randomness import SeededBits
from personatwin_sql.privacy.noise.reals import Real, exponential, rational
from tests.unit.privacy.noise.plain_laws import DRAWS, UNLIKELY, Scripted, e_to_minus, likelihood

EVERY_WORD = np.arange(1 << 16, dtype=np.uint16).tobytes()


@pytest.mark.parametrize("numerator", [0, 1, 12_345, 65_535, 65_536])
def test_of_all_words_just_so_many_are_true(numerator: int) -> None:
    assert bernoulli(Scripted(EVERY_WORD), Fraction(numerator, 1 << 16), 1 << 16).sum() == numerator


@pytest.mark.parametrize(
    ("real", "truth"),
    [
        (rational(Fraction(1, 3)), Fraction(1, 3)),
        (rational(Fraction(10**30, 3**70)), Fraction(10**30, 3**70)),
        (exponential(Fraction(1)), e_to_minus(Fraction(1))),
        (exponential(Fraction(12_345, 9_999_999)), e_to_minus(Fraction(12_345, 9_999_999))),
        (exponential(Fraction(60)), e_to_minus(Fraction(60))),
    ],
)
def test_the_one_word_that_decides_nothing_leaves_the_rest_of_the_probability(
    real: Real, truth: Fraction
) -> None:
    """P = whole / 2¹⁶ + rest / 2¹⁶, and the rest again by the next 64 bits: all of them but one decide."""
    scaled = truth * (1 << 16)
    whole, rest = int(scaled), scaled - int(scaled)
    following = int(rest * (1 << 64))
    for more in (following - 1, following + 1):
        if 0 <= more < 1 << 64:
            found = bernoulli(Scripted(EVERY_WORD, *[more.to_bytes(8, "little")] * 2), real, 1 << 16)
            assert found[:whole].all()
            assert not found[whole + 1 :].any()
            assert found[whole] == (more < following)


def test_bits_are_drawn_until_they_decide() -> None:
    third = rational(Fraction(1, 3))
    same = int(Fraction((1 << 64) - 1, 3)).to_bytes(8, "little")  # 1/3 = 0.010101… in binary
    assert is_below(Scripted(same, same, bytes(8)), (1 << 16) // 3, 16, third)
    assert not is_below(Scripted(same, same, b"\xff" * 8), (1 << 16) // 3, 16, third)


@pytest.mark.parametrize("chance", [Fraction(1, 7), Fraction(1, 100_000), Fraction(99_999, 100_000)])
def test_draws_are_as_frequent_as_they_should(chance: Fraction) -> None:
    draws = bernoulli(SeededBits(3), chance, 5 * DRAWS).astype(np.int64)
    assert likelihood(draws, {1: float(chance), 0: float(1 - chance)}) > UNLIKELY


@pytest.mark.parametrize("chance", [Fraction(-1, 10), Fraction(11, 10)])
def test_what_is_no_probability_is_refused(chance: Fraction) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        bernoulli(SeededBits(1), chance, 1)


def test_certain_and_impossible_events() -> None:
    assert bernoulli(SeededBits(1), Fraction(1), 1000).all()
    assert not bernoulli(SeededBits(1), Fraction(0), 1000).any()
    assert bernoulli(SeededBits(1), Fraction(1, 2), 0).size == 0
