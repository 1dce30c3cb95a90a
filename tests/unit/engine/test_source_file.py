"""Files of every kind, well-formed or not: their columns, or why not, and never a word of what is in them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from datetime import date

import pytest
from table_source import PLANTED, TableSource, column, names, refused

from personatwin_sql.engine.session import Session
from personatwin_sql.engine.sources import describe, inspect, load
from personatwin_sql.errors import Unavailable
from personatwin_sql.spec.project import SourceTable


@pytest.mark.parametrize(
    "name", ["da*ta.csv", "data[1].csv", "da?ta.csv", "it's.csv", "dä ta.csv", "DATA.CSV"]
)
def test_a_path_is_one_file_and_no_pattern(source: TableSource, session: Session, name: str) -> None:
    source.file("daXta.csv", "a,b\nwrong,wrong\n")
    source.file("data1.csv", "a,b\nwrong,wrong\n")
    source.file(name, "a,b\n1,x\n")
    _, rows = source.loaded(session, source.bound(name, {"a": column(), "b": column()}, "records"))
    assert rows == [("1", "x")]


@pytest.mark.parametrize(
    "name",
    ["select", "order by", "Ünïcode 漢字", 'with "quotes"', "it's", "MiXed", "1st", "a.b", "{x}", "$1"],
)
def test_any_name_of_a_column_will_do(source: TableSource, session: Session, name: str) -> None:
    quoted = name.replace('"', '""')
    source.file("data.csv", f'id,"{quoted}"\n1,x\n')
    source.file("data.json", json.dumps([{"id": "1", name: "x"}]))
    source.parquet("data.parquet", f"SELECT '1' AS id, 'x' AS \"{quoted}\"")
    source.database(
        "data.duckdb", f'CREATE TABLE t (id VARCHAR, "{quoted}" VARCHAR)', "INSERT INTO t VALUES ('1', 'x')"
    )
    for number, (path, table) in enumerate(
        [("data.csv", None), ("data.json", None), ("data.parquet", None), ("data.duckdb", "t")]
    ):
        given = {} if table is None else {"table": table}
        bound = source.bound(path, {"id": column(), name: column()}, f"records{number}", **given)
        _, rows = source.loaded(session, bound)
        assert rows == [("1", "x")]
        assert session.columns(bound.relation)[1][0] == name


@pytest.mark.parametrize(
    "content",
    [
        '[{"a": 1, "b": "x"}, {"a": null, "b": "y", "c": {"d": [1]}}]',
        '{"a": 1, "b": "x"}\n{"a": null, "b": "y", "c": {"d": [1]}}\n',
        '\ufeff{"a": 1, "b": "x"}\n{"b": "y", "c": {"d": [1]}}\n',
    ],
)
@pytest.mark.parametrize("ending", ["json", "jsonl", "ndjson"])
def test_json_comes_as_an_array_or_an_object_a_line(
    source: TableSource, session: Session, content: str, ending: str
) -> None:
    source.file(f"data.{ending}", content)
    assert names(source, f"data.{ending}") == ["a", "b", "c"]
    columns = {"a": column(type="integer"), "b": column(), "c": column()}
    _, rows = source.loaded(session, source.bound(f"data.{ending}", columns, "records"))
    assert rows == [(1, "x", None), (None, "y", '{"d":[1]}')]


def test_one_column_of_json_is_its_values_not_the_objects(source: TableSource, session: Session) -> None:
    source.file("data.json", '[{"a": "x"}, null, {"a": null}, {}]')
    _, rows = source.loaded(session, source.bound("data.json", {"a": column()}, "records"))
    assert rows == [("x",), (None,), (None,), (None,)]


def test_a_key_that_only_the_last_object_has_is_a_column(source: TableSource) -> None:
    source.file("data.jsonl", '{"a": 1}\n' * 30_000 + '{"a": 1, "surprise": 2}\n')
    assert names(source, "data.jsonl") == ["a", "surprise"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (f'{{"a": "{PLANTED}"', "PT305"),
        (f'{{"a": 1}}\n{{"a": "{PLANTED}\n', "PT305"),
        (f'{{"a": 1}}\n["{PLANTED}"]\n', "PT305"),
        (f'{{"a": "{PLANTED}", "a": 2}}\n', "PT305"),
        (f'[{{"a": "{PLANTED}"}}, 5]', "PT305"),
        (f'{{"a": "{PLANTED}", "A": 2}}\n', "PT304"),
        (f'{{"a": 1, "": "{PLANTED}"}}\n', "PT304"),
        ('["x"]', "PT304"),
        ("[]", "PT304"),
        ("", "PT304"),
    ],
)
def test_broken_json_is_an_error(source: TableSource, session: Session, content: str, code: str) -> None:
    source.file("data.json", content)
    assert refused(source, session, "data.json") == code


def test_latin1_in_json_is_an_error(source: TableSource, session: Session) -> None:
    source.file("data.json", f'{{"a": "{PLANTED} José"}}'.encode("latin1"))
    assert refused(source, session, "data.json") == "PT305"


def test_parquet_of_every_type_is_read(source: TableSource, session: Session) -> None:
    source.parquet(
        "data.parquet",
        "SELECT 1 AS a, [1, 2] AS list, {'x': 1, 'y': {'z': [2]}} AS struct, MAP {'k': 1} AS map, "
        "2.5::DECIMAL(5,2) AS b",
    )
    assert names(source, "data.parquet") == ["a", "list", "struct", "map", "b"]
    columns = {name: column() for name in ("a", "list", "struct", "map", "b")}
    _, rows = source.loaded(session, source.bound("data.parquet", columns, "records"))
    assert rows == [("1", "[1, 2]", "{'x': 1, 'y': {'z': [2]}}", "{k=1}", "2.50")]


def test_parquet_columns_that_differ_in_case_only_are_an_error(source: TableSource, session: Session) -> None:
    path = source.parquet("data.parquet", "SELECT 1 AS colx, 2 AS coly")
    path.write_bytes(path.read_bytes().replace(b"coly", b"COLX"))
    assert refused(source, session, "data.parquet") == "PT304"


@pytest.mark.parametrize("content", [b"", b"PAR1xxxxPAR1", f"{PLANTED},not parquet\n".encode() * 10])
def test_what_is_no_parquet_is_an_error(source: TableSource, session: Session, content: bytes) -> None:
    source.file("data.parquet", content)
    assert refused(source, session, "data.parquet") == "PT305"


def test_a_table_of_a_duckdb_file_is_read_and_the_file_let_go(source: TableSource, session: Session) -> None:
    path = source.database(
        "data.duckdb",
        "CREATE TABLE t AS SELECT 1 AS a, 'x'::ENUM('x', 'Zyxwvu') AS b",
        "CREATE SCHEMA s",
        "CREATE TABLE s.t AS SELECT 2 AS a, 'y' AS b",
        "CREATE VIEW v AS SELECT 3 AS a, 'z' AS b",
    )
    found = describe(source.root, SourceTable(path="data.duckdb", table="t"))
    assert found == (("a", "INTEGER"), ("b", "ENUM"))
    for number, (table, expected) in enumerate([("t", ("1", "x")), ("s.t", ("2", "y")), ("v", ("3", "z"))]):
        bound = source.bound("data.duckdb", {"a": column(), "b": column()}, f"records{number}", table=table)
        assert source.loaded(session, bound)[1] == [expected]
    source.database(path.name, "CREATE TABLE still_writable AS SELECT 1")


def test_a_duckdb_file_needs_a_table_that_it_has(source: TableSource, session: Session) -> None:
    source.database("data.duckdb", "CREATE TABLE t AS SELECT 1 AS a")
    assert refused(source, session, "data.duckdb") == "PT306"
    assert refused(source, session, "data.duckdb", table="nope") == "PT306"
    assert refused(source, session, "data.duckdb", table="no.nope") == "PT306"


def test_what_is_no_duckdb_file_is_an_error(source: TableSource, session: Session) -> None:
    source.file("data.duckdb", f"{PLANTED}\n" * 1000)
    assert refused(source, session, "data.duckdb", table="t") == "PT305"


def test_a_locked_duckdb_file_is_unavailable(source: TableSource, session: Session) -> None:
    path = source.database("data.duckdb", "CREATE TABLE t AS SELECT 1 AS a")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb; c = duckdb.connect({str(path)!r}); print('held', flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Unavailable) as raised:
            describe(source.root, SourceTable(path="data.duckdb", table="t"))
        assert raised.value.diagnostics[0].code == "PT402"
        assert "data.duckdb" in str(raised.value)
    finally:
        holder.communicate("\n")


@pytest.mark.parametrize(
    "path", ["gone.csv", "gone.parquet", "gone.json", "gone.duckdb", "https://example.org/a.csv"]
)
def test_a_file_that_is_not_there_is_unavailable(source: TableSource, session: Session, path: str) -> None:
    table = {"table": "t"} if path.endswith("duckdb") else {}
    assert refused(source, session, path, **table) == "PT401"


def test_a_folder_is_no_file(source: TableSource, session: Session) -> None:
    (source.root / "data.csv").mkdir()
    assert refused(source, session, "data.csv") == "PT401"


def test_a_file_that_vanishes_after_it_was_looked_at_is_unavailable(
    source: TableSource, session: Session
) -> None:
    for path, content in {"a.csv": "a,b\n1,x\n", "a.json": '{"a": 1}'}.items():
        source.file(path, content)
        bound = source.bound(path, {"a": column()}, "records")
        file = inspect(bound.root, bound.table)
        (source.root / path).unlink()
        with pytest.raises(Unavailable) as raised:
            load(session, bound, file, frozenset({"a"}), date(2024, 1, 1))
        assert raised.value.diagnostics[0].code == "PT401"


@pytest.mark.parametrize("path", ["data.xlsx", "data", "data.parquet.gz", "data.zip"])
def test_an_unknown_ending_is_told(source: TableSource, session: Session, path: str) -> None:
    source.file(path, "a,b\n1,x\n")
    assert refused(source, session, path) == "PT306"


def test_a_table_of_a_csv_file_makes_no_sense(source: TableSource, session: Session) -> None:
    source.file("data.csv", "a,b\n1,x\n")
    assert refused(source, session, "data.csv", table="t") == "PT306"
    assert refused(source, session, "data.csv", delimiter="ab") == "PT306"


def test_what_is_called_gzip_must_be_one(source: TableSource, session: Session) -> None:
    source.file("data.csv.gz", f"a,b\n1,{PLANTED}\n")
    assert refused(source, session, "data.csv.gz") == "PT305"
    source.file("cut.csv.gz", gzip.compress(f"a,b\n1,{PLANTED}\n".encode())[:-12])
    assert refused(source, session, "cut.csv.gz") == "PT305"
