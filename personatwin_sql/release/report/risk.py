"""How likely somebody is found: gauges, thresholds, and every measure with its formula and source."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.release.measures import risk_measures
from personatwin_sql.release.report.carriers import carriers
from personatwin_sql.release.report.document import (
    Beside,
    Block,
    Card,
    Cell,
    Column,
    Plot,
    Section,
    Table,
    Text,
)
from personatwin_sql.release.report.known_events import known_events
from personatwin_sql.release.report.plot import Bar, Gauge, Pair
from personatwin_sql.release.report.told import Told, chance, one_in, percent
from personatwin_sql.release.result import Release, ReleasedModel, ReleasedRisk


def risk(told: Told) -> Section | None:
    """Chances of picking the right person, table by table."""
    models = told.with_risk
    if not models:
        return None
    lead = Text(
        "Somebody who knows the identifying values of a person looks for that person in a table. These are "
        "the "
        "chances of picking the right one.",
        "lead",
    )
    return Section(
        "risk",
        "How likely is it that somebody is found?",
        (
            lead,
            *(_card(told, model, model.risk) for model in models if model.risk is not None),
            *known_events(told),
        ),
    )


def _card(told: Told, model: ReleasedModel, risk: ReleasedRisk) -> Card:
    owner = told.of(model)
    raw = owner.raw_risk if owner is not None else None
    plots = [_gauges(told.release, risk)]
    if risk.above:
        plots.append(_above(risk, raw))
    blocks: list[Block] = []
    if raw is not None:
        blocks.append(
            Text(
                f"Before anything was done: {chance(raw.average)} on average, {chance(raw.record)} in the "
                "smallest "
                f"group. Now: {one_in(risk.average)} and {one_in(risk.record)}.",
                "finding",
            )
        )
    blocks += [Beside(tuple(plots)), _measures(model), *(carriers(owner) if owner is not None else ())]
    return Card(f"`{model.name}`", tuple(blocks), risk.band)


def _gauges(release: Release, risk: ReleasedRisk) -> Plot:
    names = [name for name, _, _ in release.thresholds]
    rows = (
        _gauge("On average", risk.average, names, [limit for _, limit, _ in release.thresholds]),
        _gauge("In the smallest group", risk.record, names, [limit for _, _, limit in release.thresholds]),
    )
    described = "; ".join(f"{row.label.lower()} {row.text}" for row in rows)
    return Plot(
        f"{one_in(risk.average).capitalize()} tries finds the right person",
        f"{described}. Band: {risk.band}.",
        rows,
    )


def _gauge(label: str, value: float, names: Sequence[str], limits: Sequence[float]) -> Gauge:
    bands = (*zip(names, limits, strict=True), ("unsafe", 1.0))
    return Gauge(
        label, value, f"{one_in(value)}, {percent(value)}", bands, tuple(percent(end) for end in limits)
    )


def _above(risk: ReleasedRisk, raw: ReleasedRisk | None) -> Plot:
    """How many people are above each threshold."""
    limit = next((limit for limit, share in reversed(risk.above) if share), None)
    title = (
        "Nobody's risk is above any of these; share of people"
        if limit is None
        else f"Nobody's risk is above {_next(risk, limit)}; share of people"
    )
    if raw is not None and len(raw.above) == len(risk.above):
        pairs = tuple(
            Pair(f"above {percent(at)}", before, after, percent(before), percent(after))
            for (at, after), (_, before) in zip(risk.above, raw.above, strict=True)
        )
        described = "; ".join(f"{row.label}: {row.before_text}, now {row.after_text}" for row in pairs)
        return Plot(title, described, pairs, 1.0, ("as given", "released"))
    rows = tuple(Bar(f"above {percent(at)}", share, percent(share)) for at, share in risk.above)
    described = "; ".join(f"{row.text} of the people {row.label}" for row in rows)
    return Plot(title, described, rows, 1.0)


def _next(risk: ReleasedRisk, limit: float) -> str:
    higher = [at for at, _ in risk.above if at > limit]
    return percent(higher[0]) if higher else percent(risk.record)


def _measures(model: ReleasedModel) -> Table:
    heads = (Column("Measure"), Column("Value", True), Column("Formula"), Column("Source"))
    rows = tuple(
        (
            Cell(measure.words),
            Cell(f"{measure.value:,.0f}" if measure.is_count else percent(measure.value)),
            Cell(f"`{measure.formula}`"),
            Cell(measure.source),
        )
        for measure in risk_measures(model)
    )
    return Table(heads, rows, folded="All measures, with formulas and sources")
