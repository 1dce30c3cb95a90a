"""A tolerance is one of the levels of the hierarchy, and written as they are."""

from __future__ import annotations

import pytest

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
from personatwin_sql.spec.tolerance import Tolerance, tolerances, tolerated_level

AGES = Widths(widths=(5, 10, 20))
DATES = Dates(dates=("month", "year"))
PLACES = Taxonomy(rows=(("a", "x", "y"),), levels=("region", "country"))
HIERARCHIES: list[Hierarchy] = [
    AGES,
    DATES,
    PLACES,
    Prefix(prefix=(3, 1)),
    Intervals(intervals=((1, 5), (5,))),
    Mask(mask=(2, 4)),
    Coding(top=90),
    Flat(),
]


@pytest.mark.parametrize(
    ("hierarchy", "tolerance", "level"),
    [
        (AGES, 10, 2),
        (AGES, 0, 0),
        (DATES, "year", 2),
        (PLACES, "region", 1),
        (Prefix(prefix=(3, 1)), 1, 2),
        (Intervals(intervals=((1, 5), (5,))), 2, 2),
        (Flat(), 0, 0),
    ],
)
def test_a_tolerance_names_a_level(hierarchy: Hierarchy, tolerance: Tolerance, level: int) -> None:
    assert tolerated_level(hierarchy, tolerance) == level


@pytest.mark.parametrize(
    ("hierarchy", "tolerance"),
    [(AGES, 7), (AGES, "10"), (AGES, True), (DATES, "quarter"), (PLACES, 1), (Flat(), 1)],
)
def test_what_is_no_level_is_no_tolerance(hierarchy: Hierarchy, tolerance: Tolerance) -> None:
    assert tolerated_level(hierarchy, tolerance) is None


@pytest.mark.parametrize("hierarchy", HIERARCHIES, ids=lambda hierarchy: hierarchy.kind)
def test_every_level_below_the_top_can_be_written_and_the_top_cannot(hierarchy: Hierarchy) -> None:
    levels = [tolerated_level(hierarchy, tolerance) for tolerance in tolerances(hierarchy)]
    assert levels == list(range(hierarchy.height))
