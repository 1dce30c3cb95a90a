"""One of several, with probabilities in proportion to weights that are real numbers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate

from personatwin_sql.privacy.noise.randomness import Bits
from personatwin_sql.privacy.noise.reals import Bounds, Real, exponential, kept, product, rounded

Weights = Callable[[int], Sequence[Bounds]]
"""Bounds of all weights at a precision, as a `Real` gives them of one."""

_WIDTH = 64


def choose(bits: Bits, weights: Weights) -> int:
    """The place of one weight. At least one of them is above 0.

    u in [0, 1) is uniform; a weight is chosen where u lies between what the weights before it have of the
    sum and what they have with it. More bits of u, and closer bounds, are asked for until it is certain.
    """
    width, known = 0, 0
    while True:
        width += _WIDTH
        known = known << _WIDTH | int.from_bytes(bits.take(_WIDTH // 8), "little")
        bounds = weights(width)
        lows = [0, *accumulate(low for low, _ in bounds)]
        highs = [0, *accumulate(high for _, high in bounds)]

        def lies_below(place: int) -> bool:
            """Whether u is certainly below the share of the first weights."""
            low = lows[place]  # noqa: B023  called in this round only
            return (known + 1) * (low + highs[-1] - highs[place]) <= low << width  # noqa: B023

        def lies_above(place: int) -> bool:
            high = highs[place]  # noqa: B023
            return known * (high + lows[-1] - lows[place]) >= high << width  # noqa: B023

        place = bisect_right(range(len(bounds)), False, key=lambda place: lies_below(place + 1))
        if place < len(bounds) and lies_above(place):
            return place


class Powers:
    """e^(-rate · n) of whole numbers n ≥ 0, from the powers that belong to their binary digits."""

    def __init__(self, rate: Fraction) -> None:
        if rate < 0:
            raise ValueError("a rate is at least 0")
        self._rate = rate
        self._slow, self._fast = rate.denominator, rate.numerator
        self._binary: list[Real] = []
        self._known: dict[tuple[int, int], Bounds] = {}

    def bounds(self, n: int, precision: int) -> Bounds:
        """As a `Real` gives them; remembered, because choices of many groups ask for the same."""
        if self._fast * n >= precision * self._slow:  # e^-x < 2^-x
            return 0, 1
        if (known := self._known.get((n, precision))) is None:
            known = self._known[n, precision] = self._computed(n, precision)
        return known

    def _computed(self, n: int, precision: int) -> Bounds:
        working = precision + 16
        found = (1 << working, 1 << working)
        for place in range(n.bit_length()):
            if n >> place & 1:
                found = product(found, self._power(place)(working), working)
        return rounded(found, 16)

    def _power(self, place: int) -> Real:
        while len(self._binary) <= place:
            self._binary.append(kept(exponential(self._rate * (1 << len(self._binary)))))
        return self._binary[place]
