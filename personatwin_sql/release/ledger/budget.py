"""What of a budget is spent and left: over its whole life, and by epoch, analyst and department."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.basic import Basic
from personatwin_sql.privacy.accounting.events import Joint
from personatwin_sql.privacy.accounting.zcdp import Spent, Zcdp
from personatwin_sql.release.ledger.entry import Charge, Terms
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.uses import joint_of
from personatwin_sql.spec.budget import Budget


@dataclass(frozen=True)
class Loss:
    """The privacy loss of some charges together, as the budget's accountant adds it up."""

    epsilon: Fraction
    delta: Fraction
    charges: int


@dataclass(frozen=True)
class Spending:
    """One budget as it stands. Charges are never taken back: what a crash kept from being released counts."""

    budget: Budget
    spent: Loss
    """Over its whole life, all epochs together."""
    epochs: Mapping[str, Loss]
    analysts: Mapping[str, Loss]
    """Of those that models name; so far they are limits people gave themselves, and no guarantee."""
    departments: Mapping[str, Loss]

    @property
    def epsilon_left(self) -> Fraction:
        return max(self.budget.epsilon - self.spent.epsilon, Fraction(0))

    @property
    def delta_left(self) -> Fraction:
        """What `zcdp` has set aside counts as spent with its first charge."""
        return max(self.budget.delta - self.spent.delta, Fraction(0))


def terms_of(budget: Budget) -> Terms:
    """A budget as a charge records it."""
    return Terms(
        budget.name,
        budget.epsilon,
        budget.delta,
        budget.accountant,
        budget.for_selection,
        budget.per_analyst,
        budget.per_department,
    )


def charges_of(ledger: Ledger, budget: str) -> tuple[Charge, ...]:
    """All charges to a budget, oldest first."""
    return tuple(charge for _, charge in ledger.charges() if charge.budget.name == budget)


def spending(budget: Budget, charges: Iterable[Charge]) -> Spending:
    """What these charges to a budget add up to."""
    all_of_it = tuple(charges)
    return Spending(
        budget,
        loss(budget, all_of_it),
        _by(budget, all_of_it, lambda charge: charge.epoch),
        {name: part for name, part in _by(budget, all_of_it, lambda charge: charge.analyst).items() if name},
        {
            name: part
            for name, part in _by(budget, all_of_it, lambda charge: charge.department).items()
            if name
        },
    )


def loss(budget: Budget, charges: Iterable[Charge]) -> Loss:
    """By `basic` Σε and Σδ; by `zcdp` the (ε, δ) that Σρ and the δ of chosen keys come to."""
    joints = tuple(joint_of(charge) for charge in charges)
    if budget.accountant == "zcdp":
        zcdp = _zcdp(budget)
        guarantee = zcdp.guarantee(zcdp.spent(joints))
    else:
        guarantee = Basic(budget.epsilon, budget.delta).spent(joints)
    return Loss(guarantee.epsilon, guarantee.delta, len(joints))


def fits(budget: Budget, before: Iterable[Charge], more: Charge) -> bool:
    """Whether the budget allows one charge more, decided by its accountant's filter."""
    joints: tuple[Joint, ...] = tuple(joint_of(charge) for charge in before)
    if budget.accountant == "zcdp":
        zcdp = _zcdp(budget)
        return zcdp.affordable(zcdp.spent(joints), [joint_of(more)])
    basic = Basic(budget.epsilon, budget.delta)
    return basic.affordable(basic.spent(joints), [joint_of(more)])


def room(budget: Budget, before: Iterable[Charge], more: Charge) -> tuple[Spent, Spent]:
    """By `zcdp`, the ρ and the δ of chosen keys that a charge costs, and what of both is left."""
    zcdp = _zcdp(budget)
    spent = zcdp.spent(joint_of(charge) for charge in before)
    return zcdp.spent([joint_of(more)]), zcdp.remaining(spent)


def _zcdp(budget: Budget) -> Zcdp:
    return Zcdp.of(budget.epsilon, budget.delta, budget.for_selection)


def _by(budget: Budget, charges: tuple[Charge, ...], part_of: Callable[[Charge], str]) -> dict[str, Loss]:
    """In the order in which the parts first appear."""
    parts = dict.fromkeys(map(part_of, charges))
    return {part: loss(budget, (one for one in charges if part_of(one) == part)) for part in parts}
