"""Whatever the people and the demand: a recoding keeps its promises, and does not depend on the order."""

from __future__ import annotations

import os
from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from recodings_by_hand import broken_promise, permuted, problems

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.acceptance import acceptable
from personatwin_sql.privacy.models.counted import counted
from personatwin_sql.privacy.recoding.cells import with_cells_suppressed
from personatwin_sql.privacy.recoding.recode import Kind, recode

EXAMPLES = settings(max_examples=int(os.environ.get("PERSONATWIN_EXAMPLES", "60")), deadline=None)


@EXAMPLES
@given(problems())
def test_a_local_recoding_keeps_its_promises(problem: tuple[FrequencySet, Demand]) -> None:
    frequency, demand = problem
    found = recode(frequency, demand, "local")
    assert found is None or broken_promise(frequency, demand, found) is None


@EXAMPLES
@given(problems())
def test_a_multidimensional_recoding_keeps_its_promises(problem: tuple[FrequencySet, Demand]) -> None:
    frequency, demand = problem
    found = recode(frequency, demand, "multidimensional")
    assert found is None or broken_promise(frequency, demand, found) is None


@EXAMPLES
@given(problems(), st.booleans())
def test_numbers_are_published_as_ranges_that_hold_them(
    problem: tuple[FrequencySet, Demand], null_is_first: bool
) -> None:
    frequency, demand = problem
    values = frequency.maps[0].shape[1]
    rank = np.arange(values) - int(null_is_first)
    demand = replace(demand, floor=dict(demand.floor, c0=0), fixed={})
    found = recode(frequency, demand, "multidimensional", ranks={"c0": rank})
    assert found is None or broken_promise(frequency, demand, found) is None


@EXAMPLES
@given(problems(), st.data())
def test_cells_are_at_the_level_of_their_column_or_at_the_top(
    problem: tuple[FrequencySet, Demand], data: st.DataObject
) -> None:
    frequency, demand = problem
    lattice = demand.lattice(frequency)
    node = [data.draw(st.integers(*ends)) for ends in zip(lattice.lowest, lattice.highest, strict=True)]
    found = with_cells_suppressed(frequency, demand, node)
    if found is not None:
        assert broken_promise(frequency, demand, found) is None
        assert ((found.levels == node) | (found.levels == frequency.heights)).all()


@EXAMPLES
@given(problems(), st.randoms(use_true_random=False), st.sampled_from(("local", "multidimensional")))
def test_the_order_of_the_tuples_changes_nothing(
    problem: tuple[FrequencySet, Demand], random: Random, kind: Kind
) -> None:
    frequency, demand = problem
    order = list(range(len(frequency.people)))
    random.shuffle(order)
    found = recode(frequency, demand, kind)
    other = recode(permuted(frequency, np.array(order)), demand, kind)
    assert (found is None) == (other is None)
    if found is not None and other is not None:
        assert (found.classes[order] == other.classes).all()
        assert (found.levels == other.levels).all()


@EXAMPLES
@given(problems())
def test_where_everybody_may_be_one_class_there_is_a_recoding(problem: tuple[FrequencySet, Demand]) -> None:
    frequency, demand = problem
    demand = replace(demand, floor={}, ceiling={}, fixed={}, suppression_limit=0.0, max_average_risk=None)
    everybody = counted(frequency, np.zeros(len(frequency.people), dtype=np.int64), 1)
    possible = bool(acceptable(everybody, demand.k, demand.models).all())
    for kind in ("local", "multidimensional"):
        assert possible <= (recode(frequency, demand, kind) is not None)
