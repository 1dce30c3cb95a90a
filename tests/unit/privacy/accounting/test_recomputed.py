"""What events cost, computed another way than noise was calibrated: no more than was promised."""

from __future__ import annotations

from fractions import Fraction

import pytest

from personatwin_sql.privacy.accounting.calibration import calibrated
from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.privacy.accounting.events import Exponential, Gaussian, InvalidEvent, Joint, Laplace
from personatwin_sql.privacy.accounting.recomputed import recomputed
from personatwin_sql.privacy.accounting.release import Measured

MICRO = Fraction(1, 10**6)


@pytest.mark.parametrize("mechanism", ["laplace", "gaussian"])
@pytest.mark.parametrize("epsilon", [Fraction(1, 100), Fraction(1), Fraction(8)])
@pytest.mark.parametrize(("groups", "per_group"), [(1, 1), (5, 2), (300, 1), (2, 100_000)])
def test_what_was_calibrated_costs_what_was_promised(
    mechanism: str, epsilon: Fraction, groups: int, per_group: int
) -> None:
    columns = [Measured("0", "n", groups, per_group), Measured("0", "total", groups, 7 * per_group)]
    found = recomputed(calibrated(columns, Guarantee(epsilon, MICRO), mechanism).joint)  # type: ignore[arg-type]
    assert found.epsilon <= epsilon
    assert found.delta <= MICRO
    assert float(found.epsilon) > 0.99 * float(epsilon)


def test_laplace_noise_and_quantiles_add_up_exactly() -> None:
    events = (Laplace(Fraction(32), 2, 4), Exponential(Fraction(1, 8), 2))
    found = recomputed(Joint(Guarantee(Fraction(1, 2), Fraction(0)), events))
    assert found == Guarantee(Fraction(1, 2), Fraction(0))


def test_gaussian_noise_that_is_a_third_too_small_costs_more() -> None:
    columns = [Measured("0", "n", 5, 2)]
    joint = calibrated(columns, Guarantee(Fraction(1), MICRO), "gaussian").joint
    (event,) = joint.events
    assert isinstance(event, Gaussian)
    smaller = Gaussian(event.variance * Fraction(100, 169), event.per_group, event.groups)
    assert recomputed(Joint(joint.guarantee, (smaller,))).delta > MICRO


def test_an_event_that_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidEvent):
        recomputed(Joint(Guarantee(Fraction(1), Fraction(0)), (Laplace(Fraction(0), 1, 1),)))
