"""One calibration of all noise of a release: the least error that its (ε, δ) allows, instead of splitting ε.

Shares: with x the noise in multiples of Δ, Laplace noise costs Σ L0/x of ε and Gaussian noise Σ L0/x² of
μ². The least Σ weight · x² at one cost has x ∝ (L0/weight)^(1/3) and x ∝ (L0/weight)^(1/4): with equal
weights, all measures of one grouping set get the same noise relative to what one person moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import frexp, log, sinh, sqrt
from typing import Literal

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.conversion import rho_of_epsilon
from personatwin_sql.privacy.accounting.declared import Guarantee, InvalidBudget
from personatwin_sql.privacy.accounting.discrete import gaussian_masses
from personatwin_sql.privacy.accounting.events import (
    Event,
    Exponential,
    Gaussian,
    Joint,
    Laplace,
    PartitionSelection,
    Threshold,
    selection_delta,
)
from personatwin_sql.privacy.accounting.product import Column, delta_of_gaussians, mu_of
from personatwin_sql.privacy.accounting.release import (
    Calibration,
    Measured,
    Mechanism,
    Proof,
    Quantiles,
    Scale,
    Selection,
    check,
    check_deltas,
)

DIGITS = 12
"""Scales have so many binary digits, rounded up: at most 0.05 % more noise, in small fractions."""
TRIES = 12
"""So often more noise is tried, from what continuous noise would need, before ρ is taken as the proof."""
MOST = 1 << 62
"""SQL writes no larger numerator or denominator."""

Scales = tuple[Fraction, ...]


def calibrated(
    columns: Sequence[Measured],
    guarantee: Guarantee,
    mechanism: Mechanism | Literal["auto"] = "auto",
    selection: Fraction | None = None,
    quantiles: Quantiles | None = None,
    choosers: Sequence[Measured] = (),
) -> Calibration:
    """The noise of all columns, such that the whole release is (ε, δ)-DP; `auto` takes the lesser `loss`.

    Of δ, `selection` is for private keys; Laplace noise needs no δ, and is not charged any. `choosers` are
    counts of people, which one person moves by 1, that the truncated geometric law chooses keys by: each
    takes the share of ε that Laplace noise on it would. Raises InvalidBudget where nothing can do that.
    """
    check((*columns, *choosers), quantiles)
    if choosers and mechanism == "gaussian":
        raise InvalidBudget(
            "keys are chosen without a noisy count beside Laplace noise alone: choose laplace"
        )
    check_deltas(guarantee, selection, mechanism)
    left = guarantee.epsilon * (1 - (quantiles.share if quantiles else 0))
    noise = Guarantee(left, guarantee.delta - (selection or 0))
    others = _others(guarantee.epsilon, None if choosers else selection, quantiles)
    found = []
    if mechanism != "gaussian" or not columns:
        chosen = _Chosen(tuple(choosers), selection or Fraction(0))
        found.append(_laplace(columns, chosen, noise.epsilon, guarantee.epsilon, others))
    if mechanism != "laplace" and noise.delta > 0 and columns and not choosers:
        found.append(_gaussian(columns, noise, guarantee, others))
    return min(found, key=lambda calibration: calibration.loss)


@dataclass(frozen=True)
class _Chosen:
    """Counts that the truncated geometric law chooses keys by, and the δ of all of them."""

    by: tuple[Measured, ...]
    delta: Fraction

    def selections(self, scales: Sequence[Fraction]) -> Iterator[Selection]:
        """Each with 1 / scale of ε in a group, and an equal part of δ in each group of each set."""
        for column, scale in zip(self.by, scales, strict=True):
            delta = _down(self.delta / len(self.by) / column.groups)
            yield Selection(column, column.per_group / scale, delta)


def _others(epsilon: Fraction, selection: Fraction | None, quantiles: Quantiles | None) -> tuple[Event, ...]:
    """What is not noise on numbers: quantiles, an equal share of ε each, and the choice of keys."""
    events: list[Event] = []
    if quantiles is not None:
        each = quantile_epsilon(epsilon, quantiles)
        if quantiles.count:
            events.append(Exponential(each, quantiles.count * quantiles.groups))
        if quantiles.totals:
            events.append(Exponential(each * quantiles.groups, quantiles.totals))
    if selection is not None:
        events.append(Threshold(selection))
    return tuple(events)


def quantile_epsilon(epsilon: Fraction, quantiles: Quantiles) -> Fraction:
    """What one choice of one group costs: an equal part of the declared share."""
    choices = (quantiles.count + quantiles.totals) * quantiles.groups
    return epsilon * quantiles.share / choices


def _laplace(
    columns: Sequence[Measured],
    chosen: _Chosen,
    left: Fraction,
    epsilon: Fraction,
    others: tuple[Event, ...],
) -> Calibration:
    both = (*columns, *chosen.by)
    noise = _shared(both, 1 / 3)
    cost = sum(column.groups / share for column, share in zip(both, noise, strict=True))

    def spent(scales: Scales) -> Fraction:
        pairs = zip(both, scales, strict=True)
        return sum((c.groups * c.per_group / scale for c, scale in pairs), Fraction(0))

    scales = _enough(both, noise, cost / float(left) if both else 1.0, lambda s: spent(s) <= left)
    pairs = list(zip(columns, scales[: len(columns)], strict=True))
    selections = tuple(chosen.selections(scales[len(columns) :]))
    events = (
        *(Laplace(scale, c.per_group, c.groups) for c, scale in pairs),
        *others,
        *(
            PartitionSelection(s.epsilon * s.of.groups, s.delta * s.of.groups, s.of.groups)
            for s in selections
        ),
    )
    delta = sum((selection_delta(event) for event in events), Fraction(0))
    return Calibration(
        "laplace",
        "sum",
        tuple(Scale(c, scale, laplace_error(scale)) for c, scale in pairs),
        Joint(Guarantee(epsilon, delta), events),
        selections,
    )


def _gaussian(
    columns: Sequence[Measured], noise: Guarantee, whole: Guarantee, others: tuple[Event, ...]
) -> Calibration:
    proof, scales = _gaussian_scales(columns, noise)
    pairs = list(zip(columns, scales, strict=True))
    events = tuple(Gaussian(scale**2, c.per_group, c.groups) for c, scale in pairs)
    return Calibration(
        "gaussian",
        proof,
        tuple(Scale(c, scale, gaussian_error(scale)) for c, scale in pairs),
        Joint(whole, events + others),
    )


def _gaussian_scales(columns: Sequence[Measured], noise: Guarantee) -> tuple[Proof, Scales]:
    """σ of each: the least found from what continuous noise needs upward, else what ρ needs."""
    shares = _shared(columns, 1 / 4)
    mu = sqrt(sum(column.groups / share**2 for column, share in zip(columns, shares, strict=True)))
    epsilon, delta = float(noise.epsilon) * (1 - 1e-12), float(noise.delta)
    rho = rho_of_epsilon(noise.epsilon, noise.delta)
    if rho == 0:
        raise InvalidBudget("epsilon or delta is too small for Gaussian noise: raise it, or choose laplace")
    most = mu / sqrt(2 * float(rho))
    factor = mu / mu_of(epsilon, delta)
    for _ in range(TRIES):
        scales = _rounded(columns, shares, factor)
        reached = delta_of_gaussians(
            [Column(float(s**2), c.per_group, c.groups) for c, s in zip(columns, scales, strict=True)],
            epsilon,
        )
        if Fraction(reached) <= noise.delta:
            return "losses", scales
        factor *= 1 + max(2.0**-DIGITS, min(0.1, log(reached / delta) / (2 + 2.2 * log(1 / delta))))
        if factor >= most:
            break

    def spent(scales: Scales) -> Fraction:
        pairs = zip(columns, scales, strict=True)
        return sum((c.groups * (c.per_group / scale) ** 2 / 2 for c, scale in pairs), Fraction(0))

    return "rho", _enough(columns, shares, most, lambda scales: spent(scales) <= rho)


def laplace_error(scale: Fraction) -> float:
    """The standard deviation of discrete Laplace noise."""
    return 1 / (sqrt(2) * sinh(float(1 / (2 * scale)))) if scale > Fraction(1, 1000) else 0.0


def gaussian_error(scale: Fraction) -> float:
    """The standard deviation of discrete Gaussian noise, which is below σ where σ is small."""
    if scale > 4:
        return float(scale)
    outcomes, masses = gaussian_masses(float(scale**2))
    return sqrt(float((outcomes.astype("float64") ** 2 * masses).sum()))


def _shared(columns: Sequence[Measured], power: float) -> list[float]:
    """(L0/weight)^power of each."""
    return [float(column.groups / column.weight) ** power for column in columns]


def _enough(
    columns: Sequence[Measured], shares: Sequence[float], factor: float, affordable: Callable[[Scales], bool]
) -> Scales:
    """The scales at this factor, or at the next ones where rounding made it too small."""
    while not affordable(scales := _rounded(columns, shares, factor)):
        factor *= 1 + 2.0**-DIGITS
    return scales


def _rounded(columns: Sequence[Measured], shares: Sequence[float], factor: float) -> Scales:
    """Δ · share · factor of each, rounded up to `DIGITS` binary digits, but for the last of a double."""
    return tuple(
        _up(column.per_group * share * factor) for column, share in zip(columns, shares, strict=True)
    )


def _down(delta: Fraction) -> Fraction:
    """The δ, or the next below it that SQL can write; 0 where there is none."""
    if max(delta.numerator, delta.denominator) <= MOST:
        return delta
    return Fraction(int(delta * MOST), MOST)


def _up(value: float) -> Fraction:
    size = Fraction(2) ** (frexp(value)[1] - DIGITS)
    return -(-Fraction(value * (1 - 1e-12)) // size) * size
