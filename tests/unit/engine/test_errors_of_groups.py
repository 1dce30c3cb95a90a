"""What `plan` says of averages, variances and quantiles of a group is what is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from personatwin_sql.workflow.private_errors import GroupError, group_errors, in_words
from tests.drawn_release import Table, drawn, table
from tests.private_shapes import Shape, shape

CELLS = 1_000
EVEN, AT_A_BOUND, APART = "(hash(i) % 5001) / 100", "50", "if(hash(i) % 2 = 0, 0, 50)"
MEASURES = "avg(amount) AS mean, var_pop(amount) AS spread, stddev_pop(amount) AS deviation"
SOME: dict[str, Any] = {
    "epsilon": 2, "delta": "1e-6", "max_groups": 1, "max_rows_per_group": 1, "bounds": {"amount": (0, 50)},
}  # fmt: skip


def grouped(measures: str, **config: Any) -> Shape:
    sql = f"SELECT visits, {measures} FROM private.events GROUP BY visits"
    return shape(sql, keys={"visits": tuple(range(CELLS))}, **{**SOME, **config})


def told(of: Shape) -> dict[str, GroupError]:
    return {error.measure: error for error in group_errors(of.aggregation)}


def released(of: Shape, values: str, people: int) -> tuple[Table, Table]:
    """What is released, and the same of the exact sums."""
    rows = (
        f"SELECT 'p' || i, 'ash', 'a', {values}, i % {CELLS}, DATE '2020-01-01'"
        f" FROM range({CELLS * people}) AS numbers (i)"
    )
    exact = f"SELECT visits, {MEASURES} FROM private.events GROUP BY visits ORDER BY visits"
    with drawn(of, rows) as session:
        return table(session, "SELECT * FROM release.model ORDER BY visits"), table(session, exact)


@pytest.mark.parametrize("mechanism", ["laplace", "gaussian"])
def test_averages_and_variances_are_as_far_off_as_was_told(mechanism: str) -> None:
    of = grouped(MEASURES, mechanism=mechanism, granularity={"amount": 0.01})
    errors = told(of)
    assert {error.values for error in errors.values()} == {100}
    for values in (EVEN, AT_A_BOUND, APART):
        found, exact = released(of, values, 100)
        for name, error in errors.items():
            off = float(np.quantile(np.abs(np.array(found[name]) - np.array(exact[name])), 0.95))
            assert off <= 1.05 * error.most, (name, values)
            if values == EVEN:
                assert off == pytest.approx(error.usual, rel=0.12), name


@pytest.mark.parametrize("share", ["0.5", "0.9", "0"])
def test_quantiles_are_as_many_ranks_off_as_was_told(share: str) -> None:
    of = grouped(f"quantile_cont(amount, {share}) AS q", granularity={"amount": 0.5})
    error = told(of)["q"]
    rows = (
        f"SELECT 'p' || i, 'ash', 'a', {EVEN}, i % {CELLS}, DATE '2020-01-01'"
        f" FROM range({CELLS * error.values}) AS numbers (i)"
    )
    ranks = """
        SELECT
            avg(CAST(round(events.amount * 2) < round(r.q * 2) AS INTEGER)) AS below,
            avg(CAST(round(events.amount * 2) <= round(r.q * 2) AS INTEGER)) AS upto
        FROM private.events AS events JOIN release.model AS r USING (visits) GROUP BY visits
    """
    with drawn(of, rows) as session:
        found = table(session, ranks)
    off = np.maximum(np.array(found["below"]) - float(share), float(share) - np.array(found["upto"]))
    within = float(np.mean(off <= error.most))
    assert within >= 0.95
    assert error.most <= 0.25


def test_a_group_is_told_of_that_is_large_enough_for_its_noise() -> None:
    errors = told(grouped(MEASURES, epsilon="0.01"))
    assert {error.values for error in errors.values()} == {10_000}
    assert errors["mean"].most < 50


def test_it_is_told_in_one_line_by_grouping_set() -> None:
    of = shape(
        "SELECT county, kind, avg(amount) AS mean, median(amount) AS middle FROM private.events GROUP BY ALL",
        sets=((0, 1), ()),
        keys={"county": ("ash",), "kind": ("a",)},
        quantile_share=0.5,
        **SOME,
    )
    lines = [in_words(error, has_sets=True) for error in group_errors(of.aggregation)]
    assert len(lines) == 4
    assert lines[0].startswith("`mean` by county, kind of a group of 100 values: 95 of 100 times within ± ")
    assert "`middle` over all of a group of" in lines[3]
    assert "lies between their quantiles" in lines[3]
