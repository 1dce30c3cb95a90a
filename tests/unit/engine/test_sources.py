"""Loading a source: the needed columns, one row a person or event, everything else counted."""

from __future__ import annotations

import pytest
from table_source import EVENTS, PEOPLE, PLANTED, UNIT, TableSource, column, counts, of

from personatwin_sql.engine.session import Session
from personatwin_sql.engine.source_quality import InvalidValues


def test_only_needed_columns_and_the_persons_are_read(source: TableSource, session: Session) -> None:
    source.file("people.csv", "gender,age,person_id\nf,32,b\nm,33,a\n")
    bound = source.bound("people.csv", PEOPLE)
    quality, rows = source.loaded(session, bound, {"gender"})
    assert session.columns(bound.relation) == (("person_id", "VARCHAR"), ("gender", "VARCHAR"))
    assert rows == [("b", "f"), ("a", "m")]
    assert counts(quality) == (2, 2, 0, 0, 0, 0)
    assert session.rows("SELECT table_name FROM duckdb_tables()") == [("court__people",)]


def test_names_are_found_whatever_their_case_and_take_the_domains_spelling(
    source: TableSource, session: Session
) -> None:
    source.file("people.csv", "PERSON_ID,Age,gender\n1,32,f\n")
    bound = source.bound("people.csv", PEOPLE)
    _, rows = source.loaded(session, bound, {"AGE"})
    assert session.columns(bound.relation) == (("person_id", "VARCHAR"), ("age", "BIGINT"))
    assert rows == [("1", 32)]


@pytest.mark.parametrize("lines", ["", "1,32,f\n"])
def test_an_empty_table_and_one_person_are_tables_too(
    source: TableSource, session: Session, lines: str
) -> None:
    source.file("people.csv", f"person_id,age,gender\n{lines}")
    bound = source.bound("people.csv", PEOPLE)
    quality, rows = source.loaded(session, bound)
    assert counts(quality) == (len(rows), len(rows), 0, 0, 0, 0)
    assert len(rows) == lines.count("\n")
    assert session.columns(bound.relation) == (
        ("person_id", "VARCHAR"),
        ("age", "BIGINT"),
        ("gender", "VARCHAR"),
    )


def test_null_in_every_type_of_column_is_null_and_counted(source: TableSource, session: Session) -> None:
    kinds = ("text", "integer", "number", "date", "timestamp", "boolean")
    columns = {"person_id": UNIT, **{kind: column(type=kind) for kind in kinds}}
    source.file("people.csv", f'person_id,{",".join(kinds)}\n1,,,,,,\n2,"","",,,,\n')
    source.parquet(
        "people.parquet", f"SELECT '1' AS person_id, {', '.join(f'NULL AS {kind}' for kind in kinds)}"
    )
    for path, people in {"people.csv": 2, "people.parquet": 1}.items():
        bound = source.bound(path, columns)
        quality, rows = source.loaded(session, bound)
        assert all(value is None for row in rows for value in row[1:])
        assert [of(quality, kind) for kind in kinds] == [(people, 0, 0, 0)] * 6
        session.run(f"DROP TABLE {bound.relation}", "test")


def test_an_empty_text_is_null_in_csv_and_itself_elsewhere(source: TableSource, session: Session) -> None:
    source.parquet("people.parquet", "SELECT '1' AS person_id, '' AS gender")
    assert source.loaded(session, source.bound("people.parquet", PEOPLE))[1] == [("1", "")]


def test_people_without_an_id_are_left_out_and_counted(source: TableSource, session: Session) -> None:
    source.file("people.csv", "person_id,age,gender\n1,32,f\n,40,m\n  ,41,m\n2,33,m\n")
    quality, rows = source.loaded(session, source.bound("people.csv", PEOPLE))
    assert rows == [("1", 32, "f"), ("2", 33, "m")]
    assert counts(quality) == (4, 2, 2, 0, 0, 0)
    assert of(quality, "person_id") == (2, 0, 0, 0)


def test_people_whose_rows_repeat_are_one_row(source: TableSource, session: Session) -> None:
    source.file("people.csv", "person_id,age,gender\n2,33,m\n1,32,f\n2,33,m\n2,33,m\n")
    quality, rows = source.loaded(session, source.bound("people.csv", PEOPLE))
    assert rows == [("2", 33, "m"), ("1", 32, "f")]
    assert counts(quality) == (4, 2, 0, 2, 1, 0)


def test_what_a_persons_rows_disagree_on_is_null_and_counted(source: TableSource, session: Session) -> None:
    source.file(
        "people.csv",
        "person_id,age,gender\n1,32,f\n1,33,f\n2,40,m\n2,40,f\n2,41,f\n3,50,\n3,,m\n,60,m\n,61,m\n4,70,m\n",
    )
    quality, rows = source.loaded(session, source.bound("people.csv", PEOPLE))
    assert rows == [("1", None, "f"), ("2", None, None), ("3", 50, "m"), ("4", 70, "m")]
    assert counts(quality) == (10, 4, 2, 4, 3, 0)
    assert of(quality, "age") == (1, 0, 0, 2)
    assert of(quality, "gender") == (1, 0, 0, 1)
    assert of(quality, "person_id") == (2, 0, 0, 0)


def test_a_wide_file_of_events_gives_its_people(source: TableSource, session: Session) -> None:
    source.file(
        "wide.csv", "event_id,person_id,date,charge,age\n1,a,2020-01-01,x,32\n2,a,2020-02-01,y,32\n3,b,,x,\n"
    )
    people = source.bound("wide.csv", {**EVENTS, "age": column(type="integer")})
    _, rows = source.loaded(session, people, {"age"})
    assert rows == [("a", 32), ("b", None)]


def test_each_row_is_a_person_where_the_project_says_so(source: TableSource, session: Session) -> None:
    source.file("adult.csv", "sex;age\nf;32\nf;32\nm;40\n")
    columns = {"sex": column(), "age": column(type="integer")}
    quality, rows = source.loaded(session, source.bound("adult.csv", columns, one_row_per_person=True))
    assert rows == [("1", "f", 32), ("2", "f", 32), ("3", "m", 40)]
    assert counts(quality) == (3, 3, 0, 0, 0, 0)


def test_the_key_that_is_given_takes_the_domains_name(source: TableSource, session: Session) -> None:
    source.file("adult.csv", "sex\nf\n")
    bound = source.bound("adult.csv", {"client": UNIT, "sex": column()}, one_row_per_person=True)
    source.loaded(session, bound)
    assert [name for name, _ in session.columns(bound.relation)] == ["client", "sex"]


def test_the_same_event_twice_is_one_event(source: TableSource, session: Session) -> None:
    source.file(
        "events.csv",
        "event_id,person_id,date,charge\n"
        "7,a,2020-01-01,x\n8,a,2020-01-01,x\n7,a,2020-01-01,x\n9,b,2020-01-02,x\n9,b,2020-01-02,y\n",
    )
    bound = source.bound("events.csv", EVENTS, "events")
    quality, rows = source.loaded(session, bound, {"date"})
    assert [row[0] for row in rows] == ["a", "a", "b", "b"]
    assert counts(quality) == (5, 4, 0, 1, 0, 1)
    assert [name for name, _ in session.columns(bound.relation)] == ["person_id", "date"]


def test_events_of_nobody_are_left_out_and_counted_also_when_they_repeat(
    source: TableSource, session: Session
) -> None:
    source.file("events.csv", "event_id,person_id,date\n1,a,2020-01-01\n2,,2020-01-01\n2,,2020-01-01\n3,b,\n")
    quality, rows = source.loaded(session, source.bound("events.csv", EVENTS, "events"))
    assert len(rows) == 2
    assert counts(quality) == (4, 2, 2, 0, 0, 0)


def test_events_without_ids_are_never_taken_for_repeated(source: TableSource, session: Session) -> None:
    source.file("events.csv", "event_id,person_id,date\n,a,2020-01-01\n,a,2020-01-01\n")
    quality, rows = source.loaded(session, source.bound("events.csv", EVENTS, "events"))
    assert len(rows) == 2
    assert counts(quality) == (2, 2, 0, 0, 0, 0)
    source.file("more.json", '[{"event_id": "", "person_id": "a"}, {"event_id": "", "person_id": "a"}]')
    session.run("DROP TABLE source.court__events", "test")
    assert len(source.loaded(session, source.bound("more.json", EVENTS, "events"))[1]) == 2


def test_the_event_id_is_kept_where_a_model_reads_it(source: TableSource, session: Session) -> None:
    source.file("events.csv", "event_id,person_id\n1,a\n1,a\n")
    _, rows = source.loaded(session, source.bound("events.csv", EVENTS, "events"), {"event_id"})
    assert rows == [("1", "a")]


def test_dates_in_the_future_are_kept_and_counted(source: TableSource, session: Session) -> None:
    columns = {**EVENTS, "at": column(type="timestamp")}
    source.file(
        "events.csv",
        "person_id,date,at\na,2024-06-01,2024-06-01 23:59:59\na,2024-06-02,2024-06-02\na,2031-01-01,\n",
    )
    quality, rows = source.loaded(session, source.bound("events.csv", columns, "events"))
    assert len(rows) == 3
    assert of(quality, "date") == (0, 0, 2, 0)
    assert of(quality, "at") == (1, 0, 1, 0)


def test_invalid_values_stop_the_build_and_are_counted_for_the_owner(
    source: TableSource, session: Session
) -> None:
    columns = {**PEOPLE, "born": column(type="date")}
    source.file(
        "people.csv",
        f"person_id,age,gender,born\n1,{PLANTED},f,1980-02-30\n2,32.5,{PLANTED},1980-02-28\n3,1e308,m,\n4,40,m,\n",
    )
    bound = source.bound("people.csv", columns)
    with pytest.raises(InvalidValues) as raised:
        source.loaded(session, bound)
    assert [diagnostic.code for diagnostic in raised.value.diagnostics] == ["PT303", "PT303"]
    assert [str(diagnostic.place) for diagnostic in raised.value.diagnostics] == [
        "domains/court.yml:11",
        "domains/court.yml:13",
    ]
    told = str(raised.value)
    assert PLANTED not in told
    assert "some values of `age` of `court.people`" in told
    assert "`invalid: null`" in told
    assert raised.value.exit_code == 1
    assert of(raised.value.quality, "age") == (3, 3, 0, 0)
    assert of(raised.value.quality, "born") == (3, 1, 0, 0)


def test_a_type_of_the_persons_key_is_held_to(source: TableSource, session: Session) -> None:
    source.file("people.csv", f"person_id,age\n1,32\n{PLANTED},33\n")
    bound = source.bound("people.csv", {**PEOPLE, "person_id": column("privacy_unit", "integer")})
    with pytest.raises(InvalidValues, match="person_id"):
        source.loaded(session, bound)


def test_invalid_values_are_null_where_the_domain_says_so(source: TableSource, session: Session) -> None:
    columns = {**PEOPLE, "age": column(type="integer", invalid="null")}
    source.file("people.csv", "person_id,age,gender\n1,unknown,f\n2,32.5,f\n3,40,m\n4,,m\n")
    quality, rows = source.loaded(session, source.bound("people.csv", columns))
    assert rows == [("1", None, "f"), ("2", None, "f"), ("3", 40, "m"), ("4", None, "m")]
    assert of(quality, "age") == (3, 2, 0, 0)


def test_helpers_give_way_to_columns_that_are_called_like_them(source: TableSource, session: Session) -> None:
    columns = {
        "person_id": UNIT,
        "event_id": column(),
        "__invalid_2": column(type="integer"),
        "___row": column(type="integer"),
    }
    source.file("events.csv", "person_id,event_id,__invalid_2,___row\na,1,5,6\na,1,5,6\n")
    _, rows = source.loaded(session, source.bound("events.csv", columns, "events"))
    assert rows == [("a", "1", 5, 6)]


def test_a_table_of_neither_people_nor_events_keeps_every_row(source: TableSource, session: Session) -> None:
    source.file("codes.csv", "code,chapter\nA,x\nA,x\n,y\n")
    bound = source.bound("codes.csv", {"code": column(), "chapter": column()}, "codes")
    quality, rows = source.loaded(session, bound)
    assert len(rows) == 3
    assert counts(quality) == (3, 3, 0, 0, 0, 0)


def test_two_readings_give_the_same_table(source: TableSource, session: Session) -> None:
    source.file(
        "people.csv", "person_id,age,gender\n" + "".join(f"{n % 90_000},{n % 3},f\n" for n in range(100_000))
    )
    bound = source.bound("people.csv", PEOPLE)
    first = source.loaded(session, bound)
    session.run(f"DROP TABLE {bound.relation}", "test")
    assert source.loaded(session, bound) == first
    assert first[0].repeated_people == 10_000
