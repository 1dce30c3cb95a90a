from __future__ import annotations

import numpy as np
import pytest

from personatwin_sql.privacy.distance import share_differences, total_variation

NOBODY = np.array([0, 0])


def test_equal_shares_are_at_no_distance_whatever_the_counts() -> None:
    assert total_variation(np.array([1, 3]), np.array([10, 30])) == 0.0
    assert share_differences(np.array([1, 3]), np.array([10, 30])).tolist() == [0.0, 0.0]


def test_the_distance_is_half_the_sum_of_differences() -> None:
    original, released = np.array([50, 50, 0]), np.array([20, 40, 40])
    assert share_differences(original, released) == pytest.approx([-0.3, -0.1, 0.4])
    assert total_variation(original, released) == pytest.approx(0.4)
    assert total_variation(np.array([7, 0]), np.array([0, 9])) == 1.0


def test_nobody_is_far_from_anybody_and_at_no_distance_from_nobody() -> None:
    assert total_variation(NOBODY, np.array([1, 1])) == 1.0
    assert total_variation(NOBODY, NOBODY) == 0.0
