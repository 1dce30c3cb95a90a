"""What a published value looks like at a level of its hierarchy, told from the value alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from math import floor, isclose

from personatwin_sql.spec.hierarchy import (
    TOP,
    Coding,
    Dates,
    Hierarchy,
    Intervals,
    Mask,
    Number,
    Period,
    Prefix,
    Widths,
)

_PERIOD_FORMS: dict[Period, re.Pattern[str]] = {
    "day": re.compile(r"-?\d{4,}-\d\d-\d\d"),
    "week": re.compile(r"-?\d{4,}-W\d\d"),
    "month": re.compile(r"-?\d{4,}-\d\d"),
    "quarter": re.compile(r"-?\d{4,}-Q[1-4]"),
    "year": re.compile(r"-?\d{4,}"),
}
_WHOLE_BAND = re.compile(r"(-?\d+)-(-?\d+)")
_FRACTION_BAND = re.compile(r"(\S+) to under (\S+)")


def is_of_level(hierarchy: Hierarchy, level: int, value: str | None, groups: Collection[str] = ()) -> bool:
    """Whether a value is one that a level publishes, and none that is finer.

    `groups` are the names of a taxonomy at that level. NULL is a value of its own below the top; level 0 is
    whatever was given.
    """
    if level == hierarchy.height or value is None:
        return level < hierarchy.height or value == TOP
    if hierarchy.kind == "taxonomy":
        if hierarchy.unmapped == "keep" and level == 0:
            return True
        return value in groups or (hierarchy.unmapped != "error" and value == TOP)
    return level == 0 or _is_of_inner_level(hierarchy, level, value)


def _is_of_inner_level(hierarchy: Hierarchy, level: int, value: str) -> bool:
    """The same, strictly between the value as given and the top."""
    match hierarchy:
        case Widths():
            return _is_band(value, hierarchy.widths[level - 1], hierarchy.bottom, hierarchy.top)
        case Intervals():
            return _is_between_cuts(value, hierarchy.intervals[level - 1], hierarchy.bottom, hierarchy.top)
        case Coding():
            return _is_coded(value, hierarchy.bottom, hierarchy.top)
        case Dates():
            return _PERIOD_FORMS[hierarchy.dates[level - 1]].fullmatch(value) is not None
    return _is_hidden(hierarchy, level, value)


def _is_hidden(hierarchy: Hierarchy, level: int, value: str) -> bool:
    """Whether the characters that a code hides at a level are stars; no other hierarchy hides any."""
    if isinstance(hierarchy, Prefix):
        return set(value[hierarchy.prefix[level - 1] :]) <= {"*"}
    if isinstance(hierarchy, Mask):
        hidden = hierarchy.mask[level - 1]
        return set(value[-hidden:] if hierarchy.side == "right" else value[:hidden]) <= {"*"}
    return False


def _is_band(value: str, width: Number, bottom: Number | None, top: Number | None) -> bool:
    """Whether a text is an open end, or a band of the width whose ends lie on its grid or at an open end."""
    if value in {f"{top}+", f"<{bottom}"}:
        return True
    ends = _ends(value)
    if ends is None:
        return False
    low, high = ends
    start = floor(round(low / width, 9)) * width
    lowest = start if bottom is None else max(start, bottom)
    highest = start + width if top is None else min(start + width, top)
    return isclose(low, lowest, abs_tol=1e-8) and isclose(high, highest, abs_tol=1e-8)


def _is_between_cuts(value: str, cuts: Sequence[Number], bottom: Number | None, top: Number | None) -> bool:
    """Whether a text is one of the bands between neighbouring cuts, or an open end."""
    edges = [edge for edge in (bottom, *cuts, top) if edge is not None]
    if value in {f"{edges[-1]}+", f"<{edges[0]}"}:
        return True
    ends = _ends(value)
    return ends is not None and any(
        isclose(ends[0], low) and isclose(ends[1], high) for low, high in pairwise(edges)
    )


def _is_coded(value: str, bottom: Number | None, top: Number | None) -> bool:
    """Whether a text is an open end, or a number between them."""
    if value in {f"{top}+", f"<{bottom}"}:
        return True
    try:
        number = float(value)
    except ValueError:
        return False
    return (bottom is None or number >= bottom) and (top is None or number < top)


def _ends(value: str) -> tuple[float, float] | None:
    """Where a band begins and where the next one does; a whole number alone is a band of one."""
    try:
        if found := _FRACTION_BAND.fullmatch(value):
            return float(found[1]), float(found[2])
        if found := _WHOLE_BAND.fullmatch(value):
            return float(found[1]), float(found[2]) + 1
        return float(int(value)), float(int(value)) + 1
    except ValueError:
        return None
