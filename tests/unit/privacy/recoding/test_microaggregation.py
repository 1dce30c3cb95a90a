"""MDAV, beside a plain one in exact fractions."""

from __future__ import annotations

import os
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.privacy.recoding.microaggregation import Microaggregation, mdav, standardized

Point = tuple[int, ...]
points_with_people = st.integers(1, 3).flatmap(
    lambda columns: st.dictionaries(
        st.tuples(*[st.integers(-4, 4)] * columns), st.integers(1, 4), min_size=1, max_size=40
    )
)


def distance(one: tuple[Fraction, ...] | Point, other: tuple[Fraction, ...] | Point) -> Fraction:
    return sum(((Fraction(a) - b) ** 2 for a, b in zip(one, other, strict=True)), Fraction(0))


def mean(people: dict[Point, int]) -> tuple[Fraction, ...]:
    total = sum(people.values())
    columns = len(next(iter(people)))
    return tuple(
        Fraction(sum(point[column] * count for point, count in people.items()), total)
        for column in range(columns)
    )


def by_hand(people: dict[Point, int], k: int) -> list[set[Point]]:
    """The groups as the papers say, point by point."""
    left, groups = dict(sorted(people.items())), []

    def group_around(start: Point) -> None:
        taken: set[Point] = set()
        held = 0
        for point in sorted(left, key=lambda other: (distance(start, other), other)):
            taken.add(point)
            held += left[point]
            if held >= k:
                break
        for point in taken:
            del left[point]
        groups.append(taken)

    def farthest(centre: tuple[Fraction, ...] | Point) -> Point:
        return min(left, key=lambda point: (-distance(centre, point), point))

    while sum(left.values()) >= 2 * k:
        many = sum(left.values()) >= 3 * k
        start = farthest(mean(left))
        group_around(start)
        if many and sum(left.values()) >= k:
            group_around(farthest(start))
    if groups and sum(left.values()) < k:
        means = [mean({point: people[point] for point in group}) for group in groups]
        for point in left:
            nearest = min(range(len(means)), key=lambda number: (distance(means[number], point), number))
            groups[nearest].add(point)
    else:
        groups.append(set(left))
    return groups


@settings(max_examples=int(os.environ.get("PERSONATWIN_EXAMPLES", "60")), deadline=None)
@given(points_with_people, st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_groups_are_those_made_by_hand_in_any_order(people, k, random) -> None:
    points = list(people)
    random.shuffle(points)
    counts = np.array([people[point] for point in points])
    found = mdav(np.array(points, dtype=float), counts, k)
    if sum(people.values()) < k:
        assert found is None
        return
    assert found is not None
    groups = [
        {point for point, number in zip(points, found.groups, strict=True) if number == each}
        for each in range(len(found.people))
    ]
    expected = by_hand(people, k)
    assert groups == expected
    assert found.people.min() >= k
    for centroid, group in zip(found.centroids, expected, strict=True):
        assert centroid == pytest.approx([float(each) for each in mean({p: people[p] for p in group})])


def test_ten_numbers_in_threes() -> None:
    numbers = np.array([[1.0], [2.0], [3.0], [10.0], [11.0], [12.0], [20.0], [21.0], [22.0], [23.0]])
    found = mdav(numbers, np.ones(10, dtype=np.int64), 3)
    assert found is not None
    assert sorted(found.people.tolist()) == [3, 3, 4]
    assert found.centroids[found.groups][:, 0].tolist() == pytest.approx([2] * 3 + [13.25] * 4 + [22] * 3)


def test_fewer_than_k_people_have_no_groups() -> None:
    assert mdav(np.array([[1.0], [2.0]]), np.array([1, 1]), 3) is None


def information_loss(points: np.ndarray, people: np.ndarray, found: Microaggregation) -> float:
    """SSE ÷ SST over standardized columns: 0 nothing is lost, 1 all publish one mean."""
    values = standardized(points, people)
    held = [
        np.average(values[found.groups == group], axis=0, weights=people[found.groups == group])
        for group in range(len(found.people))
    ]
    within = people @ np.square(values - np.array(held)[found.groups]).sum(axis=1)
    return float(within / (people @ np.square(values).sum(axis=1)))


def test_exactly_k_people_are_one_group_and_lose_everything() -> None:
    points, people = np.array([[1.0], [5.0]]), np.array([1, 2])
    found = mdav(points, people, 3)
    assert found is not None
    assert found.centroids.tolist() == [[pytest.approx(11 / 3)]]
    assert information_loss(points, people, found) == pytest.approx(1.0)


def test_points_of_k_people_lose_nothing() -> None:
    points, people = np.array([[1.0, 2.0], [5.0, 9.0], [7.0, 1.0]]), np.array([3, 3, 4])
    found = mdav(points, people, 3)
    assert found is not None
    assert information_loss(points, people, found) == pytest.approx(0.0, abs=1e-12)


def test_a_constant_column_neither_counts_nor_divides_by_zero() -> None:
    points, people = np.array([[1.0, 7.0], [3.0, 7.0]]), np.array([1, 1])
    assert standardized(points, people).tolist() == [[-1.0, 0.0], [1.0, 0.0]]


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        mdav(np.array([[np.nan], [1.0]]), np.array([1, 1]), 1)
