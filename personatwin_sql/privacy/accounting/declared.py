"""ε and δ as people write them, taken at their word: `0.1` is a tenth, not the nearest binary fraction."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction

from personatwin_sql.frozen import dataclass

DIGITS = 60
"""So many places before and after the point are read: more is no privacy parameter, but work to add up."""


class InvalidBudget(ValueError):
    """A privacy parameter, or what asks for one, that no mechanism can keep. Says what and the way out."""


@dataclass(frozen=True)
class Guarantee:
    """(ε, δ)-differential privacy, exactly: ε ≥ 0 and 0 ≤ δ < 1."""

    epsilon: Fraction
    delta: Fraction

    def __add__(self, other: Guarantee) -> Guarantee:
        return Guarantee(self.epsilon + other.epsilon, self.delta + other.delta)


NOTHING = Guarantee(Fraction(0), Fraction(0))


def epsilon_of(text: str | int) -> Fraction:
    """The declared ε. Raises InvalidBudget unless it is a decimal number above 0."""
    epsilon = _decimal(text, "epsilon")
    if epsilon <= 0:
        raise InvalidBudget("epsilon must be above 0: with 0 nothing can be released; 0.1 to 3 is usual")
    return epsilon


def delta_of(text: str | int) -> Fraction:
    """The declared δ. Raises InvalidBudget unless it is a decimal number, at least 0 and below 1."""
    delta = _decimal(text, "delta")
    if delta < 0:
        raise InvalidBudget("delta must be at least 0: it is a probability; write 0 or a number such as 1e-6")
    if delta >= 1:
        raise InvalidBudget("delta must be below 1, far below one over the number of people, such as 1e-6")
    return delta


def _decimal(text: str | int, what: str) -> Fraction:
    try:
        number = Decimal(str(text).strip())
    except InvalidOperation:
        number = Decimal("nan")
    digits = number.as_tuple()
    if isinstance(text, bool) or not isinstance(digits.exponent, int):
        raise InvalidBudget(f"{what} must be a decimal number, such as 1, 0.5 or 1e-6")
    if digits.exponent < -DIGITS or digits.exponent + len(digits.digits) > DIGITS:
        raise InvalidBudget(f"{what} must have at most {DIGITS} places before and after its point")
    return Fraction(number)
