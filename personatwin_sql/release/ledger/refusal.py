"""Why something may not be spent: no budget left, a limit reached, or a budget that is not what it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.release.ledger.budget import fits, loss, room, spending, terms_of
from personatwin_sql.release.ledger.entry import Charge
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.shown import ceiling, floor
from personatwin_sql.spec.budget import Budget


def project_refusals(
    ledger: Ledger, budgets: Mapping[str, Budget], places: Mapping[str, Place]
) -> Iterator[Diagnostic]:
    """PT605 a budget that was spent from and is declared no more, PT604 one with another accountant.

    `places` say where budgets are declared.
    """
    last = {charge.budget.name: charge.budget for _, charge in ledger.charges()}
    for name, before in last.items():
        budget = budgets.get(name)
        if budget is None:
            yield Diagnostic(
                "PT605",
                f"the budget `{name}` was spent from, and project.yml declares it no more",
                places.get("", Place("project.yml")),
                fixes=("declare it again under `budgets:`, by its old name",),
                notes=("under another name it would begin anew, and what was spent would be forgotten",),
            )
        elif budget.accountant != before.accountant:
            yield Diagnostic(
                "PT604",
                f"the budget `{name}` has `accountant: {before.accountant}`, and keeps it for life",
                places.get(name, Place("project.yml")),
                fixes=(f"write `accountant: {before.accountant}`",),
                notes=("each accountant's sum holds for releases that it alone has let pass",),
            )


def redeclared(
    ledger: Ledger, budgets: Mapping[str, Budget], places: Mapping[str, Place]
) -> Iterator[Diagnostic]:
    """PT606, a warning: what a budget allows is not what it allowed at its last charge."""
    last = {charge.budget.name: charge.budget for _, charge in ledger.charges()}
    for name, before in last.items():
        if name in budgets and (now := terms_of(budgets[name])).accountant == before.accountant:
            for key in ("epsilon", "delta", "per_analyst", "per_department"):
                was, is_now = getattr(before, key), getattr(now, key)
                if was != is_now:
                    yield Diagnostic(
                        "PT606",
                        f"`{key}` of the budget `{name}` is {_shown(is_now)}; it was {_shown(was)} when the "
                        "budget was last spent from",
                        places.get(name, Place("project.yml")),
                        notes=("the next entry of the ledger records it",),
                        severity="warning",
                    )


def charge_refusals(
    before: tuple[Charge, ...], charge: Charge, budget: Budget, place: Place
) -> Iterator[Diagnostic]:
    """PT602 over the budget, PT603 over an analyst's or department's limit, PT607 nobody named to have one.

    `before` are all charges to the budget so far.
    """
    if not fits(budget, before, charge):
        yield _over_budget(before, charge, budget, place)
    for kind, limit in (("analyst", budget.per_analyst), ("department", budget.per_department)):
        if limit is None:
            continue
        name = getattr(charge, kind)
        if not name:
            yield Diagnostic(
                "PT607",
                f"`{charge.model}` names no {kind}, and the budget `{budget.name}` has a limit for each",
                place,
                fixes=(f"say whose release it is: config({kind}='…')",),
            )
            continue
        own = tuple(one for one in before if getattr(one, kind) == name)
        if loss(budget, (*own, charge)).epsilon > limit:
            left = max(limit - loss(budget, own).epsilon, Fraction(0))
            yield Diagnostic(
                "PT603",
                f"`{charge.model}` withheld: the {kind} `{name}` has epsilon {floor(left)} left of "
                f"{floor(limit)} in the budget `{budget.name}`",
                place,
                fixes=(
                    "ask for less `epsilon`",
                    f"or raise `per_{kind}` in project.yml, where a reviewer sees it",
                ),
            )


def _over_budget(before: tuple[Charge, ...], charge: Charge, budget: Budget, place: Place) -> Diagnostic:
    return Diagnostic(
        "PT602",
        f"`{charge.model}` withheld: {_cost(before, charge, budget)}",
        place,
        fixes=(
            "ask for less `epsilon`, or for fewer measures and groups",
            "or answer it from what is released already: that is free",
            "or raise the budget in project.yml, where a reviewer sees it",
        ),
        notes=("a budget is for life: waiting, rolling back or a new epoch give nothing back",),
    )


def _cost(before: tuple[Charge, ...], charge: Charge, budget: Budget) -> str:
    """What it would spend, and what is left, in what the budget's accountant adds up."""
    if budget.accountant == "zcdp":
        cost, left = room(budget, before, charge)
        return (
            f"it would spend rho {ceiling(cost.rho)} and delta {ceiling(cost.delta)} for its keys; of "
            f"epsilon {floor(budget.epsilon)} and delta {floor(budget.delta)} the budget `{budget.name}` "
            f"has rho {floor(left.rho)} and delta {floor(left.delta)} for keys left"
        )
    now = spending(budget, before)
    return (
        f"it would spend epsilon {ceiling(charge.epsilon)} and delta {ceiling(charge.delta)}; the budget "
        f"`{budget.name}` has epsilon {floor(now.epsilon_left)} of {floor(budget.epsilon)} and delta "
        f"{floor(now.delta_left)} of {floor(budget.delta)} left"
    )


def _shown(number: Fraction | None) -> str:
    return "none" if number is None else floor(number)
