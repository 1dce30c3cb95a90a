"""How far apart people may be in a column and still be merged: a level of its hierarchy, as it is written."""

from __future__ import annotations

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.hierarchy import (
    Coding,
    Dates,
    Flat,
    Hierarchy,
    Intervals,
    Mask,
    Prefix,
    Taxonomy,
    Widths,
)

Tolerance = int | float | str
"""Written as the hierarchy is: a width (`10`), a period (`quarter`), a number of characters, the name of a
level, or for intervals the number of the list of cuts; `0` for people who are the same."""


def tolerated_level(hierarchy: Hierarchy, tolerance: Tolerance) -> int | None:
    """The coarsest level within a tolerance; None where the hierarchy has no such level.

    The top is no tolerance: it would say nothing.
    """
    if isinstance(tolerance, bool):
        return None
    written = tolerances(hierarchy)
    return written.index(tolerance) if tolerance in written else None


def unknown_tolerance(column: str, hierarchy: Hierarchy, place: Place) -> Diagnostic:
    """PT060, with what could be written."""
    options = ", ".join(f"`{option}`" for option in tolerances(hierarchy))
    return Diagnostic("PT060", f"`{column}` has no level of that tolerance", place, label=f"one of {options}")


def tolerances(hierarchy: Hierarchy) -> tuple[Tolerance, ...]:
    """What can be written for a hierarchy; the place of each is its level."""
    match hierarchy:
        case Widths():
            inner: tuple[Tolerance, ...] = hierarchy.widths
        case Prefix():
            inner = hierarchy.prefix
        case Mask():
            inner = hierarchy.mask
        case Dates():
            inner = hierarchy.dates
        case Taxonomy():
            inner = hierarchy.levels
        case Intervals():
            inner = tuple(range(1, len(hierarchy.intervals) + 1))
        case Coding():
            inner = (1,)
        case Flat():
            inner = ()
    return (0, *inner)
