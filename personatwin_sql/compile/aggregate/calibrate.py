"""How much noise each column of each grouping set gets: one calibration for the whole model."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from personatwin_sql.compile.aggregate.components import Component, Components
from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.calibration import calibrated
from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.privacy.accounting.release import Calibration, Measured, Quantiles, Scale
from personatwin_sql.privacy.noise.tails import DiscreteGaussian, DiscreteLaplace, Law, threshold
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy, PrivateKeys


@dataclass(frozen=True)
class Noise:
    """The noise of a model: a calibration, its scales by set and column, and what keys must reach."""

    calibration: Calibration
    scales: tuple[tuple[Scale, ...], ...]
    """For each grouping set those of the columns, in their order."""
    thresholds: tuple[int, ...] | None
    """For each grouping set the least noisy count of people; None for public keys."""

    def law(self, scale: Scale) -> Law:
        """What the noise of a column is drawn from."""
        if self.calibration.mechanism == "laplace":
            return DiscreteLaplace(scale.scale)
        return DiscreteGaussian(scale.scale**2)


def noise_of(aggregate: Aggregate, components: Components, promise: DifferentialPrivacy) -> Noise:
    """The least noise that keeps the promise. Raises InvalidBudget where there is none."""
    selection = promise.keys.delta if isinstance(promise.keys, PrivateKeys) else None
    choices = sum(1 for measure in aggregate.measures if measure.kind == "quantile")
    quantiles = Quantiles(promise.quantile_share, choices, groups_of(aggregate, promise)) if choices else None
    columns = [
        moved(aggregate, promise, number, component)
        for number in range(len(aggregate.sets))
        for component in components.columns
    ]
    calibration = calibrated(
        columns, Guarantee(promise.epsilon, promise.delta), promise.mechanism, selection, quantiles
    )
    width = len(components.columns)
    scales = tuple(
        calibration.scales[start : start + width]
        for start in range(0, len(calibration.scales), max(width, 1))
    )
    noise = Noise(calibration, scales, None)
    if selection is None or components.people is None:
        return noise
    share = selection / len(aggregate.sets)
    at = [component.name for component in components.columns].index(components.people)
    return Noise(calibration, scales, tuple(_thresholds(noise, at, share)))


def moved(aggregate: Aggregate, promise: DifferentialPrivacy, number: int, component: Component) -> Measured:
    """By how much one person moves a column of a grouping set, and in how many groups."""
    keys, groups = aggregate.sets[number], groups_of(aggregate, promise)
    is_finest = len(keys) == len(aggregate.keys)
    if component.kind == "people":
        return Measured(str(number), component.name, groups if keys else 1, 1)
    if is_finest:
        return Measured(str(number), component.name, groups, component.moves)
    return Measured(str(number), component.name, 1, groups * component.moves)


def groups_of(aggregate: Aggregate, promise: DifferentialPrivacy) -> int:
    """In how many groups one person counts at most: in the one there is, where there are no keys."""
    return promise.max_groups if aggregate.keys else 1


def _thresholds(noise: Noise, people: int, delta: Fraction) -> Iterator[int]:
    for scales in noise.scales:
        scale = scales[people]
        yield threshold(noise.law(scale), scale.of.per_group, delta / scale.of.groups)
