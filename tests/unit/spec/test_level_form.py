"""A published value is told to be of its level, or finer, from the value alone."""

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
from personatwin_sql.spec.level_form import is_of_level

AGE = Widths(widths=(5, 10), bottom=0, top=90)
FRACTION = Widths(widths=(0.5,))
PRIORS = Intervals(intervals=((1, 5),), bottom=0, top=20)
ZIP = Prefix(prefix=(3, 1))
PHONE = Mask(mask=(2, 4))
ACCOUNT = Mask(mask=(2,), side="left")
INCOME = Coding(bottom=0, top=90)
DATE = Dates(dates=("day", "month", "quarter", "year"))
COLOR = Taxonomy(rows=(("Blue", "cold"), ("Red", "warm")), levels=("warmth",))
COLD = frozenset({"cold", "warm"})


@pytest.mark.parametrize(
    ("hierarchy", "level", "value"),
    [
        (AGE, 0, "18"),
        (AGE, 1, "15-19"),
        (AGE, 1, "90+"),
        (AGE, 1, "<0"),
        (AGE, 1, None),
        (AGE, 2, "10-19"),
        (AGE, 3, "*"),
        (FRACTION, 1, "1.5 to under 2.0"),
        (PRIORS, 1, "0"),
        (PRIORS, 1, "1-4"),
        (PRIORS, 1, "5-19"),
        (PRIORS, 1, "20+"),
        (PRIORS, 1, "<0"),
        (PRIORS, 2, "*"),
        (ZIP, 1, "333**"),
        (ZIP, 2, "3****"),
        (ZIP, 1, "33"),
        (PHONE, 1, "555-01**"),
        (PHONE, 2, "***"),
        (ACCOUNT, 1, "**17"),
        (INCOME, 1, "17.5"),
        (INCOME, 1, "90+"),
        (INCOME, 1, "<0"),
        (DATE, 1, "2014-12-24"),
        (DATE, 2, "2014-12"),
        (DATE, 3, "2014-Q4"),
        (DATE, 4, "2014"),
        (DATE, 5, "*"),
        (COLOR, 1, "cold"),
        (COLOR, 2, "*"),
        (Flat(), 0, "anything"),
        (Flat(), 1, "*"),
    ],
)
def test_a_value_of_the_level_is_known(hierarchy: Hierarchy, level: int, value: str | None) -> None:
    assert is_of_level(hierarchy, level, value, COLD)


@pytest.mark.parametrize(
    ("hierarchy", "level", "value"),
    [
        (AGE, 1, "18"),
        (AGE, 1, "18-19"),
        (AGE, 1, "17-21"),
        (AGE, 2, "15-19"),
        (AGE, 2, "*"),
        (AGE, 3, None),
        (AGE, 3, "10-19"),
        (AGE, 1, "fifteen"),
        (FRACTION, 1, "1.6 to under 1.7"),
        (PRIORS, 1, "2"),
        (PRIORS, 1, "1-3"),
        (PRIORS, 1, "7"),
        (ZIP, 1, "33312"),
        (ZIP, 2, "333**"),
        (PHONE, 1, "555-012*"),
        (PHONE, 2, "555-01**"),
        (ACCOUNT, 1, "1717"),
        (INCOME, 1, "91"),
        (INCOME, 1, "-1"),
        (INCOME, 1, "much"),
        (DATE, 2, "2014-12-24"),
        (DATE, 3, "2014-12"),
        (DATE, 4, "2014-Q4"),
        (DATE, 5, None),
        (COLOR, 1, "Blue"),
        (COLOR, 2, "cold"),
        (Flat(), 1, "anything"),
    ],
)
def test_a_finer_value_is_found_out(hierarchy: Hierarchy, level: int, value: str | None) -> None:
    assert not is_of_level(hierarchy, level, value, COLD)


def test_a_value_that_no_list_has_is_kept_at_level_0_only() -> None:
    groups = Taxonomy(rows=(("Ash", "Tree"),), levels=("kind",), unmapped="keep")
    assert is_of_level(groups, 0, "Elm", {"Ash"})
    assert not is_of_level(groups, 1, "Elm", {"Tree"})
    assert is_of_level(groups, 1, "*", {"Tree"})
