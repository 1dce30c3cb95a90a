"""Rules of a whole release at their boundaries."""

from __future__ import annotations

import numpy as np
import pytest

from personatwin_sql.privacy.models.average_risk import AverageRisk
from personatwin_sql.privacy.models.population_uniqueness import PopulationUniqueness
from personatwin_sql.privacy.models.release_rule import ReleaseRule, all_hold
from personatwin_sql.privacy.models.sample_uniqueness import SampleUniqueness
from personatwin_sql.privacy.uniqueness import ClassHistogram, dankar

TEN = np.array([1, 1, 3, 5])


@pytest.mark.parametrize(("limit", "holds"), [(0.39, False), (0.4, True), (0.41, True)])
def test_the_average_risk_is_classes_by_people(limit: float, holds: bool) -> None:
    assert AverageRisk(limit).measure(TEN) == 0.4
    assert AverageRisk(limit).holds(TEN) == holds


@pytest.mark.parametrize(("limit", "holds"), [(0.19, False), (0.2, True), (0.21, True)])
def test_sample_uniqueness_is_the_share_of_people_alone(limit: float, holds: bool) -> None:
    assert SampleUniqueness(limit).measure(TEN) == 0.2
    assert SampleUniqueness(limit).holds(TEN) == holds


def test_population_uniqueness_is_estimated_by_the_rule_of_dankar() -> None:
    sizes = np.repeat([1, 2, 3, 7], [40, 20, 10, 5])
    share = dankar(ClassHistogram.of(sizes), int(sizes.sum()) / 1000).share
    assert share is not None
    rule = PopulationUniqueness(share, 1000)
    assert rule.measure(sizes) == share
    assert rule.holds(sizes)
    assert not PopulationUniqueness(share * 0.999, 1000).holds(sizes)


def test_nobody_of_a_release_without_a_class_of_one_is_alone_in_the_population() -> None:
    assert PopulationUniqueness(0, 10**6).measure(np.array([2, 5])) == 0.0


def test_a_population_smaller_than_the_release_satisfies_no_limit() -> None:
    assert PopulationUniqueness(1, 9).measure(TEN) is None
    assert not PopulationUniqueness(1, 9).holds(TEN)


@pytest.mark.parametrize("rule", [AverageRisk(0.1), SampleUniqueness(0), PopulationUniqueness(0, 5)])
def test_a_release_of_nobody_satisfies_every_rule(rule: ReleaseRule) -> None:
    assert rule.measure(np.empty(0, dtype=np.int64)) == 0
    assert rule.holds(np.empty(0, dtype=np.int64))


def test_all_rules_hold_at_once() -> None:
    assert all_hold(TEN, [AverageRisk(0.4), SampleUniqueness(0.2)])
    assert not all_hold(TEN, [AverageRisk(0.4), SampleUniqueness(0.1)])


def test_a_limit_outside_its_range_is_refused() -> None:
    for call in (lambda: AverageRisk(0), lambda: SampleUniqueness(1.5), lambda: PopulationUniqueness(-1, 5)):
        with pytest.raises(ValueError, match="must be"):
            call()
    with pytest.raises(ValueError, match="population must be a whole number, at least 1"):
        PopulationUniqueness(0.1, 0)
