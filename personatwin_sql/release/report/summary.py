"""How a report begins: the verdict, the figures that matter, and what is in the release."""

from __future__ import annotations

from personatwin_sql.release.ledger.shown import ceiling, floor
from personatwin_sql.release.report.document import (
    Bullets,
    Card,
    Cell,
    Column,
    Numbers,
    Section,
    Table,
    Tone,
    Verdict,
)
from personatwin_sql.release.report.told import Told, counted, one_in
from personatwin_sql.release.result import RiskBand
from personatwin_sql.release.words import BANDS, PROTECTIONS

_TONES: dict[RiskBand, Tone] = {"public": "good", "research": "good", "internal": "fair", "unsafe": "bad"}


def verdict(told: Told) -> Verdict:
    """The whole in one or two sentences."""
    if told.held:
        return Verdict(
            "bad", "Withheld", "Nothing of this build was published. What must be mended stands below."
        )
    risks = [model.risk for model in told.with_risk if model.risk is not None]
    band = told.release.band
    if band is None and any(model.privacy for model in told.release.models):
        return Verdict(
            "good",
            "Totals with noise",
            "No row stands for people: what was drawn with noise says its ε below.",
        )
    if band is None:
        return Verdict("good", "Nobody is described", "No table stands for people.")
    title, text = BANDS[band]
    average, record = max(risk.average for risk in risks), max(risk.record for risk in risks)
    odds = (
        f"On average, somebody who looks for a person in it picks the right one with a chance of "
        f"{one_in(average)}; for nobody is the chance higher than {one_in(record)}."
    )
    return Verdict(_TONES[band], title, f"{text} {odds}")


def why_held(told: Told) -> Section | None:
    """For the owner of a build that was withheld."""
    if not told.held:
        return None
    cards = tuple(
        Card(
            f"{diagnostic.code}: {diagnostic.message}",
            (
                *((Bullets((f"at `{diagnostic.place}`",)),) if diagnostic.place else ()),
                *((Bullets(tuple(diagnostic.fixes)),) if diagnostic.fixes else ()),
            ),
        )
        for diagnostic in told.held
    )
    return Section("withheld", "Why it was withheld", cards)


def contents(told: Told) -> Section:
    """What is in the release, and how people are protected in it."""
    models = told.release.models
    heads = (
        Column("Table"),
        Column("How people are protected"),
        Column("Rows", True),
        Column("People", True),
        Column("Left out"),
    )
    rows = tuple(
        (
            Cell(f"`{model.name}`", model.description),
            Cell(PROTECTIONS.get(model.protection, model.protection)),
            Cell(f"{model.rows:,}"),
            Cell("–" if model.people is None else f"{model.people:,}"),
            Cell(model.suppression_band or "–"),
        )
        for model in models
    )
    table = Card("", (Table(heads, rows),))
    if told.held:
        return Section("contents", "What would have been published", (table,))
    return Section("contents", "What is in it", (_numbers(told), table))


def _numbers(told: Told) -> Numbers:
    risky = told.with_risk
    items = [(counted(len(told.release.models), "table"), "released")]
    people = [model.people for model in told.release.models if model.people]
    if people:
        items.append((f"{max(people):,}", "people described"))
    events = sum(level.events for model in told.release.models for level in model.events_by_level)
    if events:
        items.append((f"{events:,}", "events counted"))
    if risky:
        worst = max((model.risk for model in risky if model.risk), key=lambda risk: risk.average)
        items.append((one_in(worst.average), "chance to find a person, on average"))
        items.append(
            (f"{min(model.risk.smallest for model in risky if model.risk):,}", "people in the smallest group")
        )
    items.extend(
        (
            f"{ceiling(budget.spent_epsilon)} of {floor(budget.epsilon)}",
            f"ε spent of the budget `{budget.name}`",
        )
        for budget in told.release.budgets
    )
    return Numbers(tuple(items))
