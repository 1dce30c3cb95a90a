"""What to do with a release, told from its own figures: to readers, and to its owner."""

from __future__ import annotations

from personatwin_sql.release.report.document import Bullets, Card, Section
from personatwin_sql.release.report.told import Told, counted, is_untold, listed, percent, value_words
from personatwin_sql.release.result import ReleasedModel

_MANY = 0.2
"""A group that loses a fifth of its people is no longer the group that it was."""
_FEW_LEFT = 10
_LOST = 0.05
"""A release that loses more events than this is another history."""
_SAME = 0.05
"""From here on, the share of people whose whole group has one value is said aloud."""


def advice(told: Told) -> Section | None:
    """For the owner what to mend, for others how to use it."""
    items = [*_for_owner(told), *_for_readers(told)] if told.owner is not None else _for_readers(told)
    if not items:
        return None
    title = "What to do next" if told.owner is not None else "How to use it"
    return Section("advice", title, (Card("", (Bullets(tuple(items)),)),))


def _for_readers(told: Told) -> list[str]:
    models = told.release.models
    items = [
        f"Weigh each row of `{model.name}` by `people`: shares are then shares of people."
        for model in models
        if model.protection == "personas"
    ]
    items += [
        f"In `{model.name}` add up `events`, never `people`: one person may stand behind several rows."
        for model in models
        if model.protection == "persona_events"
    ]
    untold = sorted({f"`{c.name}`" for m in models for c in m.columns if is_untold(c)})
    if untold:
        items.append(f"Ask nothing about {listed(untold)}: it is the same for everybody here.")
    items += [item for model in models if (item := _homogeneous(model))]
    unanswered = [u for u in told.findings.unasked if "rows that do not name" in u.reason]
    if unanswered:
        groups = sorted({f"`{item.group}`" for item in unanswered})
        items.append(
            f"Be careful with rates by {listed(groups)}: many events are told for larger groups, which need "
            "not be a "
            "fair sample."
        )
    return items


def _homogeneous(model: ReleasedModel) -> str:
    if model.risk is None:
        return ""
    high = [(name, share) for name, share in model.risk.homogeneity if share >= _SAME]
    if not high:
        return ""
    said = listed([f"`{name}` ({percent(share)})" for name, share in high])
    return (
        f"In `{model.name}` some groups have one value only of {said}: who knows the group knows the value."
    )


def _lost_events(told: Told, model: ReleasedModel) -> str:
    """Of events that are in no row: how many, and what would bring them back."""
    owner = told.owner
    source = (
        next((m for m in owner.marginals if m.model == model.name and m.unit == "events"), None)
        if owner
        else None
    )
    released = sum(level.events for level in model.events_by_level)
    if source is None or source.total - released <= _LOST * source.total:
        return ""
    return (
        f"{percent(1 - released / source.total)} of the events are in no row of `{model.name}`: too few "
        "people stand "
        "behind them, even over all. Fewer columns, or wider kinds of events, would bring them back."
    )


def _for_owner(told: Told) -> list[str]:
    owner, items = told.owner, list[str]()
    if owner is None:
        return items
    if told.held:
        items.append("Mend what is written under “Why it was withheld”, and build again.")
    if told.release.band in ("internal", "unsafe"):
        worst = max(told.with_risk, key=lambda m: m.risk.record if m.risk else 0)
        items.append(
            f"Keep it inside: the risk of `{worst.name}` is above that of research data. A higher privacy "
            "level, or a "
            "lower `target_risk`, brings it down."
        )
    for model in owner.models:
        hit = [
            group
            for group in model.groups
            if group.suppressed >= _FEW_LEFT and group.suppressed / group.people >= _MANY
        ]
        hit.sort(key=lambda group: -group.suppressed / group.people)
        if hit:
            said = listed(
                [f"{g.column} {value_words(g.value)} ({percent(g.suppressed / g.people)})" for g in hit[:4]]
            )
            items.append(
                f"`{model.model}` leaves out a large part of {said}. A hierarchy that joins small groups to "
                "larger "
                "ones would keep them."
            )
    lost = [pair for pair in told.kept if pair.significance in ("lost", "appeared")]
    if lost:
        names = sorted({f"{pair.answer.asked.title} by {pair.answer.asked.group}" for pair in lost})
        items.append(
            f"{counted(len(lost), 'difference')} between groups changed so much that a test says otherwise: "
            f"{listed(names[:4])}. Warn readers, or lower the level."
        )
    items += [item for model in told.release.models if (item := _lost_events(told, model))]
    faults = [source.source for source in owner.sources if source.faults]
    if faults:
        items.append(
            f"Look at the faults of {listed([f'`{name}`' for name in faults])} under “What was read”."
        )
    if owner.unlisted_event_types or owner.unlisted_outcomes:
        items.append(
            "Event types or outcomes are outside the lists of the domain: add them to your domain, or mend "
            "the spelling."
        )
    return items
