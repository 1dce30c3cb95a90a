"""Differences between groups: which ones a release shows, and for its owner whether they survived."""

from __future__ import annotations

from personatwin_sql.release.answer import Answer, Contrast
from personatwin_sql.release.kept import Kept
from personatwin_sql.release.report.document import Card, Cell, Column, Numbers, Section, Table, Text, Tone
from personatwin_sql.release.report.told import Told, counted, p_words, percent, points, points_between

_MOST_CONTRASTS = 40
"""Rows of the table of differences; the largest ones."""


def differences(told: Told) -> Section | None:
    """Whether differences between groups survived; for the public, which ones the release shows."""
    if told.owner is not None and told.owner.asked:
        return _survived(told.kept)
    found = [
        (answer, contrast)
        for _, given in told.answered
        for answer in given
        for contrast in answer.contrasts
        if contrast.is_significant
    ]
    if not found:
        return None
    found.sort(key=lambda pair: -abs(pair[1].size))
    heads = (
        Column("Question"),
        Column("Groups"),
        Column("Difference", True),
        Column("95 % interval", True),
        Column("Effect size", True),
        Column("Test"),
    )
    rows = tuple(
        (
            Cell(_title(answer)),
            Cell(f"{contrast.group} against {contrast.reference}"),
            Cell(effect(answer, contrast)),
            Cell(interval_words(answer, contrast)),
            Cell(f"{contrast.size:+.2f}".replace("-", "−")),
            Cell(p_words(contrast.p)),
        )
        for answer, contrast in found[:_MOST_CONTRASTS]
    )
    lead = Text(
        "These differences between groups are larger than chance would explain, the largest first. Effect "
        "sizes are Cohen's h (0.2 is small, 0.5 medium, 0.8 large), and Cliff's delta for bands. They "
        "describe records, and do not say why groups differ.",
        "lead",
    )
    return Section(
        "differences", "Which differences between groups it shows", (lead, Card("", (Table(heads, rows),)))
    )


def _survived(pairs: tuple[Kept, ...]) -> Section | None:
    if not pairs:
        return None
    real = [pair for pair in pairs if pair.before.is_significant]
    still = [pair for pair in real if pair.significance == "kept"]
    shares = [pair.share for pair in real if pair.share is not None]
    numbers = [(f"{len(still)} of {len(real)}", "significant differences are still significant")]
    if shares:
        numbers.append((f"{100 * sorted(shares)[len(shares) // 2]:.0f} %", "of the effect is kept (median)"))
    heads = (
        Column("Question"),
        Column("Groups"),
        Column("In the source", True),
        Column("Released", True),
        Column("Effect kept", True),
        Column("Significance"),
    )
    ordered = sorted(pairs, key=lambda pair: (not pair.before.is_significant, -abs(pair.before.size)))
    told = [pair for pair in ordered if pair.significance != "none"][:_MOST_CONTRASTS]
    rest = [pair for pair in ordered if pair.significance == "none"][:_MOST_CONTRASTS]
    tables = [Table(heads, tuple(map(_kept_row, told)))] if told else []
    if rest:
        folded = f"{counted(len(rest), 'difference')} that no test finds, before or after"
        tables.append(Table(heads, tuple(map(_kept_row, rest)), folded=folded))
    lead = Text(
        "The same questions were asked of everybody in the source. A release that hides a difference, or "
        "makes one "
        "up, would mislead whoever studies it.",
        "lead",
    )
    return Section(
        "differences",
        "Do differences between groups survive?",
        (lead, Numbers(tuple(numbers)), Card("", tuple(tables))),
    )


_TONES: dict[str, Tone] = {"kept": "good", "lost": "bad", "appeared": "bad", "none": "muted"}
_SIGNIFICANCE = {
    "kept": "kept",
    "lost": "lost",
    "appeared": "only in the release",
    "none": "none, before and after",
}


def _kept_row(pair: Kept) -> tuple[Cell, ...]:
    share = "–" if pair.share is None or not pair.before.is_significant else percent(pair.share)
    return (
        Cell(_title(pair.answer)),
        Cell(f"{pair.after.group} against {pair.after.reference}"),
        Cell(effect(pair.answer, pair.before), p_words(pair.before.p)),
        Cell(effect(pair.answer, pair.after), p_words(pair.after.p)),
        Cell(share.replace("-", "−")),
        Cell(_SIGNIFICANCE[pair.significance], tone=_TONES[pair.significance]),
    )


def effect(answer: Answer, contrast: Contrast) -> str:
    if answer.asked.measure == "band":
        return f"higher in {percent(contrast.effect + 0.5)}"
    return points(contrast.effect)


def interval_words(answer: Answer, contrast: Contrast) -> str:
    if answer.asked.measure == "band":
        return f"{percent(contrast.interval.low + 0.5)} to {percent(contrast.interval.high + 0.5)}"
    return points_between(contrast.interval)


def _title(answer: Answer) -> str:
    return answer.asked.title + (f", {answer.stratum}" if answer.stratum is not None else "")
