"""Numbers as ranges of a class's own: what they are written as, and whether one is coarse enough.

Ends are always those of bands. An end as given would be the value of a single person: who is known to be the
youngest of the data is at the end of some range.
"""

from __future__ import annotations

import re
from math import isclose

from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.hierarchy import TOP, Hierarchy, Intervals, Number, Widths

WHOLE, UNDER = r"(-?\d+)-(-?\d+)", r"(\S+) to under (\S+)"
ABOVE, BELOW = r"(\S+)\+", r"<(\S+)"
"""The forms of ranges, as regular expressions of whole texts that Python and DuckDB read alike."""


@dataclass(frozen=True)
class _Ends:
    """Where a band begins and ends; None for an open end. `form` says whether the end is part of it."""

    low: str | None
    high: str | None
    form: str


def may_be_range(hierarchy: Hierarchy, column_type: str) -> bool:
    """Whether the values of a column are numbers that a range can hold."""
    return column_type in ("integer", "number") and hierarchy.kind in ("widths", "intervals")


def level_of_ends(lowest: int) -> int:
    """The level whose bands begin and end ranges, where `lowest` is the finest level allowed."""
    return max(1, lowest)


def range_text(low: str, high: str) -> str:
    """The range from one band to another: `20-24` and `35-39` give `20-39`.

    Open ends stay open: `<18` to `20-24` is `<25`, `80-89` to `90+` is `80+`.
    """
    first, last = _ends(low), _ends(high)
    if low == high:
        return low
    if first.low is None and last.high is None:
        return TOP
    if last.high is None:
        return f"{first.low}+"
    if first.low is None:
        return f"<{int(last.high) + 1 if last.form == WHOLE else last.high}"
    if UNDER in (first.form, last.form):
        return f"{first.low} to under {last.high}"
    return f"{first.low}-{last.high}"


def is_range(hierarchy: Hierarchy, level: int, value: str) -> bool:
    """Whether a text is a range whose ends are those of bands, where `level` is the finest one allowed."""
    try:
        edges = _edges(value)
    except ValueError:
        return False
    return edges is not None and all(_is_edge(hierarchy, level_of_ends(level), edge) for edge in edges)


def _edges(value: str) -> tuple[float, ...] | None:
    """Where a range begins and where the next one would; one of both at an open end."""
    if found := re.fullmatch(WHOLE, value):
        return float(found[1]), float(found[2]) + 1
    if found := re.fullmatch(UNDER, value):
        return float(found[1]), float(found[2])
    found = re.fullmatch(ABOVE, value) or re.fullmatch(BELOW, value)
    return (float(found[1]),) if found else None


def _is_edge(hierarchy: Hierarchy, level: int, edge: float) -> bool:
    if isinstance(hierarchy, Widths) and level < hierarchy.height:
        width = hierarchy.widths[level - 1]
        on_grid = isclose(edge, round(edge / width) * width, abs_tol=1e-8)
        return on_grid or _is_among(edge, hierarchy.bottom, hierarchy.top)
    if isinstance(hierarchy, Intervals) and level < hierarchy.height:
        return _is_among(edge, hierarchy.bottom, *hierarchy.intervals[level - 1], hierarchy.top)
    return False


def _is_among(edge: float, *known: Number | None) -> bool:
    return any(isclose(edge, number, abs_tol=1e-8) for number in known if number is not None)


def _ends(text: str) -> _Ends:
    if found := re.fullmatch(WHOLE, text):
        return _Ends(found[1], found[2], WHOLE)
    if found := re.fullmatch(UNDER, text):
        return _Ends(found[1], found[2], UNDER)
    if found := re.fullmatch(ABOVE, text):
        return _Ends(found[1], None, ABOVE)
    if found := re.fullmatch(BELOW, text):
        return _Ends(None, found[1], BELOW)
    return _Ends(text, text, WHOLE)  # a band of one whole number
