"""Attacks on what is really drawn: they find no more than was promised, and more in weakened SQL."""

from __future__ import annotations

import os
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import log, sqrt

import pytest

from personatwin_sql.compile.aggregate.render import parts_of
from personatwin_sql.engine.noise import noise_functions
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.noise.partition_selection import chances_of_showing
from personatwin_sql.privacy.noise.randomness import SeededBits
from tests.private_shapes import COUNTIES, Shape, shape
from tests.property.audited import chance_at_least, least_epsilon, with_noise_scaled
from tests.property.neighbours import Database, connected, everywhere

DRAWS = int(os.environ.get("PERSONATWIN_DRAWS", "8000"))
LARGEST = 30
"""People of the largest groups that are asked for: more than the law ever leaves out."""
OTHERS = tuple((f"q{at}", "ash", "a", 20.0, 3, "2020-01-01") for at in range(5))
LISTED = {"county": COUNTIES}
PRIVATE = ("private", "private totals", "chosen")
"""Shapes of private keys: that a group is there at all must tell nothing."""
COUNT = "SELECT county, count(*) AS n FROM private.events GROUP BY county"
SUM = "SELECT county, sum(amount) AS amount FROM private.events GROUP BY county"
SUMS = "SELECT county, count(*) AS n, sum(amount) AS amount FROM private.events GROUP BY county"
BOTH = (
    "SELECT coalesce(county, 'none') AS county, count(*) AS n, count(DISTINCT person_id) AS people,"
    " sum(amount) AS amount FROM private.events GROUP BY ALL"
)
MIDDLE = "SELECT county, median(amount) AS amount FROM private.events GROUP BY county"
BOUNDS = {"amount": (0, 50)}
TOTALS = ((0,), ())


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
        "totals": shape(BOTH, TOTALS, keys=LISTED, mechanism="laplace", bounds=BOUNDS, **two),
        "gaussian totals": shape(BOTH, TOTALS, keys=LISTED, mechanism="gaussian", bounds=BOUNDS, **two),
        "private totals": shape(BOTH, TOTALS, keys="private", mechanism="laplace", bounds=BOUNDS, **two),
        "middle": shape(MIDDLE, keys=LISTED, bounds=BOUNDS, **one),
        "middles": shape(MIDDLE, keys=LISTED, bounds=BOUNDS, **two),
        "chosen": shape(SUM, keys="private", mechanism="laplace", bounds=BOUNDS, **{**one, "delta": "0.01"}),
    }


def found(name: str, script: str, amount: float = 1000.0, *, is_alone: bool = False) -> float:
    """What is found of a person with a thousand rows of this amount, where others are or where nobody is."""
    others = () if is_alone else OTHERS
    crowd = {row[1] for row in others} if name in PRIVATE else ()
    person = [row for row in everywhere("p1", amount, 5) if row[1] not in crowd]
    return least_epsilon(known()[name], script, Database((*others, *person), ()), Database(others, ()), DRAWS)


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        *(("a count", 0.0), ("counts", 0.0), ("sums", 0.0), ("sums", 1e3), ("gaussian", 1e3)),
        *(("private", 1e3), ("chosen", 1e3), ("totals", 1e3), ("gaussian totals", 1e3)),
        *(("private totals", 1e3), ("middle", 0.0), ("middles", 0.0)),
    ],
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
        Mutant("keys not chosen", "chosen", (("(pt_set = 0 AND people)", "(pt_set = 0)"),)),
        Mutant(
            "keys chosen by rows",
            "chosen",
            (
                ("    WHERE pt_nth_row <= 1\n", ""),
                ("max(people) AS people", "count(people) AS people"),
                ("count(bounded.people)", "sum(bounded.people)"),
            ),
        ),
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


def test_attacks_find_a_quantile_that_is_drawn_too_sharply() -> None:
    script = known()["middle"].script
    (rate,) = known()["middle"].aggregation.noise.rates
    changed = script.replace(
        f", {rate.numerator}, {rate.denominator}, 0, 50)",
        f", {4 * rate.numerator}, {rate.denominator}, 0, 50)",
    )
    assert changed != script
    assert found("middle", changed, is_alone=True) > 1


def test_attacks_find_totals_with_too_little_noise() -> None:
    """The total alone has too little noise."""
    script = known()["totals"].script
    first, second = script.split("WHERE pt_set = 0")
    assert found("totals", f"{first}WHERE pt_set = 0{with_noise_scaled(second, Fraction(1, 8))}") > 1


def test_attacks_find_noise_that_is_too_small() -> None:
    assert found("a count", with_noise_scaled(known()["a count"].script, Fraction(10, 13))) > 1


def shown_of_many(script: str) -> list[int]:
    """Of as many groups as there are draws, with 0, 1, 2, … people each: how many the SQL shows."""
    with connected() as connection:
        connection.execute(
            f"CREATE TABLE private.model__exact AS SELECT 0 AS pt_set, people || '#' || copy AS county,"
            f" 0::HUGEINT AS amount, people::HUGEINT AS people"
            f" FROM range({LARGEST + 1}) AS sizes (people), range({DRAWS // 2}) AS copies (copy)"
        )
        with noise_functions(connection, SeededBits(3)):
            connection.execute(parts_of(script)[1])
        told = connection.execute(
            "SELECT CAST(split_part(county, '#', 1) AS INT) AS people, count(*) FROM release.model GROUP BY 1"
        ).fetchall()
    return [dict(told).get(people, 0) for people in range(LARGEST + 1)]


def least_epsilon_of(shown: list[int], delta: float) -> float:
    """ε of the choice of one group is no less, by all that one person makes or takes away."""
    copies = DRAWS // 2
    return max(
        log((chance_at_least(likely, copies) - delta) / (1 - chance_at_least(1 - unlikely, copies)))
        for less, more in pairwise(each / copies for each in shown)
        for likely, unlikely in ((more, less), (1 - less, 1 - more))
        if chance_at_least(likely, copies) > delta
    )


def test_groups_are_shown_as_the_law_says_and_one_person_changes_no_more() -> None:
    """Through the SQL, whose functions are called for each row, in several threads."""
    (selection,) = known()["chosen"].aggregation.noise.selections or ()
    assert selection is not None
    shown = shown_of_many(known()["chosen"].script)
    law = chances_of_showing(selection.epsilon, selection.delta, 64)
    assert len(law) < LARGEST
    for people, count in enumerate(shown):
        chance = law[min(people, len(law) - 1)][0] / 2.0**64
        deviation = sqrt(chance * (1 - chance) * (DRAWS // 2))
        assert abs(count - chance * (DRAWS // 2)) <= 5 * deviation, people
    assert 0.6 * selection.epsilon < least_epsilon_of(shown, float(selection.delta)) <= selection.epsilon


def test_attacks_find_a_law_with_more_epsilon_or_delta() -> None:
    script = known()["chosen"].script
    (selection,) = known()["chosen"].aggregation.noise.selections or ()
    assert selection is not None
    epsilon, delta = selection.epsilon, selection.delta

    def drawn(of: tuple[Fraction, Fraction]) -> str:
        return f"pt_least_people({', '.join(f'{each.numerator}, {each.denominator}' for each in of)})"

    for other in ((2 * epsilon, delta), (epsilon, 20 * delta)):
        changed = script.replace(drawn((epsilon, delta)), drawn(other))
        assert changed != script
        assert least_epsilon_of(shown_of_many(changed), float(delta)) > epsilon


def test_a_chance_is_bounded_from_below_by_what_was_seen() -> None:
    assert chance_at_least(0.0, 1000) == pytest.approx(0)
    assert 0.98 < chance_at_least(1.0, 1000) < 1
    assert 0.4 < chance_at_least(0.5, 1000) < 0.5
