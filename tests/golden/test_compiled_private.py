"""Whole differentially private models as they compile: what a change of one macro does to their SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.golden.golden import matches_golden
from tests.private_shapes import shape

GOLDEN = Path(__file__).parent / "compiled_private"
SOME: dict[str, Any] = {"epsilon": 1, "delta": "1e-6", "max_groups": 2, "max_rows_per_group": 3}
LISTED = {"county": ("ash", "oak"), "kind": ("a", "b")}
WITH_VALUE = "coalesce(county, 'none') AS county, coalesce(kind, 'none') AS kind"


def scripts() -> dict[str, str]:
    """By what they show."""
    return {
        "listed_keys_with_intervals": shape(
            "SELECT county, kind, count(*) AS visits, count(DISTINCT person_id) AS people,"
            " sum(amount) AS amount, avg(amount) AS mean, stddev(amount) AS deviation"
            " FROM private.events WHERE visits > 2 GROUP BY ALL",
            keys=LISTED,
            bounds={"amount": (0, 50)},
            granularity={"amount": 0.5},
            intervals=True,
            non_negative=True,
            **SOME,
        ).script,
        "quantiles_of_private_keys": shape(
            "SELECT county, count(*) AS visits, median(amount) AS middle, max(amount) AS largest"
            " FROM private.events GROUP BY county",
            keys="private",
            bounds={"amount": (0, 50)},
            quantile_share=0.25,
            **SOME,
        ).script,
        "totals_that_agree": shape(
            f"SELECT {WITH_VALUE}, count(*) AS visits, sum(amount) AS amount FROM private.events"
            " GROUP BY ALL",
            sets=((0, 1), (0,), ()),
            keys=LISTED,
            bounds={"amount": (-10, 50)},
            consistent=True,
            **SOME,
        ).script,
        "chosen_keys": shape(
            f"SELECT {WITH_VALUE}, sum(amount) AS amount, median(visits) AS middle FROM private.events"
            " GROUP BY ALL",
            sets=((0, 1), (0,), ()),
            keys="private",
            mechanism="laplace",
            bounds={"amount": (0, 50), "visits": (0, 9)},
            quantile_share=0.25,
            **SOME,
        ).script,
        "one_row": shape(
            "SELECT count(*) AS visits FROM private.events", epsilon=1, max_rows_per_group=3
        ).script,
    }


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.sql")))
def test_a_private_model_compiles_to_its_golden_sql(name: str) -> None:
    matches_golden(f"{scripts()[name]}\n", GOLDEN / f"{name}.sql")


def test_every_script_has_a_golden_one() -> None:
    assert {path.stem for path in GOLDEN.glob("*.sql")} == set(scripts())
