"""For the owner: who carries the risk, and how unique people are in the population they may come from."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.release.owner import CarriedRisk, OwnerModel, UniquenessEstimate
from personatwin_sql.release.report.document import Block, Cell, Column, Table
from personatwin_sql.release.report.told import percent, value_words

_MOST = 10


def carriers(owner: OwnerModel) -> tuple[Block, ...]:
    """Tables beneath the gauges of a model."""
    blocks: list[Block] = []
    for groups, when in ((owner.carried_given, "before"), (owner.carried_released, "now")):
        if rows := _rows(groups):
            blocks.append(
                Table(_HEADS, rows, folded=f"Who carries the risk {when}: groups above the average")
            )
    if owner.uniqueness:
        blocks.append(_uniqueness(owner.uniqueness))
    return tuple(blocks)


_HEADS = (
    Column("Group"),
    Column("People", True),
    Column("Average risk", True),
    Column("Highest risk", True),
    Column("Alone", True),
    Column("Part of the people", True),
    Column("Part of the risk", True),
)


def _rows(groups: Sequence[CarriedRisk]) -> tuple[tuple[Cell, ...], ...]:
    """Those furthest above the average of all, which each column gives alike: it counts everybody once."""
    columns = dict.fromkeys(group.column for group in groups)
    found: list[tuple[float, tuple[Cell, ...]]] = []
    for column in columns:
        own = [group for group in groups if group.column == column]
        people, classes = sum(group.people for group in own), sum(group.classes for group in own)
        found += [
            (group.average * people / classes, _row(group, people, classes))
            for group in own
            if group.average * people > classes
        ]
    return tuple(row for _, row in sorted(found, key=lambda pair: -pair[0])[:_MOST])


def _row(group: CarriedRisk, people: int, classes: int) -> tuple[Cell, ...]:
    return (
        Cell(f"`{group.column}`: {value_words(group.value)}"),
        Cell(f"{group.people:,}"),
        Cell(percent(group.average)),
        Cell(percent(1 / group.smallest)),
        Cell(f"{group.alone:,}"),
        Cell(percent(group.people / people)),
        Cell(percent(group.classes / classes)),
    )


def _uniqueness(estimates: Sequence[UniquenessEstimate]) -> Table:
    heads = (
        Column("If the data were so much of the population"),
        Column("Unique in it", True),
        Column("How"),
    )
    rows = tuple(
        (
            Cell(percent(each.fraction)),
            Cell("NULL" if each.share is None else percent(each.share)),
            Cell(each.reason),
        )
        for each in estimates
    )
    caption = "Single figures without an interval: how far the models are from the population is not known."
    folded = "How many people would be unique in the population, by what was given"
    return Table(heads, rows, caption, folded)
