"""Numbers of privacy budgets: exact fractions, read from decimal text and written as it."""

from __future__ import annotations

import re
from fractions import Fraction

DECIMAL = r"^[0-9]{1,20}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,2})?$"
"""What a person writes: `0.5`, `3`, `1e-6`."""
_FRACTION = re.compile(r"[0-9]{1,2000}/[1-9][0-9]{0,2000}")
_TEXT = re.compile(r"(0|[1-9][0-9]{0,1999})(\.[0-9]{1,2000})?")


def exact_text(number: Fraction) -> str:
    """The one spelling of a number that is not negative: decimal where it ends, else `1/3`."""
    if number < 0:
        raise ValueError("a negative number")
    places = _places(number.denominator)
    if places is None:
        return f"{number.numerator}/{number.denominator}"
    digits = str(number.numerator * 10**places // number.denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def from_exact_text(text: str) -> Fraction:
    """What `exact_text` wrote; ValueError for any other spelling."""
    if not (_FRACTION.fullmatch(text) or _TEXT.fullmatch(text)):
        raise ValueError("not an exact number")
    number = Fraction(text)
    if exact_text(number) != text:
        raise ValueError("not the usual spelling of a number")
    return number


def _places(denominator: int) -> int | None:
    """How many decimal places a number with this denominator has; None where they never end."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None
