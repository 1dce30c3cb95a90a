"""Sums of counts that are fixed: cuts of a graph give the same as solving the equations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from personatwin_sql.privacy.sums import UNKNOWN, fewest_people, rows_to_hold_back

Link = tuple[int, int, int]
"""A persona, a row that may count people of it, and how many it counts."""


@st.composite
def graphs(draw: st.DrawFn) -> list[Link]:
    """Few personas and rows; of some personas nothing is known, and some people are in no row."""
    personas, rows = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    pairs = draw(
        st.lists(
            st.tuples(st.integers(0, personas), st.integers(0, rows)), min_size=1, max_size=8, unique=True
        )
    )
    return [
        (persona, row, draw(st.integers(0, 6)))
        for persona, row in sorted(pairs)
        if (persona, row) != (UNKNOWN, UNKNOWN)
    ]


def told(links: Sequence[Link]) -> Iterator[int]:
    """The people of each set of links of which the equations fix the sum, found by elimination."""
    equations: dict[tuple[str, int], list[Fraction]] = defaultdict(lambda: [Fraction(0)] * len(links))
    for number, (persona, row, _) in enumerate(links):
        if persona != UNKNOWN:
            equations["persona", persona][number] = Fraction(1)
        if row != UNKNOWN:
            equations["row", row][number] = Fraction(1)
    basis = list(_echelon(list(equations.values())))
    for size in range(1, len(links) + 1):
        for chosen in combinations(range(len(links)), size):
            if _is_spanned(basis, [Fraction(number in chosen) for number in range(len(links))]):
                yield sum(links[number][2] for number in chosen)


def _echelon(rows: list[list[Fraction]]) -> Iterator[tuple[int, list[Fraction]]]:
    while rows:
        row = rows.pop()
        pivot = next((at for at, value in enumerate(row) if value), None)
        if pivot is None:
            continue
        row = [value / row[pivot] for value in row]
        rows = [[b - other[pivot] * a for a, b in zip(row, other, strict=True)] for other in rows]
        yield pivot, row


def _is_spanned(basis: Sequence[tuple[int, list[Fraction]]], wanted: list[Fraction]) -> bool:
    for pivot, row in basis:
        factor = wanted[pivot]
        wanted = [value - factor * part for value, part in zip(wanted, row, strict=True)]
    return not any(wanted)


def fewest(links: Sequence[Link], k: int) -> int:
    return fewest_people(*columns(links), k)


def held_back(links: Sequence[Link], k: int) -> list[int]:
    """Where no row is coarser than another."""
    personas, rows, people = columns(links)
    return rows_to_hold_back(personas, [[row or None] for row in rows], people, k)


def columns(links: Sequence[Link]) -> tuple[list[int], list[int], list[int]]:
    personas, rows, people = zip(*links, strict=True) if links else ((), (), ())
    return list(personas), list(rows), list(people)


def leaves_enough(links: Sequence[Link], k: int) -> bool:
    """As other guarantees have it: a persona leaves nobody or k people, and a row counts as many."""
    left, counted = defaultdict(int), defaultdict(int)
    for persona, row, people in links:
        left[persona] += people
        counted[row] += people
    numbers = [number for found in (left, counted) for name, number in found.items() if name != UNKNOWN]
    return all(number >= k for number in numbers if number)


@given(graphs(), st.integers(1, 4))
@settings(deadline=None)
def test_the_fewest_people_are_those_of_the_smallest_sum_that_is_fixed(links: list[Link], k: int) -> None:
    links = [link for link in links if link[0] == UNKNOWN or sum(n for p, _, n in links if p == link[0])]
    assume(leaves_enough(links, k))
    smallest = min((number for number in told(links) if number), default=k)
    assert fewest(links, k) == min(smallest, k)


@given(graphs(), st.integers(1, 4))
@settings(deadline=None)
def test_without_the_rows_that_are_held_back_no_sum_is_of_a_few(links: list[Link], k: int) -> None:
    links = [link for link in links if link[0] == UNKNOWN or sum(n for p, _, n in links if p == link[0])]
    assume(leaves_enough(links, k))
    held = held_back(links, k)
    assert UNKNOWN not in held
    without = defaultdict(int)
    for persona, row, people in links:
        without[persona, UNKNOWN if row in held else row] += people
    without.pop((UNKNOWN, UNKNOWN), None)
    left = [(*pair, people) for pair, people in without.items()]
    assert min((number for number in told(left) if number), default=k) >= k
    assert not held or min(number for number in told(links) if number) < k


def test_nobody_is_told_of_where_there_is_nothing() -> None:
    assert fewest([], 3) == 3
    assert rows_to_hold_back([], [], [], 3) == []


@pytest.mark.parametrize("k", [2, 3, 5])
def test_a_row_that_one_persona_shares_with_another_tells_of_the_others_rest(k: int) -> None:
    links = [(1, 1, 5), (2, 1, 2), (2, 2, 4), (3, 2, 3), (3, 0, 6)]
    assert fewest(links, k) == min(k, 2)
    assert held_back(links, k) == ([] if k == 2 else [1])


def test_with_a_row_go_those_that_would_seem_to_count_its_events() -> None:
    chains: list[list[int | None]] = [[None, 1, 4], [None, 1, 4], [2, None, None], [2], [3, 4], [], [4], [1]]
    held = rows_to_hold_back([1, 2, 2, 3, 3, 3, UNKNOWN, UNKNOWN], chains, [5, 2, 4, 3, 6, 9, 1, 0], 5)
    assert held[0] == 1
    assert 4 in held


def test_with_a_row_of_a_week_go_those_of_both_months_that_it_lies_in() -> None:
    week, january, february, other = 1, 3, 4, 2
    chains = [[week, january], [week, february], [week, january], [other], []]
    held = rows_to_hold_back([1, 1, 2, 2, 2], chains, [3, 2, 2, 4, 0], 3)
    assert {week, january, february} <= set(held)


def test_of_more_rows_than_can_be_looked_at_those_that_are_missed_least_go() -> None:
    links = [(persona, row, 9) for persona in (1, 2) for row in (1, 2, 3)]
    personas, rows, people = columns(links)
    chains: list[list[int | None]] = [[row] for row in rows]
    assert rows_to_hold_back(personas, chains, people, 5) == []
    assert rows_to_hold_back(personas, chains, people, 5, most=2) == [1]
