"""The risk of a relation among the people of a population, as parts of the page of `risk`."""

from __future__ import annotations

from collections.abc import Iterator

from personatwin_sql.cli.page import Grid, Part
from personatwin_sql.engine.given_population import GivenPopulation
from personatwin_sql.release.promise import percent
from personatwin_sql.release.result import PopulationRisk
from personatwin_sql.workflow.risk_figures import RiskFigures

_TITLE = "Among the people of a population"


def among_population(figures: RiskFigures) -> Iterator[Part]:
    """Nothing where the project names no population."""
    if figures.population_not_told:
        first, *more = figures.population_not_told.split("; ")
        yield Part(_TITLE, (f"not told: {first}", *more))
    if figures.journalist is None:
        return
    yield _risk(figures.journalist, figures.given)
    if figures.given is not None and figures.given.bands:
        yield _bands(figures.given, figures.risk.people)


def size(low: int, high: int | None) -> str:
    """`5 to 10`, `10,000 or more`, `1`."""
    if high is None:
        return f"{low:,} or more"
    return f"{low:,}" if high == low else f"{low:,} to {high:,}"


def _risk(risk: PopulationRisk, given: GivenPopulation | None) -> Part:
    average = "sum over classes of f/F / people" if given is None else "mean of 1/F over people"
    rows = [
        ("average risk", percent(risk.average), average),
        ("highest risk", percent(risk.highest), "journalist: 1 / people alike in the population"),
        ("smallest class", f"{risk.smallest:,}", _smallest(risk.smallest)),
        ("not in it", percent(risk.without), "of the people are alike to nobody of the population"),
    ]
    if given is not None:
        rows.append(
            ("half", f"{given.risk.middle:,}", "of the people or more have so many alike there, or fewer")
        )
        rows += [
            (f"rare, k {k}", percent(share), f"of the people have a class of fewer than {k} there")
            for k, share in given.risk.rare
        ]
    return Part(_TITLE, tuple(_lines(risk, given)), Grid(("measure", " value", "meaning"), tuple(rows)))


def _smallest(people: int) -> str:
    if not people:
        return "people: the population has nobody of some classes"
    return "people of the population: the k of k-map"


def _lines(risk: PopulationRisk, given: GivenPopulation | None) -> Iterator[str]:
    kind = "estimate" if risk.is_estimate else "counted"
    yield f"{risk.population} ({kind}; people alike there are rounded down)"
    if given is not None and given.shares_out_years:
        yield "an age has the people of its bracket in the census, shared out over its"
        yield "years as in the nation"
    if given is not None and given.coarser:
        yield f"of {', '.join(given.coarser)} it tells less than the data: a group holds more people"
        yield "than those who are alike, and the risks are at least these"
    if risk.unknown:
        yield f"it does not know {', '.join(risk.unknown)}: the risks are at least these"
    elif given is None and risk.is_bound:
        yield "some classes are published coarser than others: the risks are at least these"


def _bands(given: GivenPopulation, people: int) -> Part:
    rows = tuple(
        (
            size(band.low, band.high),
            f"{band.classes:,}",
            f"{band.people:,}",
            percent(band.people / max(1, people)),
        )
        for band in given.bands
    )
    heads = (" alike in the population", " classes", " people", " share")
    return Part("How many of the population are alike", (), Grid(heads, rows))
