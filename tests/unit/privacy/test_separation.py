"""How far columns tell people apart, against every pair of people counted one by one."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.records import Records, TooMuch, is_within_reach, numbered, sizes_by_key, subsets
from personatwin_sql.privacy.separation import SubsetRisk, separations

Row = tuple[int, ...]


def records(rows: list[Row], people: list[int] | None = None, person: list[int] | None = None) -> Records:
    table = np.array(rows, dtype=np.int64).reshape(len(rows), -1)
    return Records(
        codes=tuple(np.ascontiguousarray(column) for column in table.T),
        people=np.array(people if people is not None else [1] * len(rows), dtype=np.int64),
        person=None if person is None else np.array(person, dtype=np.int64),
    )


def by_columns(found: tuple[SubsetRisk, ...]) -> dict[tuple[int, ...], SubsetRisk]:
    return {subset.columns: subset for subset in found}


def test_the_example_of_three_people_is_as_the_paper_counts_it() -> None:
    found = by_columns(separations(records([(0, 0), (0, 1), (1, 1)]), 2))
    assert found[(0,)] == SubsetRisk((0,), 2, 2 / 3, 2 / 3, 1 / 3)
    assert found[(0, 1)] == SubsetRisk((0, 1), 3, 1.0, 1.0, 1.0)


@given(
    rows=st.lists(st.tuples(*[st.integers(0, 2)] * 4), min_size=1, max_size=12, unique=True),
    people=st.lists(st.integers(1, 3), min_size=12, max_size=12),
    size=st.integers(1, 4),
)
def test_every_subset_is_counted_pair_by_pair(rows: list[Row], people: list[int], size: int) -> None:
    found = separations(records(rows, people[: len(rows)]), size)
    everyone = [row for row, number in zip(rows, people, strict=False) for _ in range(number)]
    expected = [chosen for each in range(1, size + 1) for chosen in combinations(range(4), each)]
    assert [subset.columns for subset in found] == expected
    for subset in found:
        seen = [tuple(row[column] for column in subset.columns) for row in everyone]
        pairs = list(combinations(seen, 2))
        counts = Counter(seen)
        assert subset.classes == len(counts)
        assert subset.distinction == pytest.approx(len(counts) / len(seen))
        separated = sum(one != other for one, other in pairs) / len(pairs) if pairs else 1.0
        assert subset.separation == pytest.approx(separated)
        assert subset.alone == pytest.approx(sum(counts[each] == 1 for each in seen) / len(seen))


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)),
        min_size=1,
        max_size=14,
        unique=True,
    )
)
def test_people_of_several_records_count_once_in_a_class(rows: list[Row]) -> None:
    persons = [row[0] for row in rows]
    found = separations(records([row[1:] for row in rows], person=persons), 3)
    for subset in found:
        classes: dict[Row, set[int]] = {}
        for row in rows:
            classes.setdefault(tuple(row[1 + column] for column in subset.columns), set()).add(row[0])
        people = sum(map(len, classes.values()))
        assert subset.classes == len(classes)
        assert subset.distinction == pytest.approx(len(classes) / people)
        alike = sum(len(each) * (len(each) - 1) for each in classes.values())
        assert subset.separation == pytest.approx(1 - alike / (people * (people - 1)) if people > 1 else 1.0)
        alone = {next(iter(each)) for each in classes.values() if len(each) == 1}
        assert subset.alone == pytest.approx(len(alone) / len(set(persons)))


def test_nobody_one_person_and_all_alike_are_measured() -> None:
    nobody = Records((np.array([], dtype=np.int64),) * 2, np.array([], dtype=np.int64))
    assert separations(nobody, 2)[0] == SubsetRisk((0,), 0, 0.0, 1.0, 0.0)
    assert separations(records([(0, 0)]), 2)[2] == SubsetRisk((0, 1), 1, 1.0, 1.0, 1.0)
    assert separations(records([(0, 0)], people=[5]), 2)[2] == SubsetRisk((0, 1), 1, 0.2, 0.0, 0.0)


def test_more_than_can_be_counted_is_refused_before_it_is_begun() -> None:
    assert subsets(15, 4) == 1940
    assert is_within_reach(15, 4, 1_000_000)
    assert not is_within_reach(50, 3, 1_000_000)
    many = Records((np.zeros(200_000, dtype=np.int64),) * 50, np.ones(200_000, dtype=np.int64))
    with pytest.raises(TooMuch, match="20,875 subsets of 50 columns"):
        separations(many, 3)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=30))
def test_keys_are_numbered_without_gaps_and_equal_keys_alike(keys: list[int]) -> None:
    found = numbered(np.array(keys, dtype=np.int64)).tolist()
    assert sorted(set(found)) == list(range(len(set(keys))))
    assert len(set(zip(keys, found, strict=True))) == len(set(keys))


@given(
    keys=st.lists(st.integers(0, 5) | st.integers(10**9, 10**9 + 3), max_size=25),
    people=st.lists(st.sampled_from((1, 1, 3)), min_size=25, max_size=25),
    is_weighted=st.booleans(),
)
def test_classes_of_equal_keys_are_counted_in_people(
    keys: list[int], people: list[int], is_weighted: bool
) -> None:
    weights = people[: len(keys)] if is_weighted else [1] * len(keys)
    found = sizes_by_key(np.array(weights, dtype=np.int64), np.array(keys, dtype=np.int64))
    expected: Counter[int] = Counter()
    for key, number in zip(keys, weights, strict=True):
        expected[key] += number
    assert sorted(found.tolist()) == sorted(expected.values())
