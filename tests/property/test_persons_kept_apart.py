"""DuckDB as the oracle of the guard: nothing fails, and nobody changes what others bring."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import product

import duckdb
import pytest

from personatwin_sql.compile.aggregate.calls import OF_COLUMNS
from personatwin_sql.compile.aggregate.flow import Refused
from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.aggregate.reader import read_aggregate
from personatwin_sql.compile.aggregate.total import Total
from personatwin_sql.compile.sql_reader import read_tree
from personatwin_sql.errors import ProjectError
from tests.unit.compile.aggregate.relations import TABLES, parsed, relations
from tests.unit.compile.select_cases import Case, cases

TAKEN = cases("aggregates_taken.sql")
PEOPLE = ("a", "b", "C", "c", "", "17")
TEXTS = (None, "", "a", "b", "A", "jail", "1", "2020-01-01", "nan", "ß👩‍👩", "\x00", "%_\\", "x" * 5_000)
NUMBERS = (None, 0.0, -0.5, 3.0, 1e308, -1e308, float("inf"), float("-inf"), float("nan"))
WHOLE = (None, 0, 1, 3, 7, -1, 2**63 - 1, -(2**63))
DAYS = (None, "0001-01-01", "9999-12-31", "2020-02-29", "2020-02-29", "2023-12-31")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("CREATE SCHEMA private; CREATE SCHEMA release")
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {name} {columns}")
        yield connection


def fill(connection: duckdb.DuckDBPyConnection, draw: random.Random) -> None:
    """Rows of six people at most, with whatever a source can hold."""
    for table in TABLES:
        connection.execute(f"DELETE FROM {table}")
    for _ in range(draw.randint(0, 25)):
        row = (draw.choice((None, *PEOPLE)), *draw.choices(TEXTS[:8], k=1), draw.choice(TEXTS))
        connection.execute(
            "INSERT INTO private.events VALUES (?, ?, ?, ?, ?, ?)",
            (*row, draw.choice(NUMBERS), draw.choice(WHOLE), draw.choice(DAYS)),
        )
    for _ in range(draw.randint(0, 8)):
        connection.execute(
            "INSERT INTO private.people VALUES (?, ?)", (draw.choice(PEOPLE), draw.choice(TEXTS[:8]))
        )
    for county in ("a", "b", "b", None):
        connection.execute("INSERT INTO release.regions VALUES (?, ?)", (county, draw.choice(TEXTS[:6])))


def contributions(aggregate: Aggregate, connection: duckdb.DuckDBPyConnection) -> Counter[str]:
    """What each person brings: keys, values and conditions, as text."""
    values = [f"CAST({measure.value} AS DOUBLE)" for measure in aggregate.measures if measure.value]
    only = [f"CASE WHEN {measure.only} THEN 1 END" for measure in aggregate.measures if measure.only]
    items = ", ".join([aggregate.unit, *(key.sql for key in aggregate.keys), *values, *only])
    rows = connection.execute(f"{aggregate.with_sql} SELECT {items} {aggregate.rows_sql}").fetchall()
    return Counter(str(row) for row in rows if row[0] is not None)


@pytest.mark.parametrize("case", TAKEN)
def test_without_one_person_everybody_else_brings_the_same(
    case: Case, connection: duckdb.DuckDBPyConnection
) -> None:
    aggregate = read_aggregate(parsed(case.sql, "differential_privacy"), relations)
    draw = random.Random(case.name)
    for _ in range(3):
        fill(connection, draw)
        everybody = contributions(aggregate, connection)
        person = draw.choice(PEOPLE)
        others = Counter({row: n for row, n in everybody.items() if not row.startswith(f"({person!r},")})
        for table in ("events", "people"):
            connection.execute(f"DELETE FROM private.{table} WHERE person_id = ?", (person,))
        assert contributions(aggregate, connection) == others


COLUMNS = {
    "t": "text", "i": "integer", "h": "huge", "n": "number", "b": "boolean", "d": "date", "s": "timestamp",
    "wd": "wide date", "ws": "wide timestamp", "u": "unit",
}  # fmt: skip
ROWS = """
    SELECT t, i, CAST(i AS HUGEINT) * 4 AS h, n, i > 0 AS b, d, CAST(d AS TIMESTAMP) AS s, wd, ws, t AS u
    FROM (VALUES (NULL), (''), ('a'), ('ß👩‍👩'), ('1'), (repeat('x', 3000)), (chr(0)), ('%_\\\\')) AS texts(t)
    CROSS JOIN (VALUES
        (NULL, NULL, NULL, NULL, NULL),
        (9223372036854775807, 'nan'::DOUBLE, DATE '0001-01-01', DATE 'infinity', TIMESTAMP 'infinity'),
        (-9223372036854775807 - 1, 1e308, DATE '9999-12-31', DATE '-infinity', TIMESTAMP '-infinity'),
        (0, -1e308, DATE '2020-02-29', DATE '5881580-07-10', TIMESTAMP '294247-01-10 04:00:54'),
        (
            -1, 'inf'::DOUBLE, DATE '1970-01-01', DATE '5877642-06-25 (BC)',
            TIMESTAMP '290309-12-22 (BC) 00:00:00'
        ),
        (1, '-inf'::DOUBLE, DATE '2020-12-31', DATE '2020-01-01', TIMESTAMP '2020-02-29 12:00:00.5')
    ) AS rest(i, n, d, wd, ws)
"""
WRITTEN = (
    "'a'",
    "'1'",
    "'2020-01-31'",
    "'true'",
    "1",
    "-1",
    "2.5",
    "1e5",
    "true",
    "NULL",
    "2 * 3",
    "1000000",
)
SIGNS = ("+", "-", "*", "/", "//", "%", "**", "=", "<>", "<", ">=", "IS DISTINCT FROM", "||", "LIKE", "AND")
TARGETS = (
    "VARCHAR",
    "BIGINT",
    "SMALLINT",
    "DOUBLE",
    "FLOAT",
    "DATE",
    "TIMESTAMP",
    "BOOLEAN",
    "DECIMAL(9, 2)",
)
AT_PLACES = {
    "text": ("t", "'a'"), "date": ("d", "s", "wd", "ws"), "near": ("d", "s"), "number": ("n", "i", "2.5"),
    "double": ("n",), "any": ("t", "i", "n", "b", "wd", "ws", "h"), "'text'": ("''", "'x'"),
    "number written": ("0", "-3", "2000000000"), "digits": ("0", "15"), "pattern": ("'^(a|b)*[x-z]{2}$'",),
    "part": ("'dow'", "'decade'", "'microsecond'", "'era'"), "unit": ("'week'", "'century'"),
    "format": ("'%a %A %b %B %p %f %u %w %U %W %% %-d %-m %y %H:%I:%M:%S %j'",),
    "format read": ("'%Y-%m-%d %H:%M:%S'", "'%b %B %d %y %j %f'"), "option": ("'i'",),
}  # fmt: skip
TYPES = {
    "integer": {"BIGINT", "INTEGER", "SMALLINT", "TINYINT"}, "huge": {"HUGEINT", "BIGINT"},
    "number": {"DOUBLE", "FLOAT", "BIGINT", "INTEGER"}, "decimal": set(), "text": {"VARCHAR"},
    "boolean": {"BOOLEAN"}, "date": {"DATE"}, "timestamp": {"TIMESTAMP"}, "wide date": {"DATE"},
    "wide timestamp": {"TIMESTAMP"}, "unit": {"VARCHAR"},
}  # fmt: skip


def expressions() -> Iterator[str]:
    """Operators, casts, branches and functions over each kind of column."""
    sides = (*COLUMNS, *WRITTEN)
    for one, sign, other in product(sides, SIGNS, sides):
        if one in COLUMNS or other in COLUMNS:
            yield f"{one} {sign} {other}"
            if sign in SIGNS[:7]:
                yield f"TRY({one} {sign} {other})"
    for one, other in product(COLUMNS, sides):
        yield f"CASE WHEN b THEN {one} ELSE {other} END"
        yield f"coalesce({one}, {other})"
        yield f"greatest({one}, {other}, {one})"
        yield f"nullif({one}, {other})"
        yield f"{one} IN ({other}, {one})"
        yield f"{one} BETWEEN {other} AND {other}"
    for one, target, cast in product(sides, TARGETS, ("CAST", "TRY_CAST")):
        yield f"{cast}({one} AS {target})"
        yield f"TRY(CAST({one} AS {target}))"
    for one in sides:
        yield from (f"-({one})", f"NOT {one}", f"{one} IS TRUE", f"{one} IS NULL", f"TRY(-({one}))")
        yield from (f"TRY({one} + INTERVAL 3 MONTH)", f"TRY({one} + 1)", f"TRY({one} - d)")
        yield from (f"extract('month' FROM {one})", f"if({one}, 1, 2)", f"TRY(date_trunc('month', {one}))")
        yield from (
            f"TRY({name}({one}))" for name in ("sqrt", "ln", "exp", "trunc", "abs", "sign", "last_day")
        )
    yield from calls()


def calls() -> Iterator[str]:
    for name, call in OF_COLUMNS.items():
        for count in range(call.needed, len(call.places) + 1):
            for given in product(*(AT_PLACES[place] for place in call.places[:count])):
                if name in ("date_trunc", "datetrunc"):
                    yield f"{name}({given[1]}, {given[0]})"
                elif name in ("date_diff", "datediff"):
                    yield f"{name}({given[2]}, {given[0]}, {given[1]})"
                else:
                    yield f"{name}({', '.join(given)})"


def kind_of(expression: str) -> str | None:
    """The kind that the guard sees; None where it refuses."""
    try:
        tree = read_tree(parsed(f"SELECT {expression} AS x FROM private.rows"))
        total = Total(tree, lambda column: COLUMNS.get(column.name), lambda _: [])
        return total.kind(tree.query.expressions[0].this)
    except (Refused, ProjectError):
        return None


def test_what_the_guard_takes_never_fails_and_is_of_the_kind_that_it_says() -> None:
    taken = {each: kind for each in expressions() if (kind := kind_of(each)) is not None}
    wrong = {}
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE extremes AS {ROWS}")
        for expression, kind in taken.items():
            try:
                connection.execute(f"CREATE OR REPLACE TABLE found AS SELECT {expression} AS x FROM extremes")
            except duckdb.BinderException:
                continue  # whoever is there
            except duckdb.Error as error:
                wrong[expression] = str(error)[:90]
                continue
            ((found,),) = connection.execute("SELECT any_value(typeof(x)) FROM found").fetchall()
            if kind != "null" and found != '"NULL"' and found.split("(")[0] not in TYPES[kind] | {"DECIMAL"}:
                wrong[expression] = f"{kind}, not {found}"
    assert wrong == {}
    assert len(taken) > 1_000


@pytest.mark.parametrize("name", sorted(OF_COLUMNS))
def test_each_function_of_columns_is_taken_in_some_form(name: str) -> None:
    own = [each for each in calls() if each.startswith(f"{name}(")]
    assert any(kind_of(each) is not None for each in own), own[:3]
