"""A release is read with nothing else in reach, and answers one question at a time."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.engine.reader import query, tables
from personatwin_sql.errors import ProjectError, Unavailable


@pytest.fixture
def release(tmp_path: Path) -> Path:
    path = tmp_path / "court.duckdb"
    with duckdb.connect(str(path)) as connection:
        for statement in (
            "CREATE TABLE personas AS "
            "SELECT 'p' || range AS persona_id, 11 + range AS people, 'f' AS gender FROM range(20)",
            "COMMENT ON TABLE personas IS 'One row per persona.'",
            "CREATE SCHEMA _personatwin",
            "CREATE TABLE _personatwin.releases AS SELECT 1 AS version",
        ):
            connection.execute(statement).fetchall()
    return path


def test_a_query_gives_names_and_as_many_rows_as_asked_for(release: Path) -> None:
    assert query(release, "SELECT persona_id, people FROM personas ORDER BY people", 2) == (
        ("persona_id", "people"),
        [("p0", 11), ("p1", 12)],
    )
    assert query(release, "FROM personas WHERE people > 99", 5)[1] == []
    assert len(query(release, "FROM personas", 100)[1]) == 20


@pytest.mark.parametrize(
    "sql",
    [
        "FROM _personatwin.releases",
        "VALUES (1)",
        "PIVOT personas ON gender USING count(*)",
        "DESCRIBE personas",
        "SHOW ALL TABLES",
        "SUMMARIZE personas",
        "EXPLAIN SELECT 1",
        "SELECT 1;",
    ],
)
def test_whatever_only_reads_is_answered(release: Path, sql: str) -> None:
    names, rows = query(release, sql, 10)
    assert names
    assert rows


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELECT 1; SELECT 2",
        "INSERT INTO personas VALUES ('x', 1, 'f')",
        "CREATE TEMP TABLE a AS SELECT 1",
        "SET threads = 1",
        "SET VARIABLE a = 1",
        "ATTACH 'other.duckdb'",
        "COPY personas TO 'out.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "EXPORT DATABASE 'out'",
        "CHECKPOINT",
        "PRAGMA database_list",
        "CALL pragma_version()",
    ],
)
def test_any_other_statement_is_refused(release: Path, sql: str) -> None:
    with pytest.raises(ProjectError) as raised:
        query(release, sql, 10)
    assert raised.value.diagnostics[0].code == "PT330"
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{path}')",
        "SELECT * FROM '{path}'",
        "SELECT * FROM read_text('{path}')",
        "SELECT * FROM glob('{path}')",
        "SELECT * FROM read_parquet('{path}')",
        "SELECT * FROM release",
        "WITH gone AS (DELETE FROM personas RETURNING *) SELECT * FROM gone",
        "EXPLAIN ANALYZE DELETE FROM personas",
    ],
)
def test_nothing_besides_the_release_is_in_reach(release: Path, tmp_path: Path, sql: str) -> None:
    other = tmp_path / "private.csv"
    other.write_text("a\nZyxwvu\n")
    with pytest.raises(ProjectError) as raised:
        query(release, sql.format(path=other), 10)
    assert raised.value.diagnostics[0].code == "PT331"
    assert "Zyxwvu" not in str(raised.value)
    assert query(release, "SELECT count(*) FROM personas", 1)[1] == [(20,)]


def test_a_mistake_is_told_in_the_engines_words(release: Path) -> None:
    with pytest.raises(ProjectError, match='Referenced column "nope" not found'):
        query(release, "SELECT nope FROM personas", 10)
    with pytest.raises(ProjectError, match="Could not convert string 'p0' to INT32"):
        query(release, "SELECT persona_id::INTEGER FROM personas", 10)
    with pytest.raises(ProjectError, match="syntax error"):
        query(release, "SELEC", 10)


def test_tables_are_described_with_the_releases_own_last(release: Path) -> None:
    personas, releases = tables(release)
    assert (personas.schema, personas.name, personas.rows) == ("main", "personas", 20)
    assert personas.comment == "One row per persona."
    assert personas.columns == (("persona_id", "VARCHAR"), ("people", "BIGINT"), ("gender", "VARCHAR"))
    assert (releases.schema, releases.name, releases.comment) == ("_personatwin", "releases", "")


def test_without_a_release_there_is_a_way_to_one(tmp_path: Path) -> None:
    for read in (lambda path: query(path, "SELECT 1", 1), tables):
        with pytest.raises(Unavailable) as raised:
            read(tmp_path / "none.duckdb")
        assert raised.value.diagnostics[0].code == "PT408"
        assert raised.value.diagnostics[0].fixes == ("build the project: personatwin build",)
    assert not (tmp_path / "none.duckdb").exists()


def test_what_is_no_release_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "court.duckdb").write_text("Zyxwvu" * 10_000)
    with pytest.raises(Unavailable) as raised:
        query(tmp_path / "court.duckdb", "SELECT 1", 1)
    assert raised.value.diagnostics[0].code == "PT414"
    assert "Zyxwvu" not in str(raised.value)


def test_a_release_that_is_open_for_writing_is_unavailable(release: Path) -> None:
    code = f"import duckdb; c = duckdb.connect({str(release)!r}); print('held', flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Unavailable) as raised:
            query(release, "SELECT 1", 1)
        assert raised.value.diagnostics[0].code == "PT402"
    finally:
        holder.communicate("\n")


_LONG = """
import signal, sys
from pathlib import Path
from personatwin_sql.engine.reader import query
signal.signal(signal.SIGINT, signal.default_int_handler)
print("ready", flush=True)
try:
    query(Path(sys.argv[1]), "SELECT count(*) FROM range(10_000_000_000_000) t(i) WHERE hash(i) % 7 = 3", 1)
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_ctrl_c_stops_a_long_query_at_once(release: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", _LONG, str(release)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    try:
        assert process.wait(20) == 130
    finally:
        process.kill()
        process.wait()
