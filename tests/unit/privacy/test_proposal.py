"""Proposed quasi-identifiers: what tells people apart, by itself or with others."""

from __future__ import annotations

import numpy as np

from personatwin_sql.privacy.proposal import Proposal, proposals
from personatwin_sql.privacy.records import Records
from personatwin_sql.privacy.separation import separations


def proposed(*columns: list[int]) -> dict[int, Proposal]:
    coded = tuple(np.array(column, dtype=np.int64) for column in columns)
    people = Records(coded, np.ones(len(columns[0]), dtype=np.int64))
    return {each.column: each for each in proposals(separations(people, 3))}


def test_each_column_is_told_for_what_it_is() -> None:
    number = list(range(200))
    constant = [0] * 200
    half = [each % 2 for each in number]
    within_half = [each // 2 for each in number]
    rare = [0] * 200
    found = proposed(number, constant, half, within_half, rare)
    assert [found[column].verdict for column in range(5)] == [
        "identifier",
        "constant",
        "quasi_identifier",
        "quasi_identifier",
        "constant",
    ]
    assert (found[3].gain, found[3].beside, found[3].with_it) == (1.0, (2,), 1.0)


def test_an_identifier_is_no_reason_for_another_column() -> None:
    number = list(range(100))
    sex = [each % 2 for each in number]
    found = proposed(number, sex)
    assert (found[1].gain, found[1].beside) == (0.0, ())


def test_a_column_that_hardly_tells_anybody_apart_is_weak() -> None:
    almost_constant = [1] * 3 + [0] * 497
    assert proposed(almost_constant, [each // 250 for each in range(500)])[0].verdict == "weak"


def test_the_strongest_stands_first_and_what_is_not_proposed_last() -> None:
    number = list(range(100))
    found = proposed(number, [0] * 100, [each // 2 for each in number], [each % 7 for each in number])
    assert list(found) == [2, 3, 0, 1]


def test_one_person_is_told_apart_by_nothing() -> None:
    assert [each.verdict for each in proposed([5], [6]).values()] == ["constant", "constant"]
