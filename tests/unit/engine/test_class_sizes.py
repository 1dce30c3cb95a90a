"""Sizes of classes and coded records, against people counted one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.engine.class_sizes import Question, by_rows, class_sizes, sizes_by, values_of
from personatwin_sql.engine.coded_records import (
    InvalidSamplingWeights,
    SeveralRecords,
    coded_records,
    shape_of,
    weighted_classes,
)
from personatwin_sql.engine.lone_file import Asked

Row = tuple[int | None, int | None, str | None, str | None]
ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(1, 5),
        st.none() | st.integers(30, 32),
        st.none() | st.sampled_from("FM"),
        st.none() | st.sampled_from(("a", "b", "'")),
    ),
    max_size=14,
)
QUESTION = Question("rows_of_people", ("age", "sex"), person="person")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


def asked(connection: duckdb.DuckDBPyConnection, rows: list[Row]) -> Asked:
    connection.execute(
        "CREATE OR REPLACE TABLE rows_of_people (person INTEGER, age INTEGER, sex VARCHAR, ward VARCHAR)"
    )
    if rows:
        connection.executemany("INSERT INTO rows_of_people VALUES (?, ?, ?, ?)", rows)
    return Asked(
        lambda sql: connection.execute(sql).fetchall(),
        "rows_of_people",
        (),
        lambda sql: connection.execute(sql).fetchnumpy(),
    )


def smallest_classes(rows: list[Row]) -> dict[int, int]:
    """Each person with the size of the smallest class they stand in."""
    members = {(row[0], row[1:3]) for row in rows if row[0] is not None}
    sizes = Counter(values for _, values in members)
    return {
        person: min(sizes[values] for other, values in members if other == person)
        for person, _ in members
        if person is not None
    }


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_people_are_counted_with_their_smallest_class(
    connection: duckdb.DuckDBPyConnection, rows: list[Row]
) -> None:
    source, smallest = asked(connection, rows), smallest_classes(rows)
    question, without = by_rows(source.ask, QUESTION)
    assert without == sum(row[0] is None for row in rows)
    found = class_sizes(source.ask, question)
    members = {(row[0], row[1:3]) for row in rows if row[0] is not None}
    assert dict(found.classes) == Counter(Counter(values for _, values in members).values())
    assert dict(found.people) == Counter(smallest.values())
    groups = sizes_by(source.ask, question, "ward")
    expected = Counter(
        (ward, smallest[person]) for person, ward in {(row[0], row[3]) for row in rows} if person is not None
    )
    assert {(value, size): people for value, size, people in groups} == expected


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_rows_that_each_stand_for_one_are_counted_as_rows(
    connection: duckdb.DuckDBPyConnection, rows: list[Row]
) -> None:
    source = asked(connection, rows)
    question = Question("rows_of_people", ("age", "sex"))
    sizes = Counter(row[1:3] for row in rows)
    assert dict(class_sizes(source.ask, question).classes) == Counter(sizes.values())
    expected = Counter((row[3], sizes[row[1:3]]) for row in rows)
    groups = sizes_by(source.ask, question, "ward")
    assert {(value, size): people for value, size, people in groups} == expected


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_coded_records_are_alike_where_the_rows_are(
    connection: duckdb.DuckDBPyConnection, rows: list[Row]
) -> None:
    source = asked(connection, rows)
    shape = shape_of(source, QUESTION)
    found = coded_records(source, QUESTION, shape)
    members = {(row[0], row[1:3]) for row in rows if row[0] is not None}
    codes = list(zip(*(column.tolist() for column in found.codes), strict=True))
    assert len(codes) == shape.records
    assert shape.has_one_each == (len(members) == len({person for person, _ in members}))
    by_values = Counter(values for _, values in members)
    counted: Counter[tuple[int, ...]] = Counter()
    for record, people in zip(codes, found.people.tolist(), strict=True):
        counted[record] += people
    assert sorted(counted.values()) == sorted(by_values.values())
    for column in (0, 1):
        assert len(set(found.codes[column].tolist())) == len({values[column] for values in by_values})


def test_values_are_counted_without_null(connection: duckdb.DuckDBPyConnection) -> None:
    source = asked(connection, [(1, 30, "F", None), (2, 30, "M", None)])
    assert values_of(source.ask, QUESTION, ("age", "sex", "ward")) == (1, 2, 0)
    assert values_of(source.ask, QUESTION, ()) == ()


def test_weights_are_summed_by_class_and_one_for_each_person(connection: duckdb.DuckDBPyConnection) -> None:
    source = asked(connection, [(1, 30, "F", "2"), (1, 30, "F", "2"), (2, 30, "F", "3"), (3, 31, "M", "4")])
    people, weight, classes = weighted_classes(source, QUESTION, "ward")
    assert sorted(zip(people.tolist(), weight.tolist(), classes.tolist(), strict=True)) == [
        (1, 4.0, 1),
        (2, 5.0, 1),
    ]
    twice = asked(connection, [(1, 30, "F", "2"), (1, 30, "F", "3")])
    with pytest.raises(SeveralRecords):
        weighted_classes(twice, QUESTION, "ward")
    with pytest.raises(InvalidSamplingWeights):
        weighted_classes(asked(connection, [(1, 30, "F", "-2")]), QUESTION, "ward")


def test_weights_of_rows_that_name_nobody_do_not_matter(connection: duckdb.DuckDBPyConnection) -> None:
    source = asked(connection, [(1, 30, "F", "2"), (None, 30, "F", "-1")])
    people, weight, _ = weighted_classes(source, QUESTION, "ward")
    assert (people.tolist(), weight.tolist()) == ([1], [2.0])
