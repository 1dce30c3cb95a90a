"""How many people are how alike in any relation: sizes of classes, in people rather than rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.lone_file import Ask
from personatwin_sql.frozen import dataclass

MOST_GROUPS = 100
"""Values of a column by which risk is broken down; one with more would list people rather than groups."""


@dataclass(frozen=True)
class Question:
    """What makes people alike in a relation, and what a person is in it."""

    relation: str
    quasi_identifiers: tuple[str, ...]
    person: str | None = None
    """The column that names the person; without it each row is one, or as many as `weight` says."""
    weight: str | None = None
    """The column that says how many people a row stands for."""


@dataclass(frozen=True)
class ClassSizes:
    """The answer. NULL is a value of its own: people without a value are alike."""

    classes: tuple[tuple[int, int], ...]
    """Size in people, and how many classes have it."""
    people: tuple[tuple[int, int], ...]
    """Size of their smallest class, and how many people have it."""


def by_rows(ask: Ask, question: Question) -> tuple[Question, int]:
    """The same question, of rows where each person has one; and how many rows name nobody: left out."""
    if question.person is None:
        return question, 0
    person = identifier(question.person)
    ((rows, named, people),) = ask(
        f"SELECT count(*), count({person}), count(DISTINCT {person}) FROM {question.relation}"
    )
    if named == people:
        somebody = f"(SELECT * FROM {question.relation} WHERE {person} IS NOT NULL)"
        question = replace(question, relation=somebody if rows > named else question.relation, person=None)
    return question, int(rows - named)


def class_sizes(ask: Ask, question: Question) -> ClassSizes:
    """Count the classes, and the people by the smallest class they stand in."""
    classes = tuple((int(size), int(number)) for size, number in ask(_classes_sql(question)))
    if question.person is None:
        return ClassSizes(classes, tuple((size, size * number) for size, number in classes))
    return ClassSizes(classes, tuple((int(size), int(people)) for size, people in ask(_people_sql(question))))


def has_whole_numbers(ask: Ask, relation: str, column: str) -> bool:
    """Whether each row says a number of people: whole, 0 or more, and there."""
    number = f"TRY_CAST({identifier(column)} AS DOUBLE)"
    is_one = f"isfinite({number}) AND {number} >= 0 AND {number} = floor({number})"
    ((others,),) = ask(f"SELECT count(*) FROM {relation} WHERE NOT coalesce({is_one}, false)")
    return not others


def values_of(ask: Ask, question: Question, columns: Sequence[str]) -> tuple[int, ...]:
    """How many values each column has; NULL is none of them."""
    if not columns:
        return ()
    items = ", ".join(f"count(DISTINCT {identifier(column)})" for column in columns)
    (found,) = ask(f"SELECT {items} FROM {question.relation}")
    return tuple(int(number) for number in found)


def sizes_by(ask: Ask, question: Question, by: str) -> tuple[tuple[str | None, int, int], ...]:
    """Value of a column, size of the smallest class, and how many people with that value have it."""
    return tuple(
        (value, int(size), int(people)) for value, size, people in ask(_groups_sql(question, identifier(by)))
    )


def _classes_sql(question: Question) -> str:
    return (
        f"SELECT size, count(*) FROM (SELECT CAST(sum(weight) AS BIGINT) AS size FROM {members(question)} "
        f"GROUP BY {_keys(question)}) WHERE size > 0 GROUP BY size ORDER BY size"
    )


def _people_sql(question: Question) -> str:
    return f"SELECT size, count(*) FROM ({_smallest(question)}) GROUP BY size ORDER BY size"


def _groups_sql(question: Question, by: str) -> str:
    """A person with several values of `by` counts in each of these groups."""
    if question.person is None:
        return _groups_of_rows(question, by)
    person = identifier(question.person)
    return (
        "SELECT value, size, count(*) "
        f"FROM (SELECT DISTINCT {person} AS person, CAST({by} AS VARCHAR) AS value FROM {question.relation} "
        f"WHERE {person} IS NOT NULL) INNER JOIN ({_smallest(question)}) USING (person) "
        "GROUP BY value, size ORDER BY value NULLS LAST, size"
    )


def _groups_of_rows(question: Question, by: str) -> str:
    keys = _keys(question)
    alike = (
        f"SELECT {keys}, value, sum(weight) AS weight "
        f"FROM {members(question, f', CAST({by} AS VARCHAR) AS value')} GROUP BY {keys}, value"
    )
    return (
        "SELECT value, size, CAST(sum(weight) AS BIGINT) "
        f"FROM (SELECT value, weight, sum(weight) OVER (PARTITION BY {keys}) AS size FROM ({alike})) "
        "WHERE weight > 0 GROUP BY value, size ORDER BY value NULLS LAST, size"
    )


def _smallest(question: Question) -> str:
    """Each person, and the size of the smallest class they stand in."""
    size = f"sum(weight) OVER (PARTITION BY {_keys(question)}) AS size"
    sizes = f"SELECT person, {size} FROM {members(question)}"
    return f"SELECT person, min(size) AS size FROM ({sizes}) GROUP BY person"


def members(question: Question, extra: str = "") -> str:
    """One row for each person and combination of quasi-identifiers."""
    items = ", ".join(f"{identifier(name)} AS q{n}" for n, name in enumerate(question.quasi_identifiers))
    if question.person is not None:
        person = identifier(question.person)
        return (
            f"(SELECT DISTINCT {person} AS person, 1 AS weight, {items} FROM {question.relation} "
            f"WHERE {person} IS NOT NULL)"
        )
    weight = "1" if question.weight is None else f"CAST({identifier(question.weight)} AS BIGINT)"
    return f"(SELECT {weight} AS weight, {items}{extra} FROM {question.relation})"


def _keys(question: Question) -> str:
    return ", ".join(f"q{n}" for n in range(len(question.quasi_identifiers)))
