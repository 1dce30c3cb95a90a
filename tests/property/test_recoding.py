"""Whatever the people and the demand: a recoding keeps its promises, and does not depend on the order."""

from __future__ import annotations

import os
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from recodings_by_hand import broken_promise, permuted, problems

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.recoding.recode import recode

EXAMPLES = settings(max_examples=int(os.environ.get("PERSONATWIN_EXAMPLES", "60")), deadline=None)


@EXAMPLES
@given(problems())
def test_a_local_recoding_keeps_its_promises(problem: tuple[FrequencySet, Demand]) -> None:
    frequency, demand = problem
    found = recode(frequency, demand, "local")
    assert found is None or broken_promise(frequency, demand, found) is None


@EXAMPLES
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_tuples_changes_nothing(
    problem: tuple[FrequencySet, Demand], random: Random
) -> None:
    frequency, demand = problem
    order = list(range(len(frequency.people)))
    random.shuffle(order)
    found = recode(frequency, demand, "local")
    other = recode(permuted(frequency, np.array(order)), demand, "local")
    assert (found is None) == (other is None)
    if found is not None and other is not None:
        assert (found.classes[order] == other.classes).all()
        assert (found.levels == other.levels).all()
