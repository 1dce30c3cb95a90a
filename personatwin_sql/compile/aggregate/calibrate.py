"""How much noise each column of each grouping set gets: one calibration for the whole model.

Where keys are private, the noisy count of people decides which groups are there at all. Its noise therefore
counts more than that of other columns, the threshold is part of what is kept low, and Gaussian noise and the
threshold share δ. Laplace noise needs no δ: all of it is the threshold's.

A model that releases no such count has two ways. Beside Laplace noise, the truncated geometric law chooses
groups by the exact count, at the price that Laplace noise on it would have: no rule of that price shows more
groups (Desfontaines et al. 2022). Beside Gaussian noise, a count with such noise is compared with a threshold
that nobody sees: there the law, of the same price, would show fewer, as its ε adds up over groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Final

from personatwin_sql.compile.aggregate.components import Component, Components
from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.frozen import dataclass, replace
from personatwin_sql.privacy.accounting.calibration import calibrated, quantile_epsilon
from personatwin_sql.privacy.accounting.declared import Guarantee, InvalidBudget
from personatwin_sql.privacy.accounting.events import Threshold
from personatwin_sql.privacy.accounting.release import (
    Calibration,
    Measured,
    Mechanism,
    Quantiles,
    Scale,
    Selection,
)
from personatwin_sql.privacy.noise.partition_selection import LEAST_EPSILON, people_shown_with
from personatwin_sql.privacy.noise.quantile import sensitivity
from personatwin_sql.privacy.noise.tails import DiscreteGaussian, DiscreteLaplace, Law, threshold
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy, PrivateKeys

PEOPLE_WEIGHT: Final = Fraction(4)
"""How much the count that private keys are chosen by counts beside other columns: with 4, a seventh more keys
pass than with 1 where people follow Zipf's law, and the other columns get a tenth to a fifth more noise."""
SELECTION: Final = Fraction(1, 2)
"""The part of δ for private keys beside Gaussian noise: the best is flat, from a third to four fifths."""
_DIGITS: Final = 24
_WIDEST: Final = 62


@dataclass(frozen=True)
class Noise:
    """The noise of a model: a calibration, its scales by set and column, and what keys must reach."""

    calibration: Calibration
    scales: tuple[tuple[Scale, ...], ...]
    """For each grouping set those of the columns, in their order."""
    thresholds: tuple[int | None, ...] | None
    """For each grouping set the least noisy count of people, None where there is one group whatever the data;
    None for public keys, and for those that are chosen without a noisy count."""
    rates: tuple[Fraction, ...] = ()
    """Of each spread: the rate of the exponential mechanism, the same in all sets."""
    selections: tuple[Selection | None, ...] | None = None
    """For each grouping set how groups are chosen by the exact count of their people, None as above."""

    def law(self, scale: Scale) -> Law:
        """What the noise of a column is drawn from."""
        return law_of(self.calibration.mechanism, scale.scale)


def noise_of(
    aggregate: Aggregate, components: Components, promise: DifferentialPrivacy
) -> tuple[Components, Noise]:
    """The least noise that keeps the promise, and the components with all that gets noise among the columns.

    Raises InvalidBudget where there is none.
    """
    if not any(aggregate.sets):
        components = replace(components, chooser=None)
    quantiles = quantiles_of(aggregate, components, promise)
    components, found = _best(aggregate, components, promise, quantiles)
    rates = tuple(_rate(spread, promise, quantiles) for spread in components.spreads) if quantiles else ()
    scales = _by_set(found, aggregate, components)
    if components.chooser is not None:
        chosen = iter(found.selections)
        selections = tuple(next(chosen) if keys else None for keys in aggregate.sets)
        return components, Noise(found, scales, None, rates, selections)
    if not _chosen(aggregate, components, promise):
        return components, Noise(found, scales, None, rates)
    thresholds = tuple(_thresholds(aggregate, components, promise, found))
    return components, Noise(found, scales, thresholds, rates)


def quantiles_of(
    aggregate: Aggregate, components: Components, promise: DifferentialPrivacy
) -> Quantiles | None:
    """The choices of one release: of each quantile in each grouping set."""
    if not components.spreads:
        return None
    finest = sum(1 for keys in aggregate.sets if len(keys) == len(aggregate.keys))
    count, others = finest * len(components.spreads), len(aggregate.sets) - finest
    groups = groups_of(aggregate, promise)
    return Quantiles(promise.quantile_share, count, groups, others * len(components.spreads))


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


def law_of(mechanism: Mechanism, scale: Fraction) -> Law:
    """What noise of a scale is drawn from."""
    return DiscreteLaplace(scale) if mechanism == "laplace" else DiscreteGaussian(scale**2)


def _best(
    aggregate: Aggregate, components: Components, promise: DifferentialPrivacy, quantiles: Quantiles | None
) -> tuple[Components, Calibration]:
    """The calibration with the least error; where keys are private, groups left out are an error too."""
    noisy = components.with_noisy_chooser()
    columns = _measured(aggregate, noisy, promise)
    calibrate = partial(calibrated, columns, Guarantee(promise.epsilon, promise.delta), quantiles=quantiles)
    if not _chosen(aggregate, noisy, promise):
        return noisy, calibrate(mechanism=promise.mechanism)
    found = []
    if promise.mechanism != "gaussian" or promise.delta == 0:
        by_law = _chosen_by_law(aggregate, components, promise, quantiles)
        if by_law is not None:
            found.append((components, by_law))
        else:
            found.append((noisy, calibrate(mechanism="laplace", selection=promise.delta)))
    if promise.mechanism != "laplace" and promise.delta > 0:
        found.append((noisy, calibrate(mechanism="gaussian", selection=promise.delta * SELECTION)))
    hidden = components.chooser.name if components.chooser is not None else ""
    return min(found, key=lambda way: _error(aggregate, promise, hidden, *way))


def _measured(aggregate: Aggregate, components: Components, promise: DifferentialPrivacy) -> list[Measured]:
    """All columns of all sets; the one that private keys are chosen by weighs more."""
    numbers = range(len(aggregate.sets))
    columns = [moved(aggregate, promise, at, each) for at in numbers for each in components.columns]
    weighs = components.people if isinstance(promise.keys, PrivateKeys) else None
    return [
        replace(each, weight=PEOPLE_WEIGHT)
        if each.measure == weighs and aggregate.sets[int(each.grouping_set)]
        else each
        for each in columns
    ]


def _chosen_by_law(
    aggregate: Aggregate, components: Components, promise: DifferentialPrivacy, quantiles: Quantiles | None
) -> Calibration | None:
    """With groups chosen by the truncated geometric law; None where a released count chooses them for free,
    or where so little ε or δ is left for each group that the law cannot be drawn.
    """
    chooser = components.chooser
    if chooser is None:
        return None
    numbers = [at for at, keys in enumerate(aggregate.sets) if keys]
    choosers = [replace(moved(aggregate, promise, at, chooser), weight=PEOPLE_WEIGHT) for at in numbers]
    columns = _measured(aggregate, components, promise)
    guarantee = Guarantee(promise.epsilon, promise.delta)
    found = calibrated(columns, guarantee, "laplace", promise.delta, quantiles, choosers)
    can_be_drawn = all(each.epsilon >= LEAST_EPSILON and each.delta > 0 for each in found.selections)
    return found if can_be_drawn else None


def _error(
    aggregate: Aggregate,
    promise: DifferentialPrivacy,
    hidden: str,
    components: Components,
    found: Calibration,
) -> float:
    """Squared: of the columns, but for a `hidden` one that nobody sees; and of groups that are left out, by
    how many people a group needs to be shown every other time.
    """
    loss = sum(scale.loss for scale in found.scales if scale.of.measure != hidden)
    if found.selections:
        half = Fraction(1, 2)
        return loss + sum(people_shown_with(half, each.epsilon, each.delta) ** 2 for each in found.selections)
    at = [component.name for component in components.columns].index(str(components.people))
    passes = zip(
        _thresholds(aggregate, components, promise, found), _by_set(found, aggregate, components), strict=True
    )
    return loss + sum((least / scales[at].of.per_group) ** 2 for least, scales in passes if least)


def _chosen(aggregate: Aggregate, components: Components, promise: DifferentialPrivacy) -> bool:
    """Whether some groups are there only where enough people are."""
    return isinstance(promise.keys, PrivateKeys) and components.people is not None and any(aggregate.sets)


def _by_set(
    found: Calibration, aggregate: Aggregate, components: Components
) -> tuple[tuple[Scale, ...], ...]:
    width = len(components.columns)
    return tuple(found.scales[width * at : width * (at + 1)] for at in range(len(aggregate.sets)))


def _thresholds(
    aggregate: Aggregate, components: Components, promise: DifferentialPrivacy, found: Calibration
) -> Iterator[int | None]:
    """One person makes groups of their own appear with a chance of δ at most, over all sets and groups.

    Of each set that person can be alone in G groups, in each with no more than what moves the count at most.
    """
    delta = sum((event.delta for event in found.joint.events if isinstance(event, Threshold)), Fraction(0))
    share = delta / sum(1 for keys in aggregate.sets if keys) / groups_of(aggregate, promise)
    at = [component.name for component in components.columns].index(str(components.people))
    for keys, scales in zip(aggregate.sets, _by_set(found, aggregate, components), strict=True):
        scale = scales[at]
        law = law_of(found.mechanism, scale.scale)
        yield threshold(law, scale.of.per_group, share) if keys else None


def _rate(spread: Component, promise: DifferentialPrivacy, quantiles: Quantiles) -> Fraction:
    """ε / (2 · sensitivity) of a choice, rounded down to few binary digits.

    One person has R rows in each of G groups of the finest set, where a choice costs ε, and G · R in one
    group of the others, where it costs G · ε: the rate is the same.
    """
    share = Fraction(0) if spread.share is None else spread.share
    each = quantile_epsilon(promise.epsilon, quantiles)
    rate = each / (2 * sensitivity(share, promise.max_rows_per_group))
    places = _DIGITS - (rate.numerator.bit_length() - rate.denominator.bit_length())
    if places > _WIDEST:
        raise InvalidBudget(
            "a quantile with so many decimals, or with so many rows of a person, says nothing"
        )
    return Fraction(int(rate * (1 << max(places, 0))), 1 << max(places, 0))
