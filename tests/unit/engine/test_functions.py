"""Risk scores in SQL: the formulas as in the papers, NULL for NULL."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.engine.functions import FUNCTIONS, individual_risk
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import NodeError
from personatwin_sql.privacy.risk import band


def direct_series(f: int, p: float) -> float:
    """Σ_{h≥f} (1/h) C(h-1, f-1) p^f (1-p)^{h-f}, term by term (Benedetti & Franconi 1998)."""
    terms = []
    h, term = f, p**f
    while h < 2 * f / p + 100 or term / h > 1e-18:
        terms.append(term / h)
        term *= h / (h - f + 1) * (1 - p)
        h += 1
    return math.fsum(terms)


@pytest.mark.parametrize("f", [1, 2, 3, 5, 10, 30, 63, 64, 65, 66, 100])
@pytest.mark.parametrize("p", [0.05, 0.1, 0.3, 0.49, 0.5, 0.51, 0.9, 0.999])
def test_individual_risk_is_the_sum_of_its_series(f: int, p: float) -> None:
    assert individual_risk(f, p) == pytest.approx(direct_series(f, p), rel=1e-10)


@pytest.mark.parametrize("p", [1e-9, 1e-4, 0.01, 0.2, 0.7, 1 - 1e-9])
def test_individual_risk_of_one_and_two_people_has_a_closed_form(p: float) -> None:
    q = 1 - p
    assert individual_risk(1, p) == pytest.approx(p / q * -math.log(p), rel=1e-9)
    if p < 0.9:
        assert individual_risk(2, p) == pytest.approx(p / q**2 * (p * math.log(p) + q), rel=1e-9)


@pytest.mark.parametrize("f", [1, 2, 64, 65, 1000, 10**9, 2**62])
def test_individual_risk_is_one_over_f_where_everybody_is_in_the_sample(f: int) -> None:
    assert individual_risk(f, 1.0) == 1 / f


@given(f=st.integers(1, 10**7), p=st.floats(1e-12, 1, exclude_min=True))
def test_individual_risk_lies_between_nothing_and_prosecutor_risk(f: int, p: float) -> None:
    risk = individual_risk(f, p)
    assert risk is not None
    assert 0 < risk <= 1 / f * (1 + 1e-12)
    larger = individual_risk(f + 1, p)
    assert larger is not None
    assert larger < risk * (1 + 1e-9)


def test_the_functions_are_those_of_sql(session: Session) -> None:
    rows = session.rows(
        "SELECT f, pt_individual_risk(f, 0.25::DOUBLE), pt_risk_band(1 / f, 2 / f) "
        "FROM (SELECT range + 1 AS f FROM range(5000))"
    )
    assert len(rows) == 5000
    for f, risk, audience in rows:
        assert risk == individual_risk(f, 0.25)
        assert audience == band(1 / f, 2 / f)


@pytest.mark.parametrize(
    ("average", "record", "expected"),
    [
        (0.01, 0.10, "public"),
        (0.0101, 0.10, "research"),
        (0.05, 0.20, "research"),
        (0.15, 0.34, "internal"),
        (0.15, 0.35, "unsafe"),
        (float("nan"), 0.01, "unsafe"),
        (0.0, float("nan"), "unsafe"),
    ],
)
def test_a_band_needs_both_risks(session: Session, average: float, record: float, expected: str) -> None:
    assert session.value("SELECT pt_risk_band(?, ?)", [average, record]) == expected


@pytest.mark.parametrize("call", ["pt_risk_band(NULL, 0.1)", "pt_risk_band(0.1, NULL)"])
def test_a_band_of_null_is_null(session: Session, call: str) -> None:
    assert session.value(f"SELECT {call}") is None


@pytest.mark.parametrize("call", ["pt_individual_risk(NULL, 0.1)", "pt_individual_risk(3, NULL)"])
def test_a_risk_of_null_is_null(session: Session, call: str) -> None:
    assert session.value(f"SELECT {call}") is None


@pytest.mark.parametrize("call", ["(0, 0.5)", "(-1, 0.5)", "(3, 0)", "(3, 1.5)", "(3, 'nan'::DOUBLE)"])
def test_what_is_no_class_or_no_fraction_stops_the_build(session: Session, call: str) -> None:
    with pytest.raises(NodeError) as raised:
        session.run(f"CREATE TABLE private.r AS SELECT pt_individual_risk{call}", "risk")
    assert raised.value.diagnostics[0].code == "PT312"


def test_every_function_is_called_pt(session: Session) -> None:
    found = {row[0] for row in session.rows("SELECT function_name FROM duckdb_functions()")}
    assert {function.name for function in FUNCTIONS} <= found
    assert all(function.name.startswith("pt_") for function in FUNCTIONS)
