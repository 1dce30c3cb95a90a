"""Attacks on what is really drawn: they find no more than was promised, and more in weakened SQL."""

from __future__ import annotations

import os
from fractions import Fraction
from functools import cache

import pytest

from personatwin_sql.frozen import dataclass
from tests.private_shapes import COUNTIES, Shape, shape
from tests.property.audited import chance_at_least, least_epsilon, with_noise_scaled
from tests.property.neighbours import Database, everywhere

DRAWS = int(os.environ.get("PERSONATWIN_DRAWS", "8000"))
OTHERS = tuple((f"q{at}", "ash", "a", 20.0, 3, "2020-01-01") for at in range(5))
LISTED = {"county": COUNTIES}
COUNT = "SELECT county, count(*) AS n FROM private.events GROUP BY county"
SUMS = "SELECT county, count(*) AS n, sum(amount) AS amount FROM private.events GROUP BY county"
BOUNDS = {"amount": (0, 50)}


@cache
def known() -> dict[str, Shape]:
    one = {"epsilon": 1, "delta": "1e-6", "max_groups": 1, "max_rows_per_group": 1}
    two = {**one, "max_groups": 2, "max_rows_per_group": 2}
    return {
        "a count": shape(COUNT, keys=LISTED, mechanism="laplace", **one),
        "counts": shape(COUNT, keys=LISTED, mechanism="laplace", **two),
        "sums": shape(SUMS, keys=LISTED, mechanism="laplace", bounds=BOUNDS, **one),
        "gaussian": shape(SUMS, keys=LISTED, mechanism="gaussian", bounds=BOUNDS, **two),
        "private": shape(SUMS, keys="private", mechanism="laplace", bounds=BOUNDS, **one),
    }


def found(name: str, script: str, amount: float = 1000.0) -> float:
    """What is found of a person with a thousand rows of this amount."""
    person = everywhere("p1", amount, 5)
    return least_epsilon(known()[name], script, Database((*OTHERS, *person), ()), Database(OTHERS, ()), DRAWS)


@pytest.mark.parametrize(
    ("name", "amount"),
    [("a count", 0.0), ("counts", 0.0), ("sums", 0.0), ("sums", 1e3), ("gaussian", 1e3), ("private", 1e3)],
)
def test_attacks_find_no_more_than_was_promised(name: str, amount: float) -> None:
    assert found(name, known()[name].script, amount) <= 1


def test_attacks_find_nearly_all_of_what_was_promised() -> None:
    """An audit that finds little would pass whatever is drawn."""
    assert found("a count", known()["a count"].script) > 0.8


@dataclass(frozen=True)
class Mutant:
    """A script in which one thing is missing."""

    name: str
    of: str
    changes: tuple[tuple[str, str], ...]
    amount: float = 1000.0
    """Of the person whom it tells of."""

    def script(self) -> str:
        script = known()[self.of].script
        for old, new in self.changes:
            assert old in script, old
            script = script.replace(old, new)
        return script


def _drawn(name: str, column: str) -> str:
    """The SQL that draws the noise of a column."""
    scales = {each.of.measure: each.scale for each in known()[name].aggregation.noise.scales[0]}
    return f"pt_discrete_laplace({scales[column].numerator}, {scales[column].denominator})"


def mutants() -> tuple[Mutant, ...]:
    clamped = "least(greatest(round(CAST(amount AS DOUBLE) / 1), 0), 50)"
    exact = "FROM private.model__exact\n"
    shared = f"FROM (SELECT *, {_drawn('sums', 'n')} AS pt_noise FROM private.model__exact)\n"
    threshold = known()["private"].script.partition("SELECT * FROM noisy")[2].partition(";")[0]
    return (
        Mutant("values not clamped", "sums", ((clamped, "round(CAST(amount AS DOUBLE) / 1)"),)),
        Mutant("groups not limited", "a count", ((" WHERE pt_nth_group <= 1", ""),)),
        Mutant("rows not limited", "a count", (("    WHERE pt_nth_row <= 1\n", ""),)),
        Mutant("no noise on the sum", "sums", ((f"amount + {_drawn('sums', 'amount')}", "amount"),)),
        Mutant("no threshold", "private", ((threshold, ""),)),
        Mutant(
            "one noise for two columns",
            "sums",
            (
                (f"n + {_drawn('sums', 'n')}", "n + pt_noise"),
                (f"amount + {_drawn('sums', 'amount')}", "amount + 50 * pt_noise"),
                (exact, shared),
            ),
            amount=0.0,  # both columns move together where the amount is the greatest
        ),
    )


@pytest.mark.parametrize("mutant", mutants(), ids=lambda mutant: mutant.name)
def test_attacks_find_what_is_missing(mutant: Mutant) -> None:
    assert found(mutant.of, mutant.script(), mutant.amount) > 1


def test_attacks_find_noise_that_is_too_small() -> None:
    assert found("a count", with_noise_scaled(known()["a count"].script, Fraction(10, 13))) > 1


def test_a_chance_is_bounded_from_below_by_what_was_seen() -> None:
    assert chance_at_least(0.0, 1000) == pytest.approx(0)
    assert 0.98 < chance_at_least(1.0, 1000) < 1
    assert 0.4 < chance_at_least(0.5, 1000) < 0.5
