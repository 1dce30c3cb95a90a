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


def ordered_penalty(values: npt.NDArray[np.float64], class_ids: Codes, span: float) -> float:
    """NCP of a partition in an ordered column: Σ_people (max − min of the class) ÷ span ÷ N (Xu et al. 2006).

    `values` (people,), `class_ids` (people,) any integers, negative for suppressed people, who count 1;
    `span` is the width of the domain.
    """
    order, starts, sizes = _runs(class_ids)
    if not len(class_ids):
        return 0.0
    ordered = values[order]
    width = np.maximum.reduceat(ordered, starts) - np.minimum.reduceat(ordered, starts)
    penalty = np.minimum(1.0, width / span) if span > 0 else np.zeros(len(starts))
    return _mean(penalty, class_ids[order][starts], sizes)


def hierarchy_penalty(codes: Codes, class_ids: Codes, levels: Codes, leaves: Codes) -> float:
    """NCP of a partition in a column with a hierarchy (Xu et al. 2006).

    Σ_people share(lowest common ancestor of the class) ÷ N, where a class of one value costs 0.
    `codes` (people,) base values; `class_ids` as for an ordered column; `levels` (height + 1, base values)
    and `leaves` (base values,) as in a frequency set.
    """
    order, starts, sizes = _runs(class_ids)
    if not len(class_ids):
        return 0.0
    ordered = codes[order]
    penalty = np.ones(len(starts))
    is_open = np.ones(len(starts), dtype=np.bool_)
    for level, table in enumerate(levels):
        value = table[ordered]
        agrees = is_open & (np.maximum.reduceat(value, starts) == np.minimum.reduceat(value, starts))
        under = np.bincount(table, weights=leaves) / max(1, int(leaves.sum()))
        penalty[agrees] = under[value[starts]][agrees] if level else 0.0
        is_open &= ~agrees
    return _mean(penalty, class_ids[order][starts], sizes)


def _runs(class_ids: Codes) -> tuple[Codes, Codes, Codes]:
    """People ordered by class, where each class starts in that order, and how many it holds."""
    order = np.argsort(class_ids, kind="stable")
    _, starts, sizes = np.unique(class_ids[order], return_index=True, return_counts=True)
    return order, starts, sizes


def _mean(penalty: Shares, class_ids: Codes, sizes: Codes) -> float:
    """The mean over people; everybody in a class with a negative id is suppressed."""
    return float(np.where(class_ids < 0, 1.0, penalty) @ sizes / sizes.sum())
