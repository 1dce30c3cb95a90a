"""Numbers of groups in place of those of people: which one, and to what it is rounded."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, get_args

from personatwin_sql.frozen import dataclass

Centre = Literal["mean", "median"]
CENTRES: tuple[Centre, ...] = get_args(Centre)
STEPS = (1e-6, 1e9)
"""The finest and the coarsest step to which numbers can be rounded."""
_OF_INTEGERS, _OF_NUMBERS = 0.1, 0.01


@dataclass(frozen=True)
class Microaggregate:
    """step: published numbers are multiples of it; 0 until it is known."""

    by: Centre
    step: float = 0.0

    @property
    def words(self) -> str:
        """The same for the same publishing: it stands in the lock too."""
        return f"{self.by} of a group, to {self.step_text}"

    @property
    def step_text(self) -> str:
        return format(Decimal(repr(self.step)).normalize(), "f")

    def text(self, number: float) -> str:
        """The number as it is published: `37.4`, or `35` where the step is whole."""
        step = Decimal(repr(self.step)).normalize()
        digits = -int(step.as_tuple().exponent)
        rounded = int((Decimal(repr(float(number))) / step).to_integral_value()) * step
        return f"{rounded:.{max(0, digits)}f}"


def step_of(declared: float, column_type: str, narrowest: float) -> float:
    """The step in force: what was declared, or else tenths of whole numbers and hundredths of others; never
    finer than the `narrowest` band in which the number may be told (0 where nothing is said)."""
    return max(declared or (_OF_INTEGERS if column_type == "integer" else _OF_NUMBERS), narrowest)
