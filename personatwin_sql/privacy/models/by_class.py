"""Sums and extremes over the sensitive values of each class, without a loop over classes."""

from __future__ import annotations

import numpy as np

from personatwin_sql.privacy.models.counted import Counted, Values
from personatwin_sql.privacy.numbers import Codes, Flags, Shares


def column_of(classes: Counted, column: str) -> tuple[Values, Codes]:
    """A sensitive column by class, and (entries,) the people of the class of each entry."""
    values = classes.values[column]
    return values, classes.sizes[values.classes]


def greatest(classes: Counted, values: Values, of: Shares, nothing: float = 0.0) -> Shares:
    """(classes,): the greatest number over the entries of each class; `nothing` where it has none."""
    found = np.full(len(classes.sizes), nothing)
    if len(of):
        starts = np.flatnonzero(np.diff(values.classes, prepend=-1))
        found[values.classes[starts]] = np.maximum.reduceat(of, starts)
    return found


def total(classes: Counted, values: Values, of: Shares | Codes | Flags) -> Shares:
    """(classes,): the sum over the entries of each class; exact for whole numbers below 2⁵³."""
    return np.bincount(values.classes, weights=of, minlength=len(classes.sizes)).astype(np.float64)


def not_null(values: Values) -> Flags:
    """(entries,): which hold a value."""
    return np.asarray(values.values != values.of.null)
