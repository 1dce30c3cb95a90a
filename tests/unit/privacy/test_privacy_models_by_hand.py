"""Any classes have the values that the formulas of the literature give, written out with whole fractions."""

from __future__ import annotations

import os
from fractions import Fraction
from math import exp, inf, log, log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people_by_value import classes

from personatwin_sql.privacy.models.alpha_k import AlphaK
from personatwin_sql.privacy.models.beta_likeness import BetaLikeness, EnhancedBetaLikeness
from personatwin_sql.privacy.models.delta_disclosure import DeltaDisclosure
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.models.entropy_l import EntropyDiversity
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.models.hierarchical_t import HierarchicalCloseness
from personatwin_sql.privacy.models.ordered_t import OrderedCloseness
from personatwin_sql.privacy.models.recursive_l import RecursiveDiversity

EXAMPLES = settings(max_examples=int(os.environ.get("PERSONATWIN_EXAMPLES", "60")), deadline=None)
WIDTH = 5
PARENTS = [[0, 0, 1, 2, 2], [1, 1, 1, 0, 0], [0, 0, 0, 0, 0]]
ROW = st.lists(st.integers(0, 6), min_size=WIDTH, max_size=WIDTH).filter(any)
ROWS = st.lists(ROW, min_size=1, max_size=5)
NULL = st.sampled_from([-1, 0, WIDTH - 1])


def spread(row: list[int]) -> list[Fraction]:
    return [Fraction(count, sum(row) or 1) for count in row]


def overall(rows: list[list[int]]) -> list[Fraction]:
    return spread([sum(column) for column in zip(*rows, strict=True)])


def ordered(p: list[Fraction], q: list[Fraction]) -> Fraction:
    return sum((abs(sum(p[: i + 1]) - sum(q[: i + 1])) for i in range(len(p))), Fraction(0)) / max(
        1, len(p) - 1
    )


def hierarchical(p: list[Fraction], q: list[Fraction]) -> Fraction:
    """Each unit of surplus moves to where it is short, as far up as it has to: level by level, greedily."""
    extra = {(0, value): a - b for value, (a, b) in enumerate(zip(p, q, strict=True))}
    node = list(range(WIDTH))
    cost = Fraction(0)
    for height, parents in enumerate(PARENTS, start=1):
        children: dict[int, set[tuple[int, int]]] = {}
        for value in range(WIDTH):
            children.setdefault(parents[value], set()).add((height - 1, node[value]))
        for parent, below in children.items():
            pos = sum((max(Fraction(0), extra[child]) for child in below), Fraction(0))
            neg = sum((max(Fraction(0), -extra[child]) for child in below), Fraction(0))
            extra[height, parent] = pos - neg
            cost += Fraction(height, len(PARENTS)) * min(pos, neg)
        node = list(parents)
    return cost


def without(row: list[int], null: int) -> list[int]:
    return [count for value, count in enumerate(row) if value != null]


@EXAMPLES
@given(ROWS, ROWS)
def test_distances_are_those_of_the_formulas(rows: list[list[int]], suppressed: list[list[int]]) -> None:
    found, q = classes(rows, suppressed, parents=PARENTS), overall([*rows, *suppressed])
    for place, row in enumerate(rows):
        p = spread(row)
        equal = sum((abs(a - b) for a, b in zip(p, q, strict=True)), Fraction(0)) / 2
        assert EqualCloseness("s", 0.1).each(found)[place] == float(equal)
        assert OrderedCloseness("s", 0.1).each(found)[place] == float(ordered(p, q))
        assert HierarchicalCloseness("s", 0.1).each(found)[place] == float(hierarchical(p, q))


@EXAMPLES
@given(ROWS, NULL)
def test_the_ordered_distance_with_null_is_that_of_its_parts(rows: list[list[int]], null: int) -> None:
    found, everybody = classes(rows, null=null), [sum(column) for column in zip(*rows, strict=True)]
    q = spread(without(everybody, null))
    for place, row in enumerate(rows):
        known = without(row, null)
        missing = abs(
            Fraction(sum(known), sum(row)) - Fraction(sum(without(everybody, null)), sum(everybody))
        )
        apart = ordered(spread(known), q) if any(known) else Fraction(0)
        expected = missing + Fraction(sum(known), sum(row)) * apart
        assert OrderedCloseness("s", 0.1).each(found)[place] == pytest.approx(float(expected), abs=2e-9)


@EXAMPLES
@given(ROWS, NULL)
def test_diversities_are_those_of_the_formulas(rows: list[list[int]], null: int) -> None:
    found = classes(rows, null=null)
    for place, row in enumerate(rows):
        known = sorted((count for count in without(row, null) if count), reverse=True)
        assert DistinctDiversity("s", 2).each(found)[place] == len(known)
        assert AlphaK("s", 0.5).each(found)[place] == max(row) / sum(row)
        for l in (2, 3):  # noqa: E741
            tail = sum(known[l - 1 :])
            expected = max(row) / tail if tail else inf
            assert RecursiveDiversity("s", 2, l).each(found)[place] == expected
        entropies = [
            -sum(float(p) * log(p) for p in spread(counts) if p) for counts in (row, without(row, null))
        ]
        expected = exp(min(entropies)) if known else 0.0
        assert EntropyDiversity("s", 2).each(found)[place] == pytest.approx(expected, abs=2e-9)


@EXAMPLES
@given(ROWS, ROWS)
def test_gains_are_those_of_the_formulas(rows: list[list[int]], suppressed: list[list[int]]) -> None:
    found, q = classes(rows, suppressed), overall([*rows, *suppressed])
    for place, row in enumerate(rows):
        pairs = [(a, b) for a, b in zip(spread(row), q, strict=True) if a]
        basic = max((a - b) / b for a, b in pairs)
        assert BetaLikeness("s", 1).each(found)[place] == max(0.0, float(basic))
        is_bounded = all((a - b) / b <= 0 or float((a - b) / b) <= -log(b) for a, b in pairs)
        assert EnhancedBetaLikeness("s", 1).each(found)[place] == (
            max(0.0, float(basic)) if is_bounded else inf
        )
        apart = max(abs(log2(a / b)) for a, b in pairs)
        assert DeltaDisclosure("s", 1).each(found)[place] == pytest.approx(apart, abs=2e-9)
