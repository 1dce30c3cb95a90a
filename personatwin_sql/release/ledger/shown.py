"""Exact numbers for people: short, and never in favour of the releaser."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

_DIGITS = 6
_SMALL = Decimal("0.001")


def ceiling(number: Fraction) -> str:
    """What is spent: six digits, rounded up where there are more."""
    return _shown(number, ROUND_CEILING)


def floor(number: Fraction) -> str:
    """What is left or allowed: likewise, rounded down."""
    return _shown(number, ROUND_FLOOR)


def _shown(number: Fraction, rounding: str) -> str:
    context = Context(prec=_DIGITS, rounding=rounding)
    rounded = context.divide(Decimal(number.numerator), Decimal(number.denominator)).normalize(context)
    if rounded and abs(rounded) < _SMALL:
        digits, exponent = f"{rounded:e}".split("e")
        return f"{digits}e{int(exponent)}"
    return f"{rounded:f}"
