"""The risk of each record of a sample with weights: E[1/F | f] (Benedetti & Franconi 1998).

Given f people of a class in the sample, its F people in the population are negative binomial with f successes
of probability p, estimated by p = f / Σ weights of the class. Then E[1/F | f] = (p^f/f)·₂F₁(f, f; f+1; q),
which is p·∫₀¹ (1−t)^{f−1}/(1−qt) dt, with q = 1 − p.
"""

from __future__ import annotations

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.risk import THRESHOLDS

_LONGEST_RECURRENCE = 40
_TERMS = 400


class InvalidWeights(ValueError):
    """A sampling weight is a finite number above 0: the people of the population a record stands for."""

    def __init__(self) -> None:
        super().__init__("a sampling weight is a finite number above 0")


@dataclass(frozen=True)
class IndividualRisk:
    """The risks of all people of the sample; all 0 when there is nobody."""

    people: int
    expected: float
    """Expected re-identifications: the sum of all risks."""
    average: float
    highest: float
    above: tuple[tuple[float, float], ...]
    """Each threshold with the share of people whose risk is above it."""


def individual_risks(people: Codes, weight: Shares) -> Shares:
    """(classes,): the risk of each person of a class; `people` f ≥ 1 and Σ weights of each.

    Where the weights say that the population has no more people than the sample, F is f. Raises
    InvalidWeights.
    """
    if len(weight) and not (np.isfinite(weight).all() and (weight > 0).all()):
        raise InvalidWeights
    share = np.minimum(1.0, people / weight)
    found = np.empty(len(people), dtype=np.float64)
    is_short = (people <= _LONGEST_RECURRENCE) & (share <= 0.5)
    found[is_short] = _by_recurrence(people[is_short], share[is_short])
    found[~is_short] = _by_series(people[~is_short], share[~is_short])
    return found


def individual_risk(people: Codes, weight: Shares, classes: Codes) -> IndividualRisk:
    """The risks of the people of a sample: each row is `classes` classes of `people` with these weights.

    Raises InvalidWeights.
    """
    counts = people * classes
    total = int(counts.sum())
    if not total:
        return IndividualRisk(0, 0.0, 0.0, 0.0, tuple((threshold, 0.0) for threshold in THRESHOLDS))
    risks = individual_risks(people, weight)
    expected = float((risks * counts).sum())
    return IndividualRisk(
        people=total,
        expected=expected,
        average=expected / total,
        highest=float(risks.max()),
        above=tuple((threshold, int(counts[risks > threshold].sum()) / total) for threshold in THRESHOLDS),
    )


def _by_recurrence(people: Codes, share: Shares) -> Shares:
    """I₁ = −log(p)/q, I_{f+1} = (1/f − p·I_f)/q; errors do not grow where p ≤ q."""
    rest = 1 - share
    integral = -np.log(share) / rest
    for size in range(1, int(people.max(initial=1))):
        goes_on = people > size
        integral[goes_on] = (1 / size - share[goes_on] * integral[goes_on]) / rest[goes_on]
    return np.asarray(share * integral, dtype=np.float64)


def _by_series(people: Codes, share: Shares) -> Shares:
    """(p/f)·₂F₁(1, 1; f+1; q) = (p/f)·Σ_k k!/((f+1)…(f+k))·q^k; fast where f is large or q at most 1/2."""
    rest = 1 - share
    term = np.ones(len(people), dtype=np.float64)
    total = np.ones(len(people), dtype=np.float64)
    for step in range(1, _TERMS):
        term = term * step / (people + step) * rest
        total = total + term
        if not len(term) or float(term.max()) < 1e-17:
            break
    return np.asarray(share / people * total, dtype=np.float64)
