"""The measures of risk by name, each with its formula and where it was published."""

from __future__ import annotations

from personatwin_sql.frozen import dataclass
from personatwin_sql.release.result import ReleasedModel


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
    risk = model.risk
    if risk is None:
        return ()
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
    for pattern in risk.event_patterns:
        events = f"{pattern.known_events} event{'s' if pattern.known_events > 1 else ''}"
        measures.append(
            RiskMeasure(
                f"unique_patterns_{pattern.known_events}",
                pattern.unique_share,
                f"share of patterns of {events} that one group alone shows",
                "unicity (de Montjoye et al. 2013)",
                f"Patterns of {events} that single out one group",
            )
        )
        measures.append(
            RiskMeasure(
                f"people_per_pattern_{pattern.known_events}",
                float(pattern.fewest_people),
                f"min(people who share a pattern of {events})",
                "k^m-anonymity (Terrovitis et al. 2008)",
                f"Fewest people who share a pattern of {events}",
                is_count=True,
            )
        )
    return tuple(measures)
