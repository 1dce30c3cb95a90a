"""Whom to leave out: what stays beside earlier releases is nobody, or enough people."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.privacy.holding import NO_CELL, Groups, Table, to_leave_out
from personatwin_sql.privacy.numbers import Codes


def groups(k: int, *rows: tuple[int, int, bool]) -> Groups:
    """Groups of cell, people, and whether they are out."""
    cells, people, is_out = (np.array(column) for column in zip(*rows, strict=True))
    every = np.full(len(rows), k, dtype=np.int64)
    return Groups(
        cells=cells.astype(np.int64),
        people=people.astype(np.int64),
        k=every,
        cell_k=np.where(cells == NO_CELL, 0, every),
        is_out=is_out.astype(np.bool_),
    )


def left(given: Groups, left_out: int) -> Codes:
    """Whom to leave out where everybody who is not out is in one table, of the k of all groups."""
    return to_leave_out(given, (Table.of_all(given, int(given.k.max()), left_out),))


def test_where_all_groups_are_large_enough_nobody_is_left_out() -> None:
    found = left(groups(5, (0, 5, False), (0, 5, True), (1, 9, False), (NO_CELL, 5, False)), 0)
    assert found.tolist() == [0, 0, 0, 0]


def test_newcomers_wait_until_there_are_k_of_them() -> None:
    found = left(groups(5, (NO_CELL, 4, False), (NO_CELL, 5, False), (0, 20, False)), 20)
    assert found.tolist() == [4, 0, 0]


def test_who_is_gone_alone_takes_others_of_the_cell_along() -> None:
    assert left(groups(5, (0, 1, True), (0, 30, False)), 0).tolist() == [0, 5]
    assert left(groups(5, (0, 1, True), (0, 30, False)), 20).tolist() == [0, 4]


def test_a_cell_that_can_spare_nobody_loses_its_smallest_group() -> None:
    found = left(groups(5, (0, 1, True), (0, 6, False), (0, 5, False)), 0)
    assert found.tolist() == [0, 0, 5]


def test_several_groups_give_what_none_can_spare_alone() -> None:
    found = left(groups(5, (0, 2, True), (0, 7, False), (0, 6, False)), 90)
    assert found.tolist() == [0, 2, 1]


def test_a_few_who_are_missing_from_the_whole_table_become_many() -> None:
    found = left(groups(5, (NO_CELL, 1, False), (0, 40, False)), 0)
    assert found.tolist() == [1, 5]
    assert left(groups(5, (NO_CELL, 1, False), (0, 40, False)), 4).tolist() == [1, 0]


def test_each_table_leaves_out_nobody_or_k() -> None:
    given_groups = groups(5, (0, 1, True), (0, 40, False), (1, 30, False))
    first, both = Table(5, np.array([False, True, False]), 144), Table(5, np.array([False, True, True]), 0)
    second = Table(5, np.array([False, False, True]), 3)
    assert to_leave_out(given_groups, (first,)).tolist() == [0, 4, 0]
    assert to_leave_out(given_groups, (first, both)).tolist() == [0, 5, 0]
    assert to_leave_out(given_groups, (first, second)).tolist() == [0, 4, 5]


@st.composite
def any_groups(draw: st.DrawFn) -> tuple[int, Groups]:
    """Cells of at least k people, split among classes and those who are out of them."""
    k = draw(st.integers(2, 5))
    rows: list[tuple[int, int, bool]] = []
    for cell in range(NO_CELL, draw(st.integers(0, 6))):
        out = (
            []
            if cell == NO_CELL
            else [(cell, people, True) for people in draw(st.lists(st.integers(1, 6), max_size=1))]
        )
        inside = [(cell, people, False) for people in draw(st.lists(st.integers(1, 12), max_size=4))]
        short = k - sum(people for _, people, _ in (*out, *inside))
        if short > 0 and cell != NO_CELL:
            inside.append((cell, short, False))
        rows += [*out, *inside]
    return k, groups(k, *(rows or [(0, k, False)]))


@settings(max_examples=100, deadline=None)
@given(any_groups(), st.sampled_from([0, 1, 30]))
def test_what_stays_is_nobody_or_k_and_so_is_who_of_a_cell_is_out(
    drawn: tuple[int, Groups], left_out: int
) -> None:
    k, given_groups = drawn
    leave = left(given_groups, left_out)
    stay = given_groups.people - leave
    assert (leave >= 0).all()
    assert (leave[given_groups.is_out] == 0).all()
    assert all(people == 0 or people >= k for people in stay[~given_groups.is_out])
    out: Counter[int] = Counter()
    for cell, people, gone, is_out in zip(
        given_groups.cells, given_groups.people, leave, given_groups.is_out, strict=True
    ):
        out[int(cell)] += int(people) if is_out else int(gone)
    assert all(people == 0 or people >= k for cell, people in out.items() if cell != NO_CELL)
    if leave.any() and stay[~given_groups.is_out].any():
        assert left_out + int(leave.sum()) >= k
