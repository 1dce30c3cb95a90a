"""Microaggregation of numbers: groups of at least k people who are near each other publish their mean.

MDAV, maximum distance to average vector (Domingo-Ferrer & Mateo-Sanz 2002; Domingo-Ferrer & Torra 2005).
"""

from __future__ import annotations

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares


@dataclass(frozen=True)
class Microaggregation:
    """groups: (points,), the group of each point, numbered in the order in which MDAV makes them.

    centroids: (groups, columns), the mean of the people of each group, in the units of the points.
    people: (groups,), at least k each.
    """

    groups: Codes
    centroids: Shares
    people: Codes


def mdav(points: Shares, people: Codes, k: int) -> Microaggregation | None:
    """Groups of whole points; None where there are fewer than k people.

    points: (points, columns), finite; distances are Euclidean in the columns as given, see `standardized`.
    people: (points,), how many people each stands for, at least 1.

    While 3 k people or more are left, the point farthest from their mean and, after it, the point farthest
    from that one each form a group with their nearest points; with 2 k or more, the farthest one does; the
    rest is the last group, or, where the rest is below k, each of its points joins the nearest mean. Among
    equal distances the lexicographically first point counts, so the order of the points changes nothing.
    Raises ValueError for a value that is not finite.
    """
    values = np.asarray(points, dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("numbers to be averaged must be finite")
    if int(people.sum()) < k:
        return None
    order = np.lexsort(values.T[::-1]) if values.shape[1] else np.arange(len(values))
    grouped, groups = _grouped(values[order], people[order], max(1, k))
    number = np.empty(len(values), dtype=np.int64)
    number[order] = grouped
    weights = np.bincount(number, weights=people, minlength=groups)
    return Microaggregation(
        number, _means(values[order], people[order], grouped, groups), weights.astype(np.int64)
    )


def standardized(points: Shares, people: Codes) -> Shares:
    """(points, columns): each column with variance 1 over the people; a constant column is 0 everywhere."""
    total = max(1, int(people.sum()))
    centred = points - people @ points / total
    deviation = np.sqrt(people @ np.square(centred) / total)
    spread: Shares = np.divide(centred, deviation, out=np.zeros_like(centred), where=deviation > 0)
    return spread


def _grouped(values: Shares, people: Codes, k: int) -> tuple[Codes, int]:
    """Groups of points that are in lexicographic order."""
    number = np.full(len(values), -1, dtype=np.int64)
    left, groups = np.arange(len(values)), 0
    while int(people[left].sum()) >= 2 * k:
        is_many = int(people[left].sum()) >= 3 * k
        start = left[_farthest_from_the_mean(values[left], people[left])]
        left = _with_its_nearest(values, people, left, int(start), k, number, groups)
        groups += 1
        if is_many and int(people[left].sum()) >= k:
            opposite = left[np.square(values[left] - values[start]).sum(axis=1).argmax()]
            left = _with_its_nearest(values, people, left, int(opposite), k, number, groups)
            groups += 1
    if groups and int(people[left].sum()) < k:
        means = _means(values, people, number, groups)
        for point in left:
            number[point] = np.square(means - values[point]).sum(axis=1).argmin()
        return number, groups
    number[left] = groups
    return number, groups + 1


def _farthest_from_the_mean(values: Shares, people: Codes) -> int:
    """The distance is that of n · x and Σ x, which is exact for whole numbers."""
    distance = np.square(int(people.sum()) * values - people @ values).sum(axis=1)
    return int(distance.argmax())


def _with_its_nearest(
    values: Shares, people: Codes, left: Codes, start: int, k: int, number: Codes, group: int
) -> Codes:
    """Numbers the group of a point and its nearest ones, as many as k people take; what is left then."""
    distance = np.square(values[left] - values[start]).sum(axis=1)
    distance[left == start] = -1.0
    near = np.arange(len(left))
    if len(left) > k:
        near = np.flatnonzero(distance <= np.partition(distance, k - 1)[k - 1])
    near = near[np.argsort(distance[near], kind="stable")]
    enough = int(np.searchsorted(np.cumsum(people[left[near]]), k)) + 1
    number[left[near[:enough]]] = group
    return np.delete(left, near[:enough])


def _means(values: Shares, people: Codes, number: Codes, groups: int) -> Shares:
    placed = number >= 0
    of, weights = number[placed], people[placed]
    total = np.bincount(of, weights=weights, minlength=groups)
    sums = [np.bincount(of, weights=weights * column, minlength=groups) for column in values[placed].T]
    return np.asarray(np.array(sums).reshape(values.shape[1], groups).T / total[:, None], dtype=np.float64)
