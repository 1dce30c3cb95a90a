"""Sessions: fresh, private, gone at the end, and stopped by Ctrl-C at once."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
import traceback
from pathlib import Path

import numpy as np
import pytest

from personatwin_sql.engine.private_folder import secret
from personatwin_sql.engine.session import Answers, Session, open_session
from personatwin_sql.errors import NodeError, PersonaTwinError, Place, ProjectError, Unavailable
from personatwin_sql.spec.project import Resources


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_file_and_folder_are_the_owners_alone_whatever_the_umask(private: Path) -> None:
    private.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        with open_session(private, Resources(), "UTC") as session:
            session.run("CREATE TABLE private.a AS SELECT 1 AS x", "a")
            assert rights(private) == 0o700
            assert rights(private / "session.duckdb") == 0o600
            assert rights(private / "tmp") == 0o700
            assert rights(private / "secret") == 0o600
        assert os.umask(0) == 0
    finally:
        os.umask(before)


def test_nothing_but_the_secret_is_left_after_success_and_after_failure(private: Path) -> None:
    with open_session(private, Resources(), "UTC"):
        pass
    assert [path.name for path in private.iterdir()] == ["secret"]
    with pytest.raises(NodeError), open_session(private, Resources(), "UTC") as session:
        session.run("CREATE TABLE private.a AS FROM range(1000); FROM nowhere", "a")
    assert [path.name for path in private.iterdir()] == ["secret"]


def test_what_a_killed_build_left_is_removed(private: Path) -> None:
    (private / "tmp").mkdir(parents=True)
    (private / "tmp" / "spilled").write_bytes(b"x")
    (private / "session.duckdb").write_bytes(b"not a database")
    (private / "session.duckdb.wal").write_bytes(b"x")
    with open_session(private, Resources(), "UTC") as session:
        assert session.value("SELECT count(*) FROM duckdb_tables()") == 0
        assert list((private / "tmp").iterdir()) == []


def test_the_settings_are_those_of_the_project(private: Path) -> None:
    resources = Resources(memory_limit="1GB", threads=3, max_temp_directory_size="7GB")
    with open_session(private, resources, "Europe/Berlin") as session:
        settings = dict(session.rows("SELECT name, value FROM duckdb_settings()"))
    assert settings["threads"] == "3"
    assert settings["memory_limit"] == "953.6 MiB"
    assert settings["max_temp_directory_size"] == "6.5 GiB"
    assert settings["temp_directory"] == str(private / "tmp")
    assert settings["TimeZone"] == "Europe/Berlin"
    assert settings["preserve_insertion_order"] == "true"
    assert settings["autoinstall_known_extensions"] == settings["autoload_known_extensions"] == "false"


def test_a_python_variable_is_no_table(session: Session) -> None:
    somebody = [1]
    with pytest.raises(NodeError, match="somebody does not exist"):
        session.run("SELECT * FROM somebody", "a")
    assert somebody


def test_the_four_schemas_and_the_secret_are_there(session: Session, private: Path) -> None:
    found = {row[0] for row in session.rows("SELECT schema_name FROM duckdb_schemas()")}
    assert {"source", "private", "hierarchy", "release"} <= found
    assert session.value("SELECT getvariable('release_secret') || ''") == secret(private).hex()


@pytest.mark.parametrize(
    "resources",
    [
        Resources.model_construct(memory_limit="plenty"),
        Resources.model_construct(max_temp_directory_size="all"),
        Resources(memory_limit="1KB"),
    ],
)
def test_resources_that_the_engine_refuses_are_an_error_of_the_project(
    private: Path, resources: Resources
) -> None:
    with pytest.raises((ProjectError, Unavailable)) as raised, open_session(private, resources, "UTC"):
        pass
    assert raised.value.diagnostics[0].code in ("PT308", "PT404")
    assert not (private / "session.duckdb").exists()


def test_an_unknown_time_zone_is_an_error_of_the_project(private: Path) -> None:
    with pytest.raises(ProjectError, match="time_zone"), open_session(private, Resources(), "Mars/Olympus"):
        pass


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(Unavailable) as raised,
        open_session(tmp_path / "file" / ".personatwin", Resources(), "UTC"),
    ):
        pass
    assert raised.value.diagnostics[0].code == "PT411"


def test_a_secret_is_made_once(private: Path) -> None:
    first = secret(private)
    assert len(first) == 32
    assert secret(private) == first
    assert rights(private / "secret") == 0o600
    assert [path.name for path in private.iterdir()] == ["secret"]


def test_two_projects_have_two_secrets(tmp_path: Path) -> None:
    assert secret(tmp_path / "a") != secret(tmp_path / "b")


def test_a_damaged_secret_is_refused_and_kept(private: Path) -> None:
    private.mkdir()
    (private / "secret").write_bytes(b"short")
    with pytest.raises(Unavailable) as raised:
        secret(private)
    assert raised.value.diagnostics[0].code == "PT407"
    assert (private / "secret").read_bytes() == b"short"


def test_rows_value_arrays_and_columns(session: Session) -> None:
    session.run("CREATE TABLE private.a AS SELECT 1 AS n, 'x' AS t UNION ALL SELECT NULL, 'y'; SELECT 1", "a")
    assert session.rows("SELECT n, t FROM private.a ORDER BY t") == [(1, "x"), (None, "y")]
    assert session.rows("SELECT ? + 1", [2]) == [(3,)]
    assert session.value("SELECT count(*) FROM private.a") == 2
    arrays = session.arrays("SELECT n, t FROM private.a ORDER BY t")
    assert list(arrays) == ["n", "t"]
    assert np.ma.getmaskarray(arrays["n"]).tolist() == [False, True]
    assert session.columns("private.a") == (("n", "INTEGER"), ("t", "VARCHAR"))


def test_a_failed_statement_does_not_stop_the_session(session: Session) -> None:
    with pytest.raises(NodeError):
        session.run("SELECT * FROM nowhere", "a")
    assert session.value("SELECT 1") == 1


def test_an_error_leaves_no_trace_of_the_engines_own(session: Session) -> None:
    with pytest.raises(NodeError) as raised:
        session.run("SELECT CAST('Jane Doe' AS INTEGER)", "a")
    text = "".join(traceback.format_exception(raised.value))
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    assert "Could not convert" not in text


def test_the_place_of_an_error_is_that_of_the_authors_file(session: Session) -> None:
    with pytest.raises(NodeError) as raised:
        session.run(
            "CREATE TABLE private.a AS\nSELECT\n  'é', nope",
            "a",
            lambda line, column: Place("a.sql", line - 1, column),
        )
    assert raised.value.diagnostics[0].place == Place("a.sql", 2, 8)


def test_progress_is_told_while_a_statement_runs(private: Path) -> None:
    told: list[tuple[str, float]] = []
    resources = Resources(threads=1)
    with open_session(private, resources, "UTC", lambda node, share: told.append((node, share))) as session:
        session.run("CREATE TABLE private.a AS SELECT sqrt(range) AS x FROM range(60_000_000)", "slow")
    assert {node for node, _ in told} == {"slow"}
    assert all(0 <= share <= 1 for _, share in told)


_LONG = """
import signal, sys
from pathlib import Path
from personatwin_sql.engine.session import open_session
from personatwin_sql.spec.project import Resources
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    with open_session(Path(sys.argv[1]), Resources(threads=2), "UTC") as session:
        print("ready", flush=True)
        session.run(sys.argv[2], "slow")
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM range(100_000_000_000) a, range(1000) b WHERE hash(a.range + b.range) % 7 = 3",
        "CREATE TABLE private.t AS SELECT hash(range) AS h FROM range(10_000_000_000) ORDER BY h",
    ],
)
def test_ctrl_c_stops_a_long_query_at_once_and_cleans_up(private: Path, sql: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _LONG, str(private), sql], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    try:
        assert process.wait(20) == 130
    finally:
        process.kill()
        process.wait()
    assert [path.name for path in private.iterdir()] == ["secret"]


def test_what_memory_cannot_hold_lies_where_the_project_says_and_is_gone_at_the_end(
    private: Path, tmp_path: Path
) -> None:
    resources = Resources(temp_directory="elsewhere", memory_limit="300MB", threads=2)
    for _ in range(2):
        with open_session(private, resources, "UTC") as session:
            (folder,) = (tmp_path / "elsewhere").iterdir()
            assert folder.stat().st_mode & 0o777 == 0o700
            assert session.value("SELECT current_setting('temp_directory')") == str(folder)
            (folder / "left").write_text("behind")
        assert not folder.exists()


def test_a_killed_build_leaves_nothing_elsewhere_for_the_next(private: Path, tmp_path: Path) -> None:
    resources = Resources(temp_directory=str(tmp_path / "elsewhere"))
    with open_session(private, resources, "UTC"):
        (folder,) = (tmp_path / "elsewhere").iterdir()
    folder.mkdir()
    (folder / "left").write_text("behind")
    with open_session(private, resources, "UTC"):
        assert list(folder.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_told(private: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    resources = Resources(temp_directory="file/elsewhere")
    with pytest.raises(Unavailable) as raised, open_session(private, resources, "UTC"):
        pass
    assert raised.value.diagnostics[0].code == "PT411"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1) LIMIT 1; UPDATE release.people SET age = 9; FROM (SELECT 1",
        "WITH changed AS (UPDATE release.people SET age = 9 RETURNING age) SELECT * FROM changed",
        "WITH more AS (INSERT INTO release.people VALUES (9) RETURNING age) SELECT * FROM more",
        "COMMIT",
        "COPY release.people TO 'people.csv'",
    ],
)
def test_a_query_from_outside_changes_nothing_that_is_published(
    private: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_session(private, Resources(), "UTC") as session:
        session.run("CREATE TABLE release.people AS SELECT 1 AS age", "people")
        with pytest.raises(PersonaTwinError):
            session.together(lambda rows: rows(f"FROM (\n{sql}\n)" if ")" in sql.split(";")[0] else sql))
        assert session.together(lambda rows: rows("FROM release.people")) == (("age",), [(1,)])
        session.run("CREATE TABLE release.after AS SELECT 1 AS one", "after")
    assert not (tmp_path / "people.csv").exists()


def test_a_query_that_fails_lets_the_next_one_answer(private: Path) -> None:
    def work(rows: Answers) -> list[tuple[object, ...]]:
        with pytest.raises(PersonaTwinError):
            rows("SELECT CAST('x' AS INTEGER)")
        return rows("FROM (PIVOT (SELECT 'a' AS name, 2 AS value) ON name USING sum(value))")[1]

    with open_session(private, Resources(), "UTC") as session:
        assert session.together(work) == [(2,)]
