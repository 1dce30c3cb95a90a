"""Randomised response: each answer is true with a public probability, else any other (Warner 1965)."""

from __future__ import annotations

from fractions import Fraction

from personatwin_sql.privacy.noise.bernoulli import bernoulli
from personatwin_sql.privacy.noise.randomness import Bits
from personatwin_sql.privacy.noise.reals import Bounds, Real, exponential, kept
from personatwin_sql.privacy.noise.uniform import below
from personatwin_sql.privacy.numbers import Codes


def randomised_response(bits: Bits, answers: Codes, categories: int, truth: Real | Fraction) -> Codes:
    """(n,): each answer, 0 … categories − 1, with probability `truth`, else each other with the same.

    Raises ValueError for fewer than two categories, or an answer that is none of them.
    """
    if categories < 2:
        raise ValueError("randomised response needs at least two categories")
    if answers.size and not 0 <= answers.min() <= answers.max() < categories:
        raise ValueError("an answer is outside the categories")
    other = below(bits, categories - 1, answers.size)
    other += other >= answers
    is_true = bernoulli(bits, truth, answers.size)
    other[is_true] = answers[is_true]
    return other


def truth_for(epsilon: Fraction, categories: int) -> Real:
    """The most that an answer may be true to be ε-differentially private: e^ε / (e^ε + categories − 1)."""
    if epsilon < 0:
        raise ValueError("ε is at least 0")
    shrink = exponential(epsilon)

    def bounds(precision: int) -> Bounds:
        (low, high), one = shrink(precision), 1 << precision
        others = categories - 1
        return (one << precision) // (one + others * high), -((-one << precision) // (one + others * low))

    return kept(bounds)
