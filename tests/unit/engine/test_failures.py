"""What the engine says of the data never passes on; what it says of the SQL does."""

from __future__ import annotations

import traceback

import duckdb
import pytest
from table_source import PLANTED

from personatwin_sql.engine.failures import failure, told
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import NodeError, PersonaTwinError, Unavailable


@pytest.fixture
def planted(session: Session) -> Session:
    session.rows("CREATE TABLE private.people AS SELECT 1 AS id, ? AS name", [PLANTED])
    session.run("CREATE TABLE private.wide AS FROM (PIVOT private.people ON name USING count(*))", "wide")
    session.rows("SET VARIABLE planted = ?", [PLANTED])
    session.run(
        f"CREATE TABLE private.coded AS SELECT name::ENUM('{PLANTED}') AS code FROM private.people;"
        "CREATE TABLE private.nested AS SELECT {'Zyxwvu': 1, 'id': 2} AS part",
        "coded",
    )
    return session


QUOTING = [
    "SELECT CAST(name AS INTEGER) FROM private.people",
    "SELECT name::DATE FROM private.people",
    "SELECT name::TIMESTAMP, name::UUID FROM private.people",
    "SELECT name::ENUM('a', 'b') FROM private.people",
    "SELECT id FROM private.people WHERE name = 5",
    "SELECT strptime(name, '%Y') FROM private.people",
    "SELECT error(name) FROM private.people",
    "SELECT error('when casting from source column ' || name) FROM private.people",
    "SELECT CAST(name || ' when casting from source column id' AS INTEGER) FROM private.people",
    "SELECT regexp_matches(name, name || '(') FROM private.people",
    "SELECT json_extract(name, '$.a') FROM private.people",
    "SELECT name::JSON FROM private.people",
    "SELECT date_trunc(name, DATE '2020-01-01') FROM private.people",
    "SELECT timezone(name, TIMESTAMP '2020-01-01') FROM private.people",
    "SELECT format(name || '{', 1) FROM private.people",
    "CREATE TABLE private.u (x VARCHAR PRIMARY KEY); INSERT INTO private.u FROM private.people SELECT name; "
    "INSERT INTO private.u FROM private.people SELECT name",
    "SELECT * FROM query('SELECT ' || getvariable('planted'))",
    "SELECT * FROM query_table(getvariable('planted'))",
    "SELECT columns(getvariable('planted')) FROM private.people",
    "SELECT nope FROM private.wide",
    "SELECT * FROM private.wide GROUP BY id",
    "SELECT nope FROM (PIVOT private.people ON name USING count(*))",
    "SELECT name, (SELECT name FROM private.people UNION ALL SELECT name FROM private.people)::INTEGER",
    "SELECT unhex(name) FROM private.people",
    "SELECT code + 1 FROM private.coded",
    "SELECT abs(code) FROM private.coded",
    "SELECT part + 1 FROM private.nested",
    "SELECT abs(part) FROM private.nested",
    "SELECT part.nope FROM private.nested",
    "SELECT wide + 1 FROM private.wide",
    "SELECT abs(wide) FROM private.wide",
    "SELECT * EXCLUDE (nope) FROM private.wide",
    "SELECT wide.nope FROM private.wide",
    "FROM private.wide UNION ALL SELECT 1",
    "INSERT INTO private.wide SELECT 1",
    "SELECT list_aggregate([1], name) FROM private.people",
    "SELECT struct_extract({'a': 1}, name) FROM private.people",
]


@pytest.mark.parametrize("sql", QUOTING)
def test_no_value_of_the_data_is_repeated(planted: Session, sql: str) -> None:
    with pytest.raises(PersonaTwinError) as raised:
        planted.run(sql, "stg_people")
    shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value.diagnostics)
    for part in PLANTED.split("-"):
        assert part not in shown
    assert "stg_people" in shown


@pytest.mark.parametrize("sql", QUOTING)
def test_nor_in_the_engines_plain_form(planted: Session, sql: str) -> None:
    planted.run("SET errors_as_json = false", "a")
    with pytest.raises(PersonaTwinError) as raised:
        planted.run(sql, "stg_people")
    assert "Planted" not in str(raised.value)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT 1 +", 'syntax error at or near "+"'),
        ("SELECT nope FROM private.people", 'Referenced column "nope" not found'),
        ("SELECT * FROM private.nobody", "nobody does not exist"),
        ("SELECT nofunction(id) FROM private.people", "nofunction does not exist"),
        (
            "SELECT id + name FROM private.people",
            "No function matches the given name and argument types '+(INTEGER, VARCHAR)'",
        ),
        ("SELECT id, count(*) FROM private.people", 'column "id" must appear in the GROUP BY clause'),
    ],
)
def test_what_is_said_of_the_sql_is_repeated(planted: Session, sql: str, said: str) -> None:
    with pytest.raises(NodeError) as raised:
        planted.run(sql, "stg_people")
    diagnostic = raised.value.diagnostics[0]
    assert diagnostic.code == "PT311"
    assert said in diagnostic.message
    assert "line 1, column" in diagnostic.message


def test_the_column_of_a_value_that_does_not_fit_is_named(planted: Session) -> None:
    with pytest.raises(NodeError) as raised:
        planted.run("SELECT\n  CAST(name AS INTEGER) FROM private.people", "stg_people")
    diagnostic = raised.value.diagnostics[0]
    assert diagnostic.code == "PT310"
    assert "a value of `name`" in diagnostic.message
    assert "line 2, column 3" in diagnostic.message


def test_too_large_a_number_does_not_fit(planted: Session) -> None:
    with pytest.raises(NodeError) as raised:
        planted.run("SELECT 9223372036854775807 + id FROM private.people", "sums")
    assert raised.value.diagnostics[0].code == "PT310"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (duckdb.OutOfMemoryException(f"Out of Memory Error: {PLANTED}"), "PT404"),
        (duckdb.OutOfMemoryException(f"Out of Memory Error: {PLANTED} max_temp_directory_size"), "PT405"),
        (duckdb.IOException(f"IO Error: {PLANTED} No space left on device"), "PT412"),
        (duckdb.IOException(f"IO Error: Could not set lock on file {PLANTED}"), "PT402"),
        (duckdb.IOException(f"IO Error: {PLANTED}: Permission denied"), "PT403"),
        (duckdb.IOException(f"IO Error: {PLANTED}"), "PT406"),
        (duckdb.PermissionException(f"Permission Error: {PLANTED}"), "PT403"),
        (duckdb.ResourceInUseException(f"Resource In Use Error: {PLANTED}"), "PT402"),
    ],
)
def test_what_is_wrong_outside_is_unavailable(error: duckdb.Error, code: str) -> None:
    found = failure(error, "people_public", "SELECT 1")
    assert isinstance(found, Unavailable)
    assert found.exit_code == 5
    assert found.diagnostics[0].code == code
    assert found.diagnostics[0].fixes
    assert PLANTED not in str(found)


@pytest.mark.parametrize(
    "kind", [duckdb.InternalException, duckdb.FatalException, duckdb.ConstraintException]
)
def test_any_other_error_gives_its_class_alone(kind: type[duckdb.Error]) -> None:
    found = failure(kind(f"Some Error: {PLANTED}"), "people_public", "SELECT 1")
    assert isinstance(found, NodeError)
    assert kind.__name__ in str(found)
    assert PLANTED not in str(found)


def test_an_interrupt_stays_one() -> None:
    with pytest.raises(KeyboardInterrupt), told("a"):
        raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")


def test_memory_that_is_too_small_is_told_with_a_way_out(planted: Session) -> None:
    planted.run("SET memory_limit = '20MB'; SET max_temp_directory_size = '1MB'", "a")
    with pytest.raises(Unavailable) as raised:
        planted.run(
            "CREATE TABLE private.b AS SELECT hash(range) AS h FROM range(20_000_000) ORDER BY h", "b"
        )
    assert raised.value.diagnostics[0].code in ("PT404", "PT405")
    assert "resources." in raised.value.diagnostics[0].fixes[0]
