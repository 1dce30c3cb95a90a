"""The slide negative binomial model of class sizes (Chen & Keller-McNulty 1998).

A class of the population has F = 1 + X people, X negative binomial with P(X=0) = β^α, so F = 1 with
probability β^α and mean m = 1 + α(1−β)/β. A person is in the sample with probability π; in the sample X is
negative binomial again, with the same α and β′ = β/(β+π(1−β)).
"""

from __future__ import annotations

import math

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.root import root

_MEANS = (-25.0, 25.0)
"""log(m − 1) between which the mean size of a class is looked for."""
_SHAPES = np.arange(-14.0, 10.1, 0.5)
"""log α at which a change of sign is looked for."""


@dataclass(frozen=True)
class Slide:
    """The model: α and the mean size m of a class of the population."""

    alpha: float
    mean: float

    @property
    def unique(self) -> float:
        """P(F=1) = β^α."""
        return math.pow(self.alpha / (self.alpha + self.mean - 1), self.alpha)

    def seen(self, fraction: float) -> tuple[float, float, float]:
        """P(f=0), P(f=1), P(f=2) in a sample: the certain one is in with π, of the others f′ are."""
        beta = self.alpha / (self.alpha + self.mean - 1)
        inside = beta / (beta + fraction * (1 - beta))
        none = math.pow(inside, self.alpha)
        one = self.alpha * (1 - inside) * none
        two = (self.alpha + 1) / 2 * (1 - inside) * one
        missed = 1 - fraction
        return missed * none, fraction * none + missed * one, fraction * one + missed * two


def snb_share(sizes: Codes, classes: Codes, fraction: float) -> float | str:
    """The share of the population that is unique, P(F=1)·K/N, or why there is no estimate.

    α, β and the number K of classes are those at which the expected numbers of classes, of uniques and of
    pairs in the sample are the ones seen. `sizes`, `classes` (rows,): the histogram of the sample.
    """
    total = int(classes.sum())
    uniques, pairs = (int(classes[sizes == size].sum()) for size in (1, 2))
    people = int((sizes * classes).sum())
    if not uniques or not pairs:
        return f"no class of the sample has {'one person' if not uniques else 'two people'}"
    if uniques == total:
        return "everybody in the sample is alone"
    fitted = fitted_slide(uniques / total, pairs / total, fraction)
    if isinstance(fitted, str):
        return fitted
    missed, _, _ = fitted.seen(fraction)
    share = fitted.unique * total / (1 - missed) / (people / fraction)
    return share if share <= 1 else "the model would have more uniques than people"


def fitted_slide(uniques: float, pairs: float, fraction: float) -> Slide | str:
    """The model in whose samples uniques and pairs have these shares of the classes, or why none is found."""

    def mean_of(alpha: float) -> float | None:
        def gap(log_more: float) -> float:
            none, one, _ = Slide(alpha, 1 + math.exp(log_more)).seen(fraction)
            return one / (1 - none) - uniques

        low, high = _MEANS
        if gap(low) <= 0 or gap(high) >= 0:
            return None
        found = root(gap, low, high)
        return None if found is None else 1 + math.exp(found)

    def gap_of_pairs(log_alpha: float) -> float | None:
        alpha = math.exp(log_alpha)
        mean = mean_of(alpha)
        if mean is None:
            return None
        none, _, two = Slide(alpha, mean).seen(fraction)
        return two / (1 - none) - pairs

    gaps = [gap_of_pairs(float(shape)) for shape in _SHAPES]
    crossings = [
        (float(low), float(high))
        for low, high, before, after in zip(_SHAPES, _SHAPES[1:], gaps, gaps[1:], strict=False)
        if before is not None and after is not None and (before > 0) != (after > 0)
    ]
    if len(crossings) != 1:
        return "no form of the model fits the sample" if not crossings else "several forms of the model fit"
    log_alpha = root(gap_of_pairs, *crossings[0])
    mean = None if log_alpha is None else mean_of(math.exp(log_alpha))
    if log_alpha is None or mean is None:
        return "no form of the model fits the sample"
    return Slide(math.exp(log_alpha), mean)
