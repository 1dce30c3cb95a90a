"""UCI Adult, all nine columns, k = 5: how fine each way to recode is when nobody is suppressed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.counted import counted
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.recoding.cells import with_cells_suppressed
from personatwin_sql.privacy.recoding.grouped import at_levels
from personatwin_sql.privacy.recoding.quality import Granularity, granularity
from personatwin_sql.privacy.recoding.recode import Effort, Kind, recode
from personatwin_sql.privacy.recoding.recoding import Recoding, published
from personatwin_sql.privacy.sensitive import Sensitive

STRICT = Demand(k=5, suppression_limit=0.0)


def checked(frequency: FrequencySet, found: Recoding | None) -> Granularity:
    """How fine, after the classes were formed again from what is published."""
    assert found is not None
    assert (found.classes >= 0).all()
    shown = np.hstack((published(frequency, found), found.levels[found.classes]))
    _, again = np.unique(shown, axis=0, return_inverse=True)
    assert np.bincount(again.reshape(-1), weights=frequency.people).min() >= 5
    return granularity(frequency, found)


@pytest.mark.parametrize(
    ("kind", "effort", "mean", "pooled"),
    [
        ("local", "fast", 0.948, 0.941),
        ("local", "balanced", 0.9485, 0.9415),
        ("multidimensional", "fast", 0.916, 0.908),
    ],
)
def test_adult_keeps_this_much(
    adult: FrequencySet, kind: Kind, effort: Effort, mean: float, pooled: float
) -> None:
    found = checked(adult, recode(adult, STRICT, kind, effort))
    assert found.mean >= mean
    assert found.pooled >= pooled


def test_single_cells_are_lost_instead_of_people(adult: FrequencySet) -> None:
    node = (0, 3, 0, 0, 2, 1, 1, 2, 0)
    whole = granularity(adult, at_levels(adult, node, 5, ()))
    assert 1 - whole.mean == pytest.approx(0.2696346628)
    assert checked(adult, with_cells_suppressed(adult, STRICT, node)).mean > whole.mean + 0.02


def test_weight_keeps_a_column_finer(adult: FrequencySet) -> None:
    plain = checked(adult, recode(adult, STRICT, "local", "fast"))
    weighted = checked(adult, recode(adult, replace(STRICT, weights={"race": 5.0}), "local", "fast"))
    race = adult.names.index("race")
    assert weighted.columns[race] > plain.columns[race]


def test_classes_satisfy_privacy_models_too(adult: FrequencySet) -> None:
    """Occupation is sensitive: each class has three of them, and none stands out."""
    place = adult.names.index("occupation")
    others = [column for column in range(len(adult.names)) if column != place]
    tuples, row = np.unique(adult.codes[:, others], axis=0, return_inverse=True)
    people = np.bincount(row.reshape(-1), weights=adult.people).astype(np.int64)
    sensitive = Sensitive("occupation", row.reshape(-1), adult.codes[:, place], adult.people, 14)
    frequency = FrequencySet.of(
        [adult.names[column] for column in others],
        tuples,
        people,
        [adult.maps[column] for column in others],
        sensitive=[sensitive],
    )
    models = (DistinctDiversity("occupation", 3), EqualCloseness("occupation", 0.5))
    found = recode(frequency, replace(STRICT, models=models), "local", "fast")
    checked(frequency, found)
    assert found is not None
    classes = counted(frequency, found.classes, len(found.levels))
    assert all(model.passes(classes).all() for model in models)
