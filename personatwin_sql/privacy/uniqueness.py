"""How many people are unique in the population that a sample was drawn from: estimates, each with its reason.

All start from the histogram of class sizes in the sample and the sampling fraction π = n/N. An estimate that
does not apply or finds no solution is None and says why; it is never 0 by failure.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.gamma import log_choose
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.pitman import pitman_share
from personatwin_sql.privacy.slide_negative_binomial import snb_share

Estimator = Literal["zayatz", "pitman", "snb", "dankar"]

SMALL_SAMPLE = 0.1
"""Up to this sampling fraction Pitman's model estimates best (Dankar et al. 2012)."""


class InvalidFraction(ValueError):
    """A sampling fraction is a share of the population: above 0 and at most 1."""

    def __init__(self) -> None:
        super().__init__("a sampling fraction is above 0 and at most 1")


@dataclass(frozen=True)
class ClassHistogram:
    """How many classes of the sample have how many people: `sizes` (rows,) ascending, distinct, ≥ 1."""

    sizes: Codes
    classes: Codes

    @classmethod
    def of(cls, sizes: Codes) -> ClassHistogram:
        """From the size of each class."""
        found, counts = np.unique(sizes[sizes > 0], return_counts=True)
        return cls(found.astype(np.int64), counts.astype(np.int64))

    @property
    def people(self) -> int:
        """n, the people of the sample."""
        return int((self.sizes * self.classes).sum())

    @property
    def total(self) -> int:
        """u, the classes of the sample."""
        return int(self.classes.sum())

    def having(self, size: int) -> int:
        """How many classes have this size."""
        return int(self.classes[self.sizes == size].sum())


@dataclass(frozen=True)
class Estimate:
    """The estimated share of the population that is unique in it."""

    estimator: Estimator
    share: float | None
    """None where there is no estimate."""
    reason: str = ""
    """Why there is none; of Dankar's rule: which estimate was taken."""


def uniqueness(histogram: ClassHistogram, fraction: float) -> tuple[Estimate, ...]:
    """The estimates of Zayatz, Pitman, SNB, and Dankar's choice among them. Raises InvalidFraction."""
    found = (zayatz(histogram, fraction), pitman(histogram, fraction), snb(histogram, fraction))
    return (*found, _chosen(found, fraction))


def zayatz(histogram: ClassHistogram, fraction: float) -> Estimate:
    """μ1/n · P(F=1|f=1), by Bayes' rule with P(F=i) as in the sample (Zayatz 1991).

    P(f=1|F=i) = i·C(N−i, n−1)/C(N, n) is hypergeometric.
    """
    if (known := _known("zayatz", histogram, fraction)) is not None:
        return known
    n, uniques = histogram.people, histogram.having(1)
    population = round(n / fraction)
    log_seen = np.log(histogram.sizes) + log_choose(population - histogram.sizes, n - 1)
    log_joint = np.log(histogram.classes) + log_seen
    if not uniques:
        return Estimate("zayatz", 0.0)
    weights = np.exp(log_joint - log_joint.max())
    return Estimate("zayatz", uniques / n * float(weights[0] / weights.sum()))


def pitman(histogram: ClassHistogram, fraction: float) -> Estimate:
    """The expected share under Pitman's model, fitted by maximum likelihood (Hoshino 2001)."""
    if (known := _known("pitman", histogram, fraction)) is not None:
        return known
    found = pitman_share(histogram.sizes, histogram.classes, round(histogram.people / fraction))
    return Estimate("pitman", None, found) if isinstance(found, str) else Estimate("pitman", found)


def snb(histogram: ClassHistogram, fraction: float) -> Estimate:
    """The expected share under the slide negative binomial model (Chen & Keller-McNulty 1998)."""
    if (known := _known("snb", histogram, fraction)) is not None:
        return known
    found = snb_share(histogram.sizes, histogram.classes, fraction)
    return Estimate("snb", None, found) if isinstance(found, str) else Estimate("snb", found)


def dankar(histogram: ClassHistogram, fraction: float) -> Estimate:
    """Pitman up to π = 0.1, above it the lower of SNB and Zayatz; Zayatz where those fail.

    The rule of Dankar et al. (2012).
    """
    return uniqueness(histogram, fraction)[-1]


def _chosen(found: tuple[Estimate, Estimate, Estimate], fraction: float) -> Estimate:
    by_name = {estimate.estimator: estimate for estimate in found}
    preferred = by_name["pitman"] if fraction <= SMALL_SAMPLE else by_name["snb"]
    fallback = by_name["zayatz"]
    is_lower = fraction > SMALL_SAMPLE and (fallback.share or 0) < (preferred.share or 0)
    taken = fallback if preferred.share is None or is_lower else preferred
    if taken.share is None or fraction == 1:
        return Estimate("dankar", taken.share, taken.reason)
    return Estimate("dankar", taken.share, f"as estimated by {taken.estimator}")


def _known(estimator: Estimator, histogram: ClassHistogram, fraction: float) -> Estimate | None:
    """What needs no model: nobody, or a sample that is the population."""
    if not (math.isfinite(fraction) and 0 < fraction <= 1):
        raise InvalidFraction
    if not histogram.people:
        return Estimate(estimator, None, "nobody is in the sample")
    if fraction == 1:
        share = histogram.having(1) / histogram.people
        return Estimate(estimator, share, "counted: the sample is the population")
    return None
