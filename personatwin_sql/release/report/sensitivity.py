"""Which rule costs most, and what one level would buy: for the owner, who may change them."""

from __future__ import annotations

from personatwin_sql.release.owner import RuleCost, Sensitivity
from personatwin_sql.release.report.document import Card, Cell, Column, Plot, Section, Table, Text
from personatwin_sql.release.report.plot import Bar
from personatwin_sql.release.report.told import Told, percent

RULES = {
    "k": "the least size of a group",
    "suppression_limit": "the limit of suppression",
    "target_risk": "the target risk",
    "levels": "the finest levels allowed",
}
"""Rules of every release in words; privacy models are called by their names."""


def rule_words(cost: RuleCost) -> str:
    """`the least size of a group`, `l_diversity of charge`."""
    if cost.rule in RULES:
        return RULES[cost.rule]
    return f"{cost.rule} of {cost.column}" if cost.column else cost.rule


def sensitivity(told: Told) -> Section | None:
    """What each rule costs in information, and what a finer or coarser level would change."""
    cards = [
        _card(model.name, owner.sensitivity)
        for model in told.release.models
        if (owner := told.of(model)) is not None and owner.sensitivity is not None
    ]
    if not cards:
        return None
    lead = Text(
        "What each rule takes from readers, and what one level more or less of a column would change. These "
        "are releases that were not made: the figures are for you alone.",
        "lead",
    )
    return Section("sensitivity", "What the rules cost", (lead, *cards))


def _card(name: str, found: Sensitivity) -> Card:
    blocks: list[Text | Plot | Table] = []
    if found.rules:
        rows = tuple(
            Bar(rule_words(cost), cost.costs, f"{percent(cost.costs)}, {percent(cost.loss)} lost without it")
            for cost in found.rules
        )
        dearest = rows[0]
        title = (
            f"Dearest: {dearest.label}, {percent(dearest.value)} of the information"
            if dearest.value > 0
            else "No rule costs anything"
        )
        blocks.append(Plot(title, "; ".join(f"{row.label}: {row.text}" for row in rows), rows))
    else:
        blocks.append(Text("There are too many combinations to search again without each rule.", "muted"))
    heads = (
        Column("If instead"),
        Column("Information lost", True),
        Column("People left out", True),
        Column("Average risk", True),
        Column("Allowed"),
    )
    now = (
        Cell("as it is"),
        Cell(percent(found.loss)),
        Cell(percent(found.suppressed_share)),
        Cell(f"{found.average_risk:.4f}"),
        Cell("yes"),
    )
    others = tuple(
        (
            Cell(f"`{step.column}` {'finer' if step.is_finer else 'coarser'}", step.level_name),
            Cell(percent(step.loss)),
            Cell(percent(step.suppressed_share)),
            Cell(f"{step.average_risk:.4f}"),
            Cell("yes" if step.is_allowed else "no"),
        )
        for step in found.levels
    )
    blocks.append(Table(heads, (now, *others), folded="One level finer or coarser, column by column"))
    return Card(f"`{name}`", tuple(blocks))
