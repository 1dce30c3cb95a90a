"""Exact numbers for people: six digits, written out, and never in favour of the releaser."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

_DIGITS = 6


def ceiling(number: Fraction) -> str:
    """What is spent: six digits, rounded up where there are more."""
    return _shown(number, ROUND_CEILING)


def floor(number: Fraction) -> str:
    """What is left or allowed: likewise, rounded down."""
    return _shown(number, ROUND_FLOOR)


def _shown(number: Fraction, rounding: str) -> str:
    context = Context(prec=_DIGITS, rounding=rounding)
    rounded = context.divide(Decimal(number.numerator), Decimal(number.denominator)).normalize(context)
    return f"{rounded:f}"
