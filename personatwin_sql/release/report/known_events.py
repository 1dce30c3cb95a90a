"""What somebody learns from released events who knows some of a person's."""

from __future__ import annotations

from personatwin_sql.release.report.document import Block, Card, Cell, Column, Table, Text
from personatwin_sql.release.report.told import Told, percent
from personatwin_sql.release.result import EventPattern, ReleasedModel


def known_events(told: Told) -> tuple[Card, ...]:
    """One card for each table of events."""
    return tuple(_card(model) for model in told.release.models if model.event_patterns)


def _card(model: ReleasedModel) -> Card:
    blocks: tuple[Block, ...] = (
        Text(_finding(model.event_patterns), "finding"),
        _table(model.event_patterns),
    )
    return Card(f"`{model.name}`", blocks)


def _finding(patterns: tuple[EventPattern, ...]) -> str:
    most = max(pattern.known_events for pattern in patterns)
    fewest = min(pattern.fewest_people for pattern in patterns)
    if not fewest:
        return "No events of single groups are told: nothing is learnt by knowing some."
    return (
        f"Whoever knows up to {most} events of a person, in the detail in which they are told here, finds "
        f"{fewest:,} or more people whom they fit."
    )


def _table(patterns: tuple[EventPattern, ...]) -> Table:
    heads = (
        Column("Whoever knows up to"),
        Column("Fewest people they fit", True),
        Column("People they single out", True),
    )
    rows = tuple(
        (
            Cell(f"{pattern.known_events} event{'' if pattern.known_events == 1 else 's'}"),
            Cell(f"{'' if pattern.is_exact else 'at least '}{pattern.fewest_people:,}"),
            Cell(f"{'' if pattern.is_exact else 'at most '}{percent(pattern.unique_share)}"),
        )
        for pattern in patterns
    )
    return Table(heads, rows)
