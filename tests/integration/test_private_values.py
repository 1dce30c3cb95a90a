"""Quantiles, intervals and totals through a whole build: what readers, manifest and derived models see."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from personatwin_sql.privacy.accounting.events import PartitionSelection
from personatwin_sql.privacy.noise.partition_selection import people_shown_with
from personatwin_sql.release.ledger.entry import Charge
from personatwin_sql.release.ledger.shown import ceiling
from personatwin_sql.release.ledger.uses import event_of
from tests.integration.conftest import Run
from tests.integration.private_visits import COUNTIES, ask, built, declare, ledger_of, project, rows

MODELS = Path("models", "release")
ROLLED = """{{{{ config(protection='differential_privacy', epsilon=1, max_groups=2, max_rows_per_group=3,
    bounds={{'amount': [0, 9]}}, keys={{'county': {counties}, 'is_high': [true, false]}},
    intervals=true, consistent=true, non_negative=true) }}}}
SELECT coalesce(county, '') AS county, coalesce(amount > 4, false) AS is_high, count(*) AS visits,
    count(DISTINCT person_id) AS people, avg(amount) AS mean
FROM {{{{ source('s', 'visits') }}}}
GROUP BY ROLLUP (coalesce(county, ''), coalesce(amount > 4, false))
"""
MIDDLES = """{{ config(protection='differential_privacy', epsilon=1, max_groups=2, max_rows_per_group=3,
    bounds={'amount': [0, 9]}, keys='private', quantile_share=0.5) }}
SELECT county, count(DISTINCT person_id) AS people, median(amount) AS middle, max(amount) AS largest
FROM {{ source('s', 'visits') }}
GROUP BY county
"""
TOTALS = """{{ config(protection='differential_privacy', epsilon=1, max_groups=2, max_rows_per_group=3,
    keys='private') }}
SELECT coalesce(county, '') AS county, coalesce(amount > 4, false) AS is_high, count(*) AS visits
FROM {{ source('s', 'visits') }}
GROUP BY CUBE (coalesce(county, ''), coalesce(amount > 4, false))
"""
CHOSEN = """{{ config(protection='differential_privacy', epsilon=1, max_groups=1, max_rows_per_group=3,
    bounds={'amount': [0, 9]}, keys='private') }}
SELECT county, amount > 4 AS is_high, sum(amount) AS amount
FROM {{ source('s', 'visits') }}
GROUP BY ALL
"""
DERIVED = """{{ config(protection='derived') }}
SELECT county, visits_high - visits_low AS width, visits_scale FROM {{ ref('visits') }} WHERE NOT is_high
"""


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = project(tmp_path_factory.mktemp("values") / "town", rows=6_000)
    declare(root, "{court: {epsilon: 4, delta: 1e-6}}")
    (root / MODELS / "visits.sql").write_text(ROLLED.format(counties=list(COUNTIES)), encoding="utf-8")
    (root / MODELS / "middles.sql").write_text(MIDDLES, encoding="utf-8")
    (root / MODELS / "totals.sql").write_text(TOTALS, encoding="utf-8")
    (root / MODELS / "widths.sql").write_text(DERIVED, encoding="utf-8")
    (root / MODELS / "chosen.sql").write_text(CHOSEN, encoding="utf-8")
    assert built(root).published
    return root


def test_totals_agree_with_their_parts_and_lie_within_their_intervals(released: Path) -> None:
    table = rows(released, "(SELECT county, is_high, visits, visits_low, visits_high, people FROM visits)")
    assert len(table) == 3 * 2 + 3 + 1
    parts = {}
    for county, is_high, visits, low, high, people in table:
        assert isinstance(visits, int)
        assert isinstance(people, int)
        assert 0 <= low <= visits <= high  # type: ignore[operator]
        parts[county, is_high] = visits
    for county in COUNTIES:
        assert parts[county, None] == parts[county, True] + parts[county, False]
    assert parts[None, None] == sum(parts[county, None] for county in COUNTIES)


def test_quantiles_lie_within_bounds_and_private_keys_are_those_of_many(released: Path) -> None:
    table = rows(released, "middles")
    assert [row[0] for row in table] == list(COUNTIES)
    for _, people, middle, largest in table:
        assert isinstance(people, int)
        assert 0 <= middle <= 9  # type: ignore[operator]
        assert 0 <= largest <= 9  # type: ignore[operator]


def test_columns_beside_a_measure_are_known_to_models_and_readers(released: Path) -> None:
    assert all(width > 0 and scale > 0 for _, width, scale in rows(released, "widths"))  # type: ignore[operator]
    assert columns_of(released, "visits") == [
        *("county", "is_high", "visits", "visits_low", "visits_high", "visits_scale"),
        *("people", "people_low", "people_high", "people_scale", "mean", "mean_low", "mean_high"),
    ]


def test_what_is_made_of_noisy_numbers_is_told_as_biased(released: Path) -> None:
    told = "(SELECT cut_at_zero, agreed FROM _personatwin.privacy WHERE model = 'visits')"
    assert rows(released, told) == [(["visits", "people"], ["visits"])]
    comments = "(SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'visits')"
    said = {str(name): str(comment) for name, comment in rows(released, comments)}
    assert {name for name, comment in said.items() if "is biased" in comment} == {"visits", "people"}
    assert "least squares" in said["visits"]
    assert "became 0" in said["people"]
    report = (released / "release" / "report.md").read_text(encoding="utf-8")
    (line,) = [line for line in report.splitlines() if "Afterwards" in line]
    assert "A group of nobody has" in line
    assert "it costs nothing" in line


def test_the_release_tells_the_thresholds_that_its_sql_has(released: Path) -> None:
    (script,) = (released / "target").rglob("totals.sql")
    written = re.findall(r"pt_set = \d AND people >= (\d+)", script.read_text(encoding="utf-8"))
    told = rows(released, "(SELECT thresholds FROM _personatwin.privacy WHERE model = 'totals')")
    assert told == [([int(least) for least in written],)]
    assert len(written) == 3
    assert "pt_set = 3)" in script.read_text(encoding="utf-8")


def test_values_that_add_up_to_no_number_stop_nothing(tmp_path: Path) -> None:
    root = project(tmp_path / "town")
    ask(root, select="county, sum(amount * 1e308) AS amount")
    assert built(root).published


def test_keys_that_chance_chooses_are_charged_and_told_as_their_sql_has_them(
    released: Path, personatwin: Run
) -> None:
    (script,) = (released / "target").rglob("chosen.sql")
    (written,) = re.findall(r"people >= pt_least_people\((.*)\)", script.read_text(encoding="utf-8"))
    above, below, rare, often = map(int, written.split(", "))
    epsilon, delta = Fraction(above, below), Fraction(rare, often)
    (charge,) = (
        entry.content
        for entry in ledger_of(released).entries.values()
        if isinstance(entry.content, Charge) and entry.content.model == "chosen"
    )
    assert [(use.mechanism, use.column) for use in charge.uses] == [
        ("discrete_laplace", "amount"),
        ("partition_selection", ""),
    ]
    assert event_of(charge.uses[1]) == PartitionSelection(epsilon, delta, 1)
    assert charge.delta == delta == Fraction(1, 4_000_000)
    half, most = (people_shown_with(chance, epsilon, delta) for chance in (Fraction(1, 2), Fraction(19, 20)))
    assert half < most
    columns = "keys, thresholds, shown_every_other_time, shown_nearly_always"
    told = rows(released, f"(SELECT {columns} FROM _personatwin.privacy WHERE model = 'chosen')")
    assert told == [("private", [], [half], [most])]
    words = f"one of {half} people with 50 %, one of {most} with 95 %"
    report = (released / "release" / "report.md").read_text()
    assert f"at ε {ceiling(epsilon)} of the whole: a group that one person makes" in report
    assert f"of 1 in 4,000,000 at most, {words}." in report
    assert f"chosen: a group is shown by chance, {words}\n" in personatwin("plan", cwd=released).stdout
    assert len(rows(released, "chosen")) == 2 * len(COUNTIES)
    assert not any("people" in column for column in columns_of(released, "chosen"))


def columns_of(root: Path, table: str) -> list[str]:
    told = f"(SELECT position, \"column\" FROM _personatwin.columns WHERE model = '{table}')"
    return [str(row[1]) for row in rows(root, told)]
