"""How much a release tells at least of one person: attacks on many draws of two neighbouring databases.

For each event E that an attacker looks for, (ε, δ)-DP says P'(E) ≤ e^ε · P(E) + δ. Both chances are estimated
from draws, with bounds that hold but for 1 in 10⁷ each (Chernoff's by relative entropy, a little wider than
Clopper & Pearson's), so that ε is at least ln((P' - δ) / P).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import inf, log

import duckdb
import numpy as np
import numpy.typing as npt

from personatwin_sql.compile.aggregate.render import parts_of
from personatwin_sql.engine.noise import noise_functions
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.noise.randomness import SeededBits
from tests.private_shapes import COUNTIES, NAME, Shape
from tests.property.neighbours import Database, exact

Draws = npt.NDArray[np.float64]
"""One row a draw, one column a cell (a county and a column of it); NaN where it was not released."""
TOTAL = ""
"""The county of what is counted over all of them."""
_FAILS = log(1e7)


@dataclass(frozen=True)
class Side:
    """One of two neighbouring databases: its exact cells, and many draws of its release."""

    cells: dict[tuple[str, str], float]
    draws: Draws


def least_epsilon(shape: Shape, script: str, with_person: Database, without: Database, copies: int) -> float:
    """ε is no less than this, if the release is made by this script."""
    delta = float(shape.promise.delta)
    one, other = (
        _side(shape, script, rows, copies, seed) for seed, rows in enumerate((with_person, without))
    )
    seen, seen_without = (_statistics(shape, one, other, of) for of in (one, other))
    found = 0.0
    for mine, others in zip(seen, seen_without, strict=True):
        for level in np.unique(np.quantile(mine, (0.05, 0.25, 0.5, 0.75, 0.95))):
            for sign in (1, -1):  # what is likelier with the person, and what is likelier without
                has = float(np.mean(sign * mine >= sign * level))
                has_not = float(np.mean(sign * others >= sign * level))
                found = max(
                    found, _epsilon(has, has_not, delta, copies), _epsilon(has_not, has, delta, copies)
                )
    return found


def _epsilon(likely: float, unlikely: float, delta: float, copies: int) -> float:
    low, high = chance_at_least(likely, copies), 1 - chance_at_least(1 - unlikely, copies)
    return log((low - delta) / high) if low > delta else -inf


def chance_at_least(share: float, draws: int) -> float:
    """A chance under which a share as large as this is likelier than 1 in 10⁷ (Chernoff 1952)."""
    low, high = 0.0, share
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if draws * _divergence(share, middle) > _FAILS else (low, middle)
    return low


def _divergence(share: float, chance: float) -> float:
    """Relative entropy of two coins."""
    if chance <= 0:
        return inf if share > 0 else 0.0
    heads = share * log(share / chance) if share > 0 else 0.0
    tails = (1 - share) * log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return heads + tails


def _side(shape: Shape, script: str, rows: Database, copies: int, seed: int) -> Side:
    """The real SQL over `rows`; each exact row many times, so that one run draws as often."""
    before, after = parts_of(script)
    columns, sums = _columns(shape), ", ".join(_columns(shape))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("CREATE SCHEMA private; CREATE SCHEMA hierarchy; CREATE SCHEMA release")
        connection.execute("SET VARIABLE release_secret = '00ff'")
        exact(connection, shape, rows)  # fills the tables
        connection.execute(f"DROP TABLE private.{NAME}__exact; DROP TABLE IF EXISTS hierarchy.{NAME}__keys")
        connection.execute(before)
        listed = ", ".join([f"coalesce(county, {TOTAL!r})", *_added_up(shape)])
        found = connection.execute(f"SELECT {listed} FROM private.{NAME}__exact").fetchall()
        cells = {
            (row[0], name): float(row[1 + at]) for row in found for at, name in enumerate(_added_up(shape))
        }
        connection.execute(
            f"CREATE OR REPLACE TABLE private.{NAME}__exact AS"
            f" SELECT exact.* REPLACE (coalesce(exact.county, {TOTAL!r}) || '#' || copy AS county)"
            f" FROM private.{NAME}__exact AS exact, range({copies}) AS copies (copy) ORDER BY copy, county"
        )
        with noise_functions(connection, SeededBits(seed + 1)):
            connection.execute(after)
        draws = np.full((copies, len(_counties(shape)) * len(columns)), np.nan)
        for at, county in enumerate(_counties(shape)):
            told = connection.execute(
                f"SELECT CAST(split_part(county, '#', 2) AS BIGINT) AS copy, {sums} FROM release.{NAME}"
                f" WHERE split_part(county, '#', 1) = '{county}'"
            ).fetchnumpy()
            for nth, name in enumerate(columns):
                draws[told["copy"], at * len(columns) + nth] = told[name]
    return Side(cells, draws)


def _counties(shape: Shape) -> tuple[str, ...]:
    return (*COUNTIES, TOTAL) if () in shape.aggregation.aggregate.sets else COUNTIES


def _added_up(shape: Shape) -> list[str]:
    released = shape.aggregation.aggregate.columns
    return [each.name for each in shape.aggregation.components.columns if each.name in released]


def _columns(shape: Shape) -> list[str]:
    """What is added up, and what is drawn as a quantile."""
    return [*_added_up(shape), *(each.name for each in shape.aggregation.components.spreads)]


def _statistics(shape: Shape, one: Side, other: Side, of: Side) -> Iterator[Draws]:
    """What an attacker computes, who knows all but the person: of each draw a number.

    The likelihood ratio of the declared noise; how many groups there are; for each two cells whether their
    noise is the same but for its scale; and each quantile as it is.
    """
    calibration, sets = shape.aggregation.noise.calibration, shape.aggregation.aggregate.sets
    places = [(county, name) for county in _counties(shape) for name in _columns(shape)]
    ratio = np.zeros(len(of.draws))
    noises = []
    for at, (county, name) in enumerate(places):
        drawn = of.draws[:, at]
        if name not in _added_up(shape):
            yield np.nan_to_num(drawn, nan=-1.0)
            continue
        number = sets.index(() if county == TOTAL else (0,))
        scales = {each.of.measure: float(each.scale) for each in shape.aggregation.noise.scales[number]}
        absent = other.cells.get((county, name), 0.0)
        present = one.cells.get((county, name), 0.0)
        away = (drawn - absent) / scales[name], (drawn - present) / scales[name]
        is_laplace = calibration.mechanism == "laplace"
        gain = abs(away[0]) - abs(away[1]) if is_laplace else (away[0] ** 2 - away[1] ** 2) / 2
        ratio += np.nan_to_num(gain)
        noises.append(np.nan_to_num(away[0]))
    yield ratio
    yield np.sum(~np.isnan(of.draws), axis=1).astype(np.float64)
    for first, second in combinations(noises, 2):
        yield abs(first - second)


def with_noise_scaled(script: str, factor: Fraction) -> str:
    """The script with noise so many times as wide."""

    def scaled(found: re.Match[str]) -> str:
        numerator, denominator = int(found[2]) * factor.numerator, int(found[3]) * factor.denominator
        return f"{found[1]}({numerator}, {denominator})"

    return re.sub(r"(pt_discrete_\w+)\((\d+), (\d+)\)", scaled, script)
