"""How unique people are in the population that the data are a sample of."""

from __future__ import annotations

from personatwin_sql.engine.class_sizes import ClassSizes, Question
from personatwin_sql.engine.coded_records import InvalidSamplingWeights, SeveralRecords, weighted_classes
from personatwin_sql.engine.lone_file import Asked
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.individual_risk import IndividualRisk, individual_risk
from personatwin_sql.privacy.person_risk import codes
from personatwin_sql.privacy.uniqueness import ClassHistogram, Estimate, uniqueness


@dataclass(frozen=True)
class PopulationFigures:
    """What the sample says of its population."""

    fraction: float
    """The share of the population in the data: as declared, or people ÷ sum of the weights."""
    population: int
    estimates: tuple[Estimate, ...]
    """Of the share of the population that is unique in it."""
    individual: IndividualRisk | None = None
    """With sampling weights (Benedetti & Franconi 1998)."""


def population_figures(
    asked: Asked, question: Question, sizes: ClassSizes, fraction: float | None, weight: str | None
) -> PopulationFigures | None:
    """None where neither a fraction nor weights are known. Raises ProjectError PT519, PT524, PT525."""
    if weight is None and fraction is None:
        return None
    histogram = _histogram(sizes)
    if weight is not None:
        return _weighted(asked, question, histogram, weight) if histogram.people else None
    share = fraction or 1.0
    return PopulationFigures(share, round(histogram.people / share), uniqueness(histogram, share))


def _histogram(sizes: ClassSizes) -> ClassHistogram:
    found = ClassHistogram(
        codes([size for size, _ in sizes.classes]), codes([number for _, number in sizes.classes])
    )
    if found.people != sum(number for _, number in sizes.people):
        message = "people have several different records: no estimate holds for people of several classes"
        fix = "measure a relation with one record for each person"
        raise ProjectError(Diagnostic("PT519", message, fixes=(fix,)))
    return found


def _weighted(asked: Asked, question: Question, histogram: ClassHistogram, weight: str) -> PopulationFigures:
    try:
        members, weights, classes = weighted_classes(asked, question, weight)
    except (InvalidSamplingWeights, SeveralRecords):
        message = f"`{weight}` is not one number above 0 for each person"
        raise ProjectError(Diagnostic("PT524", message, fixes=("mend the weights",))) from None
    population = float((weights * classes).sum())
    if population < histogram.people:
        message = f"by `{weight}` the population has fewer people than the data"
        raise ProjectError(Diagnostic("PT524", message, fixes=("mend the weights",)))
    fraction = histogram.people / population
    return PopulationFigures(
        fraction=fraction,
        population=round(population),
        estimates=uniqueness(histogram, fraction),
        individual=individual_risk(members, weights, classes),
    )
