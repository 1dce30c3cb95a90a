"""Whatever the rows of a source, each is kept or counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from table_source import EVENTS, PEOPLE, TableSource, column, counts, of

from personatwin_sql.engine.session import Session

ids = st.sampled_from(["a", "b", "c", ""])
values = st.sampled_from(["x", "y", ""])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.lists(st.tuples(ids, values), max_size=8))
def test_each_person_has_one_row_and_every_row_is_accounted_for(
    source: TableSource, session: Session, table: list[tuple[str, str]]
) -> None:
    source.file(
        "people.csv", "person_id,gender\n" + "".join(f"{person},{value}\n" for person, value in table)
    )
    bound = source.bound("people.csv", PEOPLE)
    quality, rows = source.loaded(session, bound)
    session.run(f"DROP TABLE {bound.relation}", "test")
    said: dict[str, set[str]] = {}
    for person, value in table:
        if person:
            said.setdefault(person, set()).update({value} - {""})
    expected = [(person, next(iter(known)) if len(known) == 1 else None) for person, known in said.items()]
    assert rows == expected
    assert quality.rows == len(expected)
    assert quality.rows_read == quality.rows + quality.without_person + quality.repeated_rows
    assert of(quality, "gender")[3] == sum(len(known) > 1 for known in said.values())


DATA = Path(__file__).resolve().parents[3] / "../shared/data"


@pytest.mark.court
@pytest.mark.skipif(not DATA.exists(), reason="the reference data is absent")
def test_every_person_and_event_of_the_court_is_read(session: Session) -> None:
    source = TableSource(DATA)
    people, _ = source.loaded(session, source.bound("court/people.csv", PEOPLE))
    events, _ = source.loaded(session, source.bound("court/events.csv", EVENTS, "events"))
    adult = source.bound("adult/adult.csv", {"sex": column(), "age": column(type="integer")}, "adults")
    assert counts(people) == (11_757, 11_757, 0, 0, 0, 0)
    assert counts(events) == (53_431, 53_431, 0, 0, 0, 0)
    assert source.loaded(session, adult)[0].rows == 30_162
