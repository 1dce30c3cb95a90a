"""The budgets of a project as a page."""

from __future__ import annotations

from collections.abc import Iterator

from personatwin_sql.cli.page import Grid, Part
from personatwin_sql.workflow.budgets import Amount, BudgetPage, BudgetStanding, Spent
from personatwin_sql.workflow.budgets import Part as Share

_NONE = "`budgets:` of project.yml declares none, and the ledger has none."
_APART = (
    "k-anonymous tables and personas of the same people are not differentially private, and in no sum.",
    "Limits of analysts and departments are rules that people gave themselves, not guarantees.",
)
_FOR_DISPLAY = (
    "A figure for display holds of noise that was fixed beforehand; what is left, the accountant says."
)


def budget_parts(page: BudgetPage) -> tuple[Part, ...]:
    """Each budget, from the whole to the single charge; then all of them together."""
    if not page.budgets:
        return (Part(f"{page.project}: no budget", (_NONE,)), *_beside(page))
    parts = [part for budget in page.budgets for part in _budget(budget)]
    total = page.lifetime
    budgets = "1 budget" if len(page.budgets) == 1 else f"{len(page.budgets)} budgets"
    shown = (_FOR_DISPLAY,) if any(budget.displayed for budget in page.budgets) else ()
    said = (*_APART, *shown)
    lines = (f"epsilon {total.epsilon}, delta {total.delta}: {budgets}, all epochs, for life", *said)
    return (*parts, Part("Spent in all", lines), *_beside(page))


def _beside(page: BudgetPage) -> Iterator[Part]:
    """Tables of the same people that no budget counts."""
    if page.randomised:
        yield Part(
            "Outcomes told by chance",
            ("Each is drawn once, for ever. This covers outcomes alone, so no budget counts it.",),
            Grid(("model", " told as another", " epsilon of one"), page.randomised),
        )
    if page.beside:
        yield Part(
            "Released beside, and not differentially private",
            ("What these tables tell of the same people adds to what the budgets count, by no known sum.",),
            Grid(("model", "protection"), page.beside),
        )


def _budget(budget: BudgetStanding) -> Iterator[Part]:
    title = f"{budget.name}: epsilon {budget.left.epsilon} of {budget.allowed.epsilon} left"
    epoch = f", epoch {budget.epoch}" if budget.epoch else ""
    lines = (f"unit {budget.unit}, accountant {budget.accountant}{epoch}", *_displayed(budget))
    rows = tuple(
        _amount(name, amount)
        for name, amount in (("allowed", budget.allowed), ("spent", budget.spent), ("left", budget.left))
    )
    yield Part(title, lines, Grid(("", " epsilon", " delta", " charges"), rows))
    if len(budget.epochs) > 1 or any(share.name for share in budget.epochs):
        yield _shares("By epoch", "epoch", budget.epochs)
    if budget.analysts:
        yield _shares("By analyst", "analyst", budget.analysts)
    if budget.departments:
        yield _shares("By department", "department", budget.departments)
    if budget.entries:
        yield Part(f"Charged to {budget.name}", (), _charges(budget.entries))


def _displayed(budget: BudgetStanding) -> Iterator[str]:
    """The figure that decides nothing, said to."""
    if (shown := budget.displayed) is None:
        return
    known = "not computed: so many different noises take too long to add up"
    if shown.epsilon is not None:
        known = f"epsilon {shown.epsilon} at delta {shown.delta}"
    yield f"spent by the distribution of the privacy loss, for display: {known}"


def _shares(title: str, head: str, shares: tuple[Share, ...]) -> Part:
    has_limit = any(share.limit is not None for share in shares)
    heads = (head, " epsilon", " delta", " charges", *((" limit", " left") if has_limit else ()))
    rows = tuple(
        (*_amount(share.name or "-", share.spent), *((share.limit, share.left) if has_limit else ()))
        for share in shares
    )
    return Part(title, (), Grid(heads, rows))


def _amount(name: str, amount: Amount) -> tuple[str, ...]:
    return (name, amount.epsilon, amount.delta, "" if amount.charges is None else f"{amount.charges:,}")


def _charges(entries: tuple[Spent, ...]) -> Grid:
    """A column for epoch, analyst and department only where one is named."""
    named = [
        name for name in ("epoch", "analyst", "department") if any(getattr(one, name) for one in entries)
    ]
    heads = ("date", "model", "mechanism", " epsilon", " delta", *named, "standing")
    rows = tuple(
        (
            one.date,
            one.model,
            one.mechanism,
            one.epsilon,
            one.delta,
            *(getattr(one, name) or "-" for name in named),
            _standing(one),
        )
        for one in entries
    )
    return Grid(heads, rows)


def _standing(one: Spent) -> str:
    return f"{one.standing}, stale: {', '.join(one.stale)} changed" if one.stale else one.standing
