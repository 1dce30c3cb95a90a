"""Differentially private releases: what ε means, what of each budget is left, and what was drawn with it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from personatwin_sql.release.ledger.shown import ceiling
from personatwin_sql.release.noise_words import PREVIEW, after_noise, needed_words
from personatwin_sql.release.private_release import NoisyColumn, ReleasedPrivacy
from personatwin_sql.release.promise import amount, percent
from personatwin_sql.release.report.budgets import budget_card
from personatwin_sql.release.report.document import (
    Block,
    Card,
    Cell,
    Column,
    Section,
    Table,
    Terms,
    Text,
)
from personatwin_sql.release.report.told import Told, counted, listed
from personatwin_sql.release.result import ReleasedModel
from personatwin_sql.spec.exact_number import from_exact_text

MECHANISMS = {
    "discrete_laplace": "Laplace noise on whole numbers (Canonne, Kamath & Steinke 2020)",
    "discrete_gaussian": "Gaussian noise on whole numbers (Canonne, Kamath & Steinke 2020)",
    "exponential": "the exponential mechanism (McSherry & Talwar 2007)",
    "randomised_response": "randomised response (Warner 1965)",
    "partition_selection": "keys chosen at random by how many people they have (Desfontaines et al. 2022)",
    "threshold": "keys shown where a noisy number of people passes a threshold",
}
_PROOFS = {
    "sum": "ε is the sum, over all columns, of what one person moves, divided by the scale of the noise.",
    "losses": "ε and δ are read from the distribution of the privacy loss of all noise together.",
    "rho": "The noise of all columns is added up as zCDP and turned into ε and δ (Bun & Steinke 2016).",
}
_COUNTED = {
    "rows": "rows",
    "people": "people",
    "values": "rows that have a value",
    "sum": "values",
    "centred": "values, less the middle of their bounds",
    "squares": "squares of the same",
}
_APART = (
    "Tables of people, personas and their events are recorded apart from these. They are not "
    "differentially private: no ε stands for them, and none is printed for all tables together. Whoever has "
    "both learns what each tells. ε bounds what the noisy tables add to everything else that a reader knows, "
    "those tables included; it does not bound what those tables tell by themselves."
)


def private_releases(told: Told) -> Section | None:
    """None where nothing was drawn."""
    models = [(model, model.privacy) for model in told.release.models if model.privacy is not None]
    if not models:
        return None
    cards: tuple[Block, ...] = (
        *(budget_card(budget) for budget in told.release.budgets),
        *(_release(told, model, privacy) for model, privacy in models),
    )
    lead = Text(_meaning(told, [privacy for _, privacy in models]), "lead")
    blocks = (lead, *cards, Text(_APART, "muted"))
    return Section("noise", "What noise protects, and what it costs", blocks)


def _meaning(told: Told, drawn: list[ReleasedPrivacy]) -> str:
    """ε in words that need no mathematics, with the figures of these releases."""
    spent = max((budget.spent_epsilon for budget in told.release.budgets), default=None)
    epsilon = spent if spent is not None else max(privacy.epsilon for privacy in drawn)
    delta = max([budget.spent_delta for budget in told.release.budgets] or [one.delta for one in drawn])
    beyond = f" With a probability of {_chance(delta)} (δ), something more may become known." if delta else ""
    return (
        "Chance was added to these figures, on purpose. Whether or not the records of one person were "
        "among the data, nearly the same figures could have come out, and nobody who reads them can tell "
        f"which. How nearly, is what ε says. Take somebody who beforehand thinks it {percent(0.1)} likely "
        "that a certain person is in these records at all. Having read everything that was ever drawn from "
        f"a budget of which ε = {ceiling(epsilon)} is spent, the same reader may hold it for "
        f"{_after(0.1, epsilon)} likely at most. Of a thing that the records say of that person, such as an "
        f"arrest in a certain month, {percent(0.1)} may become {_after(0.1, 2 * epsilon)} at most.{beyond} "
        "What is true of people in general can be learnt, and is meant to be."
    )


def _after(before: float, epsilon: Fraction) -> str:
    """The most that a belief can become: its odds times e^ε.

    One ε stands between records with and without a person, so two between two things that they may say.
    """
    odds = before / (1 - before) * math.exp(min(float(epsilon), 500.0))
    return percent(odds / (1 + odds))


def _chance(delta: Fraction) -> str:
    return f"1 in {math.floor(1 / delta):,}"


def _release(told: Told, model: ReleasedModel, privacy: ReleasedPrivacy) -> Card:
    preview = (Text(PREVIEW, "finding"),) if privacy.is_preview else ()
    noise = (_noise(told, model, privacy),) if privacy.noise else ()
    blocks: tuple[Block, ...] = (*preview, Terms(tuple(_terms(privacy))), *noise, *_owners(told, model))
    spent = f"ε {ceiling(privacy.epsilon)}" + (f", δ {ceiling(privacy.delta)}" if privacy.delta else "")
    return Card(f"`{model.name}`", blocks, tag=spent)


def _terms(privacy: ReleasedPrivacy) -> Iterator[tuple[str, str]]:
    if privacy.is_preview:
        yield "Budget", f"`{privacy.budget}`, which paid nothing"
    else:
        state = f", of the state of the data named {privacy.epoch}" if privacy.epoch else ""
        yield (
            "Budget",
            f"`{privacy.budget}`; entry {privacy.number} of the ledger, `{privacy.entry[:16]}`, of "
            f"{privacy.drawn_at[:10]}{state}",
        )
    mechanism = MECHANISMS.get(privacy.mechanism, privacy.mechanism)
    yield "Mechanism", f"{mechanism[:1].upper()}{mechanism[1:]}. {_PROOFS[privacy.proof]}"
    rows = counted(privacy.max_rows_per_group, "row")
    where = f"{counted(privacy.max_groups, 'group')}, in each with {rows}" if privacy.keys != "none" else rows
    yield "One person counts", f"in at most {where}" if privacy.keys != "none" else f"with at most {where}"
    if privacy.bounds:
        said = "; ".join(f"`{bound.measure}` {bound.text}" for bound in privacy.bounds)
        yield "Values", f"{said}. What lies beyond counts as the bound."
    yield from _keys(privacy)
    yield from _afterwards(privacy)
    for use in privacy.others:
        if use.mechanism not in ("threshold", "partition_selection"):
            mechanism = MECHANISMS.get(use.mechanism, use.mechanism)
            if use.mechanism == "exponential":
                numbers = dict(use.numbers)
                said = f"{numbers['count']} choices that one person can sway, ε {numbers['epsilon']} each"
                yield "Quantiles", f"By {mechanism}: {said}."
            else:
                said = ", ".join(f"{name} {text}" for name, text in use.numbers)
                yield "Besides", f"By {mechanism}: {said}."


def _afterwards(privacy: ReleasedPrivacy) -> Iterator[tuple[str, str]]:
    """What was made of noisy numbers, and by how much that is biased."""
    said = []
    for name in dict.fromkeys((*privacy.cut_at_zero, *privacy.agreed)):
        (words,) = after_noise(privacy, name)
        column = next((each for each in privacy.noise if each.name == name), None)
        of_nobody = ""
        if column is not None and name in privacy.cut_at_zero and name not in privacy.agreed:
            of_nobody = f" A group of nobody has {amount(column.of_nobody * float(column.unit))} on average."
        said.append(f"`{name}`: {words}{of_nobody}")
    if said:
        yield "Afterwards", f"{' '.join(said)} Of noisy numbers alone: it costs nothing."


def _keys(privacy: ReleasedPrivacy) -> Iterator[tuple[str, str]]:
    if privacy.keys == "public":
        yield "Groups", "Known beforehand: each is shown, with noise alone where nobody is in it."
    elif privacy.keys == "private":
        tau = listed([f"{threshold:,}" for threshold in privacy.thresholds])
        shown = f"Shown where a noisy count passes a threshold{f' of at least {tau}' if tau else ''}"
        if chosen := [use for use in privacy.others if use.mechanism == "partition_selection"]:
            epsilon = ceiling(
                sum((from_exact_text(dict(use.numbers)["epsilon"]) for use in chosen), Fraction())
            )
            shown = (
                "Shown by chance, the likelier the more people they have (Desfontaines et al. 2022), at "
                f"ε {epsilon} of the whole"
            )
        needed = needed_words(privacy.needed)
        yield (
            "Groups",
            f"{shown}: a group that one person makes is shown with a probability of "
            f"{_chance(privacy.keys_delta)} at most{f', {needed}' if needed else ''}.",
        )


def _noise(told: Told, model: ReleasedModel, privacy: ReleasedPrivacy) -> Table:
    several = len(privacy.sets) > 1
    errors = _errors(told, model.name)
    heads = (
        Column("Column"),
        Column("Adds up"),
        Column("One person moves", True),
        Column("Scale", True),
        Column("Expected error", True),
        Column("95 of 100 within", True),
        *((Column("True error", True),) if errors else ()),
    )
    rows = []
    for column in privacy.noise:
        unit = float(column.unit)
        scale = ("b" if column.mechanism == "discrete_laplace" else "σ") + f" = {amount(column.scale * unit)}"
        row = [
            Cell(f"`{column.name}`", _of_set(privacy, column) if several else ""),
            Cell(_COUNTED.get(column.counts, "–")),
            Cell(amount(column.per_group * unit), f"in {counted(column.groups, 'group')}"),
            Cell(scale),
            Cell(f"± {amount(column.error * unit)}"),
            Cell(f"± {amount(column.half_width * unit)}"),
        ]
        if errors:
            found = errors.get((column.name, column.grouping_set))
            row.append(Cell("–" if found is None else amount(found * unit)))
        rows.append(tuple(row))
    caption = "Noise of each figure, as standard deviation and in 95 of 100 cases"
    return Table(heads, tuple(rows), caption=caption)


def _of_set(privacy: ReleasedPrivacy, column: NoisyColumn) -> str:
    keys = privacy.sets[column.grouping_set] if column.grouping_set < len(privacy.sets) else ()
    return f"by {listed([f'`{key}`' for key in keys])}" if keys else "over all"


def _errors(told: Told, model: str) -> dict[tuple[str, int], float]:
    """For the owner: the root mean squared noise that was drawn; nothing where nobody measured it."""
    drawn = told.owner.drawn if told.owner is not None else ()
    return {
        (error.column, error.grouping_set): error.rmse
        for figures in drawn
        if figures.model == model
        for error in figures.errors
    }


def _owners(told: Told, model: ReleasedModel) -> Iterator[Block]:
    """What bounding took, and whether the sources are others by now: for the owner."""
    if told.owner is None:
        return
    figures = next((figures for figures in told.owner.drawn if figures.model == model.name), None)
    if figures is not None and figures.totals:
        heads = (
            Column("Total of"),
            Column("Within bounds", True),
            Column("Without bounds", True),
            Column("Moved by", True),
        )
        rows = tuple(
            (
                Cell(f"`{total.column}`"),
                Cell(amount(total.bounded)),
                Cell(amount(total.unbounded)),
                Cell("–" if total.bias is None else _signed(total.bias)),
            )
            for total in figures.totals
        )
        yield Table(heads, rows, caption="What the bounds take, before any noise")
    elif model.privacy is not None and figures is None and not model.privacy.is_preview:
        yield Text("Its true error is not known here: it was drawn elsewhere.", "muted")
    for name, sources in told.owner.stale:
        if name == model.name:
            yield Text(
                f"Stale: {listed([f'`{source}`' for source in sources])} changed since it was drawn. The "
                "release stands; another epoch of the budget would let it be drawn and paid for anew.",
                "finding",
            )


def _signed(share: float) -> str:
    return f"{'+' if share > 0 else '−' if share < 0 else ''}{percent(abs(share))}"
