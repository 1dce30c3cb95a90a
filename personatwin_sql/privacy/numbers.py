"""The arrays that everything in this room is counted in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
"""Codes of values or classes, or counts of people: whole numbers."""
Shares = npt.NDArray[np.float64]
"""Shares, losses, risks: real numbers."""
Flags = npt.NDArray[np.bool_]
"""A claim about each."""


def weighted(values: Shares | Codes, people: Codes | Shares) -> float:
    """Σ value · people, the same on every machine: a product of BLAS is cut up by its number of threads."""
    return float(np.multiply(values, people, dtype=np.float64).sum())
