"""Privacy losses: at least the divergence by definition, at least the reference's, and little above both."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from math import exp, inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from divergence import delta, gaussian, joint, laplace, moved
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.privacy.accounting.discrete import (
    gaussian_losses,
    laplace_losses,
    log_excess_of_sum,
    smooth_losses,
)
from personatwin_sql.privacy.accounting.events import (
    Event,
    Gaussian,
    Joint,
    Laplace,
    PartitionSelection,
    RandomisedResponse,
    Threshold,
)
from personatwin_sql.privacy.accounting.losses import composed, rounded_up, spread
from personatwin_sql.privacy.accounting.pld import privacy_losses
from personatwin_sql.privacy.accounting.product import Column, delta_of_gaussians
from personatwin_sql.privacy.noise.partition_selection import chances_of_showing

REFERENCE = json.loads((Path(__file__).parent / "dp_accounting.json").read_text(encoding="utf-8"))
EPSILONS = (0.05, 0.3, 1.0, 2.0)


def recorded(case: dict[str, Any]) -> list[Event]:
    made = {"laplace": Fraction, "gaussian": lambda sigma: Fraction(sigma) ** 2}
    laws: dict[str, Any] = {"laplace": Laplace, "gaussian": Gaussian}
    return [laws[law](made[law](scale), shift, times) for law, scale, shift, times in case["events"]]


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: str(case["events"]))
def test_dp_accounting_never_reports_more(case: dict[str, Any]) -> None:
    losses = privacy_losses(recorded(case))
    for given_delta, reported, tightest in case["epsilons"]:
        assert reported <= losses.epsilon(given_delta) <= reported * 1.01
        assert tightest <= losses.epsilon(given_delta)
    for given_epsilon, reported, _ in case["deltas"]:
        assert reported - 1e-14 <= losses.delta(given_epsilon) <= reported * 1.01 + 1e-9


@pytest.mark.parametrize("epsilon", EPSILONS)
@pytest.mark.parametrize(("scale", "shift", "times"), [("2", 1, 3), ("3/2", 2, 2), ("10", 7, 2), ("1", 1, 1)])
def test_laplace_noise_costs_at_least_its_divergence(
    scale: str, shift: int, times: int, epsilon: float
) -> None:
    reach = 40 if times == 3 else 300
    exact = delta(joint([moved(laplace(Fraction(scale), reach), shift)] * times), epsilon)
    found = privacy_losses([Laplace(Fraction(scale), shift, times)]).delta(epsilon)
    left_out = 2 * times * exp(-reach / Fraction(scale))
    assert exact - left_out - 1e-15 <= found <= exact * 1.01 + 1e-4


@pytest.mark.parametrize("epsilon", EPSILONS)
@pytest.mark.parametrize(
    ("variance", "shift", "groups"),
    [("1/2", 1, 1), ("1/2", 1, 2), ("1", 1, 3), ("9", 1, 2), ("9", 4, 1), ("100", 3, 2), ("1/10", 1, 1)],
)
def test_gaussian_noise_costs_at_least_its_divergence(
    variance: str, shift: int, groups: int, epsilon: float
) -> None:
    law = gaussian(Fraction(variance), int(9 * float(Fraction(variance)) ** 0.5) + 9)
    pair = joint([moved(law, shift)] * groups)
    exact = delta(pair, epsilon)
    shown = privacy_losses([Gaussian(Fraction(variance), shift, groups)]).delta(epsilon)
    proven = delta_of_gaussians([Column(float(Fraction(variance)), shift, groups)], epsilon)
    nearly = delta(pair, epsilon * 0.999)
    assert exact * (1 - 1e-9) - 1e-15 <= shown <= delta(pair, epsilon * 0.999 - groups * 1e-4) + 1e-10
    assert exact * (1 - 1e-9) - 1e-15 <= proven <= nearly + 1e-12


@pytest.mark.parametrize("epsilon", EPSILONS)
def test_columns_of_different_noise_cost_at_least_their_divergence(epsilon: float) -> None:
    laws = [(Fraction(9), 1, 1), (Fraction(36), 5, 1), (Fraction(4), 1, 1)]
    pair = joint([moved(gaussian(v, int(8 * float(v) ** 0.5)), s) for v, s, _ in laws])
    proven = delta_of_gaussians([Column(float(v), s, n) for v, s, n in laws], epsilon)
    assert delta(pair, epsilon) * (1 - 1e-9) <= proven <= delta(pair, epsilon * 0.999)


@pytest.mark.parametrize("sigma", [2500, 6000, 12_000])
@pytest.mark.parametrize("epsilon", EPSILONS)
def test_taking_large_noise_as_continuous_never_hides_a_cost(sigma: int, epsilon: float) -> None:
    shift = sigma // 3
    pair = moved(gaussian(Fraction(sigma) ** 2, 9 * sigma), shift)
    exact, nearly = delta(pair, epsilon), delta(pair, epsilon * 0.999 - 3e-4)
    alone = delta_of_gaussians([Column(float(sigma**2), shift, 1)], epsilon)
    assert exact * (1 - 1e-9) <= alone <= nearly
    smooth = rounded_up(*smooth_losses(float(sigma**2), shift, 1e-4), 1e-4, 0.0)
    assert exact * (1 - 1e-9) <= smooth.delta(epsilon) <= nearly
    mixed = [Column(float(sigma**2), shift, 1), Column(9.0, 1, 1)]
    losses = [gaussian_losses(float(sigma**2), shift), gaussian_losses(9.0, 1)]
    fine = composed([(spread(*pair, 1e-3, 0.0), 1) for pair in losses])
    assert (
        fine.delta(epsilon) * (1 - 1e-4)
        <= delta_of_gaussians(mixed, epsilon)
        <= fine.delta(epsilon * 0.999 - 3e-4)
    )


@pytest.mark.parametrize("epsilon", [0.01, 0.1, 0.3, 1.0])
@pytest.mark.parametrize("sigma", [2, 3, 7])
def test_a_continuous_law_plus_one_lies_above_the_discrete_one(sigma: int, epsilon: float) -> None:
    exact = delta(moved(gaussian(Fraction(sigma**2), 12 * sigma), 1), epsilon)
    assert exact <= rounded_up(*smooth_losses(float(sigma**2), 1, 2e-4), 2e-4, 0.0).delta(epsilon)


@pytest.mark.parametrize("epsilon", [0.3, 1.0])
def test_large_noise_on_several_groups_adds_up(epsilon: float) -> None:
    one = spread(*gaussian_losses(3000.0**2, 500), 1e-3, 0.0)
    proven = delta_of_gaussians([Column(3000.0**2, 500, 3)], epsilon)
    several = composed([(one, 3)])
    assert several.delta(epsilon) * (1 - 1e-4) <= proven <= several.delta(epsilon * 0.999 - 3e-4)


@pytest.mark.parametrize("variance", [0.3, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("count", [2, 3, 6])
def test_summed_gaussians_are_as_near_to_one_as_the_theorem_says(variance: float, count: int) -> None:
    one, total = gaussian(Fraction(variance), 12), gaussian(Fraction(variance * count), 12 * count)
    added = one
    for _ in range(count - 1):
        added = np.convolve(added, one)
    near = slice(12 * count - 6, 12 * count + 7)
    worst = float(np.abs(np.log(added[near] / total[near])).max())
    assert worst <= log_excess_of_sum(variance, count) + 1e-12


@given(st.integers(1, 300), st.fractions(min_value="0.2", max_value=400, max_denominator=8))
def test_masses_of_laplace_losses_sum_to_one_on_both_sides(shift: int, scale: Fraction) -> None:
    losses, masses = laplace_losses(scale, shift)
    assert masses.sum() == pytest.approx(1, abs=1e-12)
    if shift / scale < 200:
        assert (masses * np.exp(-losses)).sum() == pytest.approx(1, rel=1e-9)


def test_a_move_of_millions_is_rounded_up_in_blocks() -> None:
    coarse = rounded_up(*laplace_losses(Fraction(10_000_000), 10_000_000), 1e-3, 0.0)
    exact = 1 - exp((0.5 - 1) / 2)  # of continuous noise with ε = 1
    assert exact <= coarse.delta(0.5) <= exact * 1.003


@given(
    st.lists(st.floats(-3, 3), min_size=2, max_size=8),
    st.lists(st.floats(0.01, 1), min_size=8, max_size=8),
    st.floats(0, 3),
    st.sampled_from([0.5, 0.1, 0.01]),
)
def test_no_way_onto_the_grid_hides_a_cost(
    losses: list[float], weights: list[float], epsilon: float, step: float
) -> None:
    values, masses = np.array(losses), np.array(weights[: len(losses)]) / sum(weights[: len(losses)])
    exact = float((masses * np.maximum(0, -np.expm1(epsilon - values))).sum())
    up, between = rounded_up(values, masses, step, 0.0), spread(values, masses, step, 0.0)
    assert up.delta(epsilon) >= exact * (1 - 1e-12)
    assert up.delta(epsilon) * (1 + 1e-9) >= between.delta(epsilon) - 1e-12
    assert between.delta(epsilon) >= exact * (1 - 1e-12)
    twice = composed([(between, 2)])
    pairs = np.add.outer(values, values).ravel()
    both = float((np.outer(masses, masses).ravel() * np.maximum(0, -np.expm1(epsilon - pairs))).sum())
    assert twice.delta(epsilon) >= both * (1 - 1e-9)


@given(st.floats(1e-8, 0.3), st.integers(1, 5), st.integers(1, 4))
def test_epsilon_and_delta_undo_each_other(small: float, shift: int, groups: int) -> None:
    losses = privacy_losses([Gaussian(Fraction(25), shift, groups)], step=1e-2)
    epsilon = losses.epsilon(small)
    assert losses.delta(epsilon) <= small * (1 + 1e-6)
    assert epsilon == 0 or losses.delta(epsilon * 0.999 - 1e-9) >= small * (1 - 1e-6)


@given(st.integers(1, 6), st.floats(1e-8, 0.1))
def test_one_more_group_never_costs_less(groups: int, small: float) -> None:
    def of(number: int) -> float:
        return privacy_losses([Gaussian(Fraction(25), 1, number)], step=1e-2).epsilon(small)

    assert of(groups) <= of(groups + 1)


def test_delta_of_chosen_keys_is_loss_without_limit() -> None:
    losses = privacy_losses(
        [Threshold(Fraction(1, 1000)), PartitionSelection(Fraction(1), Fraction(1, 1000), 2)]
    )
    assert losses.epsilon(0.0019) == inf
    assert 0 < losses.epsilon(0.0021) <= 1.0001


@pytest.mark.parametrize("groups", [1, 2, 3])
@pytest.mark.parametrize(("epsilon", "small"), [("1", "1e-3"), ("1/3", "1e-6"), ("3", "1e-2")])
def test_keys_chosen_by_the_law_cost_at_least_its_divergence(epsilon: str, small: str, groups: int) -> None:
    """Of a person who comes to groups of any size, each of which is shown or not: whichever tells most."""
    law = Fraction(epsilon), Fraction(small)
    shown = [low / 2.0**80 for low, _ in chances_of_showing(*law, 80)]
    losses = privacy_losses([PartitionSelection(law[0] * groups, law[1] * groups, groups)])
    for at in (0.0, float(law[0]) / 2, float(law[0]) * groups * 0.9):
        for less, more in pairwise(shown):
            one, other = np.array([less, 1 - less]), np.array([more, 1 - more])
            for pair in ((one, other), (other, one)):
                assert delta(joint([pair] * groups), at) <= losses.delta(at) + 1e-12


def test_all_of_the_delta_that_chosen_keys_may_take_leaves_a_finite_epsilon() -> None:
    """At most one of ten groups is told with certainty with less than ten times the chance of each."""
    small = Fraction(1, 10**5)
    losses = privacy_losses([PartitionSelection(Fraction(3), 10 * small, 10)])
    assert 2.9 < losses.epsilon(float(10 * small)) <= 3.001
    assert losses.epsilon(float(10 * small) * (1 - 1e-4)) == inf


def test_a_joint_release_is_read_by_its_events() -> None:
    parts = (Laplace(Fraction(2), 1, 2), RandomisedResponse(Fraction(1, 10), 2))
    whole = privacy_losses([Joint(Guarantee(Fraction(9), Fraction(0)), parts)])
    assert whole.delta(0.5) == privacy_losses(parts).delta(0.5)
    assert whole.epsilon(1e-4) <= 1.2 + 4e-4


def test_nothing_costs_nothing() -> None:
    assert privacy_losses([]).delta(0) == 0
    assert privacy_losses([]).epsilon(0) == 0
