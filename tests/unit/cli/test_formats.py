"""Rows for people and for machines."""

from __future__ import annotations

import csv
import datetime
import decimal
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.cli.console import json_text
from personatwin_sql.cli.formats import csv_text, plain, text_table, unique
from personatwin_sql.cli.width import cut, pad, width
from personatwin_sql.errors.harmless import harmless


def test_columns_are_aligned_numbers_to_the_right_and_null_is_written() -> None:
    table = text_table(("county", "people"), [("Broward", 120), ("日本", None), (None, 7)])
    assert table.splitlines() == [
        "county   people",
        "───────  ──────",
        "Broward     120",
        "日本       NULL",
        "NULL          7",
    ]


def test_a_table_without_rows_has_its_heads() -> None:
    assert text_table(("a", "bb"), []) == "a  bb\n─  ──"
    assert text_table((), []) == "\n"


def test_a_value_cannot_steer_the_terminal_or_break_the_line() -> None:
    table = text_table(("x",), [("\x1b[31mred\nnext\rover",)])
    assert "\x1b" not in table
    assert table.splitlines()[2] == "\\x1b[31mred\\nnext\\rover"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_every_row_is_one_line_and_columns_begin_where_their_head_does(rows: list[list[str]]) -> None:
    lines = text_table(("first", "second"), rows).split("\n")
    assert len(lines) == len(rows) + 2
    start = lines[1].index("  ")
    for line, row in zip(lines[2:], rows, strict=True):
        first = pad(harmless(row[0]), start)
        assert line == (first + "  " + harmless(row[1])).rstrip()


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_a_cut_text_fits(text: str, columns: int) -> None:
    assert width(cut(text, columns)) <= columns
    assert cut(text, max(1, width(text))) == text


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("ﬁ", 1), ("\u200b", 0), ("👩", 2)]
)
def test_width_counts_columns_of_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.lists(st.lists(st.one_of(st.none(), st.text(), st.integers()), min_size=2, max_size=2), min_size=1))
def test_csv_reads_back_with_null_as_nothing(rows: list[list[object]]) -> None:
    text = csv_text(("a", "b"), rows)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["a", "b"], *(["" if value is None else str(value) for value in row] for row in rows)]


def test_csv_tells_an_empty_text_from_null() -> None:
    assert csv_text(("a", "b"), [("", None)]) == 'a,b\n"",'


@given(
    st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(),
            st.text(),
            st.binary(),
            st.decimals(),
            st.dates(),
            st.datetimes(),
            st.timedeltas(),
            st.uuids(),
        ),
        lambda inner: st.lists(inner) | st.dictionaries(st.integers(), inner),
        max_leaves=5,
    )
)
def test_every_value_of_a_database_is_strict_json(value: object) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    text = json_text(plain(value))
    assert json_text(json.loads(text, parse_constant=refuse)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.date(2014, 1, 31), "2014-01-31"),
        (datetime.datetime(2014, 1, 31, 12), "2014-01-31 12:00:00"),
        (decimal.Decimal("1.10"), "1.10"),
        (b"\x00\xff", "00ff"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
    ],
)
def test_what_json_does_not_know_becomes_text(value: object, text: str) -> None:
    assert plain(value) == text


def test_two_columns_of_one_name_are_both_kept() -> None:
    assert unique(("n", "n", "n_1")) == ["n", "n_1", "n_1_1"]
