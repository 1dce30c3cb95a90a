"""Calibrated noise keeps its promise by sums that it did not use, and is little more than the least."""

from __future__ import annotations

from fractions import Fraction
from math import erfc, exp, sqrt

import numpy as np
import pytest
from divergence import delta as divergence
from divergence import gaussian, joint, moved
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.accounting.calibration import calibrated, gaussian_error, laplace_error
from personatwin_sql.privacy.accounting.conversion import epsilon_of_rho
from personatwin_sql.privacy.accounting.declared import Guarantee, InvalidBudget
from personatwin_sql.privacy.accounting.events import (
    Exponential,
    Gaussian,
    Laplace,
    PartitionSelection,
    Threshold,
    selection_delta,
)
from personatwin_sql.privacy.accounting.pld import privacy_losses
from personatwin_sql.privacy.accounting.release import Calibration, Measured, Quantiles

MILLIONTH = Fraction(1, 10**6)
ONE = Guarantee(Fraction(1), MILLIONTH)
VISITS = (Measured("county", "visits", 5, 2), Measured("county", "amount", 5, 100))
"""At most 5 groups of 2 rows each, amounts in [0, 50]."""

column = st.builds(
    Measured,
    st.sampled_from(["county", "total"]),
    st.just("number"),
    st.integers(1, 30),
    st.integers(1, 1000),
    st.sampled_from([Fraction(1), Fraction(1, 3), Fraction(7)]),
)
guarantees = st.builds(
    Guarantee,
    st.sampled_from([Fraction("0.05"), Fraction("0.5"), Fraction(1), Fraction(4)]),
    st.sampled_from([MILLIONTH, Fraction(1, 10**4), Fraction(1, 10**9)]),
)


def errors(calibration: Calibration) -> list[float]:
    return [scale.error for scale in calibration.scales]


def continuous(mu: float, epsilon: float) -> float:
    """δ of the continuous Gaussian mechanism (Balle & Wang 2018)."""
    reached = erfc((epsilon / mu - mu / 2) / sqrt(2)) / 2
    return reached - exp(epsilon) * erfc((epsilon / mu + mu / 2) / sqrt(2)) / 2


def test_the_anchor_of_public_keys_is_met_by_both_mechanisms() -> None:
    laplace, gaussian = calibrated(VISITS, ONE, "laplace"), calibrated(VISITS, ONE, "gaussian")
    assert errors(laplace) == pytest.approx([28.28, 1414.2], rel=1e-3)
    assert errors(gaussian) == pytest.approx([26.73, 1336.0], rel=1e-3)
    assert calibrated(VISITS, ONE) == gaussian


def test_few_contributions_take_laplace_noise_without_delta() -> None:
    once = calibrated([Measured("county", "people", 1, 1)], ONE)
    assert once.mechanism == "laplace"
    assert once.scales[0].scale == 1
    assert once.joint.guarantee == Guarantee(Fraction(1), Fraction(0))


def test_laplace_scales_spend_epsilon_exactly() -> None:
    found = calibrated(VISITS, ONE, "laplace")
    assert [scale.scale for scale in found.scales] == [20, 1000]
    assert sum((event.guarantee.epsilon for event in found.joint.events if event.guarantee), Fraction(0)) == 1


def test_a_scale_that_rounding_made_too_small_is_raised() -> None:
    epsilon = 1 - Fraction(1, 10**14)
    found = calibrated([Measured("county", "people", 1, 1)], Guarantee(epsilon, Fraction(0)))
    assert 1 < 1 / epsilon <= found.scales[0].scale <= Fraction(1001, 1000)


@pytest.mark.parametrize("delta", ["0.2", "1e-3", "1e-6", "1e-9"])
@pytest.mark.parametrize("epsilon", ["0.5", "1", "2", "4", "8"])
@pytest.mark.parametrize("moves", [(1,), (3,), (1, 2), (1, 1)])
def test_the_divergence_of_gaussian_noise_is_within_delta(
    moves: tuple[int, ...], epsilon: str, delta: str
) -> None:
    columns = [Measured("county", str(place), 1, move) for place, move in enumerate(moves)]
    found = calibrated(columns, Guarantee(Fraction(epsilon), Fraction(delta)), "gaussian")
    laws = [gaussian(s.scale**2, int(8 * s.scale) + 3) for s in found.scales]
    pairs = [moved(law, s.of.per_group) for law, s in zip(laws, found.scales, strict=True)]
    assert divergence(joint(pairs), float(Fraction(epsilon))) <= float(Fraction(delta))


@given(st.lists(column, min_size=1, max_size=5), guarantees)
def test_laplace_noise_never_exceeds_epsilon(columns: list[Measured], guarantee: Guarantee) -> None:
    found = calibrated(columns, guarantee, "laplace")
    spent = sum((Fraction(s.of.groups * s.of.per_group) / s.scale for s in found.scales), Fraction(0))
    assert guarantee.epsilon * Fraction(997, 1000) <= spent <= guarantee.epsilon


@given(st.lists(column, min_size=1, max_size=4), guarantees)
def test_gaussian_noise_is_what_continuous_noise_needs_and_little_more(
    columns: list[Measured], guarantee: Guarantee
) -> None:
    found = calibrated(columns, guarantee, "gaussian")
    mu = sqrt(sum(s.of.groups * float(s.of.per_group / s.scale) ** 2 for s in found.scales))
    epsilon, delta = float(guarantee.epsilon), float(guarantee.delta)
    assert found.proof == "losses"
    assert continuous(mu, epsilon) <= delta * 1.02
    assert continuous(mu * 1.03, epsilon) > delta


@pytest.mark.parametrize("columns", [VISITS, VISITS[:1], (*VISITS, Measured("", "visits", 1, 10))])
@pytest.mark.parametrize("epsilon", ["0.2", "1", "3"])
def test_the_display_agrees_with_the_calibration(columns: tuple[Measured, ...], epsilon: str) -> None:
    found = calibrated(columns, Guarantee(Fraction(epsilon), MILLIONTH), "gaussian")
    groups = sum(measured.groups for measured in columns)
    shown = privacy_losses([found.joint]).epsilon(1e-6)
    assert float(Fraction(epsilon)) * 0.998 <= shown <= float(Fraction(epsilon)) + groups * 1e-4


def test_where_losses_are_too_small_to_add_up_rho_is_the_proof() -> None:
    guarantee = Guarantee(Fraction(1), Fraction(1, 10**20))
    found = calibrated((*VISITS[:1], Measured("county", "people", 5, 1)), guarantee, "gaussian")
    assert found.proof == "rho"
    assert found.joint.rho > 0
    assert epsilon_of_rho(found.joint.rho, guarantee.delta) <= 1


def test_weights_move_error_from_one_measure_to_another() -> None:
    for mechanism, power in (("laplace", 1 / 3), ("gaussian", 1 / 4)):
        favoured = Measured("county", "visits", 5, 2, Fraction(16))
        found = calibrated((favoured, VISITS[1]), ONE, mechanism)  # type: ignore[arg-type]
        count, amount = (float(scale.scale / scale.of.per_group) for scale in found.scales)
        assert amount / count == pytest.approx(16**power, rel=1e-3)


def test_shares_of_grouping_sets_are_the_best_ones() -> None:
    sets = [Measured("county", "visits", 5, 2), Measured("", "visits", 1, 10)]
    for mechanism in ("laplace", "gaussian"):
        best = calibrated(sets, ONE, mechanism)  # type: ignore[arg-type]
        for weight in (Fraction(1, 2), Fraction(2)):
            other = [sets[0], Measured("", "visits", 1, 10, weight)]
            found = calibrated(other, ONE, mechanism)  # type: ignore[arg-type]
            unweighted = sum((s.error / s.of.per_group) ** 2 for s in found.scales)
            assert best.loss <= unweighted * 1.002


def test_each_grouping_set_adds_to_the_noise_of_all() -> None:
    alone = calibrated(VISITS, ONE)
    more = calibrated((*VISITS, Measured("", "visits", 1, 10)), ONE)
    assert errors(more)[0] > errors(alone)[0]


def test_quantiles_take_their_share_over_all_groups() -> None:
    found = calibrated(VISITS, ONE, "laplace", quantiles=Quantiles(Fraction(1, 5), 3, 5))
    assert found.joint.events[-1] == Exponential(Fraction(1, 75), 15)
    assert sum((e.guarantee.epsilon for e in found.joint.events if e.guarantee), Fraction(0)) <= 1
    assert errors(found) == pytest.approx([28.28 / 0.8, 1414.2 / 0.8], rel=1e-3)


def test_a_release_of_quantiles_alone_takes_the_whole() -> None:
    found = calibrated((), ONE, quantiles=Quantiles(Fraction(1), 1, 2))
    assert found.joint.events == (Exponential(Fraction(1, 2), 2),)
    assert found.joint.guarantee == Guarantee(Fraction(1), Fraction(0))


def test_private_keys_take_their_part_of_delta() -> None:
    gaussian = calibrated(VISITS, ONE, "gaussian", selection=MILLIONTH / 2)
    assert gaussian.joint.events[-1] == Threshold(MILLIONTH / 2)
    assert gaussian.joint.guarantee == ONE
    assert errors(gaussian)[0] > errors(calibrated(VISITS, ONE, "gaussian"))[0]
    laplace = calibrated(VISITS, ONE, "laplace", selection=MILLIONTH)
    assert laplace.joint.guarantee == ONE


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (((), ONE), "without a measure"),
        ((VISITS, Guarantee(Fraction(0), MILLIONTH)), "epsilon must be above 0"),
        ((VISITS, Guarantee(Fraction(1), Fraction(1))), "below 1"),
        ((VISITS, Guarantee(Fraction(1), Fraction(0)), "gaussian"), "Gaussian noise needs a delta"),
        ((VISITS, ONE, "gaussian", MILLIONTH), "beside that of the keys"),
        ((VISITS, Guarantee(Fraction(1), Fraction(0)), "auto", MILLIONTH), "private keys need a delta"),
        ((VISITS, ONE, "auto", 2 * MILLIONTH), "no more than delta"),
        ((VISITS, ONE, "auto", Fraction(0)), "above 0"),
        (((Measured("county", "visits", 0, 2),), ONE), "`visits`: groups"),
        (((Measured("county", "visits", 1, 0),), ONE), "needs no noise"),
        ((VISITS, ONE, "auto", None, Quantiles(Fraction(1), 1, 1)), "share of epsilon"),
        ((VISITS, ONE, "auto", None, Quantiles(Fraction(1, 2), 0, 1)), "at least 1"),
        ((VISITS, ONE, "gaussian", MILLIONTH / 2, None, VISITS[:1]), "choose laplace"),
    ],
)
def test_what_no_noise_can_do_is_refused(arguments: tuple[object, ...], said: str) -> None:
    with pytest.raises(InvalidBudget, match=said):
        calibrated(*arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("scale", ["0.3", "1", "5/2", "7"])
def test_expected_errors_are_those_of_the_laws(scale: str) -> None:
    x = np.arange(-2000, 2001, dtype=np.float64)
    for error, weights in (
        (laplace_error, np.exp(-np.abs(x) / float(Fraction(scale)))),
        (gaussian_error, np.exp(-(x**2) / (2 * float(Fraction(scale)) ** 2))),
    ):
        exact = sqrt(float((x**2 * weights).sum() / weights.sum()))
        assert error(Fraction(scale)) == pytest.approx(exact, rel=1e-3)


@given(st.lists(column, min_size=1, max_size=4), guarantees)
def test_scales_are_short_fractions(columns: list[Measured], guarantee: Guarantee) -> None:
    for scale in calibrated(columns, guarantee).scales:
        assert scale.scale.numerator.bit_length() <= 64
        assert scale.scale.denominator & (scale.scale.denominator - 1) == 0


def test_keys_chosen_by_exact_counts_cost_what_noise_on_these_would() -> None:
    """The columns get the noise that they had beside a noisy count; δ is shared by all groups of all sets."""
    choosers = [Measured("county", "people", 5, 1, Fraction(4)), Measured("all", "people", 2, 1, Fraction(4))]
    hidden = calibrated([*VISITS, *choosers], ONE, "laplace", MILLIONTH)
    found = calibrated(VISITS, ONE, "laplace", MILLIONTH, choosers=choosers)
    assert found.scales == hidden.scales[:2]
    assert [each.epsilon for each in found.selections] == [1 / scale.scale for scale in hidden.scales[2:]]
    assert [each.delta for each in found.selections] == [MILLIONTH / 10, MILLIONTH / 4]
    assert found.joint.events[2:] == tuple(
        PartitionSelection(each.epsilon * groups, MILLIONTH / 2, groups)
        for each, groups in zip(found.selections, (5, 2), strict=True)
    )
    assert found.joint.guarantee == ONE
    spent = sum((event.guarantee.epsilon for event in found.joint.events if event.guarantee), Fraction(0))
    assert 0.999 < spent <= 1


def test_quantiles_and_chosen_keys_need_no_column() -> None:
    chooser = Measured("county", "people", 2, 1)
    found = calibrated((), ONE, "laplace", MILLIONTH, Quantiles(Fraction(1, 4), 1, 2), choosers=[chooser])
    assert found.scales == ()
    assert found.joint.events == (
        Exponential(Fraction(1, 8), 2),
        PartitionSelection(found.selections[0].epsilon * 2, MILLIONTH, 2),
    )
    assert found.selections[0].epsilon == pytest.approx(0.375, rel=1e-3)


def test_a_delta_that_sql_cannot_write_is_rounded_down() -> None:
    for delta in (Fraction(1, 10**30), Fraction(1, 3 * 10**18) + Fraction(1, 10**40)):
        chooser = Measured("county", "people", 3, 1)
        found = calibrated(VISITS, Guarantee(Fraction(1), delta), "laplace", delta, choosers=[chooser])
        (each,) = found.selections
        assert 0 <= delta / 3 - each.delta < Fraction(1, 2**62)
        assert each.delta.denominator < 2**63
        assert selection_delta(found.joint) == 3 * each.delta


def test_more_budget_is_less_noise() -> None:
    for mechanism in ("laplace", "gaussian"):
        by_epsilon = [
            calibrated(VISITS, Guarantee(Fraction(e), MILLIONTH), mechanism).loss  # type: ignore[arg-type]
            for e in ("0.1", "0.5", "1", "2", "8")
        ]
        assert by_epsilon == sorted(by_epsilon, reverse=True)
    by_delta = [
        calibrated(VISITS, Guarantee(Fraction(1), Fraction(1, 10**d)), "gaussian").loss for d in (3, 6, 9, 12)
    ]
    assert by_delta == sorted(by_delta)


def test_events_say_what_the_sampler_draws() -> None:
    laplace, gaussian = calibrated(VISITS, ONE, "laplace"), calibrated(VISITS, ONE, "gaussian")
    assert laplace.joint.events == tuple(
        Laplace(s.scale, s.of.per_group, s.of.groups) for s in laplace.scales
    )
    assert gaussian.joint.events == tuple(
        Gaussian(s.scale**2, s.of.per_group, s.of.groups) for s in gaussian.scales
    )
