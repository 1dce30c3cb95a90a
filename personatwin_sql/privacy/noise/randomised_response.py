"""Randomised response: each answer is told as it is with a public probability, else as any other (Warner).

One number of 64 secret bits decides it: of the 2⁶⁴, as many tell each other category, and all the rest tell
the truth. So the law is exact, and an answer whose number stays is told alike for ever.
"""

from __future__ import annotations

import math
from fractions import Fraction

from personatwin_sql.frozen import dataclass

BITS = 64
DRAWS = 1 << BITS
"""How many numbers there are, all as likely."""
_PLACES = 10**9


@dataclass(frozen=True)
class ResponseLaw:
    """How answers of `categories` kinds are told."""

    categories: int
    other: int
    """How many of the 2⁶⁴ numbers tell each other category."""

    @property
    def changing(self) -> int:
        """How many of the numbers, the first ones, tell something else than the truth."""
        return (self.categories - 1) * self.other

    @property
    def changed(self) -> Fraction:
        """r, the probability that an answer is told as another."""
        return Fraction(self.changing, DRAWS)

    @property
    def epsilon(self) -> Fraction:
        """ln((1 − r)(m − 1) / r) of one answer (Warner 1965), rounded up to nine places."""
        loss = math.log(DRAWS - self.changing) - math.log(self.other)
        return Fraction(math.floor(loss * _PLACES) + 2, _PLACES)

    @property
    def slope(self) -> Fraction:
        """How many more are told, as expected, when one more is true: 1 − r · m/(m − 1)."""
        return Fraction(DRAWS - self.categories * self.other, DRAWS)

    def corrected(self, told: int, of: int, kinds: int = 1) -> Fraction:
        """How many of `of` answers are of these kinds, where `told` say so: without bias, below 0 by chance.

        E[told] = true · slope + of · kinds · r/(m − 1).
        """
        return (told - Fraction(of * kinds * self.other, DRAWS)) / self.slope

    def deviation(self, true: float, of: int, kinds: int = 1) -> float:
        """The standard deviation of `corrected`, where `true` of `of` answers are of these kinds."""
        elsewhere = float(Fraction(kinds * self.other, DRAWS))
        own = float(self.slope) + elsewhere
        true = min(max(true, 0.0), float(of))
        variance = true * own * (1 - own) + (of - true) * elsewhere * (1 - elsewhere)
        return math.sqrt(variance) / float(self.slope)


def response_law(changed: Fraction, categories: int) -> ResponseLaw:
    """The law under which an answer is told as another with at least the probability `changed`.

    Raises ValueError for fewer than two categories, and unless 0 < changed < (categories − 1) / categories:
    beyond it, what is told would be further from the truth than pure chance is.
    """
    if categories < 2:
        raise ValueError("randomised response needs at least two categories")
    if not 0 < changed < Fraction(categories - 1, categories):
        raise ValueError("the probability of another answer must be above 0 and below that of chance")
    law = ResponseLaw(categories, -((-changed * DRAWS) // (categories - 1)))
    if law.slope <= 0:
        raise ValueError("the probability of another answer must be above 0 and below that of chance")
    return law
