"""Each generalization, run on generated values, against the same words in Python."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import duckdb
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from personatwin_sql.compile.quoting import literal
from tests.unit.compile.proven_scripts import MACROS

CONNECTION = duckdb.connect()
each = settings(max_examples=80, deadline=None)
whole = st.integers(-300, 300)
ends = st.none() | st.integers(-60, 60)


def given_to(macro: str, values: Sequence[object], kind: str, **arguments: object) -> list[str | None]:
    """What a macro makes of each value."""
    written = MACROS.call(macro, {"value": "given.value", **arguments})
    rows = CONNECTION.execute(
        f"SELECT {written} FROM (SELECT unnest(?::{kind}[]) AS value, "
        f"generate_subscripts(?::{kind}[], 1) AS nth) AS given ORDER BY nth",
        [list(values), list(values)],
    ).fetchall()
    return [row[0] for row in rows]


@given(st.lists(st.none() | whole, min_size=1), st.integers(1, 50), ends, ends)
@each
def test_a_whole_number_falls_into_the_band_that_names_it(
    values: list[int | None], width: int, bottom: int | None, top: int | None
) -> None:
    assume(bottom is None or top is None or bottom < top)

    def band(value: int | None) -> str | None:
        if value is None:
            return None
        if top is not None and value >= top:
            return f"{top}+"
        if bottom is not None and value < bottom:
            return f"<{bottom}"
        low = value // width * width
        high = low + width - 1
        low = low if bottom is None else max(low, bottom)
        return f"{low}-{high if top is None else min(high, top - 1)}"

    arguments = {"width": width, "bottom": bottom, "top": top, "is_integer": True}
    assert given_to("widths", values, "BIGINT", **arguments) == [band(value) for value in values]


tenths = st.integers(-3000, 3000).map(lambda number: Decimal(number) / 10)


@given(st.lists(tenths, min_size=1), st.sampled_from(["0.1", "0.2", "0.5", "2.5", "10"]))
@each
def test_a_fraction_falls_into_the_band_that_holds_it(values: list[Decimal], width: str) -> None:
    number = float(width) if "." in width else int(width)
    arguments = {"width": number, "bottom": None, "top": None, "is_integer": False}
    for value, band in zip(values, given_to("widths", values, "DOUBLE", **arguments), strict=True):
        assert band is not None
        low, high = (Fraction(end) for end in band.split(" to under "))
        assert low == floor(Fraction(value) / Fraction(width)) * Fraction(width)
        assert high == low + Fraction(width)


@given(
    st.lists(st.none() | whole, min_size=1),
    st.lists(st.integers(-50, 50), unique=True, max_size=4).map(sorted),
    st.none() | st.integers(-80, -60),
    st.none() | st.integers(60, 80),
)
@each
def test_a_number_falls_between_the_cuts_that_name_its_band(
    values: list[int | None], cuts: list[int], bottom: int | None, top: int | None
) -> None:
    edges = [edge for edge in (bottom, *cuts, top) if edge is not None]
    assume(edges)

    def band(value: int | None) -> str | None:
        below = [edge for edge in edges if value is not None and edge <= value]
        if value is None:
            return None
        if not below:
            return f"<{edges[0]}"
        above = [edge for edge in edges if edge > value]
        if not above:
            return f"{below[-1]}+"
        return f"{below[-1]}" if above[0] - below[-1] == 1 else f"{below[-1]}-{above[0] - 1}"

    arguments = {"cuts": cuts, "bottom": bottom, "top": top, "is_integer": True}
    assert given_to("intervals", values, "BIGINT", **arguments) == [band(value) for value in values]


texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "M")), max_size=8)


@given(st.lists(st.none() | texts, min_size=1), st.integers(1, 6))
@each
def test_a_code_keeps_its_prefix_and_its_length(values: list[str | None], length: int) -> None:
    found = given_to("prefix", values, "VARCHAR", length=length)
    wanted = [None if value is None else value[:length].ljust(len(value), "*") for value in values]
    assert found == wanted


@given(st.lists(st.none() | texts, min_size=1), st.integers(1, 6), st.sampled_from(["left", "right"]))
@each
def test_a_masked_code_shows_the_other_end_and_its_length(
    values: list[str | None], hidden: int, side: str
) -> None:
    def masked(value: str) -> str:
        stars = "*" * min(hidden, len(value))
        return value[: max(0, len(value) - hidden)] + stars if side == "right" else stars + value[hidden:]

    found = given_to("mask", values, "VARCHAR", hidden=hidden, side=side)
    assert found == [None if value is None else masked(value) for value in values]


@given(st.lists(st.none() | whole, min_size=1), ends, ends)
@each
def test_a_coded_number_is_itself_or_an_open_end(
    values: list[int | None], bottom: int | None, top: int | None
) -> None:
    assume(bottom is not None or top is not None)
    assume(bottom is None or top is None or bottom < top)

    def coded(value: int) -> str:
        if top is not None and value >= top:
            return f"{top}+"
        return f"<{bottom}" if bottom is not None and value < bottom else str(value)

    found = given_to("coding", values, "BIGINT", bottom=bottom, top=top)
    assert found == [None if value is None else coded(value) for value in values]


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(st.lists(st.none() | days, min_size=1))
@each
def test_a_period_names_its_days_and_no_others(values: list[date | None]) -> None:
    def named(value: date, period: str) -> str:
        iso = value.isocalendar()
        return {
            "day": value.isoformat(),
            "week": f"{iso.year}-W{iso.week:02}",
            "month": f"{value:%Y-%m}",
            "quarter": f"{value.year}-Q{(value.month + 2) // 3}",
            "year": str(value.year),
        }[period]

    for period in ("day", "week", "month", "quarter", "year"):
        found = given_to("period", values, "DATE", period=period)
        assert found == [None if value is None else named(value, period) for value in values]


@given(st.lists(days, min_size=2), st.sampled_from(["day", "week", "month", "quarter", "year"]))
@each
def test_periods_sort_by_time(values: list[date], period: str) -> None:
    ordered = sorted([*values, values[0] + timedelta(days=1)])
    found = [text for text in given_to("period", ordered, "DATE", period=period) if text is not None]
    assert found == sorted(found)


@given(
    st.dictionaries(texts, st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4),
    st.lists(st.none() | texts, min_size=1, max_size=6),
)
@each
def test_a_value_is_published_as_its_group(groups: dict[str, str], others: list[str | None]) -> None:
    values = [*groups, *others]
    rows = ", ".join(f"({literal(value)}, {literal(group)})" for value, group in groups.items())
    for unmapped in ("top", "keep", "error"):
        written = MACROS.call("taxonomy", {"value": "t.x", "levels": "l", "level": 1, "unmapped": unmapped})
        found = CONNECTION.execute(
            f"WITH l(level_0, level_1) AS (VALUES {rows}) SELECT {written} "
            "FROM (SELECT unnest(?::VARCHAR[]) AS x, "
            "generate_subscripts(?::VARCHAR[], 1) AS nth) AS t "
            "LEFT JOIN l ON t.x = l.level_0 ORDER BY nth",
            [values, values],
        ).fetchall()
        star = None if unmapped == "error" else "*"
        assert [row[0] for row in found] == [None if x is None else groups.get(x, star) for x in values]
