"""Numbers of groups inside of classes: each class of a recoding is cut into groups of people who are near
each other in some columns of numbers, and those publish one number for all (Domingo-Ferrer & Torra 2005).

People without one of the numbers publish `*` in all of these columns: by themselves where they are enough,
else together with the group that is nearest to the mean of their class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil

import numpy as np

from personatwin_sql.frozen import dataclass, replace
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.acceptance import acceptable
from personatwin_sql.privacy.models.counted import counted
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.numbers import Codes, Flags, Shares
from personatwin_sql.privacy.recoding.microaggregation import mdav, standardized
from personatwin_sql.privacy.recoding.partition import first_met, firsts_of
from personatwin_sql.privacy.recoding.recoding import Recoding

MOST_POINTS = 4096
"""More are cut in halves first, for the time of MDAV grows with their square."""
_ROUNDING = 1e-12

Centre = Callable[[Shares, Codes], float]
"""The number of a group: of values and the people who have each."""


@dataclass(frozen=True)
class Grouped:
    """recoding: classes of people who publish the same, each in one class of the recoding before.

    centres: (classes, columns of numbers), the number of each class; all NaN where it publishes `*`.
    """

    recoding: Recoding
    centres: Shares


def grouped(
    frequency: FrequencySet,
    recoding: Recoding,
    values: Shares,
    centres: Sequence[Centre],
    models: Sequence[PrivacyModel] = (),
    max_average_risk: float | None = None,
) -> Grouped:
    """Groups of at least `recoding.k` people who satisfy all models, so large that the risk is met.

    values: (tuples, columns of numbers), NaN for none. centres: per column of numbers, the number that is
    published of a group, rounded already; groups of a class that publish the same are one.
    A class of which some group fails a model is one group. Where the classes as they are do not meet the
    average risk, classes ÷ people, neither does the result.
    """
    values = np.asarray(values, dtype=np.float64)
    kept = recoding.classes >= 0
    people = max(1, int(frequency.people[kept].sum()))
    scaled = _scaled(values, frequency.people, kept)
    least = recoding.k
    while True:
        found = _of_size(frequency, recoding, values, scaled, centres, models, least)
        classes = len(found.centres)
        is_met = max_average_risk is None or classes / people <= max_average_risk + _ROUNDING
        if is_met or classes == len(recoding.levels) or least > people:
            return found
        least = max(2 * least, ceil(1 / max_average_risk)) if max_average_risk else people + 1


def mean(values: Shares, people: Codes) -> float:
    return float(people @ values / people.sum())


def median(values: Shares, people: Codes) -> float:
    """Of an even number of people the mean of the two in the middle."""
    order = np.argsort(values, kind="stable")
    upto, half = np.cumsum(people[order]), people.sum() / 2
    lower, upper = np.searchsorted(upto, half), np.searchsorted(upto, half, side="right")
    return float((values[order[lower]] + values[order[upper]]) / 2)


def information_lost(values: Shares, published: Shares, people: Codes) -> Shares:
    """(columns,): Σ (own − published)² ÷ Σ (own − mean)² over those who have the number; NaN, which is `*` or
    nothing, tells no more than the mean. 0 where all numbers are equal; it may exceed 1."""
    found = np.zeros(values.shape[1])
    for column in range(values.shape[1]):
        known = np.isfinite(values[:, column])
        if not known.any():
            continue
        own, told, weights = values[known, column], published[known, column], people[known]
        centre = mean(own, weights)
        total = float(weights @ np.square(own - centre))
        error = float(weights @ np.square(own - np.where(np.isfinite(told), told, centre)))
        found[column] = error / total if total > 0 else 0.0
    return found


def _scaled(values: Shares, people: Codes, kept: Flags) -> Shares:
    """Columns with variance 1 over the people who have all numbers; NaN stays."""
    complete = np.isfinite(values).all(axis=1)
    scaled = np.full_like(values, np.nan)
    if (complete & kept).any():
        scaled[complete & kept] = standardized(values[complete & kept], people[complete & kept])
    return scaled


def _of_size(
    frequency: FrequencySet,
    recoding: Recoding,
    values: Shares,
    scaled: Shares,
    centres: Sequence[Centre],
    models: Sequence[PrivacyModel],
    least: int,
) -> Grouped:
    """The groups of all classes, of at least `least` people where a class has as many."""
    group = np.full(len(values), -1, dtype=np.int64)
    of_group: list[int] = []
    for number, rows in enumerate(_rows(recoding.classes, len(recoding.levels))):
        inside = _groups(scaled[rows], frequency.people[rows], recoding.k, least)
        group[rows] = inside + len(of_group)
        of_group += [number] * (int(inside.max()) + 1)
    passes = acceptable(counted(frequency, group, len(of_group)), recoding.k, models)
    is_one_group = np.zeros(len(recoding.levels) + 1, dtype=np.bool_)
    is_one_group[np.asarray(of_group, dtype=np.int64)[~passes]] = True
    group = np.where(is_one_group[recoding.classes], len(of_group) + recoding.classes, group)
    published = np.full(values.shape, np.nan)
    for rows in _rows(group, len(of_group) + len(recoding.levels)):
        if len(rows) and np.isfinite(scaled[rows]).all():
            people = frequency.people[rows]
            published[rows] = [
                centre(own, people) for centre, own in zip(centres, values[rows].T, strict=True)
            ]
    return _merged(recoding, published)


def _merged(recoding: Recoding, published: Shares) -> Grouped:
    """People of a class who publish the same are one class; numbered in the order of their first tuple."""
    kept = np.flatnonzero(recoding.classes >= 0)
    told = np.column_stack((recoding.classes[kept], np.nan_to_num(published[kept], nan=-np.inf)))
    _, number = np.unique(told, axis=0, return_inverse=True)
    classes = np.full(len(published), -1, dtype=np.int64)
    classes[kept] = number.reshape(-1)
    classes, count = first_met(classes)
    firsts = firsts_of(classes, count)
    before = recoding.classes[firsts]
    low, high = (None if ends is None else ends[before] for ends in (recoding.low, recoding.high))
    levels = recoding.levels[before]
    return Grouped(replace(recoding, classes=classes, levels=levels, low=low, high=high), published[firsts])


def _groups(scaled: Shares, people: Codes, k: int, least: int) -> Codes:
    """(rows,): the group of each row of one class, numbered from 0."""
    complete = np.isfinite(scaled).all(axis=1)
    group = np.zeros(len(scaled), dtype=np.int64)
    if int(people[complete].sum()) < k:
        return group
    points, of = np.unique(scaled[complete], axis=0, return_inverse=True)
    of = of.reshape(-1)
    weights = np.bincount(of, weights=people[complete]).astype(np.int64)
    near = _near(points, weights, least)
    group[complete] = near[of]
    groups = int(near.max()) + 1
    if int(people[~complete].sum()) >= k:
        group[~complete] = groups
    elif not complete.all():
        total = np.bincount(near, weights=weights)
        means = np.array([np.bincount(near, weights=weights * column) / total for column in points.T]).T
        middle = weights @ points / weights.sum()
        group[~complete] = int(np.square(means - middle).sum(axis=1).argmin())
    return group


def _near(points: Shares, people: Codes, least: int) -> Codes:
    """(points,): groups of at least `least` people, one where there are fewer."""
    if len(points) > MOST_POINTS:
        widest = int(np.ptp(points, axis=0).argmax())
        order = np.argsort(points[:, widest], kind="stable")
        half = len(points) // 2
        parts = order[:half], order[half:]
        if min(int(people[part].sum()) for part in parts) >= least:
            group = np.empty(len(points), dtype=np.int64)
            first, last = (_near(points[part], people[part], least) for part in parts)
            group[parts[0]], group[parts[1]] = first, last + int(first.max()) + 1
            return group
    found = mdav(points, people, least)
    return np.zeros(len(points), dtype=np.int64) if found is None else found.groups


def _rows(group: Codes, groups: int) -> list[Codes]:
    """The rows of each group, in their order; -1 is in none."""
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(groups + 1))
    return [order[ends[number] : ends[number + 1]] for number in range(groups)]


def at_levels(
    frequency: FrequencySet, levels: Sequence[int], k: int, models: Sequence[PrivacyModel]
) -> Recoding:
    """The classes of a node of the lattice that may be published, as a recoding."""
    _, group = np.unique(frequency.at(levels), axis=0, return_inverse=True)
    group = group.reshape(-1)
    accepted = acceptable(counted(frequency, group, int(group.max(initial=-1)) + 1), k, models)
    classes, count = first_met(np.where(accepted[group], group, -1))
    return Recoding(classes, np.tile(np.asarray(levels, dtype=np.int64), (count, 1)), k=k)
