"""What a model says of merged classes holds for random ones, and where it says nothing an example fails."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people_by_value import classes, merged

from personatwin_sql.privacy.models.alpha_k import AlphaK
from personatwin_sql.privacy.models.beta_likeness import BetaLikeness, EnhancedBetaLikeness
from personatwin_sql.privacy.models.delta_disclosure import DeltaDisclosure
from personatwin_sql.privacy.models.delta_presence import LeastPresent, MostPresent
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.models.entropy_l import EntropyDiversity
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.models.hierarchical_t import HierarchicalCloseness
from personatwin_sql.privacy.models.k_map import KMap
from personatwin_sql.privacy.models.max_risk import MaxRisk
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.models.ordered_t import OrderedCloseness
from personatwin_sql.privacy.models.recursive_l import RecursiveDiversity

EXAMPLES = settings(max_examples=int(os.environ.get("PERSONATWIN_EXAMPLES", "150")), deadline=None)
ROW = st.lists(st.integers(0, 5), min_size=4, max_size=4).filter(any)
LIMIT = st.sampled_from([0.1, 0.25, 0.3, 0.5, 0.75])
FACTOR = st.sampled_from([0.5, 1.0, 1.5, 2.0, 3.0])
COUNT = st.integers(2, 4)
MODELS: st.SearchStrategy[PrivacyModel] = st.one_of(
    st.builds(KMap, st.integers(2, 9)),
    st.builds(MaxRisk, LIMIT),
    st.builds(AlphaK, st.just("s"), LIMIT),
    st.builds(DistinctDiversity, st.just("s"), COUNT),
    st.builds(EntropyDiversity, st.just("s"), st.sampled_from([1.5, 2.0, 2.5, 3.0])),
    st.builds(RecursiveDiversity, st.just("s"), FACTOR, COUNT),
    st.builds(EqualCloseness, st.just("s"), LIMIT),
    st.builds(OrderedCloseness, st.just("s"), LIMIT),
    st.builds(HierarchicalCloseness, st.just("s"), LIMIT),
    st.builds(DeltaDisclosure, st.just("s"), FACTOR),
    st.builds(BetaLikeness, st.just("s"), FACTOR),
    st.builds(EnhancedBetaLikeness, st.just("s"), FACTOR),
    st.builds(MostPresent, st.just("s"), LIMIT),
    st.builds(LeastPresent, st.just("s"), LIMIT),
)


@EXAMPLES
@given(MODELS, st.lists(st.tuples(ROW, st.integers(0, 9)), min_size=2, max_size=8), st.data())
def test_merged_classes_pass_where_the_model_says_so(
    model: PrivacyModel, rows: list[tuple[list[int], int]], data: st.DataObject
) -> None:
    null = data.draw(st.sampled_from([-1, 3]))
    table, population = [row for row, _ in rows], [count for _, count in rows]
    apart = model.passes(merged(table, range(len(table)), null, population))
    group = data.draw(st.lists(st.integers(0, 2), min_size=len(table), max_size=len(table)))
    _, together = np.unique(group, return_inverse=True)
    passes = model.passes(merged(table, together.tolist(), null, population))
    for number, passed in enumerate(passes):
        parts = apart[together == number]
        if model.outlives_any_merge and parts.any():
            assert passed
        if model.outlives_merges_of_its_own and parts.all():
            assert passed


def test_what_outlives_any_merge_outlives_those_of_its_own() -> None:
    for model in (KMap(2), MaxRisk(0.5), DistinctDiversity("s", 2)):
        assert model.outlives_any_merge
        assert model.outlives_merges_of_its_own


@pytest.mark.parametrize(
    ("model", "good", "bad"),
    [
        (AlphaK("s", 0.6), [1, 1], [9, 0]),
        (EntropyDiversity("s", 1.9), [1, 1], [9, 0]),
        (RecursiveDiversity("s", 2, 2), [1, 1], [9, 0]),
        (EqualCloseness("s", 0.1), [18, 2], [0, 0, 20]),
        (OrderedCloseness("s", 0.1), [18, 2], [0, 0, 20]),
        (HierarchicalCloseness("s", 0.1), [18, 2], [0, 0, 20]),
        (DeltaDisclosure("s", 0.5), [18, 2], [0, 0, 20]),
        (BetaLikeness("s", 0.5), [18, 2], [0, 0, 20]),
        (EnhancedBetaLikeness("s", 0.5), [18, 2], [0, 0, 20]),
        (MostPresent("s", 0.5), [1, 1], [0, 9]),
        (LeastPresent("s", 0.5), [1, 1], [9, 0]),
    ],
    ids=lambda given: type(given).__name__,
)
def test_a_class_that_passes_may_fail_with_one_that_does_not(
    model: PrivacyModel, good: list[int], bad: list[int]
) -> None:
    width = max(len(good), len(bad))
    good, bad = ([*row, *[0] * (width - len(row))] for row in (good, bad))
    rest = [[count * 50 for count in good]]
    assert not model.outlives_any_merge
    assert model.passes(classes([good], [*rest, bad])).all()
    together = [a + b for a, b in zip(good, bad, strict=True)]
    assert not model.passes(classes([together], rest)).any()


def test_two_classes_may_disclose_a_value_together_that_only_one_of_them_has() -> None:
    model = DeltaDisclosure("s", 1)
    assert not model.outlives_merges_of_its_own
    rest = [[0, 20], [0, 20], [26, 20], [0, 30]]
    assert model.passes(classes([[3, 10], [0, 30]], rest)).tolist() == [True, True]
    assert model.passes(classes([[3, 40]], rest)).tolist() == [False]
