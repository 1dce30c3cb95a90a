"""The table of a recoding: each combination stands there once, at the levels of its class."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from court_people import HIERARCHIES, NAMES, Person, people_tables, published
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from protected_court import LOADED, begin, microdata_model

from personatwin_sql.engine.frequencies import frequency_set
from personatwin_sql.engine.recoding_table import write_recoding
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import NodeError
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.recoding.recode import recode
from personatwin_sql.privacy.recoding.recoding import Recoding

MODEL = microdata_model(2)
TABLE = f'private."{MODEL.name}__recoding"'


def recoding_of(frequency: FrequencySet) -> tuple[Recoding, tuple[int, ...]]:
    """Classes of two people, and the levels of those who are in none."""
    lowest = frequency.lowest or (0,) * len(NAMES)
    demand = Demand(2, 1.0, floor=dict(zip(NAMES, lowest, strict=True)))
    found = recode(frequency, demand)
    nobody = np.full(len(frequency.people), -1, dtype=np.int64)
    return found or Recoding(nobody, np.empty((0, len(NAMES)), dtype=np.int64)), lowest


@given(people_tables(1, 30), st.integers(4, 200))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_combination_stands_there_once_at_the_levels_of_its_class(
    session: Session, rows: list[Person], most_cells: int
) -> None:
    begin(session, rows)
    frequency = frequency_set(session, LOADED, MODEL, most_cells)
    recoding, lowest = recoding_of(frequency)
    write_recoding(session, MODEL, frequency, recoding, lowest)
    combinations = session.rows(f"SELECT * FROM {TABLE}")
    given_values = [row[: len(NAMES)] for row in combinations]
    assert len(given_values) == len(set(given_values))
    assert set(given_values) == {tuple(person[1:]) for person in rows}
    classes = Counter[tuple[str | None, ...]]()
    for row in combinations:
        for name, value, text, low in zip(NAMES, row, row[len(NAMES) :], lowest, strict=False):
            texts = [published(name, value, level) for level in range(low, HIERARCHIES[name].height + 1)]
            assert text in texts
        people = sum(tuple(person[1:]) == row[: len(NAMES)] for person in rows)
        classes[row[len(NAMES) :]] += people
    in_a_class = int(frequency.people[recoding.classes >= 0].sum())
    assert sum(size for size in classes.values() if size >= 2) >= in_a_class


def test_combinations_that_stand_there_twice_are_refused(session: Session) -> None:
    begin(session, [Person(number, 24 + number % 2, "F", "Ash", 0) for number in range(8)])
    frequency = frequency_set(session, LOADED, MODEL)
    recoding, lowest = recoding_of(frequency)
    table = f'private."{MODEL.name}__frequencies"'
    session.run(f"INSERT INTO {table} SELECT * FROM {table}", "doubled")
    with pytest.raises(NodeError, match="PT390"):
        write_recoding(session, MODEL, frequency, recoding, lowest)
