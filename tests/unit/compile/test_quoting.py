"""Identifiers and literals as DuckDB reads them."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.compile.quoting import folded, identifier, literal

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("age", "age"),
        ("_x1", "_x1"),
        ("Age", '"Age"'),
        ("case no", '"case no"'),
        ("größe", '"größe"'),
        ("select", '"select"'),
        ("current_date", '"current_date"'),
        ('a"b', '"a""b"'),
        ("1st", '"1st"'),
    ],
)
def test_a_name_is_quoted_when_it_must_be(name: str, quoted: str) -> None:
    assert identifier(name) == quoted


@given(NAMES)
def test_duckdb_reads_the_name_that_was_meant(name: str) -> None:
    sql = f"SELECT {identifier(name)} FROM (SELECT 1 AS {identifier(name)}) AS t"
    assert [column[0] for column in duckdb.sql(sql).description] == [name]


def test_every_keyword_of_duckdb_can_name_a_column_when_quoted() -> None:
    for (word,) in duckdb.sql("SELECT keyword_name FROM duckdb_keywords()").fetchall():
        name = identifier(word)
        assert duckdb.sql(f"SELECT t.{name}, {name} FROM (SELECT 7 AS {name}) AS t").fetchall() == [(7, 7)]


@given(
    st.one_of(
        NAMES,
        st.integers(-(2**62), 2**62),
        st.booleans(),
        st.none(),
        st.floats(allow_nan=False, allow_infinity=False),
    )
)
def test_duckdb_reads_the_value_that_was_meant(value: str | int | bool | float | None) -> None:
    kind = "::DOUBLE" if isinstance(value, float) else ""
    assert duckdb.sql(f"SELECT {literal(value)}{kind}").fetchall() == [(value,)]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "a\0b"])
def test_a_value_that_sql_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"finite|NUL"):
        literal(value)


def test_a_thing_without_a_literal_is_refused() -> None:
    with pytest.raises(TypeError):
        literal([1])


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        identifier(name)


def test_names_are_compared_without_the_case_of_plain_letters_only() -> None:
    assert folded("Case NO") == "case no"
    assert folded("GRÖSSE") != folded("grösse")
