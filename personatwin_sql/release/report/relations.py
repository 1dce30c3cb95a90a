"""Whether columns still go together as they did: for the owner, beside the original."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.release.owner import NOTICED, Foretold, OwnerModel, Relation
from personatwin_sql.release.report.document import Block, Card, Cell, Column, Plot, Section, Table, Text
from personatwin_sql.release.report.plot import Pair
from personatwin_sql.release.report.told import Told, counted, percent

KEPT = 0.85
"""A relation that keeps this share of its strength is kept."""
_MOST_SHOWN = 8
_MEASURES = {"spearman": "rank correlation", "cramers_v": "Cramér's V"}


def relations(told: Told) -> Section | None:
    """Each two columns of a table, and what can be foretold of a column from the others."""
    cards = [
        _card(owner)
        for model in told.release.models
        if (owner := told.of(model)) is not None and (owner.relations or owner.foretold)
    ]
    if not cards:
        return None
    lead = Text(
        "How strongly each two columns go together, among everybody and in the release: the rank correlation "
        "of two columns of numbers (Spearman 1904), of others Cramér's V, corrected for bias (Bergsma 2013). "
        "Large tables are read in part.",
        "lead",
    )
    return Section("relations", "Which relations are kept", (lead, *cards))


def _card(owner: OwnerModel) -> Card:
    blocks: list[Block] = []
    told = [item for item in owner.relations if item.kept is not None]
    told.sort(key=lambda item: -abs(item.before or 0.0))
    kept = sum(1 for item in told if (item.kept or 0.0) >= KEPT)
    if told:
        rows = tuple(
            Pair(
                f"{item.first}, {item.second}",
                abs(item.before or 0.0),
                abs(item.after or 0.0),
                _strength(item.before),
                _strength(item.after),
            )
            for item in told[:_MOST_SHOWN]
        )
        title = f"{kept} of {counted(len(told), 'relation')} kept to {percent(KEPT)} or more"
        described = "; ".join(f"{row.label}: {row.before_text}, released {row.after_text}" for row in rows)
        blocks.append(Plot(title, described, rows, 1.0, ("in the source", "released")))
    elif owner.relations:
        blocks.append(Text(f"No two columns go together by {NOTICED:g} or more.", "muted"))
    if owner.relations:
        blocks.append(_table(owner.relations))
    if owner.foretold:
        blocks.append(_foretold(owner.foretold))
    return Card(f"`{owner.model}`", tuple(blocks))


def _table(found: Sequence[Relation]) -> Table:
    heads = (
        Column("Columns"),
        Column("Measure"),
        Column("In the source", True),
        Column("Released", True),
        Column("Kept", True),
    )
    rows = tuple(
        (
            Cell(f"`{item.first}`, `{item.second}`"),
            Cell(_MEASURES[item.measure]),
            Cell(_strength(item.before)),
            Cell(_strength(item.after)),
            Cell("–" if item.kept is None else percent(item.kept)),
        )
        for item in found
    )
    return Table(heads, rows, folded="All pairs of columns")


def _foretold(found: Sequence[Foretold]) -> Table:
    heads = (
        Column("Foretold from all other columns"),
        Column("In the source", True),
        Column("Released", True),
        Column("By the most frequent value", True),
    )
    rows = tuple(
        (
            Cell(f"`{item.column}`"),
            Cell(_share(item.before)),
            Cell(_share(item.after)),
            Cell(f"{_share(item.majority_before)}, {_share(item.majority_after)}"),
        )
        for item in found
    )
    return Table(
        heads,
        rows,
        caption="People of whom a naive Bayes classifier foretells the value rightly, each tested on those "
        "whom it has not seen (five folds).",
    )


def _strength(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)
