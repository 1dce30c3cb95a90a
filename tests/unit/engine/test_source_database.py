"""Tables of SQLite and Postgres: read by an extension that is there, never fetched, and no secret is told."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest
from table_source import PEOPLE, PLANTED, TODAY, TableSource, counts

from personatwin_sql.engine.session import Session
from personatwin_sql.engine.source_database import ATTACHED, Database
from personatwin_sql.engine.source_file import inspect
from personatwin_sql.engine.sources import load
from personatwin_sql.errors import NodeError, Unavailable


def has_scanner(kind: str) -> bool:
    try:
        with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
            connection.execute(f"LOAD {kind}")
    except duckdb.Error:
        return False
    return True


needs_sqlite = pytest.mark.skipif(not has_scanner("sqlite"), reason="this DuckDB has no extension `sqlite`")


@pytest.fixture
def court(tmp_path: Path) -> Path:
    path = tmp_path / "court.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE people (person_id, age INTEGER, gender TEXT)")
        database.executemany(
            "INSERT INTO people VALUES (?, ?, ?)", [(1, 32, "f"), ("x2", "40", None), (None, 5, "m")]
        )
    database.close()
    return path


@pytest.mark.parametrize(
    ("kind", "address", "attach", "relation"),
    [
        (
            "sqlite",
            "/a/it's.db",
            "ATTACH '/a/it''s.db' AS source_file (TYPE sqlite, READ_ONLY)",
            "main.people",
        ),
        (
            "postgres",
            "host=db password=x'y",
            "ATTACH 'host=db password=x''y' AS source_file (TYPE postgres, READ_ONLY)",
            "public.people",
        ),
    ],
)
def test_a_database_is_attached_by_its_scanner_and_for_reading_only(
    kind: str, address: str, attach: str, relation: str
) -> None:
    found = Database(kind, address, "as written", None)  # type: ignore[arg-type]
    assert found.attaching == attach
    assert found.relation("people").replace('"', "") == f"{ATTACHED}.{relation}"
    assert found.relation("archive.people").replace('"', "") == f"{ATTACHED}.archive.people"
    assert address not in repr(found)


@pytest.mark.skipif(has_scanner("sqlite"), reason="the extension is there")
def test_without_the_extension_the_way_to_install_it_is_told(source: TableSource, court: Path) -> None:
    bound = source.bound("", PEOPLE, sqlite="court.db", table="people")
    with pytest.raises(Unavailable) as raised:
        inspect(bound.root, bound.table, bound.place)
    (problem,) = raised.value.diagnostics
    assert (problem.code, problem.place) == ("PT347", bound.place)
    assert "INSTALL sqlite" in problem.fixes[0]


def test_a_variable_that_is_not_set_is_named(source: TableSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURT_DB", raising=False)
    bound = source.bound("", PEOPLE, postgres="env:COURT_DB", table="people", epoch=1)
    with pytest.raises(Unavailable, match="`COURT_DB`") as raised:
        inspect(bound.root, bound.table, bound.place)
    assert raised.value.diagnostics[0].code == "PT346"


def test_the_way_to_a_server_is_never_told(source: TableSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURT_DB", f"host=127.0.0.1 port=1 connect_timeout=1 password={PLANTED}")
    bound = source.bound("", PEOPLE, postgres="env:COURT_DB", table="people", epoch=1)
    with pytest.raises(Unavailable) as raised:
        inspect(bound.root, bound.table, bound.place)
    assert raised.value.diagnostics[0].code == ("PT348" if has_scanner("postgres") else "PT347")
    assert PLANTED not in str(raised.value)
    assert PLANTED not in repr(raised.value.__context__)


def test_an_sqlite_file_with_changes_beside_it_is_not_read(source: TableSource, court: Path) -> None:
    Path(f"{court}-wal").write_bytes(b"x")
    bound = source.bound("", PEOPLE, sqlite="court.db", table="people")
    with pytest.raises(Unavailable) as raised:
        inspect(bound.root, bound.table, bound.place)
    assert raised.value.diagnostics[0].code == "PT402"


def test_an_sqlite_file_that_is_not_there_is_missing(source: TableSource) -> None:
    bound = source.bound("", PEOPLE, sqlite="court.db", table="people")
    with pytest.raises(Unavailable, match=r"court\.db") as raised:
        inspect(bound.root, bound.table, bound.place)
    assert raised.value.diagnostics[0].code == "PT401"


def test_an_sqlite_file_named_as_one_of_duckdb_is_told_apart(source: TableSource, court: Path) -> None:
    bound = source.bound("court.db", PEOPLE, table="people")
    with pytest.raises(NodeError, match="`sqlite: …`") as raised:
        inspect(bound.root, bound.table, bound.place)
    assert raised.value.diagnostics[0].code == "PT306"


@needs_sqlite
def test_a_table_of_sqlite_is_read_whatever_its_values_are(
    source: TableSource, session: Session, court: Path
) -> None:
    bound = source.bound("", PEOPLE, sqlite="court.db", table="people")
    file = inspect(bound.root, bound.table, bound.place)
    quality = load(session, bound, file, frozenset(PEOPLE), TODAY)
    assert session.rows(f"FROM {bound.relation} ORDER BY ALL") == [("1", 32, "f"), ("x2", 40, None)]
    assert counts(quality) == (3, 2, 1, 0, 0, 0)
    absent = source.bound("", PEOPLE, sqlite="court.db", table="nobody")
    with pytest.raises(NodeError) as raised:
        inspect(absent.root, absent.table, absent.place)
    assert raised.value.diagnostics[0].code == "PT306"
