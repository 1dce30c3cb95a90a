"""Budgets are kept to the last fraction, whatever is asked for next in sight of what was answered."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.accounting.basic import Basic
from personatwin_sql.privacy.accounting.conversion import epsilon_of_rho
from personatwin_sql.privacy.accounting.declared import NOTHING, Guarantee, InvalidBudget
from personatwin_sql.privacy.accounting.events import (
    Event,
    Exponential,
    Gaussian,
    InvalidEvent,
    Joint,
    Laplace,
    PartitionSelection,
    RandomisedResponse,
    Threshold,
    selection_delta,
)
from personatwin_sql.privacy.accounting.zcdp import Spent, Zcdp

MILLIONTH = Fraction(1, 10**6)
counts = st.integers(1, 20)
scales = st.fractions(min_value="0.1", max_value=1000, max_denominator=100)
shares = st.fractions(min_value="0.001", max_value=1, max_denominator=1000)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Laplace, scales, counts, counts),
    st.builds(PartitionSelection, shares, st.just(MILLIONTH / 10), counts),
    st.builds(Threshold, st.just(MILLIONTH / 7)),
    st.builds(Exponential, shares, counts),
    st.builds(RandomisedResponse, shares, counts),
)
gaussians = st.builds(Gaussian, scales, counts, counts)


def pure(epsilon: str) -> Laplace:
    return Laplace(1 / Fraction(epsilon), 1, 1)


def test_a_tenth_and_two_tenths_spend_three_tenths_exactly() -> None:
    budget = Basic(Fraction("0.3"), Fraction(0))
    spent = budget.spent([pure("0.1")])
    assert budget.affordable(spent, [pure("0.2")])
    spent += budget.spent([pure("0.2")])
    assert budget.remaining(spent) == NOTHING
    assert not budget.affordable(spent, [pure("1e-50")])


def test_what_is_asked_for_together_is_afforded_together_or_not() -> None:
    budget = Basic(Fraction(1), Fraction(0))
    assert budget.affordable(NOTHING, [pure("0.5"), pure("0.5")])
    assert not budget.affordable(NOTHING, [pure("0.5"), pure("0.5"), pure("1e-9")])


def test_delta_is_a_limit_of_its_own() -> None:
    budget = Basic(Fraction(1), MILLIONTH)
    assert budget.affordable(NOTHING, [Threshold(MILLIONTH)])
    assert not budget.affordable(NOTHING, [Threshold(MILLIONTH), Threshold(MILLIONTH / 10**9)])


def test_laplace_over_groups_costs_their_share_of_rho() -> None:
    laplace = Laplace(Fraction(20), 2, 5)
    assert laplace.guarantee == Guarantee(Fraction(1, 2), Fraction(0))
    assert laplace.rho == laplace.guarantee.epsilon**2 / (2 * 5)


def test_each_event_costs_what_the_literature_says() -> None:
    assert Gaussian(Fraction(100), 2, 5).rho == Fraction(5 * 4, 200)
    assert Exponential(Fraction(1, 2), 3).rho == 3 * Fraction(1, 4) / 8
    assert RandomisedResponse(Fraction(1, 2), 3).rho == 3 * Fraction(1, 4) / 2
    assert PartitionSelection(Fraction(1), MILLIONTH, 5).rho == Fraction(1, 10)
    assert Threshold(MILLIONTH).rho == 0
    assert selection_delta(PartitionSelection(Fraction(1), MILLIONTH, 5)) == MILLIONTH


def test_gaussian_noise_alone_has_no_epsilon_to_charge() -> None:
    with pytest.raises(InvalidEvent, match="joint release"):
        Basic(Fraction(1), MILLIONTH).spent([Gaussian(Fraction(100), 1, 1)])


def test_a_joint_release_is_charged_what_was_proven_of_it() -> None:
    joint = Joint(
        Guarantee(Fraction(1), MILLIONTH), (Gaussian(Fraction(100), 1, 1), Threshold(MILLIONTH / 2))
    )
    assert Basic(Fraction(1), MILLIONTH).spent([joint]) == joint.guarantee
    spent = Zcdp.of(Fraction(3), 10 * MILLIONTH, MILLIONTH).spent([joint])
    assert spent == Spent(Fraction(1, 200), MILLIONTH / 2)


@pytest.mark.parametrize(
    "event",
    [
        Laplace(Fraction(-20), 2, 5),
        Laplace(Fraction(20), 0, 5),
        Laplace(Fraction(20), 2, -5),
        Laplace(20.0, 2, 5),  # type: ignore[arg-type]
        Gaussian(Fraction(0), 1, 1),
        Threshold(Fraction(-1, 10)),
        Threshold(Fraction(1)),
        Exponential(Fraction(1), -1),
        Exponential(Fraction(1), Fraction(1, 2)),  # type: ignore[arg-type]
        Joint(Guarantee(Fraction(-1), Fraction(0)), ()),
        Joint(Guarantee(Fraction(1), Fraction(0)), (Laplace(Fraction(-1), 1, 1),)),
    ],
)
def test_no_record_refunds_what_was_spent(event: Event | Joint) -> None:
    with pytest.raises(InvalidEvent):
        Basic(Fraction(1), MILLIONTH).spent([event])
    with pytest.raises(InvalidEvent):
        Zcdp.of(Fraction(1), MILLIONTH, MILLIONTH / 2).spent([event])


def test_the_accountant_of_rho_needs_a_delta_to_convert() -> None:
    with pytest.raises(InvalidBudget, match="accountant is basic"):
        Zcdp.of(Fraction(1), Fraction(0), Fraction(0))
    with pytest.raises(InvalidBudget, match="set aside less"):
        Zcdp.of(Fraction(1), MILLIONTH, MILLIONTH)


@given(st.lists(events, max_size=40), st.fractions(min_value="0.1", max_value=3, max_denominator=10))
def test_the_sum_is_never_overspent(asked: list[Event], epsilon: Fraction) -> None:
    budget, spent, granted = Basic(epsilon, MILLIONTH), NOTHING, []
    for event in asked:
        if budget.affordable(spent, [event]):
            spent += budget.spent([event])
            granted.append(event)
    total = sum((event.guarantee for event in granted if event.guarantee), NOTHING)
    assert total == spent
    assert total.epsilon <= epsilon
    assert total.delta <= MILLIONTH
    assert budget.remaining(spent) + spent == Guarantee(epsilon, MILLIONTH)


@given(
    st.lists(st.one_of(events, gaussians), max_size=40),
    st.fractions(min_value="0.1", max_value=3, max_denominator=10),
)
def test_rho_is_never_overspent(asked: list[Event], epsilon: Fraction) -> None:
    budget = Zcdp.of(epsilon, MILLIONTH, MILLIONTH / 2)
    spent, granted = budget.spent([]), []
    for event in asked:
        if budget.affordable(spent, [event]):
            spent += budget.spent([event])
            granted.append(event)
    assert sum((event.rho for event in granted), Fraction(0)) == spent.rho <= budget.rho
    assert sum((selection_delta(event) for event in granted), Fraction(0)) <= MILLIONTH / 2
    assert epsilon_of_rho(spent.rho, MILLIONTH / 2) <= epsilon * (1 + Fraction(1, 10**9))
    assert budget.guarantee(spent).delta <= MILLIONTH


def test_many_small_releases_fit_where_rho_is_counted() -> None:
    small = Gaussian(Fraction(10_000), 1, 1)
    budget = Zcdp.of(Fraction(1), MILLIONTH, Fraction(0))
    assert budget.affordable(budget.spent([]), [small] * 480)
    assert not budget.affordable(budget.spent([]), [small] * 490)
