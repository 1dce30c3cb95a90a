"""Special uniques, against every set of columns of every record."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.numbers import Shares
from personatwin_sql.privacy.records import Records, TooMuch
from personatwin_sql.privacy.suda import (
    TooManyColumns,
    disclosive,
    special_uniques,
    weights,
)

Row = tuple[int, ...]


def records(rows: list[Row], people: list[int], person: list[int] | None = None) -> Records:
    table = np.array(rows, dtype=np.int64).reshape(len(rows), -1)
    return Records(
        codes=tuple(np.ascontiguousarray(column) for column in table.T),
        people=np.array(people, dtype=np.int64),
        person=None if person is None else np.array(person, dtype=np.int64),
    )


def minimal_uniques(rows: list[Row], people: list[tuple[int, int]], largest: int) -> set[tuple[int, Row]]:
    """(record, columns) of each, by definition; `people` are who has the record, and how many they are."""

    def is_unique(row: Row, columns: Row) -> bool:
        alike = [
            who
            for other, who in zip(rows, people, strict=True)
            if all(other[column] == row[column] for column in columns)
        ]
        return len({who for who, _ in alike}) == 1 and alike[0][1] == 1

    found = set()
    for number, row in enumerate(rows):
        for size in range(1, largest + 1):
            for columns in combinations(range(len(row)), size):
                if is_unique(row, columns) and not any(
                    is_unique(row, fewer)
                    for smaller in range(1, size)
                    for fewer in combinations(columns, smaller)
                ):
                    found.add((number, columns))
    return found


@given(
    rows=st.lists(st.tuples(*[st.integers(0, 2)] * 4), min_size=1, max_size=12, unique=True),
    people=st.lists(st.sampled_from((1, 1, 1, 2)), min_size=12, max_size=12),
    largest=st.integers(1, 4),
)
def test_the_minimal_uniques_are_those_of_the_definition(
    rows: list[Row], people: list[int], largest: int
) -> None:
    people = people[: len(rows)]
    found = special_uniques(records(rows, people), largest)
    expected = minimal_uniques(rows, list(enumerate(people)), largest)
    sizes = [len(columns) for _, columns in expected]
    assert found.found == tuple(sizes.count(size) for size in range(1, largest + 1))
    worth = weights(4, largest)
    for number in range(len(rows)):
        score = sum(worth[len(columns) - 1] for record, columns in expected if record == number)
        assert found.scores[number] == pytest.approx(score)
    total = sum(worth[size - 1] for size in sizes)
    for column in range(4):
        part = sum(worth[len(columns) - 1] for _, columns in expected if column in columns)
        assert found.by_column[column] == pytest.approx(part / total if total else 0)


@given(
    rows=st.lists(
        st.tuples(*[st.integers(0, 3)] + [st.integers(0, 2)] * 3), min_size=1, max_size=12, unique=True
    )
)
def test_the_records_of_one_person_do_not_hide_each_other(rows: list[Row]) -> None:
    persons = [row[0] for row in rows]
    values = [row[1:] for row in rows]
    found = special_uniques(records(values, [1] * len(rows), persons), 3)
    expected = minimal_uniques(values, [(person, 1) for person in persons], 3)
    worth = weights(3, 3)
    for number in range(len(rows)):
        score = sum(worth[len(columns) - 1] for record, columns in expected if record == number)
        assert found.scores[number] == pytest.approx(score)


def test_a_unique_of_few_columns_weighs_more() -> None:
    # of 5 columns, up to 3: (5-1)(5-2)(5-3), (5-2)(5-3), (5-3)
    assert weights(5, 3) == (24.0, 6.0, 2.0)
    assert weights(4, 4) == (6.0, 2.0, 1.0, 1.0)
    assert weights(1, 1) == (1.0,)


def test_the_chance_of_a_right_match_is_spread_by_score_and_matches_the_whole() -> None:
    scores: Shares = np.array([4.0, 4.0, 0.0, 4.0])
    found = disclosive(scores, 8, uniques=3, in_pairs=2, fraction=0.1)
    overall = 3 * 0.1 / (3 * 0.1 + 2 * 0.9)
    # with equal scores each has the chance of all together
    assert found.tolist() == pytest.approx([overall, overall, 0, overall])
    uneven = disclosive(np.array([1.0, 2.0, 6.0]), 8, uniques=3, in_pairs=2, fraction=0.1)
    assert uneven[0] < overall < uneven[2]


def test_without_uniques_nobody_has_a_chance() -> None:
    assert disclosive(np.zeros(3), 4, 0, 2, 0.5).tolist() == [0, 0, 0]
    certain = disclosive(np.array([2.0, 1.0]), 4, 2, 0, 0.5)
    assert certain.tolist() == [1.0, 1.0]


def test_nobody_and_all_alike_have_no_special_uniques() -> None:
    nobody = Records((np.array([], dtype=np.int64),) * 2, np.array([], dtype=np.int64))
    assert special_uniques(nobody, 3).found == (0, 0)
    assert special_uniques(records([(1, 1)], [7]), 2).by_column == (0.0, 0.0)


def test_too_many_columns_or_subsets_are_refused() -> None:
    with pytest.raises(TooManyColumns, match="25 columns, of at most 24"):
        special_uniques(records([(0,) * 25], [1]), 3)
    many = Records((np.zeros(500_000, dtype=np.int64),) * 24, np.ones(500_000, dtype=np.int64))
    with pytest.raises(TooMuch):
        special_uniques(many, 5)
