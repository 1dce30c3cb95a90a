"""What a release loses against the people it was made from: the measures of the literature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from personatwin_sql.privacy.frequency import Codes, FrequencySet, Shares

Suppressed = npt.NDArray[np.bool_]
"""(tuples,): which tuples of a frequency set are suppressed."""


def suppressed_below(frequency: FrequencySet, levels: Sequence[int], k: int) -> Suppressed:
    """(tuples,): whether the class of each tuple at these levels holds fewer than k people."""
    classes = np.zeros(len(frequency.people), dtype=np.int64)
    for column in frequency.at(levels).T:
        width = int(column.max(initial=0)) + 1
        _, classes = np.unique(classes * width + column, return_inverse=True)
    return np.bincount(classes, weights=frequency.people)[classes] < k


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
