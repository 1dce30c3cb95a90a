"""A model that only picks columns is read where they are; every other one is a table of its own."""

from __future__ import annotations

import pytest
import sqlglot

from personatwin_sql.compile.plain_select import picks_columns_only


def read(sql: str) -> bool:
    return picks_columns_only(sqlglot.parse_one(sql, dialect="duckdb"))


@pytest.mark.parametrize(
    "sql", ["SELECT a, b FROM s.t", "SELECT t.a AS b FROM s.t AS t", 'SELECT "a b" AS c FROM t']
)
def test_columns_by_name_are_picked(sql: str) -> None:
    assert read(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM t",
        "SELECT t.* FROM t",
        "SELECT a + 1 AS a FROM t",
        "SELECT CAST(a AS INTEGER) AS a FROM t",
        "SELECT a FROM t WHERE a > 1",
        "SELECT DISTINCT a FROM t",
        "SELECT a FROM t LIMIT 1",
        "SELECT a FROM t ORDER BY a",
        "SELECT a FROM t GROUP BY a",
        "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1",
        "SELECT t.a FROM t, u",
        "SELECT t.a FROM t JOIN u ON t.a = u.a",
        "SELECT a FROM t TABLESAMPLE 10%",
        "SELECT a FROM (SELECT a FROM t)",
        "WITH t AS (SELECT 1 AS a) SELECT a FROM t",
        "SELECT a FROM t UNION ALL SELECT a FROM u",
        "SELECT 1 AS a",
        "SELECT a FROM range(3) AS t (a)",
    ],
)
def test_whatever_does_more_is_computed_once(sql: str) -> None:
    assert not read(sql)
