"""A frequency set that is too wide is rolled up by the engine, and says from which levels on it is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from court_people import NAMES, Person, people_tables
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from protected_court import LOADED, begin, microdata_model

from personatwin_sql.engine.frequencies import frequency_set
from personatwin_sql.engine.levels import choose
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import NodeError
from personatwin_sql.privacy.frequency import FrequencySet

MODEL = microdata_model(2)


def at(frequency: FrequencySet, levels: tuple[int, ...]) -> Counter[tuple[int, ...]]:
    """People by combination at these levels."""
    found: Counter[tuple[int, ...]] = Counter()
    for row, count in zip(frequency.at(levels).tolist(), frequency.people.tolist(), strict=True):
        found[tuple(row)] += count
    return found


@given(people_tables(1, 30), st.integers(4, 40))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_rolled_up_set_is_the_whole_one_from_its_levels_on(
    session: Session, rows: list[Person], most_cells: int
) -> None:
    begin(session, rows)
    whole = frequency_set(session, LOADED, MODEL)
    begin(session, rows)
    narrow = frequency_set(session, LOADED, MODEL, most_cells)
    lowest = narrow.lowest or (0,) * len(NAMES)
    assert whole.lowest == ()
    assert narrow.is_rolled_up == (len(whole.people) * len(NAMES) > most_cells)
    assert len(narrow.people) * len(NAMES) <= most_cells
    assert at(narrow, lowest) == at(whole, lowest)
    assert at(narrow, narrow.heights) == at(whole, whole.heights)
    assert all(np.array_equal(*pair) for pair in zip(narrow.maps, whole.maps, strict=True))


def test_levels_finer_than_what_is_known_are_not_chosen(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ages = [Person(number, 20 + number // 30, "F", "Ash", 0) for number in range(300)]
    begin(session, ages)
    assert choose(session, LOADED, MODEL, None, {}).chosen.levels["age"] == 0
    begin(session, ages)
    narrow = partial(frequency_set, most_cells=8)
    monkeypatch.setattr("personatwin_sql.engine.levels.frequency_set", narrow)
    choice = choose(session, LOADED, MODEL, None, {})
    assert choice.frequency.is_rolled_up
    assert choice.chosen.levels["age"] >= choice.frequency.lowest[0] > 0
    assert choice.ladder.release is not None
    assert not choice.ladder.release.is_optimal


def test_a_set_that_no_levels_make_small_enough_is_refused(session: Session) -> None:
    begin(session, [Person(number, number, "F", "Ash", 0) for number in range(9)])
    exact = replace(MODEL, columns=tuple(replace(column, ceiling=0) for column in MODEL.columns))
    with pytest.raises(NodeError, match="PT355"):
        frequency_set(session, LOADED, exact, 8)
