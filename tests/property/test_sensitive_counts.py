"""What people have in a sensitive column, beside a frequency set, counted again from the rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
from court_people import Person, people_tables
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from protected_court import LOADED, begin, microdata_model

from personatwin_sql.engine.frequencies import frequency_set
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Place
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.spec.privacy_models import DeclaredModel
from personatwin_sql.spec.protection import KAnonymity
from personatwin_sql.spec.role import Role

PLAIN = microdata_model(2)
assert isinstance(PLAIN.protection, KAnonymity)
MODEL = replace(
    PLAIN,
    columns=tuple(
        replace(column, role=Role.SENSITIVE) if column.name == "gender" else column
        for column in PLAIN.columns
    ),
    protection=replace(
        PLAIN.protection, models=(DeclaredModel(DistinctDiversity("gender", 2), Place("models/x.sql", 1)),)
    ),
)


@given(people_tables(1, 30), st.sampled_from([6, 20, 1_000]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_tuple_has_its_people_by_value(session: Session, rows: list[Person], most_cells: int) -> None:
    begin(session, rows)
    found = frequency_set(session, LOADED, MODEL, most_cells)
    (column,) = found.sensitive
    people = np.bincount(column.rows, weights=column.people, minlength=len(found.people))
    assert people.tolist() == found.people.tolist()
    values = sorted({row.gender for row in rows if row.gender is not None})
    has_null = any(row.gender is None for row in rows)
    assert column.size == len(values) + has_null
    assert column.null == (len(values) if has_null else -1)
    names: list[str | None] = [*values, *([None] if has_null else [])]
    by_value: Counter[str | None] = Counter()
    for code, count in zip(column.values.tolist(), column.people.tolist(), strict=True):
        by_value[names[code]] += count
    assert by_value == Counter(row.gender for row in rows)
