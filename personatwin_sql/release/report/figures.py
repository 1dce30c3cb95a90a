"""Which plots a report shows: of released tables for everybody, of what it cost for the owner."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from personatwin_sql.release.owner import OwnerModel
from personatwin_sql.release.promise import percent
from personatwin_sql.release.report.plot import (
    Bar,
    Gauge,
    Markup,
    Pair,
    Strip,
    bars,
    gauges,
    pairs,
    strips,
)
from personatwin_sql.release.result import Release, ReleasedModel, SizeBucket


def risk_gauges(release: Release, model: ReleasedModel) -> Markup:
    """Average and record risk among the bands."""
    if model.risk is None:
        return Markup()
    names = [name for name, _, _ in release.thresholds]
    average = tuple(limit for _, limit, _ in release.thresholds)
    record = tuple(limit for _, _, limit in release.thresholds)
    rows = [
        _gauge("On average", model.risk.average, names, average),
        _gauge("In the smallest group", model.risk.record, names, record),
    ]
    described = "; ".join(f"{row.label.lower()} {row.text}" for row in rows)
    return gauges("Chance of picking the right person", f"{described}. Band: {model.risk.band}.", rows)


def _gauge(label: str, value: float, names: Sequence[str], limits: Sequence[float]) -> Gauge:
    bands = (*zip(names, limits, strict=True), ("unsafe", 1.0))
    return Gauge(
        label, value, f"{one_in(value)}, {percent(value)}", bands, tuple(percent(end) for end in limits)
    )


def risk_shares(model: ReleasedModel) -> Markup:
    """How many people are above each threshold."""
    if model.risk is None or not model.risk.above:
        return Markup()
    rows = [Bar(f"above {percent(limit)}", share, percent(share)) for limit, share in model.risk.above]
    described = "; ".join(f"{row.text} of the people {row.label}" for row in rows)
    return bars("Share of people whose risk is", described, rows, most=1)


def class_sizes(model: ReleasedModel) -> Markup:
    """How big the released groups are."""
    if not model.class_sizes:
        return Markup()
    rows = [
        Bar(_people(bucket), bucket.classes, f"{counted(bucket.classes, 'group')}, {bucket.people:,} people")
        for bucket in model.class_sizes
    ]
    described = "; ".join(f"{row.label}: {row.text}" for row in rows)
    return bars("Groups of alike people by size", described, rows)


def generalisation(model: ReleasedModel) -> Markup:
    """How far each column was made coarser."""
    rows = [
        Strip(
            column.name, column.level, column.height, _level(column.level, column.height, column.level_name)
        )
        for column in model.columns
        if column.level is not None and column.height is not None
    ]
    if not rows:
        return Markup()
    described = "; ".join(f"{row.label} {row.text}" for row in rows)
    return strips("Steps taken from the value as given to no value at all", described, rows)


def _level(level: int, height: int, name: str | None) -> str:
    if level == 0:
        return "as given"
    return "not shown" if level == height else name or f"level {level} of {height}"


def events_by_level(model: ReleasedModel) -> Markup:
    """At which level of detail events are counted."""
    if not model.events_by_level:
        return Markup()
    rows = [
        Bar(
            count.level.replace("_", " "),
            count.events,
            f"{counted(count.events, 'event')}, {counted(count.rows, 'row')}",
        )
        for count in model.events_by_level
    ]
    described = "; ".join(f"{row.label}: {row.text}" for row in rows)
    return bars("Events by level of detail, from the finest", described, rows)


def ladder(model: OwnerModel) -> Markup:
    """The average risk before and after each step."""
    if not model.ladder:
        return Markup()
    rows = [
        Pair(
            step.step,
            step.average_before,
            step.average_after,
            percent(step.average_before),
            percent(step.average_after),
        )
        for step in model.ladder
    ]
    described = "; ".join(f"{row.label}: {row.before_text} to {row.after_text}" for row in rows)
    return pairs("Average risk before and after each step", described, rows)


def group_shares(model: OwnerModel) -> tuple[Markup, ...]:
    """Shares of each group before and after, a plot a column."""
    found = []
    for column, members in groupby(model.groups, key=lambda group: group.column):
        rows = [
            Pair(
                "not stated" if group.value is None else group.value,
                group.share_before,
                group.share_after,
                percent(group.share_before),
                percent(group.share_after),
            )
            for group in members
        ]
        described = "; ".join(f"{row.label}: {row.before_text} to {row.after_text}" for row in rows)
        found.append(pairs(f"Shares by {column}, in the source and in the release", described, rows))
    return tuple(found)


def raw_class_sizes(model: OwnerModel) -> Markup:
    """How big the groups were before anything was done."""
    if not model.raw_class_sizes:
        return Markup()
    rows = [
        Bar(_people(bucket), bucket.people, f"{bucket.people:,} people") for bucket in model.raw_class_sizes
    ]
    described = "; ".join(f"{row.label}: {row.text}" for row in rows)
    return bars("People by the size of their group, as given", described, rows)


def one_in(risk: float) -> str:
    """0.05 → `1 in 20`."""
    return f"1 in {round(1 / risk):,}" if risk > 0 else "none"


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _people(bucket: SizeBucket) -> str:
    if bucket.high is None:
        return f"{bucket.low:,} people or more"
    if bucket.high == bucket.low:
        return counted(bucket.low, "person").replace("persons", "people")
    return f"{bucket.low:,} to {bucket.high:,} people"
