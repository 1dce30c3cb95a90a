"""Ranges of a class's own: made of bands or numbers, and no finer than the finest level allowed."""

from __future__ import annotations

import pytest

from personatwin_sql.spec.hierarchy import Flat, Intervals, Widths
from personatwin_sql.spec.range_form import at_open_end, is_range, may_be_range, range_text

AGE = Widths(widths=(5, 10), bottom=18, top=90)
PRIORS = Intervals(intervals=((1, 5),), bottom=0, top=20)


@pytest.mark.parametrize(
    ("low", "high", "is_whole", "text"),
    [
        ("3", "8", True, "3-8"),
        ("-5", "-2", True, "-5--2"),
        ("1.5", "2.5", False, "1.5 to 2.5"),
        ("3", "8", False, "3 to 8"),
        ("4", "4", True, "4"),
        ("20-24", "35-39", True, "20-39"),
        ("0", "5-19", True, "0-19"),
        ("<18", "20-24", True, "<25"),
        ("80-84", "90+", True, "80+"),
        ("3", "20+", True, "3+"),
        ("<18", "90+", True, "*"),
        ("1 to under 2", "4 to under 5", False, "1 to under 5"),
        ("<1", "4 to under 5", False, "<5"),
    ],
)
def test_a_range_goes_from_the_first_band_to_the_last(low: str, high: str, is_whole: bool, text: str) -> None:
    assert range_text(low, high, is_whole) == text


@pytest.mark.parametrize(
    ("value", "is_whole", "text"),
    [
        ("95", True, "90+"),
        ("90", True, "90+"),
        ("89", True, "89"),
        ("17", True, "<18"),
        ("17.5", False, "17.5"),
    ],
)
def test_who_is_out_at_an_end_is_never_named_exactly(value: str, is_whole: bool, text: str) -> None:
    assert at_open_end(AGE, value, is_whole) == text
    assert at_open_end(Flat(), value, is_whole) == value


@pytest.mark.parametrize("text", ["20-24", "20-39", "18-24", "25+", "<25", "85-89", "20 to under 30"])
def test_ends_of_bands_are_as_coarse_as_the_level(text: str) -> None:
    assert is_range(AGE, 1, text)


@pytest.mark.parametrize("text", ["21-24", "20-23", "24+", "<19", "20 to under 31", "44", "x-y", "*", ""])
def test_other_ends_tell_more(text: str) -> None:
    assert not is_range(AGE, 1, text)


def test_cuts_are_the_ends_of_intervals() -> None:
    assert is_range(PRIORS, 1, "1-19")
    assert is_range(PRIORS, 1, "5+")
    assert not is_range(PRIORS, 1, "2-19")
    assert is_range(PRIORS, 0, "2-19")
    assert not is_range(PRIORS, 2, "0-19")


def test_ranges_are_of_numbers() -> None:
    assert may_be_range(AGE, "integer")
    assert may_be_range(Flat(), "number")
    assert not may_be_range(Flat(), "text")
