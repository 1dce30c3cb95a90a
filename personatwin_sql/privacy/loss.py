"""What a release loses against the people it was made from: the measures of the literature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.acceptance import acceptable
from personatwin_sql.privacy.models.counted import counted
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.population import class_population

Suppressed = npt.NDArray[np.bool_]
"""(tuples,): which tuples of a frequency set are suppressed."""


def suppressed_below(frequency: FrequencySet, levels: Sequence[int], k: int) -> Suppressed:
    """(tuples,): whether the class of each tuple at these levels holds fewer than k people."""
    classes = _classes(frequency, levels)
    return np.bincount(classes, weights=frequency.people)[classes] < k


def suppressed_at(frequency: FrequencySet, demand: Demand, levels: Sequence[int]) -> Suppressed:
    """(tuples,): whether a release at these levels that satisfies the demand suppresses the class of each.

    Classes below k or that fail a model are, and the smallest other one where so few people could not hide
    among themselves: of equal ones the first by its codes.
    """
    group = _classes(frequency, levels)
    classes = int(group.max(initial=-1)) + 1
    population = None
    if frequency.population is not None:
        first = np.zeros(classes, dtype=np.int64)
        first[group] = np.arange(len(group))
        population = class_population(frequency.population, levels, frequency.at(levels)[first])
    found = counted(frequency, group, classes, population)
    gone = ~acceptable(found, demand.k, demand.models)
    if demand.suppress_at_least_k and 0 < int(found.sizes[gone].sum()) < demand.k and not gone.all():
        gone[np.argmin(np.where(gone, np.iinfo(np.int64).max, found.sizes))] = True
    return np.asarray(gone[group])


def _classes(frequency: FrequencySet, levels: Sequence[int]) -> Codes:
    """(tuples,): the class of each, numbered in the order of its codes."""
    classes = np.zeros(len(frequency.people), dtype=np.int64)
    for column in frequency.at(levels).T:
        width = int(column.max(initial=0)) + 1
        _, classes = np.unique(classes * width + column, return_inverse=True)
    return classes


def column_losses(frequency: FrequencySet, levels: Sequence[int], is_suppressed: Suppressed) -> Shares:
    """(columns,): Loss of each column, 0 as given to 1 all gone (Iyengar 2002).

    raw = Σ_kept share(v) + suppressed, share = leaves under v ÷ leaves in all; min = N ÷ |domain|;
    loss = (raw − min) ÷ (N − min). A column with one leaf, or without people, loses nothing.
    """
    total = frequency.total
    losses = np.zeros(len(frequency.names))
    for column, level in enumerate(levels):
        shares = frequency.shares(column)[level][frequency.codes[:, column]]
        raw = float(np.where(is_suppressed, 1.0, shares) @ frequency.people)
        least = total / max(1, int(frequency.leaves[column].sum()))
        losses[column] = (raw - least) / (total - least) if total > least else 0.0
    return losses


def mean_loss(frequency: FrequencySet, losses: Shares, weights: Mapping[str, float]) -> float:
    """The mean of the columns' losses; a column without a weight counts once."""
    chosen = np.array([weights.get(name, 1.0) for name in frequency.names])
    return float(losses @ chosen / chosen.sum()) if len(chosen) else 0.0


def precision(frequency: FrequencySet, levels: Sequence[int], is_suppressed: Suppressed) -> float:
    """1 − Σ level ÷ height over all cells ÷ cells; suppressed cells are at the top (Sweeney 2002)."""
    heights = frequency.heights
    climbed = [level / height if height else 0.0 for level, height in zip(levels, heights, strict=True)]
    if not climbed or not frequency.total:
        return 1.0
    suppressed = int(frequency.people[is_suppressed].sum()) / frequency.total
    return 1 - (suppressed + (1 - suppressed) * sum(climbed) / len(climbed))


def discernibility(sizes: Codes, suppressed: int) -> int:
    """Σ f² over released classes + N · suppressed people (Bayardo & Agrawal 2005)."""
    total = int(sizes.sum()) + suppressed
    return int((sizes * sizes).sum()) + total * suppressed


def average_class_size(sizes: Codes) -> float:
    """Released people ÷ classes (LeFevre et al. 2006); 0 when nothing is released."""
    return int(sizes.sum()) / len(sizes) if len(sizes) else 0.0
