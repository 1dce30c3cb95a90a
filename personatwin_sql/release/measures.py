"""The measures of risk by name, each with its formula and where it was published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from personatwin_sql.frozen import dataclass
from personatwin_sql.release.result import EventPattern, PopulationRisk, ReleasedModel, ReleasedRisk


@dataclass(frozen=True)
class RiskMeasure:
    """A measure of risk with its formula and where it was published."""

    measure: str
    value: float
    formula: str
    source: str
    words: str
    is_count: bool = False
    """Of people, rather than a chance or a share."""


def risk_measures(model: ReleasedModel) -> tuple[RiskMeasure, ...]:
    """The risk of a model, measure by measure; all of it counted in the released rows."""
    return (*(_of_classes(model.risk) if model.risk is not None else ()), *_of_events(model.event_patterns))


def _of_classes(risk: ReleasedRisk) -> tuple[RiskMeasure, ...]:
    measures = [
        RiskMeasure(
            "average_risk",
            risk.average,
            "classes / people",
            "marketer risk (Dankar & El Emam 2010)",
            "Chance of picking the right person, on average",
        ),
        RiskMeasure(
            "record_risk",
            risk.record,
            "1 / people of the smallest class",
            "prosecutor risk (El Emam & Dankar 2008)",
            "Chance of picking the right person, in the smallest group",
        ),
        RiskMeasure(
            "smallest_class",
            float(risk.smallest),
            "min(people of a class)",
            "k-anonymity (Sweeney 2002)",
            "People in the smallest group",
            is_count=True,
        ),
    ]
    measures.extend(
        RiskMeasure(
            f"share_above_{threshold:g}",
            share,
            f"share of people for whom 1 / people of their class > {threshold:g}",
            "(El Emam 2013)",
            f"People whose risk is above {threshold * 100:g} %",
        )
        for threshold, share in risk.above
    )
    measures.extend(
        RiskMeasure(
            f"homogeneity_{column}",
            share,
            f"share of people in classes with one value of {column}",
            "homogeneity attack (Machanavajjhala et al. 2007)",
            f"People whose whole group has the same {column}",
        )
        for column, share in risk.homogeneity
    )
    if risk.journalist is not None:
        measures.extend(_of_population(risk.journalist))
    return tuple(measures)


def _of_population(risk: PopulationRisk) -> tuple[RiskMeasure, ...]:
    """F is rounded down; where it is worked out of other numbers, that is said, and said once in full."""
    why = f", for it does not know {', '.join(risk.unknown)}" if risk.unknown else ""
    bound = f"; at least{why}" if risk.is_bound else ""
    whose = f" ({'estimate from ' if risk.is_estimate else ''}{risk.population}{bound})"
    same = f"by the same {'estimate' if risk.is_estimate else 'table'}"
    return (
        RiskMeasure(
            "journalist_risk",
            risk.highest,
            "1 / people alike, in the population or at least here, in the rarest class",
            "journalist risk (El Emam & Dankar 2008)",
            f"Chance of picking the right person without knowing who is in it, in the rarest group{whose}",
        ),
        RiskMeasure(
            "average_journalist_risk",
            risk.average,
            "sum(people / people alike, in the population or at least here) / people",
            "(Dankar & El Emam 2010)",
            f"The same, on average ({same})",
        ),
        RiskMeasure(
            "smallest_class_of_population",
            float(risk.smallest),
            "min(people of the population alike)",
            "k-map (Sweeney 2001)",
            f"{_rarest(risk)} ({same})",
            is_count=True,
        ),
        RiskMeasure(
            "share_not_in_population",
            risk.without,
            "share of people of whose class the population has nobody",
            "such a group counts as large as it is here",
            f"People whose group the population does not have ({same})",
        ),
    )


def _rarest(risk: PopulationRisk) -> str:
    if not risk.smallest:
        return "People of the population in the rarest group: it has no such group"
    return f"People of the population in the rarest group{', at most' if risk.is_bound else ''}"


def _of_events(patterns: Sequence[EventPattern]) -> Iterator[RiskMeasure]:
    """Bounds say that they are: of three events not every combination is always counted."""
    for pattern in patterns:
        events = f"{pattern.known_events} or fewer events" if pattern.known_events > 1 else "1 event"
        yield RiskMeasure(
            f"unique_patterns_{pattern.known_events}",
            pattern.unique_share,
            f"share of people whom {events} of theirs tell from everybody",
            "unicity (de Montjoye et al. 2013)",
            f"People whom {events} of theirs single out{'' if pattern.is_exact else ', at most'}",
        )
        yield RiskMeasure(
            f"people_per_pattern_{pattern.known_events}",
            float(pattern.fewest_people),
            f"min(people who share {events} of somebody)",
            "k^m-anonymity (Terrovitis et al. 2008)",
            f"{'Fewest' if pattern.is_exact else 'At least so many'} people who share {events} of somebody",
            is_count=True,
        )
