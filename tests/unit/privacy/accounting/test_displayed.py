"""The figure for display: never below the reference or the truth, never above what an accountant proved."""

from __future__ import annotations

import json
from fractions import Fraction
from math import inf
from pathlib import Path
from typing import Any

import pytest
from divergence import delta, gaussian, joint, laplace, moved
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.accounting.basic import Basic
from personatwin_sql.privacy.accounting.calibration import calibrated
from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.privacy.accounting.displayed import LONGEST, displayed_epsilon, seconds_for
from personatwin_sql.privacy.accounting.events import (
    Event,
    Exponential,
    Gaussian,
    Joint,
    Laplace,
    PartitionSelection,
    RandomisedResponse,
    Threshold,
)
from personatwin_sql.privacy.accounting.pld import counted_events
from personatwin_sql.privacy.accounting.release import Measured, Quantiles
from personatwin_sql.privacy.accounting.zcdp import Zcdp

REFERENCE = json.loads((Path(__file__).parent / "dp_accounting.json").read_text(encoding="utf-8"))
QUICK = [case for case in REFERENCE["cases"] if case["epsilons"][0][1] < 8]
SMALL = Fraction(1, 10**6)
PEOPLE = Measured("county", "people", 5, 1)
ROWS = Measured("county", "rows", 5, 2)


def recorded(case: dict[str, Any]) -> list[Event]:
    return [
        Laplace(Fraction(scale), shift, times)
        if law == "laplace"
        else Gaussian(Fraction(scale) ** 2, shift, times)
        for law, scale, shift, times in case["events"]
    ]


def releases() -> list[Joint]:
    """One of each kind: Laplace noise with private keys, quantiles, Gaussian noise, keys without a count."""
    half = Guarantee(Fraction(1, 2), SMALL / 5)
    return [
        calibrated([PEOPLE, ROWS], half, "laplace", half.delta).joint,
        calibrated([ROWS], half, "laplace", None, Quantiles(Fraction(1, 2), 3, 5)).joint,
        calibrated([PEOPLE, ROWS], half, "gaussian").joint,
        calibrated([PEOPLE, ROWS], half, "gaussian", half.delta / 2).joint,
        calibrated([ROWS], half, "laplace", half.delta, choosers=[PEOPLE]).joint,
    ]


def shown(events: list[Event] | list[Joint], epsilon: object = 1000, small: Fraction = SMALL) -> Fraction:
    found = displayed_epsilon(events, Guarantee(Fraction(str(epsilon)), small))
    assert found is not None
    return found


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: str(case["events"]))
def test_the_reference_is_never_undercut_nor_passed_by_more_than_one_in_a_hundred(
    case: dict[str, Any],
) -> None:
    for given_delta, reported, _ in case["epsilons"]:
        assert reported <= shown(recorded(case), small=Fraction(given_delta)) <= reported * 1.01


@pytest.mark.parametrize("case", QUICK, ids=lambda case: str(case["events"]))
def test_what_comes_besides_never_lowers_it(case: dict[str, Any]) -> None:
    more: list[Event] = [
        Exponential(Fraction(1, 100), 3),
        Threshold(SMALL / 4),
        PartitionSelection(Fraction(1, 10), SMALL / 4, 2),
        RandomisedResponse(Fraction(1, 10), 2),
    ]
    (reported,) = (reported for given_delta, reported, _ in case["epsilons"] if given_delta == 1e-6)
    assert reported < shown([*recorded(case), *more])


def test_each_release_more_is_seen_and_the_sum_is_never_reached() -> None:
    drawn = releases()
    figures = [shown(drawn[: count + 1]) for count in range(len(drawn))]
    assert figures == sorted(set(figures))
    proven = Basic(Fraction(3), SMALL).spent(drawn)
    assert proven == Guarantee(Fraction(5, 2), SMALL * 4 / 5)
    assert figures[-1] < proven.epsilon
    assert figures[-1] <= shown(drawn, small=SMALL / 2)


def test_many_releases_cost_less_than_by_any_accountant() -> None:
    drawn = releases() * 4
    zcdp = Zcdp.of(Fraction(20), 2 * SMALL * 4, SMALL * 4)
    by_rho, by_sum = zcdp.guarantee(zcdp.spent(drawn)), Basic(Fraction(20), SMALL * 4).spent(drawn)
    assert shown(drawn, small=by_rho.delta) < by_rho.epsilon < by_sum.epsilon


def test_it_is_at_least_the_divergence_by_definition() -> None:
    pair = joint([moved(laplace(Fraction(2), 60), 1), moved(gaussian(Fraction(9), 27), 1)])
    found = shown([Laplace(Fraction(2), 1, 1), Gaussian(Fraction(9), 1, 1)], small=Fraction(1, 1000))
    assert delta(pair, float(found)) <= 1e-3 < delta(pair, float(found) * 0.99)


def test_without_a_delta_it_is_the_sum() -> None:
    assert shown([Laplace(Fraction(3), 1, 2)], "0.7", Fraction(0)) == Fraction(7, 10)


@pytest.mark.parametrize("proven", ["0.001", "0.7"])
def test_it_is_never_above_what_was_proven(proven: str) -> None:
    assert shown([Laplace(Fraction(3), 1, 3)], proven) == Fraction(proven)


def test_keys_that_take_all_of_the_delta_leave_what_was_proven() -> None:
    assert shown([Laplace(Fraction(3), 1, 2), Threshold(SMALL)], "0.7") == Fraction(7, 10)
    assert shown([Laplace(Fraction(3), 1, 2), Threshold(2 * SMALL)], "0.7") == Fraction(7, 10)


def test_noise_that_hides_all_still_costs_something() -> None:
    assert 0 < shown([Laplace(Fraction(10**30), 1, 1)]) <= Fraction(1, 1000)
    assert shown([Laplace(Fraction(10**30), 1, 1)], Fraction(1, 10**30)) == Fraction(1, 10**30)


@pytest.mark.parametrize(
    "event",
    [
        Laplace(Fraction(1, 10**9), 1, 1),
        Laplace(Fraction(1, 10**400), 1, 1),
        Laplace(Fraction(1), 5, 1000),
        Gaussian(Fraction(1, 10**40), 1, 1),
        Gaussian(Fraction(1, 10**400), 1, 1),
        Gaussian(Fraction(10**400), 1, 1),
        Laplace(Fraction(1, 10**200), 1, 1),
        Laplace(Fraction(1), 1, 10**400),
        Exponential(Fraction(10**9), 1),
        Exponential(Fraction(2), 10**6),
    ],
    ids=repr,
)
def test_what_reaches_too_far_is_not_computed(event: Event) -> None:
    assert displayed_epsilon([event], Guarantee(Fraction(10**12), SMALL)) is None


@pytest.mark.parametrize(
    "event", [Laplace(Fraction(10**40), 10**38, 2), Gaussian(Fraction(10**80), 10**38, 2)]
)
def test_moves_of_any_size_are_computed(event: Event) -> None:
    assert Fraction(1, 100) < shown([event]) < Fraction(1, 10)


def test_so_many_different_noises_are_not_computed_but_the_same_ones_are() -> None:
    different = [Laplace(Fraction(50_000 + number), 100, 5) for number in range(1500)]
    assert displayed_epsilon(different, Guarantee(Fraction(100), SMALL)) is None
    assert shown(different[:1] * 1500) < 15
    assert seconds_for(counted_events(different[:150])) < LONGEST < seconds_for(counted_events(different))


@given(
    st.lists(
        st.one_of(
            st.builds(Laplace, st.fractions("0.001", 10**12), st.integers(1, 10**9), st.integers(1, 10**4)),
            st.builds(Gaussian, st.fractions("0.001", 10**12), st.integers(1, 10**9), st.integers(1, 10**4)),
            st.builds(Exponential, st.fractions("0.001", 10**6), st.integers(1, 10**6)),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_how_long_it_takes_is_told_of_all_noise_beforehand(events: list[Event]) -> None:
    expected = seconds_for(counted_events(events))
    assert 2e-4 <= expected < inf
    assert seconds_for(counted_events(events * 2)) >= expected
