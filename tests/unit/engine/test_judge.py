"""DuckDB's parser accepts a model, or says at which place of the file it does not."""

from __future__ import annotations

import pytest

from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.engine.judge import check_syntax
from personatwin_sql.errors import Diagnostic, Place


def judged(sql: str) -> Diagnostic | None:
    model = ParsedModel(
        name="a",
        path="models/a.sql",
        sql=sql,
        config={},
        places={},
        refs=(),
        sources=(),
        ref_places={},
        access="private",
        text=sql,
    )
    return check_syntax(model.sql, model.place)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "SELECT 1;",
        "(SELECT 1)",
        "FROM people",
        "VALUES (1)",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "SELECT 1 UNION ALL SELECT 2 -- the end",
        "PIVOT people ON gender USING count(*)",
        "SELECT 'insert' AS \"delete\", updated FROM merged",
        "SELECT * EXCLUDE (a) REPLACE (b + 1 AS b) FROM t QUALIFY row_number() OVER () = 1",
    ],
)
def test_one_select_in_any_form_is_accepted(sql: str) -> None:
    assert judged(sql) is None


@pytest.mark.parametrize(
    ("sql", "place", "said"),
    [
        ("SELEC 1", (1, 1, 5), '"SELEC"'),
        ("SELECT age\nFROM people\nWHERE AND", (3, 7, 3), '"AND"'),
        ("SELECT 'é', ) FROM people", (1, 13, 1), '")"'),
        ("SELECT\n  'open FROM people", (2, 3, None), "unterminated"),
        ("SELECT 1 /* open", (1, 10, None), "unterminated"),
    ],
)
def test_a_mistake_is_told_with_its_place(sql: str, place: tuple[int, int, int | None], said: str) -> None:
    found = judged(sql)
    assert found is not None
    assert found.code == "PT108"
    assert said in found.message
    assert isinstance(found.place, Place)
    assert (found.place.path, found.place.line, found.place.column) == ("models/a.sql", *place[:2])
    if place[2] is not None:
        assert found.place.length == place[2]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("", "is empty"),
        ("-- nothing", "is empty"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("INSERT INTO a VALUES (1)", "INSERT"),
        ("CREATE TABLE a AS SELECT 1", "CREATE"),
        ("COPY (SELECT 1) TO 'x.csv'", "COPY"),
        ("SET threads = 1", "SET"),
        ("ATTACH 'x.duckdb'", "ATTACH"),
        ("PRAGMA version", "PRAGMA"),
        ("EXPLAIN SELECT 1", "EXPLAIN"),
        ("WITH gone AS (DELETE FROM people RETURNING *) SELECT * FROM gone", "changes tables"),
        ("WITH a AS (INSERT INTO b VALUES (1) RETURNING *) FROM a", "changes tables"),
        ("WITH a AS (UPDATE b SET x = 1 RETURNING *) FROM a", "changes tables"),
    ],
)
def test_anything_but_one_select_is_refused(sql: str, said: str) -> None:
    found = judged(sql)
    assert found is not None
    assert found.code == "PT109"
    assert said in found.message
