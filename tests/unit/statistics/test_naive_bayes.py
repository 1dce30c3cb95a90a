"""A classifier that foretells what follows from the others, and no more than that."""

from __future__ import annotations

import numpy as np

from personatwin_sql.statistics.naive_bayes import accuracy


def test_what_follows_from_another_column_is_foretold() -> None:
    features = np.arange(300).reshape(-1, 1) % 3
    found = accuracy(features, features[:, 0], np.ones(300))
    assert found is not None
    assert found.foretold == 1.0
    assert found.majority == 1 / 3


def test_what_follows_from_nothing_is_foretold_as_by_the_most_frequent_value() -> None:
    generator = np.random.default_rng(7)
    target = (generator.random(5_000) < 0.3).astype(np.int64)
    found = accuracy(generator.integers(0, 4, (5_000, 3)), target, np.ones(5_000))
    assert found is not None
    assert abs(found.foretold - found.majority) < 0.02


def test_people_weigh_as_many_as_they_are() -> None:
    features = np.array([[0], [1], [0], [1], [0], [1]])
    found = accuracy(features, np.array([0, 1, 0, 1, 0, 1]), np.array([1.0, 99, 1, 99, 1, 99]))
    assert found is not None
    assert found.majority == 0.99


def test_a_column_of_one_value_is_not_foretold() -> None:
    assert accuracy(np.zeros((4, 1), dtype=np.int64), np.zeros(4, dtype=np.int64), np.ones(4)) is None
