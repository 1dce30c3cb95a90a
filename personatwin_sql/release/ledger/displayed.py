"""What of a budget is spent by the distribution of the privacy loss: shown beside its accountant's sum."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.release.ledger.budget import loss
from personatwin_sql.release.ledger.entry import Charge
from personatwin_sql.release.ledger.uses import joint_of
from personatwin_sql.release.private_release import Displayed
from personatwin_sql.spec.budget import Budget


def displayed(budget: Budget, charges: Sequence[Charge]) -> Displayed | None:
    """ε of all charges to a budget, finished or not, at the δ that it allows; None where there are none.

    Where more of δ is spent, as of a budget that was declared with less since, it is ε at what is spent. At
    δ = 0 it is the sum of ε: a distribution tells nothing less there.
    """
    from personatwin_sql.privacy.accounting.displayed import displayed_epsilon

    if not charges:
        return None
    spent = loss(budget, charges)
    proven = Guarantee(spent.epsilon, max(budget.delta, spent.delta))
    return Displayed(displayed_epsilon([joint_of(charge) for charge in charges], proven), proven.delta)
