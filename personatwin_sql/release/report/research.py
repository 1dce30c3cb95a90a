"""The research questions: what the release answers, how sure that is, and what protection did to it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from personatwin_sql.release.answer import Answer
from personatwin_sql.release.asked import Asked
from personatwin_sql.release.report.differences import effect, interval_words
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
from personatwin_sql.release.report.plot import Dot
from personatwin_sql.release.report.told import (
    Told,
    counted,
    listed,
    p_words,
    percent,
    percent_between,
    rate,
)

_TOLD_BY_CHANCE = (
    "Outcomes are told by chance here, as the section on events says: their rates are drawn towards each "
    "other, and differences between groups are smaller than they are."
)


def questions(told: Told) -> Section | None:
    """A card for each question, its groups side by side, and what could not be asked."""
    unasked = told.findings.unasked
    if not told.answered and not unasked:
        return None
    blocks: list[Block] = [
        Text(
            "Asked of the released tables alone: whoever has the release gets the same answers. Each line is "
            "a 95 % "
            "interval around the rate; where two hardly overlap, the groups differ.",
            "lead",
        )
    ]
    if any(model.response is not None for model in told.release.models):
        blocks.append(Text(_TOLD_BY_CHANCE, "finding"))
    for _, group in groupby(told.answered, key=lambda pair: pair[0].name):
        members = list(group)
        found = [answer for _, given in members for answer in given]
        first = members[0][0]
        if not found:
            reason = "The release has no two groups to compare, or nothing in which they could differ."
            blocks.append(Card(first.title, (Text(first.question), Text(reason, "muted"))))
            continue
        blocks.append(_card(first, found, told.originals))
    if unasked:
        blocks.append(_unasked(told))
    return Section("questions", "Research questions", tuple(blocks))


def _card(first: Asked, told: list[Answer], originals: Mapping[tuple[str, str], tuple[Answer, ...]]) -> Card:
    share = (
        f"Share of {first.of} that {first.counted}."
        if first.measure == "share"
        else f"{first.of.capitalize()} {first.counted}."
    )
    if first.unit == "events":
        share += " Events of one person are not independent: the intervals are a little too narrow."
    plots = tuple(_plot(answer, _original(answer, originals.get(answer.asked.key, ()))) for answer in told)
    summary = (_summary(first, told),) if first.measure == "share" else ()
    left = sorted({name for answer in told for name in answer.left})
    note = f"Not compared, for they are too few or too little of them is told: {listed(left[:8])}."
    more = (Text(note, "muted"),) if left else ()
    return Card(
        first.title, (Text(f"{first.question} {share}"), Beside(plots), *more, *summary, _table(told))
    )


def _original(answer: Answer, originals: tuple[Answer, ...]) -> Answer | None:
    return next((found for found in originals if found.stratum == answer.stratum), None)


def _plot(answer: Answer, original: Answer | None) -> Plot:
    described = "; ".join(
        f"{group.group}: {rate(group.rate) if group.rate is not None else group.median} of {group.total:,}"
        for group in answer.groups
    )
    title = _finding(answer)
    if answer.asked.measure == "band":
        return Plot(title, described, _chances(answer), 1.0)
    before = {group.group: group.rate for group in original.groups} if original else {}
    rows = tuple(
        Dot(
            group.group,
            group.rate,
            group.interval.low,
            group.interval.high,
            f"{rate(group.rate)} of {group.total:,}",
            before.get(group.group),
        )
        for group in answer.groups
        if group.rate is not None and group.interval is not None
    )
    highest = max(max(row.high, row.before or 0.0) for row in rows)
    most = next(end for end in (0.05, 0.1, 0.25, 0.5, 0.75, 1.0) if highest <= end or end == 1.0)
    return Plot(title, described, rows, most, ("in the source", "released") if before else None)


def _chances(answer: Answer) -> tuple[Dot, ...]:
    """How likely somebody of a group has the higher value beside somebody of the largest; ½ is a tie."""
    by_group = {contrast.group: contrast for contrast in answer.contrasts}
    rows = []
    for group in answer.groups:
        contrast = by_group.get(group.group)
        if contrast is None:
            rows.append(Dot(group.group, 0.5, 0.5, 0.5, f"compared with, median {group.median}"))
            continue
        low, high = contrast.interval.low + 0.5, contrast.interval.high + 0.5
        text = f"higher in {percent(contrast.effect + 0.5)} of pairs, median {group.median}"
        rows.append(Dot(group.group, contrast.effect + 0.5, max(0.0, low), min(1.0, high), text))
    return tuple(rows)


def _finding(answer: Answer) -> str:
    """The strongest difference, or that there is none."""
    within = f" ({answer.stratum})" if answer.stratum is not None else ""
    name = f"By {answer.asked.group}{within}: "
    sure = [contrast for contrast in answer.contrasts if contrast.is_significant]
    if not sure:
        return f"{name}no clear difference"
    best = min(sure, key=lambda contrast: (contrast.p, -abs(contrast.size)))
    rates = {group.group: group for group in answer.groups}
    one, other = rates[best.group], rates[best.reference]
    if one.rate is None or other.rate is None:
        return f"{name}{best.group} {'higher' if best.effect > 0 else 'lower'} than {best.reference}"
    return f"{name}{best.group} {rate(one.rate)}, {best.reference} {rate(other.rate)}"


def _summary(first: Asked, found: list[Answer]) -> Table:
    """A line a comparison: all groups at once, what could have been found, and what is missing."""
    heads = (
        Column("Compared"),
        Column("All groups"),
        Column("Cramér's V", True),
        Column(f"Power for {100 * first.worth_knowing:g} points", True),
        Column("Found in 80 % from", True),
        Column("Group not told", True),
        Column("Not compared"),
    )
    rows = tuple(_summary_row(answer) for answer in found)
    return Table(heads, rows, folded="How sure this is: tests, power, and what is not told")


def _summary_row(answer: Answer) -> tuple[Cell, ...]:
    least = min(answer.contrasts, key=lambda contrast: contrast.power or 0.0)
    power, detectable = least.power or 0.0, least.detectable
    left = answer.left[:3]
    more = f" and {len(answer.left) - 3} more" if len(answer.left) > 3 else ""
    return (
        Cell(_by(answer)),
        Cell(p_words(answer.p) if answer.p is not None else "–"),
        Cell(f"{answer.v:.2f}" if answer.v is not None else "–"),
        Cell("over 99 %" if power > 0.99 else f"{100 * power:.0f} %", f"{least.group}, {least.reference}"),
        Cell(f"{100 * detectable:.1f} points" if detectable is not None else "never"),
        Cell(percent(answer.untold)),
        Cell(f"{', '.join(left)}{more}" if left else "–", "too few, or too little told" if left else ""),
    )


def _by(answer: Answer) -> str:
    return f"`{answer.asked.group}`" + (f", {answer.stratum}" if answer.stratum is not None else "")


def _table(found: list[Answer]) -> Table:
    is_share = found[0].asked.measure == "share"
    heads = (
        Column("Group"),
        Column("Counted" if is_share else "Median", True),
        Column("Of", True),
        Column("Rate" if is_share else "", True),
        Column("Difference" if is_share else "Chance to be higher", True),
        Column("Ratio", True),
        Column("Effect size", True),
        Column("Test"),
        Column("Power", True),
    )
    rows = tuple(row for answer in found for row in _rows(answer, is_share=is_share))
    return Table(heads, rows, folded="All figures, group by group")


def _rows(answer: Answer, *, is_share: bool) -> list[tuple[Cell, ...]]:
    by_group = {contrast.group: contrast for contrast in answer.contrasts}
    rows: list[tuple[Cell, ...]] = []
    for group in answer.groups:
        contrast = by_group.get(group.group)
        interval = percent_between(group.interval) if group.interval is not None else ""
        rows.append(
            (
                Cell(group.group, _by(answer) + (", compared with" if contrast is None else "")),
                Cell(f"{group.counted:,}" if is_share else str(group.median)),
                Cell(f"{group.total:,}"),
                Cell(rate(group.rate) if group.rate is not None else "", interval),
                Cell(effect(answer, contrast), interval_words(answer, contrast)) if contrast else Cell("–"),
                Cell(f"{contrast.ratio:.2f}" if contrast and contrast.ratio is not None else "–"),
                Cell(f"{contrast.size:+.2f}".replace("-", "−") if contrast else "–"),
                Cell(p_words(contrast.p) if contrast else "–"),
                Cell(percent(contrast.power) if contrast and contrast.power is not None else "–"),
            )
        )
    return rows


def _unasked(told: Told) -> Card:
    heads = (Column("Question"), Column("By"), Column("Why not"))
    rows = tuple(
        (Cell(item.title, f"`{item.path}`"), Cell(item.group or "–"), Cell(item.reason))
        for item in told.findings.unasked
    )
    table = Table(heads, rows, folded=f"{counted(len(rows), 'comparison')} could not be made, and why")
    return Card("What this release does not answer", (table,))
