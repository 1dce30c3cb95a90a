"""The different records of a relation as integer codes, each value a number and NULL one of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.class_sizes import Question, members
from personatwin_sql.engine.lone_file import Asked
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.records import Records


class InvalidSamplingWeights(ValueError):
    """The column holds something else than one finite number above 0 for each person."""


class SeveralRecords(ValueError):
    """A person has several different records, where one each is needed."""


@dataclass(frozen=True)
class Shape:
    """How the records of a question are held."""

    records: int
    """Different records; where people have several, of each person."""
    has_one_each: bool
    """Whether nobody has two different records."""


def shape_of(asked: Asked, question: Question) -> Shape:
    """What `coded_records` would hold, before it does."""
    has_one_each = True
    if question.person is not None:
        ((number, people),) = asked.ask(f"SELECT count(*), count(DISTINCT person) FROM {members(question)}")
        has_one_each = bool(number == people)
    ((records,),) = asked.ask(f"SELECT count(*) FROM {_grouped(question, has_one_each)}")
    return Shape(int(records), has_one_each)


def coded_records(asked: Asked, question: Question, shape: Shape) -> Records:
    """The records by the columns of the question; where people have one each, equal ones are one.

    Codes are numbered as they come: only whether they are equal has a meaning.
    """
    has_one_each = shape.has_one_each
    columns = [f"q{number}" for number in range(len(question.quasi_identifiers))]
    named = [*columns, *([] if has_one_each else ["person"])]
    tables = ", ".join(
        f"values_{name} AS (SELECT {name} AS value, row_number() OVER () - 1 AS code "
        f"FROM (SELECT DISTINCT {name} FROM records))"
        for name in named
    )
    joins = " ".join(
        f"INNER JOIN values_{name} ON records.{name} IS NOT DISTINCT FROM values_{name}.value"
        for name in named
    )
    codes = ", ".join(f"values_{name}.code AS {name}" for name in named)
    arrays = asked.arrays(
        f"WITH records AS MATERIALIZED (SELECT * FROM {_grouped(question, has_one_each)}), {tables} "
        f"SELECT {codes}, records.people AS people FROM records {joins}"
    )
    found = {name: np.asarray(values, dtype=np.int64) for name, values in arrays.items()}
    return Records(
        codes=tuple(found[name] for name in columns),
        people=found["people"],
        person=None if has_one_each else found["person"],
    )


def weighted_classes(asked: Asked, question: Question, weight: str) -> tuple[Codes, Shares, Codes]:
    """(rows,) people of a class, the sum of their sampling weights, and how many classes are like this.

    Raises InvalidSamplingWeights, SeveralRecords.
    """
    value = f"TRY_CAST({identifier(weight)} AS DOUBLE)"
    ((invalid,),) = asked.ask(
        f"SELECT count(*) FROM {question.relation} "
        f"WHERE {_names_somebody(question)} AND NOT coalesce(isfinite({value}) AND {value} > 0, false)"
    )
    if invalid:
        raise InvalidSamplingWeights
    keys = [f"q{number}" for number in range(len(question.quasi_identifiers))]
    items = ", ".join(
        f"{identifier(name)} AS {key}" for name, key in zip(question.quasi_identifiers, keys, strict=True)
    )
    rows = f"SELECT {items}, {value} AS weight FROM {question.relation}"
    if question.person is not None:
        person = identifier(question.person)
        rows = (
            f"SELECT DISTINCT {items}, {value} AS weight, {person} AS person FROM {question.relation} "
            f"WHERE {person} IS NOT NULL"
        )
        _check_one_each(asked, rows)
    arrays = asked.arrays(
        "SELECT people, weight, count(*) AS classes FROM ("
        f"SELECT count(*) AS people, sum(weight) AS weight FROM ({rows}) GROUP BY {', '.join(keys)}"
        ") GROUP BY people, weight"
    )
    return (
        np.asarray(arrays["people"], dtype=np.int64),
        np.asarray(arrays["weight"], dtype=np.float64),
        np.asarray(arrays["classes"], dtype=np.int64),
    )


def event_cells(asked: Asked, person: str, columns: Sequence[str]) -> tuple[Codes, Codes]:
    """(rows,) who, and what happened: people and different events by number. Rows of nobody are left out."""
    name = identifier(person)
    event = ", ".join(identifier(column) for column in columns)
    arrays = asked.arrays(
        f"SELECT dense_rank() OVER (ORDER BY {name}) - 1 AS person, "
        f"dense_rank() OVER (ORDER BY {event}) - 1 AS cell "
        f"FROM (SELECT DISTINCT {name}, {event} FROM {asked.relation} WHERE {name} IS NOT NULL)"
    )
    return np.asarray(arrays["person"], dtype=np.int64), np.asarray(arrays["cell"], dtype=np.int64)


def _check_one_each(asked: Asked, rows: str) -> None:
    """Whether each person stands once in the rows; who stands there twice has two records, or two weights."""
    ((number, people),) = asked.ask(f"SELECT count(*), count(DISTINCT person) FROM ({rows})")
    if number != people:
        raise SeveralRecords


def _grouped(question: Question, has_one_each: bool) -> str:
    keys = ", ".join(f"q{number}" for number in range(len(question.quasi_identifiers)))
    if not has_one_each:
        return f"(SELECT person, 1 AS people, {keys} FROM {members(question)})"
    return (
        f"(SELECT CAST(sum(weight) AS BIGINT) AS people, {keys} FROM {members(question)} "
        f"GROUP BY {keys} HAVING people > 0)"
    )


def _names_somebody(question: Question) -> str:
    return "true" if question.person is None else f"{identifier(question.person)} IS NOT NULL"
