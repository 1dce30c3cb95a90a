"""No name of an author changes what the protection's SQL means: it is safe, or refused."""

from __future__ import annotations

import duckdb
import pytest

from personatwin_sql.compile.aggregate.reader import read_aggregate
from personatwin_sql.errors import ProjectError
from tests.private_shapes import shape
from tests.property.neighbours import Database, connected, exact
from tests.unit.compile.aggregate.relations import parsed, relations

_NAMES = (
    "keys", "contributions", "gathered", "crowded", "chosen", "numbered", "bounded", "noisy", "exact",
    "key_1", "people", "people_",
)  # fmt: skip
SAFE = (
    "SELECT county, count(*) AS visits FROM private.events WHERE visits > 2 GROUP BY county",
    "SELECT visits AS v, count(*) AS visits FROM private.events GROUP BY 1",
    "SELECT count(*) AS visits, visits AS v FROM private.events GROUP BY 2",
    "SELECT county, count(*) FILTER (WHERE visits > 2) AS visits, count(*) FILTER (WHERE visits > 1) AS n"
    " FROM private.events GROUP BY county",
    "SELECT kind AS county, county AS kind, count(*) AS n FROM private.events GROUP BY ALL",
    "SELECT kind AS county, count(*) FILTER (WHERE county = 'ash') AS n FROM private.events GROUP BY ALL",
    "SELECT kind AS visits, sum(visits) AS n FROM private.events GROUP BY ALL",
    "SELECT county AS people, count(*) FILTER (WHERE visits > 1) AS n FROM private.events GROUP BY ALL",
    *(
        sql.format(name)
        for name in _NAMES
        for sql in (
            'SELECT county AS "{0}", count(*) AS n FROM private.events GROUP BY ALL',
            'SELECT county, count(*) AS "{0}" FROM private.events GROUP BY ALL',
            'SELECT county, count(*) AS n FROM private.events AS "{0}" GROUP BY ALL',
        )
    ),
    "WITH keys AS (SELECT * FROM private.events) SELECT county, count(*) AS n FROM keys GROUP BY county",
    "WITH pt_person AS (SELECT * FROM private.events) SELECT county, count(*) AS n FROM pt_person GROUP BY 1",
)
REFUSED = (
    "SELECT county, count(*) AS n, count(kind) AS N FROM private.events GROUP BY ALL",
    "SELECT county, count(*) AS COUNTY FROM private.events GROUP BY 1",
    "SELECT county AS pt_person, count(*) AS n FROM private.events GROUP BY 1",
    "SELECT county AS PT_ROWS, count(*) AS n FROM private.events GROUP BY 1",
    "SELECT county, count(*) AS pt_set FROM private.events GROUP BY 1",
    "SELECT county, avg(visits) AS x, count(*) AS x__values FROM private.events GROUP BY 1",
    "WITH gathered AS (SELECT * FROM private.events) SELECT county, count(*) AS n FROM gathered GROUP BY 1",
    "WITH chosen AS (SELECT * FROM private.events) SELECT county, count(*) AS n FROM chosen GROUP BY 1",
    "WITH Bounded AS (SELECT * FROM private.events) SELECT county, count(*) AS n FROM Bounded GROUP BY 1",
)


def rows() -> Database:
    counties, kinds = ("ash", "oak"), ("a", "b", None)
    events = tuple(
        (f"p{at % 5}", counties[at % 2], kinds[at % 3], float(at % 7), at % 4, "2020-01-01")
        for at in range(60)
    )
    return Database(events, (("p0", "ash"), ("p1", "oak")))


@pytest.mark.parametrize("sql", SAFE)
def test_where_nobody_is_beyond_the_bounds_the_exact_table_is_what_the_author_asked_for(sql: str) -> None:
    bounds = {"visits": (0, 9)} if "sum(" in sql else {}
    wide = {"max_groups": 1000, "max_rows_per_group": 1000}
    found = shape(sql, epsilon=1, delta="1e-6", keys="private", bounds=bounds, **wide)
    assert all(guarantee.is_proven for guarantee in found.guarantees().values())
    with connected() as connection:
        cells = exact(connection, found, rows())
        asked = connection.execute(sql).fetchall()
    keys = [key.name for key in found.aggregation.aggregate.keys]
    columns = [column.name for column in found.aggregation.components.columns]
    exactly = [
        dict(zip(("pt_set", *keys, *columns), (*cell, *values), strict=True))
        for cell, values in cells.items()
    ]
    wanted = found.aggregation.aggregate.columns
    assert sorted(map(str, asked)) == sorted(str(tuple(row[name] for name in wanted)) for row in exactly)


@pytest.mark.parametrize("sql", REFUSED)
def test_a_name_that_the_protection_uses_is_refused(sql: str) -> None:
    with pytest.raises(ProjectError) as raised:
        read_aggregate(parsed(sql), relations)
    (problem,) = raised.value.diagnostics
    assert problem.code == "PT629"
    assert problem.fixes


def test_an_alias_never_stands_for_a_column_of_the_source() -> None:
    """The engine takes the column, not the constant 1 of the same name beside it."""
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT 1 AS visits, visits AS k FROM (VALUES (7), (0)) AS t (visits) WHERE visits > 3"
        ).fetchall()
    assert found == [(1, 7)]
