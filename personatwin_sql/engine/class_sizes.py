"""How many people are how alike in any relation: sizes of classes, in people rather than rows."""

from __future__ import annotations

from collections.abc import Sequence

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
    without_person: int
    """Rows that name nobody: they are in no class."""


def class_sizes(ask: Ask, question: Question) -> ClassSizes:
    """Count the classes, and the people by the smallest class they stand in."""
    without = 0
    if question.person is not None:
        person = identifier(question.person)
        ((without,),) = ask(f"SELECT count(*) - count({person}) FROM {question.relation}")
    return ClassSizes(
        classes=tuple((int(size), int(number)) for size, number in ask(_classes_sql(question))),
        people=tuple((int(size), int(number)) for size, number in ask(_people_sql(question))),
        without_person=int(without),
    )


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
    return (
        "SELECT size, CAST(sum(weight) AS BIGINT) "
        f"FROM ({_smallest(question)}) WHERE size > 0 GROUP BY size ORDER BY size"
    )


def _groups_sql(question: Question, by: str) -> str:
    """A person with several values of `by` counts in each of these groups."""
    if question.person is None:
        source, value = f"({_smallest(question, extra=f', CAST({by} AS VARCHAR) AS value')})", "value"
    else:
        person = identifier(question.person)
        source = (
            f"(SELECT DISTINCT {person} AS person, CAST({by} AS VARCHAR) AS value FROM {question.relation} "
            f"WHERE {person} IS NOT NULL) INNER JOIN ({_smallest(question)}) USING (person)"
        )
        value = "value"
    return (
        f"SELECT {value}, size, CAST(sum(weight) AS BIGINT) FROM {source} WHERE size > 0 "
        f"GROUP BY {value}, size ORDER BY {value} NULLS LAST, size"
    )


def _smallest(question: Question, extra: str = "") -> str:
    """Each person (or row), how many they are, and the size of the smallest class they stand in."""
    window = f"sum(weight) OVER (PARTITION BY {_keys(question)})"
    if question.person is None:
        return f"SELECT weight, {window} AS size{', value' if extra else ''} FROM {members(question, extra)}"
    return (
        "SELECT person, 1 AS weight, min(size) AS size "
        f"FROM (SELECT person, {window} AS size FROM {members(question)}) GROUP BY person"
    )


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
