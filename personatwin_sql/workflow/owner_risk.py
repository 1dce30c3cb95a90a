"""For the owner's report: who carries the risk, and how unique people are in populations of several sizes."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.engine.group_risks import ValueRisk
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.uniqueness import ClassHistogram, dankar
from personatwin_sql.release.owner import CarriedRisk, UniquenessEstimate

FRACTIONS = (0.01, 0.1, 0.5)
"""Parts of the population that the data may be; which one it is, only its owner knows."""


def carried(risks: Sequence[ValueRisk]) -> tuple[CarriedRisk, ...]:
    """As the owner is told."""
    return tuple(
        CarriedRisk(risk.column, risk.value, risk.people, risk.classes, risk.smallest, risk.alone)
        for risk in risks
    )


def unique_in_population(sizes: Codes) -> tuple[UniquenessEstimate, ...]:
    """Dankar's choice at each fraction; `sizes` (classes,) in people, as given."""
    histogram = ClassHistogram.of(sizes)
    estimates = ((fraction, dankar(histogram, fraction)) for fraction in FRACTIONS)
    return tuple(UniquenessEstimate(fraction, found.share, found.reason) for fraction, found in estimates)
