"""What a ledger's charges cost by the distribution of the privacy loss, beside its accountants' sums."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from small_ledger import COURT, budgets_of, request, spent

from personatwin_sql.privacy.accounting.events import Exponential, Gaussian, Laplace, Threshold
from personatwin_sql.release.ledger.budget import charges_of, loss
from personatwin_sql.release.ledger.charge import charged
from personatwin_sql.release.ledger.described import standing
from personatwin_sql.release.ledger.displayed import displayed
from personatwin_sql.release.ledger.folders import Folders
from personatwin_sql.release.ledger.store import read_ledger
from personatwin_sql.release.noise_words import displayed_words
from personatwin_sql.release.private_release import Displayed, ReleasedBudget
from personatwin_sql.spec.budget import Budget

ZCDP = replace(COURT, epsilon=Fraction(6), accountant="zcdp")
KEYS = ("", Threshold(Fraction(1, 10**8)))
SEVERAL = (
    request("0.5", model="visits"),
    request("0.5", model="visits"),
    request("0.6", "1e-7", "jail", events=[("days", Gaussian(Fraction(4000), 2, 5)), KEYS]),
    request(
        "0.5", "1e-8", "ages",
        events=[("age", Exponential(Fraction(1, 30), 9)), ("people", Laplace(Fraction(10), 1, 2)), KEYS],
    ),
)  # fmt: skip


def as_it_stands(folders: Folders, key: bytes, budget: Budget = COURT) -> ReleasedBudget:
    (found,) = standing(read_ledger(folders, key), [budget])
    return found


@pytest.mark.parametrize("budget", [COURT, ZCDP], ids=lambda budget: str(budget.accountant))
def test_all_charges_of_a_budget_come_to_less_than_its_accountant_says(
    folders: Folders, key: bytes, budget: Budget
) -> None:
    charged(folders, key, budgets_of(budget), SEVERAL)
    found = as_it_stands(folders, key, budget)
    assert found.displayed is not None
    assert found.displayed.delta == budget.delta
    assert found.displayed.epsilon is not None
    assert 1 < found.displayed.epsilon < found.spent_epsilon
    charged(folders, key, budgets_of(budget), [request("0.1", model="visits")])
    later = as_it_stands(folders, key, budget).displayed
    assert later is not None
    assert later.epsilon is not None
    assert later.epsilon > found.displayed.epsilon


def test_of_one_release_with_laplace_noise_it_is_its_epsilon(folders: Folders, key: bytes) -> None:
    spent(folders, key, "0.7")
    assert as_it_stands(folders, key).displayed == Displayed(Fraction(7, 10), COURT.delta)


def test_of_a_budget_without_delta_it_is_the_sum(folders: Folders, key: bytes) -> None:
    pure = replace(COURT, delta=Fraction(0))
    spent(folders, key, "0.5", "0.3", budget=pure)
    assert as_it_stands(folders, key, pure).displayed == Displayed(Fraction(8, 10), Fraction(0))


def test_a_budget_declared_with_less_delta_since_is_told_at_what_is_spent(
    folders: Folders, key: bytes
) -> None:
    charged(folders, key, budgets_of(COURT), SEVERAL)
    charges = charges_of(read_ledger(folders, key), "court")
    less = replace(COURT, delta=Fraction(1, 10**12))
    found = displayed(less, charges)
    assert found is not None
    assert found.delta == loss(less, charges).delta == Fraction(11, 10**8)


def test_a_budget_that_nothing_was_spent_of_has_none() -> None:
    assert displayed(COURT, ()) is None


def test_its_words_say_at_which_delta_or_why_it_is_not_known() -> None:
    assert displayed_words(Displayed(Fraction("1.73"), Fraction(1, 10**6))) == "ε 1.73 at δ 0.000001"
    assert "not computed, since so many" in displayed_words(Displayed(None, Fraction(1, 10**6)))
