"""A session with the tables of a small release, and private ones beside them; and processes that publish."""

from __future__ import annotations

import subprocess
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from court_release import PLANTED, release_of

from personatwin_sql.release.result import Release
from tests.started_processes import Python

Publish = Callable[..., "subprocess.CompletedProcess[str]"]
SCRIPT = """
import os, resource, signal, sys
sys.path.insert(0, {here!r})
from dataclasses import replace
from pathlib import Path
import duckdb
from court_release import PERSONAS, guarantee, release_of
from personatwin_sql.engine import publish_file
from personatwin_sql.errors import Unavailable
from personatwin_sql.release import publish as module
folder = Path(sys.argv[1])
path, private = folder / "release" / "county_court.duckdb", folder / ".personatwin"
connection = duckdb.connect(str(folder / "session.duckdb"))
connection.execute("SET enable_progress_bar = false; CREATE SCHEMA release")
connection.execute(
    "CREATE TABLE release.personas AS SELECT sha256(i::VARCHAR) AS persona_id, 12 AS people, "
    "md5(i::VARCHAR) AS age, 'f' AS gender FROM range({rows}) t(i)"
)
release = release_of(replace(PERSONAS, rows={rows}))
{body}
"""


@pytest.fixture
def release() -> Release:
    return release_of()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "release" / "county_court.duckdb"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session's file with the released tables, and private ones beside them."""
    (tmp_path / ".personatwin").mkdir(mode=0o700)
    with duckdb.connect(str(tmp_path / ".personatwin" / "session.duckdb")) as connection:
        connection.execute(f"""
            CREATE SCHEMA release; CREATE SCHEMA private;
            SET VARIABLE release_secret = 'only a test';
            CREATE TABLE private.stg_people AS
                SELECT 'p' || i AS person_id, '{PLANTED}' || i AS name FROM range(61) t(i);
            CREATE TABLE private.people_public__units AS
                SELECT person_id, CASE WHEN person_id <> 'p0' THEN 1 END AS class_id FROM private.stg_people;
            CREATE TYPE shade AS ENUM ('low', 'high', '{PLANTED}');
            CREATE TABLE release.people_public AS
                SELECT CASE WHEN i < 30 THEN '20-29' END AS age,
                       CASE WHEN i < 13 OR i >= 30 THEN 'f' ELSE 'm' END AS gender,
                       CAST(CASE WHEN i % 2 = 0 THEN 'low' ELSE 'high' END AS shade) AS screening
                FROM range(60) t(i) ORDER BY ALL;
            CREATE TABLE release.personas AS
                SELECT 'p' || i AS persona_id, (12 + 2 * i)::HUGEINT AS people, '20-29' AS age, 'f' AS gender
                FROM range(4) t(i) ORDER BY ALL;
            CREATE TABLE release.persona_events AS
                SELECT 'persona_quarter' AS level, 'p' || (i % 4) AS persona_id, '2025-Q1' AS period,
                       'arrest' AS event_type, 6::BIGINT AS people, sum(7 + i) AS events
                FROM range(8) t(i) GROUP BY i ORDER BY ALL;
            CREATE TABLE release.persona_patterns AS
                SELECT persona_id, sum(events) AS events
                FROM release.persona_events GROUP BY ALL ORDER BY ALL;
        """)
        yield connection


@pytest.fixture
def run(tmp_path: Path, python: Python) -> Publish:
    """Runs lines, in a process of its own, that publish a session's table of so many rows."""

    def published(body: str, rows: int = 50_000, folder: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        here = str(Path(__file__).parent)
        return python(SCRIPT.format(here=here, rows=rows, body=textwrap.dedent(body)), folder)

    return published
