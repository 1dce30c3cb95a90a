"""Levels have numbers and names: 0 is the value as given, the top is any."""

from __future__ import annotations

import pytest

from personatwin_sql.spec.hierarchy import Dates, Flat, Hierarchy, Intervals, Prefix, Taxonomy, Widths
from personatwin_sql.spec.role import Role, strictest


@pytest.mark.parametrize(
    ("hierarchy", "names"),
    [
        (Flat(), ["as given", "any"]),
        (Widths(widths=(5, 10)), ["as given", "bands of 5", "bands of 10", "any"]),
        (Intervals(intervals=((1, 5),)), ["as given", "bands cut at 1, 5", "any"]),
        (Prefix(prefix=(3, 1)), ["as given", "first 3 characters", "first 1 character", "any"]),
        (Dates(dates=("month", "year")), ["as given", "month", "year", "any"]),
        (Taxonomy(rows=(("a", "A"),), levels=("group",)), ["as given", "group", "any"]),
        (Taxonomy(rows=(("a",),)), ["as given", "any"]),
    ],
)
def test_each_level_has_a_name(hierarchy: Hierarchy, names: list[str]) -> None:
    assert [hierarchy.level_name(level) for level in range(hierarchy.height + 1)] == names


def test_the_strictest_role_wins_and_a_constant_is_insensitive() -> None:
    assert strictest([Role.SENSITIVE, Role.DIRECT_IDENTIFIER, Role.INSENSITIVE]) is Role.DIRECT_IDENTIFIER
    assert strictest([Role.QUASI_IDENTIFIER, Role.PRIVACY_UNIT]) is Role.PRIVACY_UNIT
    assert strictest([]) is Role.INSENSITIVE
