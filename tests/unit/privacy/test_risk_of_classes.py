from __future__ import annotations

import numpy as np
import pytest

from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.risk import Homogeneity, band, homogeneity, risk_of, share_above


def test_adult_untouched_has_the_published_risks(adult: FrequencySet) -> None:
    risk = risk_of(adult.people)
    assert (risk.people, risk.classes, risk.smallest_class) == (30_162, 19_502, 1)
    assert risk.highest == 1.0
    assert risk.average == pytest.approx(0.646575, abs=5e-7)
    assert risk.sample_uniqueness == pytest.approx(0.51429, abs=5e-6)
    assert risk.band == "unsafe"


def test_shares_above_a_threshold_count_people_strictly_above_it() -> None:
    sizes = np.array([2, 3, 5, 10, 20, 60])
    assert risk_of(sizes).above == ((0.05, 0.2), (0.1, 0.1), (0.2, 0.05), (0.33, 0.05), (0.5, 0.0))
    assert share_above(sizes, 0.499) == 0.02


def test_nothing_released_is_no_risk() -> None:
    risk = risk_of(np.array([], dtype=np.int64))
    assert (risk.people, risk.classes, risk.smallest_class, risk.highest, risk.average) == (0, 0, 0, 0.0, 0.0)
    assert risk.sample_uniqueness == 0.0
    assert all(share == 0.0 for _, share in risk.above)


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


def test_a_class_with_one_sensitive_value_is_homogeneous() -> None:
    classes, people = np.array([7, 7, 3, 9, 9, 9]), np.array([10, 2, 30, 1, 1, 16])
    assert homogeneity(classes, people) == Homogeneity(classes=1 / 3, people=0.5)


def test_no_classes_are_not_homogeneous() -> None:
    nothing = np.array([], dtype=np.int64)
    assert homogeneity(nothing, nothing) == Homogeneity(0.0, 0.0)
