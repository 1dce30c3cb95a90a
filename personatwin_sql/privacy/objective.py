"""Which loss a search of levels makes as small as can be."""

from __future__ import annotations

from typing import Literal, get_args

from personatwin_sql.frozen import dataclass

MeasureName = Literal[
    "loss",
    "precision",
    "non_uniform_entropy",
    "discernibility",
    "average_class_size",
    "ambiguity",
    "kl_divergence",
]
MEASURES: tuple[MeasureName, ...] = get_args(MeasureName)
BY_COLUMN: tuple[MeasureName, ...] = ("loss", "precision", "non_uniform_entropy")
"""Each column has a loss of its own: a mean, weights and a weight of suppression mean something."""
MeanName = Literal["arithmetic", "geometric"]


@dataclass(frozen=True)
class Objective:
    """The measure, and how the columns come together in it."""

    measure: MeasureName = "loss"
    mean: MeanName = "arithmetic"
    """Σ w·L ÷ Σ w, or Π (1 + L)^(w ÷ Σ w) − 1, which spares a column from losing everything."""
    suppression: float = 1.0
    """A suppressed cell loses x + weight · (1 − x), where x is what it loses by its level: 1 all of it."""
