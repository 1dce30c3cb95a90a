"""Ranges of a class's own: made of bands or numbers, and no finer than the finest level allowed."""

from __future__ import annotations

import pytest

from personatwin_sql.spec.hierarchy import Flat, Intervals, Widths
from personatwin_sql.spec.range_form import is_range, may_be_range, range_text

AGE = Widths(widths=(5, 10), bottom=18, top=90)
PRIORS = Intervals(intervals=((1, 5),), bottom=0, top=20)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        ("0", "0", "0"),
        ("-10--6", "-5--1", "-10--1"),
        ("20-24", "35-39", "20-39"),
        ("0", "5-19", "0-19"),
        ("<18", "20-24", "<25"),
        ("80-84", "90+", "80+"),
        ("3", "20+", "3+"),
        ("<18", "90+", "*"),
        ("1 to under 2", "4 to under 5", "1 to under 5"),
        ("<1", "4 to under 5", "<5"),
    ],
)
def test_a_range_goes_from_the_first_band_to_the_last(low: str, high: str, text: str) -> None:
    assert range_text(low, high) == text


@pytest.mark.parametrize("text", ["20-24", "20-39", "18-24", "25+", "<25", "85-89", "20 to under 30"])
def test_ends_of_bands_are_as_coarse_as_the_level(text: str) -> None:
    assert is_range(AGE, 1, text)


@pytest.mark.parametrize("level", [0, 1])
@pytest.mark.parametrize("text", ["21-24", "20-23", "24+", "<19", "20 to under 31", "44", "x-y", "*", ""])
def test_other_ends_tell_more_and_may_be_those_of_one_person(level: int, text: str) -> None:
    assert not is_range(AGE, level, text)


def test_cuts_are_the_ends_of_intervals() -> None:
    assert is_range(PRIORS, 1, "1-19")
    assert is_range(PRIORS, 1, "5+")
    assert not is_range(PRIORS, 1, "2-19")
    assert not is_range(PRIORS, 0, "2-19")
    assert is_range(PRIORS, 0, "1-19")
    assert not is_range(PRIORS, 2, "0-19")


def test_ranges_are_of_numbers_that_have_bands() -> None:
    assert may_be_range(AGE, "integer")
    assert may_be_range(PRIORS, "number")
    assert not may_be_range(AGE, "text")
    assert not may_be_range(Flat(), "number")
