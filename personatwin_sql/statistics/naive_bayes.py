"""How well one column can be foretold from the others, by a classifier tested on people it never saw."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from personatwin_sql.frozen import dataclass

Codes = npt.NDArray[np.int64]
Counts = npt.NDArray[np.float64]

FOLDS = 5


@dataclass(frozen=True)
class Accuracy:
    """Shares of people whose value is foretold rightly; each of them was left out of training once."""

    foretold: float
    majority: float
    """By always saying the most frequent value."""


def accuracy(features: Codes, target: Codes, people: Counts) -> Accuracy | None:
    """Of a naive Bayes classifier with counts raised by one (Laplace), in `FOLDS` folds of people.

    features: (combinations, columns) codes. target: (combinations,) codes. people: (combinations,), whole
    numbers, who are spread over the folds as evenly as can be. None where the target has one value.
    """
    size = int(target.max(initial=0)) + 1
    held = np.bincount(target, weights=people, minlength=size)
    if (held > 0).sum() < 2:
        return None
    right, place = 0.0, np.arange(len(target))
    for fold in range(FOLDS):
        tested = np.floor((people + (place + fold) % FOLDS) / FOLDS)
        foretold = _foretold(features, target, people - tested, size)
        right += float(tested[foretold == target].sum())
    return Accuracy(right / float(people.sum()), float(held.max()) / float(people.sum()))


def _foretold(features: Codes, target: Codes, people: Counts, size: int) -> Codes:
    """(combinations,): argmax_t ln P(t) + Σ_c ln P(x_c | t), by the people who are trained on."""
    held = np.bincount(target, weights=people, minlength=size)
    score = np.tile(np.log(held + 1), (len(target), 1))
    for column in features.T:
        values = int(column.max(initial=0)) + 1
        of_both = np.bincount(column * size + target, weights=people, minlength=values * size)
        score += np.log((of_both.reshape(values, size) + 1) / (held + values))[column]
    found: Codes = np.argmax(score, axis=1)
    return found
