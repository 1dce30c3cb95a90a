"""Noisy totals and their noisy parts, brought to agree by weighted least squares (Hay et al. 2010).

Nothing but noisy numbers goes in, so nothing is spent (post-processing). The parts are looked for that lie
closest to all that was drawn, each grouping set weighted by how little noise it has; totals are their sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from personatwin_sql.privacy.numbers import Codes, Flags

Reals = npt.NDArray[np.float64]
_CLOSE: Final = 1e-10
_STEPS: Final = 500
_ROUNDS: Final = 50
_LARGEST: Final = 1 << 61


def agreeing(
    sets: Codes, codes: Codes, values: Codes, has_key: Flags, weights: Sequence[float], *, at_least_zero: bool
) -> Codes:
    """(rows,): whole numbers such that each total is the sum of its parts, in the order of the rows.

    sets: (rows,) which grouping set a row is of; codes: (rows, keys) its keys, as numbers that mean nothing
    where the set has them not; values: (rows,) what was drawn; has_key: (sets, keys). One set has all keys:
    its rows are the parts. With `at_least_zero` no number is below 0. Raises ValueError without such a set.
    """
    if not len(values):
        return values
    whole = np.flatnonzero(has_key.all(axis=1))
    if not len(whole):
        raise ValueError("totals are sums of the rows with all keys, and there are none")
    fits = _LARGEST // len(values)
    values = np.clip(values, -fits, fits)
    finest = np.flatnonzero(sets == whole[0])
    groups = [_groups(codes, np.flatnonzero(sets == at), finest, has_key[at]) for at in range(len(has_key))]
    totals = [_Totals(group, values[sets == at], weights[at]) for at, group in enumerate(groups)]
    own = values[finest]
    parts = _rounded(own, _least_squares(own, totals, at_least_zero=at_least_zero), at_least_zero)
    found = np.empty_like(values)
    for at, total in enumerate(totals):
        found[sets == at] = total.of(parts)
    return found


class _Totals:
    """The rows of one grouping set, and which of them each part falls into."""

    def __init__(self, groups: Codes, drawn: Codes, weight: float) -> None:
        self._groups = groups
        self.drawn = drawn
        self.weight = weight

    def of(self, parts: Codes) -> Codes:
        found = np.zeros(len(self.drawn), dtype=np.int64)
        np.add.at(found, self._groups, parts)
        return found

    def back(self, totals: Reals) -> Reals:
        """What each part gets of numbers of its total."""
        return totals[self._groups]

    def both(self, parts: Reals) -> Reals:
        return self.back(np.bincount(self._groups, parts, len(self.drawn)).astype(np.float64))


def _groups(codes: Codes, rows: Codes, finest: Codes, has_key: Flags) -> Codes:
    """(parts,): the place, among the rows of a set, of the total that each part belongs to."""
    keys = np.concatenate([codes[np.ix_(rows, has_key)], codes[np.ix_(finest, has_key)]])
    if not keys.shape[1]:
        return np.zeros(len(finest), dtype=np.int64)
    _, numbers = np.unique(keys, axis=0, return_inverse=True)
    numbers = numbers.reshape(-1)
    places = np.empty(int(numbers.max()) + 1, dtype=np.int64)
    places[numbers[: len(rows)]] = np.arange(len(rows))
    found: Codes = places[numbers[len(rows) :]]
    return found


def _least_squares(own: Codes, totals: Sequence[_Totals], *, at_least_zero: bool) -> Reals:
    """(parts,): what to add to what was drawn of the parts.

    Parts that would fall below 0 are set to 0, and the rest is looked for anew, until none does.
    """
    wanted = np.zeros(len(own))
    for total in totals:
        wanted += total.weight * total.back((total.drawn - total.of(own)).astype(np.float64))
    free = np.ones(len(own), dtype=np.bool_)
    found = _solved(wanted, totals, free)
    for _ in range(_ROUNDS):
        below = free & (own + found < 0)
        if not at_least_zero or not below.any():
            break
        free &= ~below
        fixed = np.where(free, 0.0, -own.astype(np.float64))
        found = fixed + _solved(wanted - _normal(fixed, totals), totals, free)
    return np.maximum(found, -own.astype(np.float64)) if at_least_zero else found


def _normal(parts: Reals, totals: Sequence[_Totals]) -> Reals:
    """AᵀWA of the parts."""
    found = np.zeros(len(parts))
    for total in totals:
        found += total.weight * total.both(parts)
    return found


def _solved(wanted: Reals, totals: Sequence[_Totals], free: Flags) -> Reals:
    """AᵀWA x = wanted for the free parts, the others being 0: by conjugate gradients."""
    found = np.zeros(len(wanted))
    rest = np.where(free, wanted, 0.0)
    step, size = rest.copy(), float(rest @ rest)
    enough = size * _CLOSE**2
    for _ in range(_STEPS):
        if size <= enough:
            break
        moved = np.where(free, _normal(step, totals), 0.0)
        length = size / float(step @ moved)
        found += length * step
        rest -= length * moved
        size, before = float(rest @ rest), size
        step = rest + (size / before) * step
    return found


def _rounded(own: Codes, added: Reals, at_least_zero: bool) -> Codes:
    """(parts,): whole numbers, of which those that stand together have the right sum, to within 1."""
    sums = np.floor(np.cumsum(added) + 0.5).astype(np.int64)
    found = own + np.diff(sums, prepend=0)
    return np.maximum(found, 0) if at_least_zero else found
