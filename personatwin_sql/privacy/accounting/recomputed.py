"""What recorded events cost, computed a second time: another way than that by which noise was calibrated."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import erfc, exp, fsum, sqrt

from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.privacy.accounting.events import Event, Gaussian, Joint, check, selection_delta


def recomputed(joint: Joint) -> Guarantee:
    """(ε, δ) of the events of a release. Raises InvalidEvent.

    What has an ε of its own adds up. Gaussian noise is taken as continuous, at the ε that was promised less
    the rest (Balle & Wang 2018): a check of the discrete law, which is what is proven, and not its proof.
    """
    check(joint)
    pure, delta = _own(joint.events), selection_delta(joint)
    gaussian = [event for event in joint.events if isinstance(event, Gaussian)]
    if not gaussian:
        return Guarantee(pure, delta)
    mu = sqrt(fsum(event.groups * event.per_group**2 / float(event.variance) for event in gaussian))
    left = joint.guarantee.epsilon - pure
    if left <= 0:
        return Guarantee(pure, Fraction(1))
    return Guarantee(joint.guarantee.epsilon, delta + Fraction(_continuous(mu, float(left))))


def _own(events: Iterable[Event]) -> Fraction:
    known = (event.guarantee for event in events)
    return sum((guarantee.epsilon for guarantee in known if guarantee is not None), Fraction(0))


def _continuous(mu: float, epsilon: float) -> float:
    """Φ(μ/2 − ε/μ) − e^ε · Φ(−μ/2 − ε/μ)."""
    return max(0.0, _normal(mu / 2 - epsilon / mu) - exp(min(epsilon, 700)) * _normal(-mu / 2 - epsilon / mu))


def _normal(x: float) -> float:
    """Φ(x)."""
    return erfc(-x / sqrt(2)) / 2
