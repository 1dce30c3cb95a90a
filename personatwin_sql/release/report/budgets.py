"""A budget as it stands: what may ever be spent, what is, and by which sum."""

from __future__ import annotations

from collections.abc import Iterator

from personatwin_sql.release.ledger.shown import ceiling, floor
from personatwin_sql.release.noise_words import displayed_words
from personatwin_sql.release.private_release import ReleasedBudget
from personatwin_sql.release.report.document import Card, Cell, Column, Numbers, Table, Text
from personatwin_sql.release.report.told import counted

_ACCOUNTANTS = {"basic": "the sum of ε and of δ", "zcdp": "zCDP (Bun & Steinke 2016)"}


def budget_card(budget: ReleasedBudget) -> Card:
    figures = Numbers(
        (
            (f"ε {floor(budget.epsilon)}", "may ever be spent"),
            (f"ε {ceiling(budget.spent_epsilon)}", f"is spent, by {counted(budget.charges, 'release')}"),
            (f"ε {floor(budget.left_epsilon)}", "is left"),
            *(
                ((f"δ {ceiling(budget.spent_delta)}", f"is spent, of {floor(budget.delta)}"),)
                if budget.delta
                else ()
            ),
        )
    )
    words = Text(
        "For life: nothing that was spent comes back, and a release that a crash kept from being finished "
        f"counts. Spending adds up by {_ACCOUNTANTS[budget.accountant]}.",
        "muted",
    )
    epochs = tuple(
        (
            Cell(part.epoch or "not named"),
            Cell(f"{part.charges:,}"),
            Cell(ceiling(part.epsilon)),
            Cell(ceiling(part.delta)),
        )
        for part in budget.epochs
    )
    heads = (Column("State of the data"), Column("Releases", True), Column("ε", True), Column("δ", True))
    is_told = len(epochs) > 1 or any(part.epoch for part in budget.epochs)
    table = (Table(heads, epochs, caption="By state of the data"),) if is_told else ()
    return Card(f"Budget `{budget.name}`", (figures, words, *_displayed(budget), *table))


def _displayed(budget: ReleasedBudget) -> Iterator[Text]:
    """Said to decide nothing."""
    if budget.displayed is not None:
        yield Text(
            f"For display, by the distribution of the privacy loss: {displayed_words(budget.displayed)}. "
            "That holds where the noise of all releases was fixed beforehand. Each may be chosen in sight of "
            "those before it, so that the figures above alone count, and decide what may be spent.",
            "muted",
        )
