"""The classes of a relation as given, with the texts of those of its columns that a population knows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personatwin_sql.engine.class_sizes import Question, members
from personatwin_sql.engine.lone_file import Asked
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes

Texts = tuple[str | None, ...]


@dataclass(frozen=True)
class ClassesOfPeople:
    """A person and a class a row: codes (rows, known columns), sizes (rows,) of the class, person (rows,)."""

    codes: Codes
    sizes: Codes
    person: Codes
    """From 0 on."""


@dataclass(frozen=True)
class GivenClasses:
    """Classes by all columns of a question, seen by the `known` ones alone.

    texts: per known column its values, by their codes. codes: (rows, known columns). sizes: (rows,) people of
    each class. classes: (rows,) how many classes are like this.
    """

    texts: tuple[Texts, ...]
    codes: Codes
    sizes: Codes
    classes: Codes
    of_people: ClassesOfPeople | None = None
    """Where people have several records."""


def given_classes(asked: Asked, question: Question, known: Sequence[int]) -> GivenClasses:
    """`known`: which of the question's columns, by their numbers, are told as texts."""
    found = _arrays(asked, _classes(question, known), len(known), ("size", "classes"))
    of_people = None
    if question.person is not None:
        each = _arrays(asked, _people(question, known), len(known), ("size", "person"))
        of_people = ClassesOfPeople(*each)
    texts = tuple(_texts(asked, question, number) for number in known)
    return GivenClasses(texts, *found, of_people=of_people)


def _texts(asked: Asked, question: Question, number: int) -> Texts:
    return tuple(
        row[0]
        for row in asked.ask(
            f"SELECT DISTINCT CAST(q{number} AS VARCHAR) AS value FROM {members(question)} "
            "WHERE weight > 0 ORDER BY value NULLS LAST"
        )
    )


def _classes(question: Question, known: Sequence[int]) -> str:
    keys = ", ".join(f"q{number}" for number in range(len(question.quasi_identifiers)))
    return (
        f"SELECT {_items(known)}size, count(*) AS classes FROM (SELECT {keys}, CAST(sum(weight) AS BIGINT) "
        f"AS size FROM {members(question)} GROUP BY {keys}) WHERE size > 0 GROUP BY ALL"
    )


def _people(question: Question, known: Sequence[int]) -> str:
    keys = ", ".join(f"q{number}" for number in range(len(question.quasi_identifiers)))
    return (
        f"SELECT {_items(known)}count(*) OVER (PARTITION BY {keys}) AS size, "
        f"dense_rank() OVER (ORDER BY person) - 1 AS person FROM {members(question)}"
    )


def _items(known: Sequence[int]) -> str:
    return "".join(f"CAST(q{number} AS VARCHAR) AS t{place}, " for place, number in enumerate(known))


def _arrays(asked: Asked, told: str, columns: int, others: tuple[str, str]) -> tuple[Codes, Codes, Codes]:
    """Codes (rows, columns) of the texts, in the order in which `_texts` tells them, and two more columns."""
    tables = "".join(
        f", values_{number} AS (SELECT t{number} AS value, row_number() OVER (ORDER BY t{number} NULLS LAST) "
        f"- 1 AS code FROM (SELECT DISTINCT t{number} FROM told))"
        for number in range(columns)
    )
    joins = " ".join(
        f"INNER JOIN values_{number} ON told.t{number} IS NOT DISTINCT FROM values_{number}.value"
        for number in range(columns)
    )
    codes = "".join(f"values_{number}.code AS c{number}, " for number in range(columns))
    found = asked.arrays(
        f"WITH told AS MATERIALIZED ({told}){tables} SELECT {codes}{', '.join(others)} FROM told {joins}"
    )
    first, second = (np.asarray(found[name], dtype=np.int64) for name in others)
    own = np.empty((len(first), columns), dtype=np.int64)
    for number in range(columns):
        own[:, number] = found[f"c{number}"]
    return own, first, second
