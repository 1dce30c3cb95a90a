"""Wide results stay readable on a terminal, and whole for programs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.cli.fitting import fitted
from personatwin_sql.cli.formats import text_table
from personatwin_sql.cli.width import width

COLUMNS = ("county", "description", "people")
ROWS = (("Orange", "a" * 60, 1234), ("Lake", None, 5))


@pytest.mark.parametrize("most", [None, 80])
def test_what_fits_is_left_alone(most: int | None) -> None:
    assert fitted(COLUMNS, ROWS, most) == (text_table(COLUMNS, ROWS), "")


def test_the_widest_texts_are_cut_and_it_is_said() -> None:
    text, how = fitted(COLUMNS, ROWS, 40)
    assert max(map(width, text.splitlines())) <= 40
    assert "…" in text
    assert "Orange" in text
    assert "cut" in how


def test_numbers_are_never_cut() -> None:
    text, _ = fitted(("note", "n"), (("x" * 30, 12345678901234567890),), 32)
    assert "12345678901234567890" in text


def test_what_cannot_be_narrowed_stands_one_value_a_line() -> None:
    columns = [f"column_{number}" for number in range(12)]
    text, how = fitted(columns, [[number * 1000 for number in range(12)]] * 2, 40)
    lines = text.splitlines()
    assert lines[0].startswith("── row 1")
    assert lines[1].split() == ["column_0", "0"]
    assert len(lines) == 26
    assert "a line" in how


def test_of_no_rows_the_heads_are_shown() -> None:
    assert fitted(("a", "b"), (), 80)[0].splitlines() == ["a  b", "─  ─"]


@given(
    st.lists(st.lists(st.text(max_size=40) | st.integers() | st.none(), min_size=3, max_size=3), max_size=5),
    st.integers(20, 200),
)
def test_no_line_of_a_table_is_wider_than_the_terminal(rows: list[list[object]], most: int) -> None:
    text, how = fitted(COLUMNS, rows, most)
    if not how.startswith("One value"):
        assert all(width(line) <= most for line in text.splitlines())
