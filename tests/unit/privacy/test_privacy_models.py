"""Each privacy model at its boundary, on classes whose values are worked out by hand."""

from __future__ import annotations

from math import inf, log, log2

import numpy as np
import pytest
from every_model import EVERY_MODEL
from people_by_value import classes, people

from personatwin_sql.privacy.models.acceptance import acceptable
from personatwin_sql.privacy.models.alpha_k import AlphaK
from personatwin_sql.privacy.models.beta_likeness import BetaLikeness, EnhancedBetaLikeness
from personatwin_sql.privacy.models.counted import Counted, counted
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

ABOVE = 1e-6
"""By how much a limit is moved to be on the other side of a value."""


def agree(model: PrivacyModel, found: Counted, expected: list[bool]) -> None:
    """The classes pass as expected, and what is measured says the same of all together."""
    assert model.passes(found).tolist() == expected
    measured = model.measure(found)
    is_met = measured >= model.required if model.direction == "at_least" else measured <= model.required
    assert is_met == all(expected)


@pytest.mark.parametrize(("k", "passes"), [(39, True), (40, True), (41, False)])
def test_k_map_counts_people_of_the_population(k: int, passes: bool) -> None:
    sizes = classes([[1], [9]]).sizes
    agree(KMap(k), Counted(sizes, population=np.array([40, 90])), [passes, True])


def test_without_a_population_no_class_is_that_of_k_people_of_it() -> None:
    agree(KMap(2), classes([[100]]), [False])


@pytest.mark.parametrize("alpha", [0.3, 0.7, 1 / 3, 0.1, 0.29])
def test_alpha_is_met_by_exactly_that_share(alpha: float) -> None:
    most = round(alpha * 100) if alpha != 1 / 3 else 33
    spread = [most, *([1] * (100 - most))]
    agree(AlphaK("s", alpha), classes([spread]), [True])
    agree(AlphaK("s", alpha), classes([[most + 1, *([1] * (99 - most))]]), [False])


def test_alpha_counts_null_as_a_value() -> None:
    agree(AlphaK("s", 0.5), classes([[2, 3], [2, 2]], null=1), [False, True])


@pytest.mark.parametrize(("l", "passes"), [(2, True), (3, True), (4, False)])
def test_l_values_are_enough_for_distinct_diversity(l: int, passes: bool) -> None:  # noqa: E741
    agree(DistinctDiversity("s", l), classes([[5, 1, 1, 0], [1, 1, 1, 1]]), [passes, True])


def test_null_is_none_of_the_l_values() -> None:
    agree(DistinctDiversity("s", 2), classes([[5, 5, 0], [5, 0, 1]], null=1), [False, True])


@pytest.mark.parametrize("l", [2, 3, 5, 7, 10])
def test_l_equal_values_are_of_entropy_l(l: int) -> None:  # noqa: E741
    agree(EntropyDiversity("s", l), classes([[7] * l]), [True])
    agree(EntropyDiversity("s", l + ABOVE), classes([[7] * l]), [False])
    agree(EntropyDiversity("s", l), classes([[8, *([7] * (l - 1))]]), [False])


def test_a_half_and_four_eighths_are_of_entropy_four() -> None:
    agree(EntropyDiversity("s", 4), classes([[4, 1, 1, 1, 1]]), [True])


def test_null_never_helps_entropy() -> None:
    found = classes([[5, 5, 5], [5, 0, 5], [0, 0, 5], [1, 1, 98]], null=2)
    assert EntropyDiversity("s", 2).each(found).tolist()[:3] == [2.0, 1.0, 0.0]
    agree(EntropyDiversity("s", 2), found, [True, False, False, False])


@pytest.mark.parametrize(("c", "passes"), [(1.9, False), (2.0, False), (2 + ABOVE, True), (2.1, True)])
def test_recursive_diversity_needs_less_than_c_times_the_rarer_values(c: float, passes: bool) -> None:
    agree(RecursiveDiversity("s", c, 3), classes([[6, 4, 2, 1]]), [passes])


def test_recursive_diversity_starts_to_add_at_the_l_th_value() -> None:
    found = classes([[4, 6, 1, 2]])
    assert [RecursiveDiversity("s", 1, l).each(found)[0] for l in (2, 3, 4, 5)] == [6 / 7, 2.0, 6.0, inf]  # noqa: E741


def test_null_may_be_the_most_frequent_value_and_is_none_of_the_rarer() -> None:
    assert RecursiveDiversity("s", 1, 2).each(classes([[3, 2, 9], [3, 2, 1]], null=2)).tolist() == [4.5, 1.5]


@pytest.mark.parametrize("model", [EqualCloseness, OrderedCloseness, HierarchicalCloseness])
def test_t_of_exactly_the_distance_is_met(model: type[EqualCloseness]) -> None:
    found = classes([[8, 2], [2, 8]])
    agree(model("s", 0.3), found, [True, True])
    agree(model("s", 0.3 - ABOVE), found, [False, False])


def test_the_order_of_values_matters_for_the_ordered_distance_alone() -> None:
    near, far = [[6, 4, 5, 5]], [[6, 5, 5, 4]]
    rest = [[4, 6, 5, 5]], [[4, 5, 5, 6]]
    assert EqualCloseness("s", 0.1).each(classes(near, rest[0])) == pytest.approx([0.05])
    assert EqualCloseness("s", 0.1).each(classes(far, rest[1])) == pytest.approx([0.05])
    assert OrderedCloseness("s", 0.1).each(classes(near, rest[0])) == pytest.approx([0.05 / 3])
    assert OrderedCloseness("s", 0.1).each(classes(far, rest[1])) == pytest.approx([0.05])


def test_the_salaries_of_the_literature_have_their_published_distance() -> None:
    """{3k, 4k, 5k} of 3k to 11k: 0.375; {6k, 8k, 11k}: 0.167 (Li et al. 2007, section 4.1)."""
    low, high = [1, 1, 1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 1, 0, 0, 1]
    rest = [[0, 0, 0, 0, 1, 0, 1, 1, 0]]
    found = OrderedCloseness("s", 0.2).each(classes([low, high], rest))
    assert found.tolist() == [0.375, pytest.approx(1 / 6)]


def test_values_that_have_more_in_common_are_nearer_in_a_hierarchy() -> None:
    parents = [[0, 0, 1, 1], [0, 0, 0, 0]]
    related = classes([[10, 0, 5, 5]], [[0, 10, 5, 5]], parents=parents)
    strange = classes([[10, 5, 0, 5]], [[0, 5, 10, 5]], parents=parents)
    assert HierarchicalCloseness("s", 0.2).each(related).tolist() == [0.125]
    assert HierarchicalCloseness("s", 0.2).each(strange).tolist() == [0.25]
    assert EqualCloseness("s", 0.2).each(related).tolist() == [0.25]


def test_null_is_far_from_every_value_of_an_order() -> None:
    found = classes([[0, 0, 10], [5, 5, 0]], null=2)
    assert OrderedCloseness("s", 0.5).each(found).tolist() == [0.5, 0.5]


def test_the_share_of_everybody_includes_who_is_suppressed() -> None:
    assert EqualCloseness("s", 0.5).each(classes([[10, 0]], [[0, 10]])).tolist() == [0.5]
    assert EqualCloseness("s", 0.5).each(classes([[10, 0]], [[10, 0]])).tolist() == [0.0]


@pytest.mark.parametrize(("delta", "passes"), [(1 - ABOVE, False), (1, False), (1 + ABOVE, True)])
def test_twice_as_frequent_is_not_below_a_delta_of_one(delta: float, passes: bool) -> None:
    agree(DeltaDisclosure("s", delta), classes([[10, 10]], [[0, 20]]), [passes])


@pytest.mark.parametrize(("delta", "passes"), [(2 - ABOVE, False), (2, False), (2 + ABOVE, True)])
def test_a_quarter_as_frequent_is_not_below_a_delta_of_two(delta: float, passes: bool) -> None:
    agree(DeltaDisclosure("s", delta), classes([[2, 14]], [[14, 2]]), [passes])


def test_a_value_that_a_class_lacks_discloses_nothing_to_delta() -> None:
    assert DeltaDisclosure("s", 1).each(classes([[9, 0], [9, 2]])).tolist() == pytest.approx(
        [log2(20 / 18), log2(20 / 11)]
    )


@pytest.mark.parametrize(("beta", "passes"), [(1 - ABOVE, False), (1, True), (1 + ABOVE, True)])
def test_beta_is_met_by_exactly_that_gain(beta: float, passes: bool) -> None:
    agree(BetaLikeness("s", beta), classes([[2, 8]], [[0, 10]]), [passes])


def test_the_enhanced_gain_of_a_frequent_value_is_bounded_by_its_own_share() -> None:
    found = classes([[20, 0]], [[10, 10]])
    agree(BetaLikeness("s", 0.5), found, [True])
    assert log(40 / 30) < 1 / 3
    agree(EnhancedBetaLikeness("s", 0.5), found, [False])
    assert EnhancedBetaLikeness("s", 0.5).measure(found) == inf
    agree(EnhancedBetaLikeness("s", 1), classes([[6, 4]], [[4, 16]]), [True])


def test_what_everybody_has_gains_nothing() -> None:
    agree(EnhancedBetaLikeness("s", 0.1), classes([[5], [7]]), [True, True])


@pytest.mark.parametrize(("most", "passes"), [(0.29, False), (0.3, True), (0.31, True)])
def test_at_most_a_share_of_a_class_is_in_the_subset(most: float, passes: bool) -> None:
    agree(MostPresent("s", most), classes([[7, 3], [9, 1]]), [passes, True])


@pytest.mark.parametrize(("least", "passes"), [(0.29, True), (0.3, True), (0.31, False)])
def test_at_least_a_share_of_a_class_is_in_the_subset(least: float, passes: bool) -> None:
    agree(LeastPresent("s", least), classes([[7, 3], [1, 9]]), [passes, True])


def test_who_is_null_may_be_inside_the_subset_and_outside() -> None:
    found = classes([[4, 4, 2]], null=2)
    assert (MostPresent("s", 0.5).measure(found), LeastPresent("s", 0.5).measure(found)) == (0.6, 0.4)


@pytest.mark.parametrize(("people", "passes"), [(19, False), (20, True), (21, True)])
def test_the_highest_risk_is_one_divided_by_the_smallest_class(people: int, passes: bool) -> None:
    agree(MaxRisk(0.05), classes([[people], [99]]), [passes, True])


@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: type(model).__name__)
def test_no_classes_satisfy_every_rule(model: PrivacyModel) -> None:
    nothing = counted(people([[1, 1]]), np.array([-1]), 0, np.empty(0, dtype=np.int64))
    assert model.passes(nothing).tolist() == []
    agree(model, nothing, [])


@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: type(model).__name__)
def test_equal_rules_are_equal(model: PrivacyModel) -> None:
    again = type(model)(**vars(model))
    assert again == model
    assert hash(again) == hash(model)
    assert model not in [other for other in EVERY_MODEL if other is not model]


def test_classes_satisfy_all_rules_at_once() -> None:
    found = classes([[5, 5], [9, 1], [2, 2]])
    rules = [AlphaK("s", 0.6), DistinctDiversity("s", 2)]
    assert acceptable(found, 5, rules).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: AlphaK("s", 0), "α must be above 0 and below 1"),
        (lambda: AlphaK("s", 1), "α must be above 0 and below 1"),
        (lambda: AlphaK("s", float("nan")), "α must be above 0 and below 1"),
        (lambda: KMap(True), "k_map must be a whole number, at least 2"),
        (lambda: DistinctDiversity("s", 1), "l must be a whole number, at least 2"),
        (lambda: DistinctDiversity("s", 2.5), "l must be a whole number, at least 2"),
        (lambda: EntropyDiversity("s", 1), "l must be above 1"),
        (lambda: RecursiveDiversity("s", 0, 2), "c must be above 0"),
        (lambda: RecursiveDiversity("s", 1, 1), "l must be a whole number, at least 2"),
        (lambda: EqualCloseness("s", -0.1), "t must be at least 0 and below 1"),
        (lambda: OrderedCloseness("s", 1), "t must be at least 0 and below 1"),
        (lambda: DeltaDisclosure("s", 0), "δ must be above 0"),
        (lambda: BetaLikeness("s", inf), "β must be above 0"),
        (lambda: EnhancedBetaLikeness("s", 0), "β must be above 0"),
        (lambda: MostPresent("s", 1.1), "δmax must be at least 0 and at most 1"),
        (lambda: LeastPresent("s", -0.1), "δmin must be at least 0 and at most 1"),
        (lambda: MaxRisk(0), "max_risk must be above 0 and at most 1"),
    ],
)
def test_a_number_that_no_rule_can_ask_for_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        call()  # type: ignore[operator]
