"""Small recodings that can be followed by hand: who is alone, who joins whom, who is suppressed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.acceptance import acceptable
from personatwin_sql.privacy.models.counted import counted
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.models.k_map import KMap
from personatwin_sql.privacy.population import CountedPopulation
from personatwin_sql.privacy.recoding import bundles, remainder
from personatwin_sql.privacy.recoding.cells import with_cells_suppressed
from personatwin_sql.privacy.recoding.nodes import ascending
from personatwin_sql.privacy.recoding.peel import peeled
from personatwin_sql.privacy.recoding.pool import pool_of
from personatwin_sql.privacy.recoding.quality import granularity
from personatwin_sql.privacy.recoding.recode import recode
from personatwin_sql.privacy.recoding.recoding import published
from personatwin_sql.privacy.sensitive import Sensitive

PAIRS = np.array([[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]])
"""Four values, two groups of two, and the top."""
STRICT = Demand(k=3, suppression_limit=0.0)


def people_of(*counts: int) -> FrequencySet:
    """One column of four values; values of nobody are no tuples."""
    held = [value for value, count in enumerate(counts) if count]
    return FrequencySet.of(["c"], [[value] for value in held], [counts[value] for value in held], [PAIRS])


def test_classes_of_k_stay_as_they_are_and_smaller_ones_join_their_sibling() -> None:
    found = recode(people_of(3, 4, 2, 1), STRICT)
    assert found is not None
    assert found.classes.tolist() == [0, 1, 2, 2]
    assert found.levels.tolist() == [[0], [0], [1]]


def test_one_below_k_joins_the_class_that_loses_least() -> None:
    found = recode(people_of(3, 9, 0, 2), STRICT)
    assert found is not None
    assert found.classes.tolist() == [0, 1, 0]
    assert found.levels.tolist() == [[2], [0]]


@pytest.mark.parametrize(("people", "is_found"), [(2, False), (3, True), (4, True)])
def test_fewer_than_k_people_have_no_recoding(people: int, is_found: bool) -> None:
    for kind in ("local", "multidimensional"):
        assert (recode(people_of(people, 0, 0, 0), STRICT, kind) is not None) == is_found


def test_nobody_is_one_recoding_of_no_classes() -> None:
    found = recode(people_of(0, 0, 0, 0), STRICT)
    assert found is not None
    assert found.levels.shape == (0, 1)


def test_who_may_join_nobody_is_suppressed_with_enough_others_or_there_is_no_recoding() -> None:
    frequency = people_of(3, 9, 0, 2)
    bounded = replace(STRICT, ceiling={"c": 1})
    assert recode(frequency, bounded) is None
    assert recode(frequency, replace(bounded, suppression_limit=0.2)) is None
    alone = recode(frequency, replace(bounded, suppression_limit=0.2, suppress_at_least_k=False))
    assert alone is not None
    assert alone.classes.tolist() == [0, 1, -1]
    hidden = recode(frequency, replace(bounded, suppression_limit=0.4))
    assert hidden is not None
    assert hidden.classes.tolist() == [-1, 0, -1]


def test_a_range_of_numbers_is_finer_than_the_top() -> None:
    frequency = people_of(2, 2, 2, 9)
    found = recode(frequency, STRICT, "multidimensional", ranks={"c": np.arange(4)})
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low.tolist() == [[0], [-1]]
    assert found.high.tolist() == [[2], [-1]]
    assert found.classes.tolist() == [0, 0, 0, 1]


def test_the_lowest_level_keeps_numbers_that_lie_apart_apart() -> None:
    with pytest.raises(ValueError, match="column `c`"):
        recode(
            people_of(3, 3, 3, 3),
            replace(STRICT, floor={"c": 1}),
            "multidimensional",
            ranks={"c": np.array([0, 2, 1, 3])},
        )


def test_the_average_risk_asks_for_larger_classes() -> None:
    frequency = people_of(3, 3, 3, 3)
    assert len(recode(frequency, STRICT).levels) == 4
    found = recode(frequency, replace(STRICT, max_average_risk=0.2))
    assert found is not None
    assert found.k == 4
    assert found.levels.tolist() == [[1], [1]]


def test_a_class_is_published_where_enough_of_the_population_are_alike() -> None:
    population = CountedPopulation(
        columns=(0,), codes=np.arange(4)[:, None], people=np.array([100, 1, 100, 100]), maps=(PAIRS,)
    )
    frequency = replace(people_of(5, 5, 5, 5), population=population)
    found = recode(frequency, replace(STRICT, models=(KMap(50),)))
    assert found is not None
    assert published(frequency, found).tolist() == [[0], [0], [2], [3]]
    assert found.levels[found.classes].tolist() == [[1], [1], [0], [0]]
    cells = with_cells_suppressed(frequency, replace(STRICT, models=(KMap(50),)), (0,))
    assert cells is not None
    assert cells.levels[cells.classes].max() == 2


def test_a_rolled_up_column_is_published_no_finer_than_it_is_known() -> None:
    frequency = replace(people_of(5, 5, 5, 5), lowest=(1,))
    found = recode(frequency, STRICT)
    assert found is not None
    assert found.levels.tolist() == [[1], [1]]


def test_values_that_are_all_published_as_a_star_are_one_class() -> None:
    maps = np.array([[0, 1, 2, 3], [0, 1, 1, 2], [0, 0, 0, 0]])
    stars = [np.array([-1, 1, 0])]
    frequency = FrequencySet.of(["c"], [[0], [1], [2], [3]], [1, 2, 2, 2], [maps], stars=stars)
    found = recode(frequency, STRICT)
    assert found is not None
    assert found.levels.tolist() == [[2]]
    apart = recode(replace(frequency, stars=()), STRICT)
    assert apart is not None
    assert sorted(apart.levels.tolist()) == [[1], [2]]


def test_all_nodes_come_in_ascending_loss_and_the_top_last() -> None:
    pool = pool_of(people_of(1, 1, 1, 1), STRICT)
    assert ascending(pool.lattice, [np.array([0.0, 0.3, 1.0])]).tolist() == [[0], [1], [2]]


def test_of_a_wide_lattice_a_bounded_number_of_nodes_ends_at_the_top() -> None:
    frequency = wide(12, 200)
    lattice = Demand(k=5, suppression_limit=0.0).lattice(frequency)
    losses = [np.linspace(0, 1, height + 1) for height in frequency.heights]
    nodes = ascending(lattice, losses, most_nodes=1000)
    assert len(nodes) < 20_000 < lattice.size
    assert tuple(nodes[-1].tolist()) == lattice.highest
    assert len({tuple(node) for node in nodes.tolist()}) == len(nodes)


def test_twenty_columns_are_recoded_with_bounded_work() -> None:
    frequency = wide(20, 400)
    found = recode(frequency, Demand(k=5, suppression_limit=0.0), effort="fast")
    assert found is not None
    assert np.bincount(found.classes, weights=frequency.people).min() >= 5
    assert granularity(frequency, found).mean > 0.15


def test_many_tuples_left_ask_only_classes_that_are_near(monkeypatch: pytest.MonkeyPatch) -> None:
    frequency = wide(6, 300)
    random = np.random.default_rng(3)
    value = random.integers(0, 3, len(frequency.people))
    sensitive = Sensitive("s", np.arange(len(value)), value, frequency.people, 3)
    demand = Demand(k=5, suppression_limit=0.0, models=(EqualCloseness("s", 0.1),))
    frequency = replace(frequency, sensitive=(sensitive,))
    monkeypatch.setattr(remainder, "_COMPARED", 0)
    found = recode(frequency, demand)
    assert found is not None
    classes = counted(frequency, found.classes, len(found.levels))
    assert acceptable(classes, 5, demand.models).all()


def test_a_peel_out_of_work_still_reaches_the_top() -> None:
    frequency = wide(6, 300)
    pool = pool_of(frequency, Demand(k=5, suppression_limit=0.0))
    group, _ = peeled(pool, work=2_000)
    assert int(pool.people[group < 0].sum()) < 5


def wide(columns: int, people: int) -> FrequencySet:
    """Columns of four values; what people have depends on one number, with some noise."""
    random = np.random.default_rng(7)
    of = random.integers(0, 4, people)
    noise = random.integers(0, 4, (people, columns))
    rows = np.where(random.random((people, columns)) < 0.8, of[:, None], noise)
    tuples, counts = np.unique(rows, axis=0, return_counts=True)
    return FrequencySet.of([f"c{number}" for number in range(columns)], tuples, counts, [PAIRS] * columns)


def test_bundles_that_are_put_together_in_turns_keep_k(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many people a pass takes several turns, and the first tuple may be in a new class in the second."""
    monkeypatch.setattr(bundles, "_AT_ONCE", 2)
    random = np.random.default_rng(0)
    codes = np.unique(random.integers(0, 8, (300, 4)), axis=0)
    halves = np.array([np.arange(8) >> level for level in range(4)])
    frequency = FrequencySet.of(list("abcd"), codes, np.ones(len(codes), dtype=int), [halves] * 4)
    found = recode(frequency, Demand(k=5, suppression_limit=0.0))
    assert found is not None
    assert np.bincount(found.classes).min() >= 5
