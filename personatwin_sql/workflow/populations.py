"""The population of a project, and the risk of a release beside it, as the public is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from personatwin_sql.engine.released_population import ReleasedPopulation
from personatwin_sql.release.result import PopulationRisk
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.population import PopulationSpec

JOURNALIST = "journalist_risk"
"""The guarantee that stands in for the average risk where membership is secret."""
K_MAP = "k_map"


def population_risk(spec: PopulationSpec, found: ReleasedPopulation) -> PopulationRisk:
    """The risk by the columns that the population knows, and which ones it does not know."""
    risk = found.least_risk
    return PopulationRisk(
        population=in_words(spec),
        highest=risk.highest,
        average=risk.average,
        smallest=risk.smallest,
        without=risk.without,
        unknown=found.unknown,
        is_bound=bool(found.is_only_bound.any()),
        is_estimate=found.is_estimate,
    )


def in_words(spec: PopulationSpec) -> str:
    """`census of 2018, Florida, from 18 years`."""
    if spec.census is None:
        return "the owner's table of the population"
    ages = f", from {spec.youngest} years" if spec.youngest else ""
    return f"census of {spec.census}, {', '.join(spec.places)}{ages}"


def with_population_measured(
    guarantees: Sequence[Guarantee], found: ReleasedPopulation | None
) -> tuple[Guarantee, ...]:
    """The guarantees with those of the population measured; where none is known, k-map is not.

    Where not all that a class tells is known of the population, its risk is that among the people of the
    data alone, and for k-map it has nobody.
    """
    measured: dict[str, float] = {}
    if found is not None and len(found.sizes):
        measured = {JOURNALIST: found.average, K_MAP: found.fewest}
    return tuple(
        replace(each, measured=measured.get(each.name)) if each.name in (JOURNALIST, K_MAP) else each
        for each in guarantees
    )
