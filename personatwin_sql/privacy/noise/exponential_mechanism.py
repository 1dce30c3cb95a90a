"""The exponential mechanism: one of several, the better the likelier (McSherry & Talwar 2007)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from personatwin_sql.privacy.noise.choice import Powers, choose
from personatwin_sql.privacy.noise.randomness import Bits
from personatwin_sql.privacy.noise.reals import Bounds


def exponential_mechanism(bits: Bits, scores: Sequence[int], rate: Fraction) -> int:
    """The place of a score, with probability ∝ e^(rate · score). Raises ValueError where there is none.

    ε-differentially private with rate = ε / (2 Δ), Δ being what one person can change of a score; with ε / Δ
    where one person more can change all scores in one direction only.
    """
    if not scores:
        raise ValueError("the exponential mechanism needs something to choose from")
    best, powers = max(scores), Powers(rate)

    def weights(precision: int) -> Sequence[Bounds]:
        return [powers.bounds(best - score, precision) for score in scores]

    return choose(bits, weights)
