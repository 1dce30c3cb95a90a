"""What differentially private SQL gives: each draw once, its law, intervals that cover, quantiles, types."""

from __future__ import annotations

from collections import Counter
from math import exp, sqrt
from typing import Any

import numpy as np
import pytest

from personatwin_sql.privacy.noise.tails import DiscreteLaplace
from tests.drawn_release import Table, drawn, table
from tests.private_shapes import Shape, shape

CELLS = 2_000
MANY = {"visits": tuple(range(CELLS))}
NOBODY = "SELECT * FROM private.events"
PEOPLE = (
    "SELECT 'p' || (i % 900), 'ash', 'a', (hash(i) % 4000) / 100 + (hash(i, 1) % 1000) / 100, i % {cells},"
    " DATE '2020-01-01' FROM range({rows}) AS numbers (i)"
)
SOME: dict[str, Any] = {"epsilon": 1, "delta": "1e-6", "max_groups": 2, "max_rows_per_group": 3}


def counted(measures: str, **config: Any) -> Shape:
    sql = f"SELECT visits, {measures} FROM private.events GROUP BY visits"
    return shape(sql, keys=MANY, **{**SOME, **config})


def test_noise_of_cells_follows_its_law_and_no_two_columns_share_it() -> None:
    found = counted(
        "count(*) AS n, count(kind) AS kinds, count(DISTINCT person_id) AS people", mechanism="laplace"
    )
    with drawn(found, NOBODY) as session:
        released = table(session, "SELECT * FROM release.model")
        noisy = table(session, "SELECT * FROM private.model__noisy ORDER BY visits")
    scales = {scale.of.measure: scale.scale for scale in found.aggregation.noise.scales[0]}
    for name, scale in scales.items():
        assert released[name] == noisy[name], "the release has other draws than the noisy table"
        assert chi_square(np.array(released[name]), DiscreteLaplace(scale)) < 1.0
    one, other = (np.array(released[name], dtype=float) for name in ("n", "kinds"))
    assert abs(np.corrcoef(one, other)[0, 1]) < 4 / sqrt(CELLS)
    assert np.mean(one == other) < 0.1


def chi_square(draws: Any, law: DiscreteLaplace) -> float:
    """Of eleven classes of about equal chance, as a multiple of what one in 10⁵ samples exceeds."""
    edges = [-law.scale * 2, -law.scale, -law.scale / 2, 0, law.scale / 2, law.scale, law.scale * 2]
    whole = sorted({round(edge) for edge in edges})
    above = [1.0, *(_at_least(law, edge) for edge in whole), 0.0]
    expected = -np.diff(above) * len(draws)
    counts, _ = np.histogram(draws, bins=[-(1 << 60), *whole, 1 << 60])
    return float(((counts - expected) ** 2 / expected).sum()) / 33.0


def _at_least(law: DiscreteLaplace, edge: int) -> float:
    return float(law.tail(edge)) if edge >= 1 else 1 - float(law.tail(1 - edge))


@pytest.mark.parametrize("mechanism", ["laplace", "gaussian"])
def test_95_percent_intervals_cover_what_they_say(mechanism: str) -> None:
    found = counted(
        "count(*) AS n, count(DISTINCT person_id) AS people, sum(amount) AS total, avg(amount) AS mean,"
        " stddev(amount) AS deviation, variance(amount) AS spread",
        mechanism=mechanism,
        epsilon=8,
        intervals=True,
        max_groups=CELLS,
        max_rows_per_group=300,
        bounds={"amount": (0, 50)},
    )
    rows = PEOPLE.format(cells=CELLS, rows=60_000)
    with drawn(found, rows) as session:
        released = table(session, "SELECT * FROM release.model ORDER BY visits")
        exact = table(
            session,
            """
            SELECT
                n, people, total, 25 + centred / n AS mean,
                (squares - centred * (centred / n)) / (n - 1) AS spread, sqrt(spread) AS deviation
            FROM (
                SELECT
                    visits, people, total, n::DOUBLE AS n, mean__centred::DOUBLE AS centred,
                    deviation__squares::DOUBLE AS squares
                FROM private.model__exact
            ) ORDER BY visits
            """,
        )
    for name, least, most in (
        ("n", 0.935, 0.965),
        ("people", 0.935, 0.965),
        ("total", 0.935, 0.965),
        ("mean", 0.935, 1.0),
        ("deviation", 0.935, 1.0),
        ("spread", 0.935, 1.0),
    ):
        assert least <= covered(exact, released, name) <= most, name


def covered(exact: Table, released: Table, name: str) -> float:
    """In which part of the cells the interval has the value of the bounded contributions."""
    inside = [
        low is None or low - 1e-9 <= true <= high + 1e-9
        for true, low, high in zip(
            exact[name], released[f"{name}_low"], released[f"{name}_high"], strict=True
        )
    ]
    return float(np.mean(inside))


@pytest.mark.parametrize("mechanism", ["laplace", "gaussian"])
@pytest.mark.parametrize(
    ("values", "people", "least"),
    [
        ("(hash(i) % 5000) / 100", 60, 0.935),
        ("if(hash(i) % 2 = 0, 0, 50)", 60, 0.935),
        ("least(hash(i) % 4000 / 100, hash(i, 1) % 4000 / 100)", 60, 0.935),
        ("(hash(i) % 5000) / 100", 12, 0.94),
        ("(hash(i) % 5000) / 100", 3, 0.94),
    ],
)
def test_intervals_of_averages_and_variances_cover_95_percent(
    values: str, people: int, least: float, mechanism: str
) -> None:
    """Of 60 people within one hundredth and a half; of few, where nothing is known for sure, no less."""
    found = counted(
        "avg(amount) AS mean, stddev(amount) AS deviation, var_pop(amount) AS spread",
        mechanism=mechanism,
        epsilon=2,
        intervals=True,
        max_groups=1,
        max_rows_per_group=1,
        bounds={"amount": (0, 50)},
        granularity={"amount": 0.5},
    )
    rows = (
        f"SELECT 'p' || i, 'ash', 'a', {values}, i % {CELLS}, DATE '2020-01-01'"
        f" FROM range({CELLS * people}) AS numbers (i)"
    )
    with drawn(found, rows) as session:
        released = table(session, "SELECT * FROM release.model ORDER BY visits")
        exact = table(
            session,
            """
            SELECT
                25 + centred / n / 2 AS mean, (squares - centred * (centred / n)) / n / 4 AS spread,
                sqrt((squares - centred * (centred / n)) / (n - 1)) / 2 AS deviation
            FROM (
                SELECT
                    visits, mean__values::DOUBLE AS n, mean__centred::DOUBLE AS centred,
                    deviation__squares::DOUBLE AS squares
                FROM private.model__exact
            ) ORDER BY visits
            """,
        )
    most = 0.965 if people == 60 else 1.0
    for name in ("mean", "deviation", "spread"):
        assert least <= covered(exact, released, name) <= most, name


def test_quantiles_are_drawn_from_their_law() -> None:
    """Three people, one of 10, one of 20 and one of 30, in each of many groups: median, and the largest."""
    found = counted(
        "median(amount) AS middle, max(amount) AS largest",
        epsilon=8,
        max_groups=2,
        max_rows_per_group=1,
        bounds={"amount": (0, 40)},
    )
    rows = (
        "SELECT 'p' || i || '-' || j, 'ash', 'a', 10 * (j + 1), i, DATE '2020-01-01'"
        f" FROM range({CELLS}) AS cells (i), range(3) AS people (j)"
    )
    with drawn(found, rows) as session:
        released = table(session, "SELECT * FROM release.model")
    for spread, rate in zip(found.aggregation.components.spreads, found.aggregation.noise.rates, strict=True):
        share = spread.share
        assert share is not None
        assert rate <= 8 / (2 * 2 * 2 * max(share.numerator, share.denominator - share.numerator))
        weights = [exp(-float(rate) * error_of(y, share.numerator, share.denominator)) for y in range(41)]
        expected = np.array(weights) / sum(weights) * CELLS
        counts = Counter(released[spread.name])
        observed = np.array([counts[y] for y in range(41)])
        assert observed.sum() == CELLS
        classes = [slice(0, 10), slice(10, 11), slice(11, 20), slice(20, 21), slice(21, 30), slice(30, 41)]
        square = sum((observed[at].sum() - expected[at].sum()) ** 2 / expected[at].sum() for at in classes)
        assert square < 30, spread.name


def error_of(y: int, above: int, below: int) -> int:
    less, upto = sum(v < y for v in (10, 20, 30)), sum(v <= y for v in (10, 20, 30))
    return max(0, below * less - 3 * above, 3 * above - below * upto)


def test_empty_groups_have_a_quantile_too_and_private_ones_only_where_enough_people_are() -> None:
    config = {**SOME, "bounds": {"amount": (0, 40)}, "quantile_share": 0.5}
    sql = "SELECT visits, count(*) AS n, median(amount) AS middle FROM private.events GROUP BY visits"
    with drawn(counted("count(*) AS n, median(amount) AS middle", **config), NOBODY) as session:
        released = table(session, "SELECT middle FROM release.model")
    assert len(set(released["middle"])) == 41
    rows = "SELECT 'p' || i, 'ash', 'a', 20, if(i < 500, 0, i), DATE '2020-01-01' FROM range(1000) AS t (i)"
    with drawn(shape(sql, keys="private", **config), rows) as session:
        released = table(session, "SELECT * FROM release.model")
    assert released["visits"] == [0]
    assert list(released) == ["visits", "n", "middle"]
    assert 0 <= released["middle"][0] <= 40


def test_released_columns_are_whole_where_their_units_are() -> None:
    found = counted(
        "count(*) AS n, sum(amount) AS total, sum(round(amount, 1)) AS fine,"
        " avg(amount) AS mean, median(amount) AS m",
        intervals=False,
        non_negative=True,
        quantile_share=0.2,
        bounds={"amount": (0, 40), "fine": (0, 40)},
        granularity={"fine": 0.1},
    )
    with drawn(found, NOBODY) as session:
        kinds = dict(
            session.execute("SELECT column_name, column_type FROM (DESCRIBE release.model)").fetchall()
        )
        least = session.execute("SELECT min(n), min(total), min(fine) FROM release.model").fetchone()
    assert kinds == {
        "visits": "BIGINT",
        "n": "BIGINT",
        "total": "BIGINT",
        "fine": "DOUBLE",
        "mean": "DOUBLE",
        "m": "BIGINT",
    }
    assert least == (0, 0, 0.0)
    named = {column.name: column.type for column in found.aggregation.shown}
    assert named == {name: "integer" if kind == "BIGINT" else "number" for name, kind in kinds.items()}


def test_totals_are_the_sums_of_their_parts_and_nearer_to_the_truth() -> None:
    config = {**SOME, "keys": {"county": ("ash", "oak", "elm"), "visits": tuple(range(40))}}
    measures = "count(*) AS n, count(DISTINCT person_id) AS people"
    sql = f"SELECT county, visits, {measures} FROM private.events GROUP BY ALL"
    rolled = shape(sql, sets=((0, 1), (0,), ()), consistent=True, non_negative=True, intervals=True, **config)
    rows = PEOPLE.format(cells=40, rows=5_000)
    with drawn(rolled, rows) as session:
        parts = session.execute(
            "SELECT county, sum(n) FROM release.model WHERE visits IS NOT NULL GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        totals = session.execute(
            "SELECT county, n FROM release.model WHERE visits IS NULL AND county IS NOT NULL ORDER BY ALL"
        ).fetchall()
        every = session.execute("SELECT n FROM release.model WHERE county IS NULL").fetchone()
        least = session.execute(
            "SELECT min(n), count(*) FILTER (WHERE n < n_low OR n > n_high) FROM release.model"
        ).fetchone()
    assert parts == totals
    assert every == (sum(total for _, total in totals),)
    assert least == (0, 0)
