"""At which level of detail events are told, and the steps by which the risk came down."""

from __future__ import annotations

from personatwin_sql.release.report.document import Block, Bullets, Card, Plot, Section, Text
from personatwin_sql.release.report.outcomes import told_outcomes
from personatwin_sql.release.report.plot import Bar, Pair
from personatwin_sql.release.report.told import Told, counted, percent
from personatwin_sql.release.result import LevelCount, ReleasedModel


def events(told: Told) -> Section | None:
    """At which level of detail events are told."""
    models = [model for model in told.release.models if model.events_by_level]
    if not models:
        return None
    lead = Text(
        "Each event is counted once, in the most detailed row behind which enough people stand. The rest is "
        "counted "
        "for larger groups or longer times.",
        "lead",
    )
    cards = []
    for model in models:
        notes = [note for note in told.owner.notes if note.startswith(f"{model.name}:")] if told.owner else []
        texts = (Text(note) for note in notes)
        cards.append(Card(f"`{model.name}`", (_events_plot(model), *texts, *told_outcomes(model))))
    return Section("events", "How events are told", (lead, *cards))


def _events_plot(model: ReleasedModel) -> Plot:
    total = sum(level.events for level in model.events_by_level)
    rows = tuple(
        Bar(
            level_words(level),
            level.events,
            f"{counted(level.events, 'event')} in {counted(level.rows, 'row')}, "
            f"{percent(level.events / total)}",
        )
        for level in model.events_by_level
    )
    fine = sum(level.events for level in model.events_by_level if level.level.startswith("persona"))
    dated = sum(level.events for level in model.events_by_level if not level.level.endswith("all_time"))
    dated -= sum(level.events for level in model.events_by_level if level.level == "everyone")
    described = "; ".join(f"{row.label}: {row.text}" for row in rows)
    return Plot(
        f"{percent(fine / total)} of the events are told for one persona, {percent(dated / total)} with a "
        "date",
        described,
        rows,
    )


_WHO = {
    "persona": "one persona",
    "block_age": "a group and its age band",
    "block": "a group",
    "everyone": "everyone",
}
_WHEN = ("day", "week", "month", "quarter", "year", "all_time")


def level_words(level: LevelCount) -> str:
    """`block_age_month` → `a group and its age band, by month`."""
    when = next((name for name in _WHEN if level.level.endswith(f"_{name}")), "")
    who = level.level.removesuffix(f"_{when}") if when else level.level
    group = _WHO.get(who, f"everyone of one {who.replace('_', ' ')}")
    period = "over all time" if when in ("all_time", "") else f"by {when}"
    return f"{group}, {period}"


def ladder(told: Told) -> Section | None:
    """The steps by which the risk came down."""
    cards: list[Card] = []
    for model in told.release.models:
        owner = told.of(model)
        blocks: list[Block] = []
        if model.steps:
            blocks.append(Bullets(model.steps, is_ordered=True))
        if owner is not None and owner.ladder:
            rows = tuple(
                Pair(
                    step.step,
                    step.average_before,
                    step.average_after,
                    percent(step.average_before),
                    percent(step.average_after),
                )
                for step in owner.ladder
            )
            described = "; ".join(f"{row.label}: {row.before_text} to {row.after_text}" for row in rows)
            title = f"The average risk fell from {rows[0].before_text} to {rows[-1].after_text}"
            blocks.append(Plot(title, described, rows, None, ("before the step", "after it")))
        if blocks:
            cards.append(Card(f"`{model.name}`", tuple(blocks)))
    if not cards:
        return None
    lead = Text(
        "The risk was above its target, so these steps were taken, in this order, until it was reached.",
        "lead",
    )
    return Section("steps", "What brought the risk down", (lead, *cards))
