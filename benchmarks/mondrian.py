"""Mondrian (LeFevre et al. 2006) in numpy, all groups of a depth at once, and what a partition loses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
"""(people, columns): each value as its place among the values of its column."""
Labels = npt.NDArray[np.int64]
"""(people,): the group of each person."""


def mondrian(codes: Codes, k: int) -> Labels:
    """Groups of k to 2 k - 1 people: each is halved along its widest column while both halves have k.

    The relaxed form: people with one value may come into both halves. Ties keep the order of the rows.
    """
    people = len(codes)
    span = np.maximum(codes.max(axis=0) - codes.min(axis=0), 1)
    labels = np.zeros(people, dtype=np.int64)
    open_rows, finished = np.arange(people), 0
    while open_rows.size:
        group = labels[open_rows]
        order = np.argsort(group, kind="stable")
        open_rows, group = open_rows[order], group[order]
        starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
        sizes = np.diff(np.r_[starts, group.size])
        values = codes[open_rows]
        width = (np.maximum.reduceat(values, starts) - np.minimum.reduceat(values, starts)) / span
        number = np.repeat(np.arange(starts.size), sizes)
        is_done = ((sizes < 2 * k) | (width.max(axis=1) == 0))[number]
        labels[open_rows[is_done]] = finished + number[is_done]
        finished += starts.size
        chosen = values[np.arange(group.size), width.argmax(axis=1)[number]]
        inside = np.lexsort((chosen, number))
        place = np.empty(group.size, dtype=np.int64)
        place[inside] = np.arange(group.size) - np.repeat(starts, sizes)
        is_upper = place >= (sizes // 2)[number]
        rest = ~is_done
        labels[open_rows[rest]] = 2 * number[rest] + is_upper[rest]
        open_rows = open_rows[rest]
    return labels


def normalized_certainty_penalty(codes: Codes, labels: Labels) -> float:
    """NCP (Xu et al. 2006): the mean over people and columns of (greatest - least) / (span of the column)."""
    span = np.maximum(codes.max(axis=0) - codes.min(axis=0), 1)
    order = np.argsort(labels, kind="stable")
    sorted_labels, values = labels[order], codes[order]
    starts = np.flatnonzero(np.r_[True, sorted_labels[1:] != sorted_labels[:-1]])
    sizes = np.diff(np.r_[starts, labels.size])
    width = (np.maximum.reduceat(values, starts) - np.minimum.reduceat(values, starts)) / span
    return float((width.mean(axis=1) * sizes).sum() / labels.size)
