from __future__ import annotations

import numpy as np
import pytest

from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.risk import THRESHOLDS, average_risk, band, share_above


def test_adult_untouched_has_the_published_risk(adult: FrequencySet) -> None:
    assert (int(adult.people.sum()), len(adult.people), int(adult.people.min())) == (30_162, 19_502, 1)
    assert average_risk(adult.people) == pytest.approx(0.646575, abs=5e-7)


def test_shares_above_a_threshold_count_people_strictly_above_it() -> None:
    sizes = np.array([2, 3, 5, 10, 20, 60])
    assert [share_above(sizes, limit) for limit in THRESHOLDS] == [0.2, 0.1, 0.05, 0.05, 0.0]
    assert share_above(sizes, 0.499) == 0.02


def test_nothing_released_is_no_risk() -> None:
    nobody = np.array([], dtype=np.int64)
    assert (average_risk(nobody), share_above(nobody, 0.05)) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("average", "record", "expected"),
    [
        (0.01, 0.10, "public"),
        (0.0101, 0.10, "research"),
        (0.01, 0.101, "research"),
        (0.05, 0.20, "research"),
        (0.15, 0.34, "internal"),
        (0.01, 1.0, "unsafe"),
        (0.16, 0.1, "unsafe"),
    ],
)
def test_a_band_needs_both_risks(average: float, record: float, expected: str) -> None:
    assert band(average, record) == expected
