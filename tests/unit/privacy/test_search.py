from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.effort import Effort
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.search import release_at, search
from personatwin_sql.privacy.sensitive import Sensitive

AGES = [[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]]


def of_ages(*people: int) -> FrequencySet:
    held = [[age] for age, count in enumerate(people) if count]
    return FrequencySet.of(["age"], held, [count for count in people if count], [AGES])


@pytest.mark.parametrize(
    ("limit", "levels", "loss", "suppressed", "classes"),
    [
        (0.0, (0, 4, 1, 1, 3, 2, 2, 1, 0), 0.6355438467, 0, 24),
        (0.05, (0, 3, 0, 0, 2, 1, 1, 2, 0), 0.2696346628, 1346, 397),
    ],
)
def test_adult_gives_the_published_optimum(
    adult: FrequencySet, limit: float, levels: tuple[int, ...], loss: float, suppressed: int, classes: int
) -> None:
    found = search(adult, Demand(k=5, suppression_limit=limit, suppress_at_least_k=False))
    assert found is not None
    assert found.levels == levels
    assert found.loss == pytest.approx(loss, abs=5e-11)
    assert (found.suppressed_people, found.classes, found.is_optimal) == (suppressed, classes, True)


def test_a_lattice_that_is_too_large_is_searched_by_best_effort(adult: FrequencySet) -> None:
    demand = Demand(k=5, suppression_limit=0.05, suppress_at_least_k=False)
    found = search(adult, replace(demand, effort=Effort(nodes=100, seconds=0.1)))
    assert found is not None
    assert not found.is_optimal
    assert found.suppressed_people <= 1508
    assert 0.2696 < found.loss < 0.28


def test_the_court_keeps_ethnicity_and_publishes_ages_by_ten_years(court: FrequencySet) -> None:
    weights = {"gender": 3.0, "ethnicity": 3.0}
    found = search(court, Demand(k=11, suppression_limit=0.05, floor={"age": 2}, weights=weights))
    assert found is not None
    assert found.levels == (2, 0, 0, 1)
    assert (found.classes, found.suppressed_people) == (102, 313)


@pytest.mark.parametrize(("people", "level"), [(2, 1), (3, 0), (4, 0)])
def test_a_class_of_k_minus_one_is_not_released(people: int, level: int) -> None:
    found = search(of_ages(people, 5, 5, 5), Demand(k=3, suppression_limit=0.0))
    assert found is not None
    assert found.levels == (level,)


def test_nobody_is_told_apart_by_a_small_number_of_suppressed_people() -> None:
    frequency = of_ages(1, 30, 5, 64)
    plain = Demand(k=5, suppression_limit=0.06, suppress_at_least_k=False, fixed={"age": 0})
    alone = search(frequency, plain)
    assert alone is not None
    assert (alone.suppressed_people, alone.classes) == (1, 3)
    hidden = search(frequency, Demand(k=5, suppression_limit=0.06, fixed={"age": 0}))
    assert hidden is not None
    assert (hidden.suppressed_people, hidden.classes, hidden.smallest_class) == (6, 2, 30)


def test_hiding_a_suppressed_person_counts_towards_the_limit() -> None:
    assert search(of_ages(1, 30, 5, 64), Demand(k=5, suppression_limit=0.05, fixed={"age": 0})) is None


def test_a_limit_is_a_decimal_share() -> None:
    frequency = of_ages(29, 71)
    found = search(
        frequency, Demand(k=30, suppression_limit=0.29, fixed={"age": 0}, suppress_at_least_k=False)
    )
    assert found is not None
    assert found.suppressed_people == 29


def test_fewer_people_than_k_have_no_release() -> None:
    assert search(of_ages(1, 1, 0, 0), Demand(k=3, suppression_limit=0.05)) is None


def test_fewer_people_than_k_are_not_even_suppressed_openly() -> None:
    assert search(of_ages(1, 1, 0, 0), Demand(k=3, suppression_limit=1.0)) is None


def test_an_empty_table_is_released_as_it_is() -> None:
    empty = FrequencySet.of(["age"], [], [], [AGES])
    found = search(empty, Demand(k=5, suppression_limit=0.05))
    assert found is not None
    assert (found.levels, found.loss, found.classes, found.average_risk) == ((0,), 0.0, 0, 0.0)


def test_people_without_quasi_identifiers_are_one_class() -> None:
    found = search(FrequencySet.of([], [[]], [7], []), Demand(k=5, suppression_limit=0.0))
    assert found is not None
    assert (found.levels, found.classes, found.smallest_class) == ((), 1, 7)


def test_equal_losses_go_to_the_levels_that_come_first() -> None:
    either = [[0, 1], [0, 0]]
    frequency = FrequencySet.of(["a", "b"], [[0, 0], [1, 1]], [2, 2], [either, either])
    found = search(frequency, Demand(k=3, suppression_limit=0.0))
    assert found is not None
    assert found.levels == (1, 1)
    crossed = FrequencySet.of(["a", "b"], [[0, 0], [0, 1], [1, 0], [1, 1]], [2, 2, 2, 2], [either, either])
    found = search(crossed, Demand(k=3, suppression_limit=0.0))
    assert found is not None
    assert found.levels == (0, 1)


def test_a_column_with_many_levels_is_searched() -> None:
    levels = [[max(0, value - level) for value in range(100)] for level in range(100)]
    frequency = FrequencySet.of(["age"], [[value] for value in range(100)], [1] * 100, [levels])
    found = search(frequency, Demand(k=10, suppression_limit=0.9))
    assert found is not None
    assert found.levels == (49,)  # (l + 1)² / 100 + 99 − l is least


def test_a_key_space_too_large_to_scatter_into_is_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    frequency = of_ages(1, 30, 5, 64)
    demand = Demand(k=5, suppression_limit=0.06)
    expected = search(frequency, demand)
    monkeypatch.setattr("personatwin_sql.privacy.classes._SLOTS", 2)
    assert search(frequency, demand) == expected


def test_the_average_risk_is_met_by_a_larger_k_where_that_is_allowed() -> None:
    frequency = of_ages(5, 40, 40, 40)
    demand = Demand(5, 0.05, fixed={"age": 0}, max_average_risk=0.03, suppress_at_least_k=False)
    assert search(frequency, demand) is None
    found = search(frequency, replace(demand, largest_k=6))
    assert found is not None
    assert (found.k, found.suppressed_people, found.classes) == (6, 5, 3)


def test_levels_of_the_lock_hold_as_long_as_they_satisfy_the_demand() -> None:
    frequency = of_ages(2, 5, 5, 5)
    demand = Demand(k=3, suppression_limit=0.0, floor={"age": 1})
    held = release_at(frequency, demand, (1,))
    assert held is not None
    assert held.classes == 2
    assert release_at(frequency, demand, (0,)) is None
    assert release_at(frequency, demand, (3,)) is None
    assert release_at(of_ages(1, 1, 5, 5), demand, (1,)) is None


@pytest.mark.parametrize("key", ["floor", "fixed", "weights"])
def test_a_rule_for_an_unknown_column_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="no such quasi-identifier: zip"):
        search(of_ages(9), Demand(k=3, suppression_limit=0.0, **{key: {"zip": 1}}))


@pytest.mark.parametrize("rule", [{"floor": {"age": 3}}, {"floor": {"age": 2}, "fixed": {"age": 1}}])
def test_a_level_between_no_floor_and_top_is_refused(rule: dict[str, dict[str, int]]) -> None:
    with pytest.raises(ValueError, match="no level between"):
        search(of_ages(9), Demand(k=3, suppression_limit=0.0, **rule))


def test_no_level_is_above_its_ceiling(court: FrequencySet) -> None:
    demand = Demand(k=11, suppression_limit=0.05, ceiling={"age": 1, "ethnicity": 0})
    found = search(court, demand)
    assert found is not None
    assert found.levels[0] <= 1
    assert found.levels[2] == 0
    assert release_at(court, demand, (2, 0, 0, 1)) is None


def test_a_floor_above_the_ceiling_is_refused() -> None:
    with pytest.raises(ValueError, match="floor and its ceiling"):
        search(of_ages(5, 5), Demand(k=2, suppression_limit=0, floor={"age": 2}, ceiling={"age": 1}))


def wide(people: int = 4_000, columns: int = 20) -> FrequencySet:
    """Twenty columns that depend on one hidden value: 5^20 nodes."""
    draw = np.random.default_rng(7)
    hidden = draw.integers(0, 6, size=people)
    levels = [list(range(12)), *([value // width for value in range(12)] for width in (2, 4, 8)), [0] * 12]
    codes = [(2 * hidden + draw.integers(0, 6, size=people) + column) % 12 for column in range(columns)]
    tuples, counts = np.unique(np.column_stack(codes), axis=0, return_counts=True)
    return FrequencySet.of([f"c{column}" for column in range(columns)], tuples, counts, [levels] * columns)


def test_twenty_columns_are_searched_within_the_effort_and_the_bound_is_said() -> None:
    demand = Demand(k=5, suppression_limit=0.05, effort=Effort(seconds=0.2))
    frequency = wide()
    found, again = search(frequency, demand), search(frequency, demand)
    assert found is not None
    assert found == again
    assert not found.is_optimal
    assert 0 < found.lower_bound < found.loss < 1
    assert found.checks < 6_000
    assert found.suppressed_people <= 200
    assert found.smallest_class >= 5


def test_more_effort_never_finds_worse_and_never_bounds_worse() -> None:
    frequency = wide(500, 8)
    demand = Demand(k=3, suppression_limit=0.1)
    efforts = [Effort(nodes=0, seconds=seconds) for seconds in (0.02, 0.2)]
    short, long = (search(frequency, replace(demand, effort=effort)) for effort in efforts)
    assert short is not None
    assert long is not None
    assert long.loss <= short.loss
    assert long.lower_bound >= short.lower_bound


def test_codes_that_are_not_kept_are_made_again(monkeypatch: pytest.MonkeyPatch, court: FrequencySet) -> None:
    demand = Demand(k=11, suppression_limit=0.05)
    expected = search(court, demand)
    monkeypatch.setattr("personatwin_sql.privacy.classes._CACHED", 0)
    assert search(court, demand) == expected


def test_levels_of_the_lock_hold_as_long_as_their_classes_satisfy_the_models() -> None:
    illness = Sensitive("illness", np.arange(4), np.array([0, 1, 0, 0]), np.full(4, 5), 2)
    frequency = replace(of_ages(5, 5, 5, 5), sensitive=(illness,))
    demand = Demand(k=5, suppression_limit=0.5, models=(DistinctDiversity("illness", 2),))
    held = release_at(frequency, demand, (1,))
    assert held is not None
    assert (held.suppressed_people, held.classes) == (10, 1)
    assert release_at(frequency, demand, (0,)) is None
    assert release_at(frequency, replace(demand, suppression_limit=0.4), (1,)) is None


def test_a_model_of_a_column_that_nobody_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="no people by value of: illness"):
        search(of_ages(9), Demand(3, 0.0, models=(DistinctDiversity("illness", 2),)))
