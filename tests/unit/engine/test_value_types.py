"""Values of a source become values of their declared type exactly, or are told to be invalid."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from table_source import PLANTED, UNIT, TableSource, column

from personatwin_sql.engine.session import Session
from personatwin_sql.engine.value_types import converted, person
from personatwin_sql.spec.domain import ColumnType

NEW_YORK = "America/New_York"


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"SET TimeZone = '{NEW_YORK}'").fetchall()
    return connection


def read(engine: duckdb.DuckDBPyConnection, text: str | None, kind: ColumnType) -> object:
    sql = converted("value", "VARCHAR", kind, NEW_YORK)
    return engine.execute(f"SELECT {sql} FROM (SELECT ? AS value)", [text]).fetchall()[0][0]


def read_typed(engine: duckdb.DuckDBPyConnection, expression: str, kind: ColumnType) -> object:
    found = engine.execute(f"SELECT typeof({expression})").fetchall()[0][0]
    sql = converted("value", found, kind, NEW_YORK)
    return engine.execute(f"SELECT {sql} FROM (SELECT {expression} AS value)").fetchall()[0][0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("32", 32),
        ("32.0", 32),
        (" 32 ", 32),
        ("-0", 0),
        ("1e3", 1000),
        ("9007199254740993", 9007199254740993),
        ("9223372036854775807", 9223372036854775807),
        ("32.5", None),
        ("32.0000000001", None),
        ("9007199254740993.5", None),
        ("9223372036854775808", None),
        ("1e308", None),
        ("NaN", None),
        ("Infinity", None),
        ("0x1F", None),
        ("3,5", None),
        ("thirty", None),
        ("", None),
    ],
)
def test_an_integer_is_whole_and_exact(
    engine: duckdb.DuckDBPyConnection, text: str, expected: int | None
) -> None:
    assert read(engine, text, "integer") == expected


@given(number=st.integers(-(2**63), 2**63 - 1))
def test_every_integer_survives(engine: duckdb.DuckDBPyConnection, number: int) -> None:
    assert read(engine, str(number), "integer") == number


@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_survives(engine: duckdb.DuckDBPyConnection, number: float) -> None:
    assert read(engine, repr(number), "number") == number


@pytest.mark.parametrize("text", ["NaN", "nan", "inf", "-Infinity", "1e309", "-1e400", "1,5", "x", ""])
def test_a_number_is_finite(engine: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(engine, text, "number") is None
    assert read(engine, "1e308", "number") == 1e308


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2014-12-24", date(2014, 12, 24)),
        ("2014-1-5", date(2014, 1, 5)),
        (" 2014-12-24 ", date(2014, 12, 24)),
        ("2014-12-24 00:00:00", date(2014, 12, 24)),
        ("2014-12-24T00:00:00.000", date(2014, 12, 24)),
        ("2014-12-24T00:00:00-05:00", date(2014, 12, 24)),
        ("2014-12-24T05:00:00Z", date(2014, 12, 24)),
        ("2014-12-24T00:00:00Z", None),
        ("2014-12-24 10:11:12", None),
        ("2014-02-30", None),
        ("1900-00-00", None),
        ("0000-01-01", None),
        ("12/24/2014", None),
        ("24.12.2014", None),
        ("20141224", None),
        ("2014-12", None),
        ("10000-01-01", None),
        ("44-03-15 (BC)", None),
        ("-2014-01-01", None),
        ("infinity", None),
        ("epoch", None),
        ("", None),
        (PLANTED, None),
    ],
)
def test_a_date_is_a_day_of_the_projects_time_zone(
    engine: duckdb.DuckDBPyConnection, text: str, expected: date | None
) -> None:
    assert read(engine, text, "date") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2014-12-24", datetime(2014, 12, 24)),
        ("2014-12-24 13:45:00", datetime(2014, 12, 24, 13, 45)),
        ("2014-12-24T13:45:00Z", datetime(2014, 12, 24, 8, 45)),
        ("2014-12-24 13:45:00+05", datetime(2014, 12, 24, 3, 45)),
        ("2014-03-09 02:30:00", datetime(2014, 3, 9, 2, 30)),
        ("2014-12-24 25:00:00", None),
        ("epoch", None),
        ("infinity", None),
    ],
)
def test_a_timestamp_is_local_time_of_the_projects_time_zone(
    engine: duckdb.DuckDBPyConnection, text: str, expected: datetime | None
) -> None:
    assert read(engine, text, "timestamp") == expected


@given(day=st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_every_date_survives(engine: duckdb.DuckDBPyConnection, day: date) -> None:
    assert read(engine, day.isoformat(), "date") == day
    assert read(engine, f"{day.isoformat()}T00:00:00", "date") == day


@pytest.mark.parametrize("text", ["true", "T", "yes", "Y", "1", "TRUE "])
def test_a_boolean_is_true(engine: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(engine, text, "boolean") is True


@pytest.mark.parametrize("text", ["2", "on", "maybe", ""])
def test_what_is_no_boolean_is_invalid(engine: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(engine, text, "boolean") is None


@pytest.mark.parametrize(
    ("expression", "kind", "expected"),
    [
        ("7::TINYINT", "integer", 7),
        ("32.0::DOUBLE", "integer", 32),
        ("32.5::DOUBLE", "integer", None),
        ("'nan'::DOUBLE", "integer", None),
        ("1e300::DOUBLE", "integer", None),
        ("12.50::DECIMAL(5,2)", "integer", None),
        ("12.00::DECIMAL(5,2)", "integer", 12),
        ("170141183460469231731687303715884105727::HUGEINT", "integer", None),
        ("5::HUGEINT", "integer", 5),
        ("TRUE", "integer", None),
        ("'inf'::DOUBLE", "number", None),
        ("2.5::FLOAT", "number", 2.5),
        ("12.5::DECIMAL(5,2)", "number", 12.5),
        ("DATE '2014-12-24'", "date", date(2014, 12, 24)),
        ("'infinity'::DATE", "date", None),
        ("TIMESTAMP '2014-12-24 00:00:00'", "date", date(2014, 12, 24)),
        ("TIMESTAMP '2014-12-24 10:00:00'", "date", None),
        ("TIMESTAMP_NS '2014-12-24 00:00:00'", "date", date(2014, 12, 24)),
        ("TIMESTAMPTZ '2014-12-24 05:00:00+00'", "date", date(2014, 12, 24)),
        ("20141224", "date", None),
        ("TIMESTAMPTZ '2014-12-24 05:00:00+00'", "timestamp", datetime(2014, 12, 24)),
        ("DATE '2014-12-24'", "timestamp", datetime(2014, 12, 24)),
        ("'infinity'::TIMESTAMP", "timestamp", None),
        ("1", "boolean", True),
        ("2", "boolean", None),
        ("7", "text", "7"),
        ("DATE '2014-12-24'", "text", "2014-12-24"),
        ("'a'::ENUM('a', 'b')", "text", "a"),
        ("[1, 2]", "text", "[1, 2]"),
        ("[1, 2]", "integer", None),
        ("TIME '10:00:00'", "date", None),
    ],
)
def test_typed_columns_are_converted_as_exactly(
    engine: duckdb.DuckDBPyConnection, expression: str, kind: ColumnType, expected: object
) -> None:
    assert read_typed(engine, expression, kind) == expected


@pytest.mark.parametrize("kind", ["text", "integer", "number", "date", "timestamp", "boolean"])
def test_null_stays_null(engine: duckdb.DuckDBPyConnection, kind: ColumnType) -> None:
    assert read(engine, None, kind) is None


@pytest.mark.parametrize(
    ("expression", "kind", "expected"),
    [
        ("'007'", "text", "007"),
        ("'007'", "integer", "7"),
        ("' x '", "text", " x "),
        ("''", "text", None),
        ("'  '", "text", None),
        ("7", "text", "7"),
        ("7.0::DOUBLE", "text", "7"),
        ("7::DECIMAL(18, 2)", "text", "7"),
        ("7.5::DECIMAL(18, 2)", "text", "7.50"),
        ("99999999999999999999999::DECIMAL(38, 2)", "text", "99999999999999999999999"),
        ("7.5::DOUBLE", "text", "7.5"),
        ("'nan'::DOUBLE", "text", None),
        ("NULL::DOUBLE", "text", None),
        ("7.0::DOUBLE", "integer", "7"),
    ],
)
def test_a_person_has_one_key_in_files_of_every_type(
    engine: duckdb.DuckDBPyConnection, expression: str, kind: ColumnType, expected: str | None
) -> None:
    found = engine.execute(f"SELECT typeof({expression})").fetchall()[0][0]
    sql = person("value", found, kind, NEW_YORK)
    assert engine.execute(f"SELECT {sql} FROM (SELECT {expression} AS value)").fetchall() == [(expected,)]


def test_people_of_a_csv_file_and_events_of_a_parquet_file_join(
    session: Session, source: TableSource
) -> None:
    source.file("people.csv", "person_id\n1\n2\n")
    source.parquet("events.parquet", "SELECT unnest([1.0, 2.0, NULL])::DOUBLE AS person_id")
    source.loaded(session, source.bound("people.csv"))
    source.loaded(session, source.bound("events.parquet", {"person_id": UNIT, "x": column()}, "events"))
    joined = "SELECT count(*) FROM source.court__people JOIN source.court__events USING (person_id)"
    assert session.value(joined) == 2
