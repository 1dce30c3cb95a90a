"""Integer codes of columns that are written as texts, level by level, as frequency sets take them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personatwin_sql.privacy.numbers import Codes

Levels = Sequence[Sequence[str | None]]
"""Per level, what each base value is published as."""


def coded(levels: Levels) -> Codes:
    """(levels, base values): codes that follow the order of the texts, NULL last."""
    table = np.empty((len(levels), len(levels[0])), dtype=np.int64)
    for level, values in enumerate(levels):
        ordered = sorted(set(values), key=lambda value: (value is None, value or ""))
        code_of = {value: code for code, value in enumerate(ordered)}
        table[level] = [code_of[value] for value in values]
    return table


def star_codes(levels: Levels, star: str) -> Codes:
    """(levels,): which code of `coded` is that of a published text, -1 where the level does not have it."""
    found = np.full(len(levels), -1, dtype=np.int64)
    for level, (values, codes) in enumerate(zip(levels, coded(levels), strict=True)):
        found[level] = next((code for value, code in zip(values, codes, strict=True) if value == star), -1)
    return found
