"""The figures of `risk` as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from personatwin_sql.cli.among_page import among_population, size
from personatwin_sql.cli.page import Grid, Part
from personatwin_sql.cli.proposal_page import STRONGEST, proposed, share, strongest, subset_grid
from personatwin_sql.privacy.person_risk import PersonRisk, SizeBand
from personatwin_sql.release.promise import percent
from personatwin_sql.workflow.risk_columns import ColumnFigures, SpecialFigures
from personatwin_sql.workflow.risk_figures import EventFigures, Figures, ProposedFigures, RiskFigures
from personatwin_sql.workflow.risk_groups import Breakdown
from personatwin_sql.workflow.risk_population import PopulationFigures

_BAR = 20
_CARRIERS = 10
_ABOVE = 1.05
"""Times the average risk of all from which on a group carries more than its part."""
_ESTIMATORS = {
    "zayatz": "Zayatz 1991",
    "pitman": "Pitman (Hoshino 2001)",
    "snb": "slide negative binomial (Chen & Keller-McNulty 1998)",
    "dankar": "rule over the three (Dankar et al. 2012)",
}


def risk_parts(figures: Figures) -> tuple[Part, ...]:
    """What is shown, from the whole to the single."""
    match figures:
        case RiskFigures():
            return tuple(_risk(figures))
        case ProposedFigures():
            return tuple(proposed(figures))
        case EventFigures():
            return (_events(figures),)


def _risk(figures: RiskFigures) -> Iterator[Part]:
    lines = [f"counted: {figures.counted}", f"classes by {', '.join(figures.quasi_identifiers)}"]
    if figures.rows_without_person:
        lines.append(f"{figures.rows_without_person:,} rows name nobody and are left out")
    title = f"{figures.subject}: {figures.risk.people:,} people in {figures.classes:,} classes"
    yield Part(title, tuple(lines))
    yield Part("How likely somebody is found", (), _measures(figures.risk))
    if figures.class_sizes:
        yield Part("How alike people are", (), _sizes(figures.class_sizes, figures.risk.people))
    yield from _columns(figures.columns, figures.risk.people)
    yield from _groups(figures)
    yield from among_population(figures)
    if figures.population is not None:
        yield from _population(figures.population)


def _measures(risk: PersonRisk) -> Grid:
    rows = [
        ("average risk", percent(risk.average), "marketer: sum of 1/f over people / people"),
        ("highest risk", percent(risk.highest), "prosecutor: 1 / smallest class"),
        ("smallest class", f"{risk.smallest_class:,}", "people"),
        (
            "alone",
            f"{risk.alone:,}",
            f"people whose class is theirs alone, {share(risk.alone, risk.people)}",
        ),
        *(
            (f"above {percent(threshold)}", percent(share), "of the people have a risk above it")
            for threshold, share in risk.above
        ),
        ("fit for", risk.band, "by average and highest risk"),
    ]
    return Grid(("measure", " value", "meaning"), tuple(rows))


def _sizes(bands: Sequence[SizeBand], people: int) -> Grid:
    rows = (
        (
            size(band.low, band.high),
            f"{band.classes:,}",
            f"{band.people:,}",
            share(band.people, people),
            _bar(band.people / max(1, people)),
        )
        for band in bands
    )
    return Grid((" people in a class", " classes", " people", " share", ""), tuple(rows))


def _columns(columns: ColumnFigures, people: int) -> Iterator[Part]:
    singles = [subset for subset in columns.subsets if len(subset.columns) == 1]
    if singles:
        ordered = sorted(singles, key=lambda subset: -subset.separation)
        yield Part("What each column tells by itself", (), subset_grid(ordered))
    larger = [
        subset
        for size in range(2, columns.largest + 1)
        for subset in strongest([each for each in columns.subsets if len(each.columns) == size])
    ]
    if larger:
        yield Part(
            "What columns tell together",
            (f"the {STRONGEST} strongest sets of each size up to {columns.largest}",),
            subset_grid(larger),
        )
    if columns.special is not None:
        yield _special(columns.special, people)
    if columns.left_out:
        yield Part("Not measured", columns.left_out)


def _special(special: SpecialFigures, people: int) -> Part:
    lines = [
        f"{special.people:,} people, {share(special.people, people)}, are the only one by some "
        f"{special.largest} or fewer of the columns"
    ]
    if special.people:
        numbers = (f"{number:,} by {size}" for size, number in enumerate(special.found, 1))
        lines.append(f"and by none fewer (minimal sample uniques): {', '.join(numbers)}")
    if special.highest_disclosive is not None and special.average_disclosive is not None:
        lines.append(
            f"DIS-SUDA: a match with one of them is right in {percent(special.average_disclosive)} of cases, "
            f"{percent(special.highest_disclosive)} at most"
        )
    rows = tuple((column, percent(share), _bar(share)) for column, share in special.by_column)
    grid = Grid(("column", " part of the scores", ""), rows) if special.people else None
    return Part("Special uniques (SUDA2)", tuple(lines), grid)


def _groups(figures: RiskFigures) -> Iterator[Part]:
    """Each group of the columns that were named; else those that carry most."""
    rows = [
        (group, share, row)
        for breakdown in figures.breakdowns
        for group, share, row in _group_rows(breakdown, figures.risk)
    ]
    heads = ("group", " people", " of people", " of risk", " average", " highest", " alone")
    if not rows:
        return
    if figures.named_groups:
        yield Part("Who carries the risk", (), Grid(heads, tuple(row for _, _, row in rows)))
        return
    carried = sorted((row for row in rows if row[1] > _ABOVE), key=lambda row: -row[1])[:_CARRIERS]
    if carried:
        line = f"the {len(carried)} groups furthest above the average risk; --by COLUMN shows every group"
        yield Part("Who carries the risk", (line,), Grid(heads, tuple(row for _, _, row in carried)))


def _group_rows(
    breakdown: Breakdown, everyone: PersonRisk
) -> Iterator[tuple[str | None, float, tuple[str, ...]]]:
    total = everyone.average * everyone.people
    named = [(group.value, group.risk) for group in breakdown.groups]
    for value, risk in named:
        name = f"{breakdown.by}: {'NULL' if value is None else value}"
        yield name, risk.average / everyone.average if total else 0.0, _group_row(name, risk, everyone)
    if breakdown.small_groups is not None:
        name = f"{breakdown.by}: fewer than 10 each"
        yield name, 0.0, _group_row(name, breakdown.small_groups, everyone)


def _group_row(name: str, risk: PersonRisk, everyone: PersonRisk) -> tuple[str, ...]:
    total = everyone.average * everyone.people
    return (
        name,
        f"{risk.people:,}",
        share(risk.people, everyone.people),
        percent(risk.average * risk.people / total) if total else "0 %",
        percent(risk.average),
        percent(risk.highest),
        f"{risk.alone:,}",
    )


def _population(population: PopulationFigures) -> Iterator[Part]:
    part = f"{percent(population.fraction)} of {population.population:,} people"
    rows = tuple(
        (
            _ESTIMATORS[estimate.estimator],
            "NULL" if estimate.share is None else percent(estimate.share),
            estimate.reason,
        )
        for estimate in population.estimates
    )
    yield Part(
        "How many are unique in the population",
        (
            f"these being {part}, drawn by chance",
            "each a single figure without an interval: how far its model is from this",
            "population, the data do not tell; where they differ much, trust none",
        ),
        Grid(("estimator", " unique", ""), rows),
    )
    if (individual := population.individual) is not None:
        found = [
            ("expected re-identifications", f"{individual.expected:,.1f}", "of all people in the data"),
            ("average risk", percent(individual.average), "mean of E[1/F]"),
            ("highest risk", percent(individual.highest), ""),
            *(
                (f"above {percent(threshold)}", percent(share), "of the people have a risk above it")
                for threshold, share in individual.above
            ),
        ]
        yield Part(
            "Individual risk by sampling weights (Benedetti & Franconi 1998)",
            (),
            Grid(("measure", " value", "meaning"), tuple(found)),
        )


def _events(figures: EventFigures) -> Part:
    lines = [f"counted: {figures.counted}"]
    if figures.events:
        lines.append(f"{figures.people:,} people; an event is known by {', '.join(figures.events)}")
    rows = tuple(
        (
            f"{pattern.m}",
            f"{'' if pattern.is_exact else 'at least '}{pattern.smallest:,}",
            f"{'' if pattern.is_exact else 'at most '}{percent(pattern.unique_share)}",
        )
        for pattern in figures.patterns
    )
    heads = (" known events", " fewest people who share them", " people they single out")
    return Part(f"{figures.subject}: who knows some of a person's events", tuple(lines), Grid(heads, rows))


def _bar(share: float) -> str:
    return "█" * round(_BAR * share) or ("▏" if share else "")
