"""Ids of people in several spellings: told, unless the owner says what they mean."""

from __future__ import annotations

from itertools import product
from typing import Literal

import pytest
from table_source import EVENTS, PEOPLE, PLANTED, TableSource, counts

from personatwin_sql.engine.id_spelling import normalized
from personatwin_sql.engine.person_ids import check_spellings
from personatwin_sql.engine.session import Session


@pytest.mark.parametrize(
    "spellings",
    [
        ["id1", "ID1", " Id1 ", "id1\t", "\u00a0id1\r"],
        ["1", "001", "1.0", " 01.0 "],
        ["0", "00", "0.0", ".0"],
        ["Ä", "ä"],
        ["0a-7", "a-7"],
        ["1", "+1", "+01", "1.00", "+1.0", "\uff0b\uff11"],
        ["0", "+0", "+00.00"],
        ["jos\u00e9", "jose\u0301", "JOSE\u0301", "JOS\u00c9"],
        ["12", "\uff11\uff12", "1\u0662", "\u09e7\u09e8", "\u0e51\u0e52"],
        ["ab-1", "\uff21\uff22\uff0d\uff11", "ab\u20131", "ab\u22121"],
        [
            "12",
            "1\u200b2",
            "\ufeff12",
            "12\u200e",
            "\u202e12\u202c",
            "1\u00ad2",
            "\u206612\u2069",
            "1\u20602",
        ],
        ["12", "\x0112", "1\x7f2", "12\x85", "1\ufe0f2", "\u280012"],
        ["ann lee", "Ann  Lee", "Ann\u00a0Lee", "ann\t lee\u3000", "ann\u2003lee"],
        ["o'neill", "O\u2019Neill"],
    ],
)
def test_spellings_of_one_id_are_one(session: Session, spellings: list[str]) -> None:
    found = session.rows(f"SELECT DISTINCT {normalized('id')} FROM (SELECT unnest(?) AS id)", [spellings])
    assert len(found) == 1


@pytest.mark.parametrize(
    "ids",
    [
        ["1", "10", "100"],
        ["1", "1.5", "1.01"],
        ["id1", "id 1", "id01"],
        ["-1", "1"],
        ["a.0b", "ab"],
        ["jose", "jos\u00e9"],
        ["ann lee", "annlee"],
        ["+a", "a"],
        ["1.1", "1.10"],
        ["1e2", "100"],
        ["1-2", "12"],
        ["", "0"],
    ],
)
def test_different_ids_stay_different(session: Session, ids: list[str]) -> None:
    found = session.rows(f"SELECT DISTINCT {normalized('id')} FROM (SELECT unnest(?) AS id)", [ids])
    assert len(found) == len(ids)


def test_an_id_that_is_written_wide_is_the_same(session: Session) -> None:
    """Plain ids take a short way, which must lead where the long one leads."""
    narrow = ["".join(letters) for size in range(6) for letters in product("01aA.+ -", repeat=size)]
    wide = str.maketrans({letter: chr(0xFEE0 + ord(letter)) for letter in "01aA.+-"} | {" ": "\u3000"})
    differing = session.rows(
        f"SELECT narrow FROM (SELECT unnest(?) AS narrow, unnest(?) AS wide) "
        f"WHERE {normalized('narrow')} <> {normalized('wide')}",
        [narrow, [f"{text.translate(wide)}\u200b" for text in narrow]],
    )
    assert differing == []


@pytest.mark.parametrize("ids", ["exact", "normalized"])
@pytest.mark.parametrize("unseen", ["", " ", "\u00a0\u200b", "\ufeff", "\t"])
def test_an_id_in_which_nothing_is_seen_is_none(
    source: TableSource, session: Session, unseen: str, ids: Literal["exact", "normalized"]
) -> None:
    source.file("people.csv", f'person_id,age,gender\n"{unseen}",30,f\n0,31,f\n')
    quality, rows = source.loaded(session, source.bound("people.csv", PEOPLE), ids=ids)
    assert rows == [("0", 31, "f")]
    assert quality.without_person == 1


def checked(
    source: TableSource, session: Session, people: list[str], events: list[str]
) -> tuple[list[str], list[int]]:
    """Codes, and the number of respelled ids of each table."""
    source.file("people.csv", "person_id,age\n" + "".join(f"{key},30\n" for key in people))
    source.file("events.csv", "person_id,charge\n" + "".join(f"{key},x\n" for key in events))
    tables = (source.bound("people.csv", PEOPLE), source.bound("events.csv", EVENTS, "events"))
    qualities = {table.name: source.loaded(session, table)[0] for table in tables}
    problems, told = check_spellings(session, tables, qualities)
    for problem in problems:
        assert PLANTED not in str(problem)
        assert PLANTED.lower() not in str(problem)
        assert problem.place is not None
        assert problem.fixes
    return [problem.code for problem in problems], [quality.respelled_ids for quality in told.values()]


@pytest.mark.parametrize(
    ("people", "events"),
    [
        ([], []),
        (["a"], []),
        ([], ["a", "b"]),
        (["a", "b", "", "a"], ["a", "a", "c", ""]),
        (["1", "10"], ["10"]),
    ],
)
def test_one_spelling_of_each_id_is_nothing_to_tell(
    source: TableSource, session: Session, people: list[str], events: list[str]
) -> None:
    assert checked(source, session, people, events) == ([], [0, 0])


def test_people_in_several_spellings_are_told_and_counted(source: TableSource, session: Session) -> None:
    people = [PLANTED, PLANTED.upper(), f"{PLANTED} ", "7", "07", "8"]
    assert checked(source, session, people, ["8"]) == (["PT340"], [3, 0])


def test_events_in_several_spellings_are_told_and_counted(source: TableSource, session: Session) -> None:
    assert checked(source, session, ["7", "8"], ["7.0", "7", "7.0", "8"]) == (["PT340"], [0, 1])


def test_tables_that_spell_ids_differently_are_told_and_counted(
    source: TableSource, session: Session
) -> None:
    people, events = [PLANTED, "b", "c"], [PLANTED.lower(), PLANTED.lower(), "c", "nobody"]
    assert checked(source, session, people, events) == (["PT341"], [0, 1])


def test_normalized_ids_are_one_person_with_the_events_of_all_spellings(
    source: TableSource, session: Session
) -> None:
    source.file("people.csv", "person_id,age,gender\nID1,30,f\nid1 ,31,f\n 01.0,40,m\n,50,m\n  ,51,m\n")
    source.file("events.csv", "event_id,person_id,charge\n1,id1,x\n2,1,y\n3, ,z\n")
    quality, rows = source.loaded(session, source.bound("people.csv", PEOPLE), ids="normalized")
    assert rows == [("id1", None, "f"), ("1", 40, "m")]
    assert counts(quality) == (5, 2, 2, 1, 1, 0)
    events = source.bound("events.csv", EVENTS, "events")
    quality, rows = source.loaded(session, events, {"charge"}, ids="normalized")
    assert rows == [("id1", "x"), ("1", "y")]
    assert counts(quality) == (3, 2, 1, 0, 0, 0)


def test_exact_ids_are_kept_as_they_are_spelled(source: TableSource, session: Session) -> None:
    source.file("people.csv", "person_id,age,gender\nID1,30,f\nid1,31,f\n")
    assert len(source.loaded(session, source.bound("people.csv", PEOPLE), ids="exact")[1]) == 2
