"""The process that writes a release: what it knows, what it tells, and how it ends."""

from __future__ import annotations

import ast
import json
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from court_release import publish_beside

from personatwin_sql.engine import publisher
from personatwin_sql.engine.private_folder import prepared
from personatwin_sql.engine.publisher_process import command, environment, write_file
from personatwin_sql.errors import Unavailable
from personatwin_sql.release import publish as publish_module
from personatwin_sql.release.result import Release

Connection = duckdb.DuckDBPyConnection
Publish = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def handover(tmp_path: Path) -> Path:
    folder = tmp_path / "handover"
    folder.mkdir()
    return folder


def hand_over(folder: Path, *statements: str) -> Path:
    """A handover of statements; the file that it names."""
    file = folder.parent / "new.duckdb"
    (folder / publisher.HANDOVER).write_text(
        json.dumps(
            {
                "file": str(file),
                "modules": str(Path(duckdb.__file__).parents[1]),
                "settings": {"threads": 1},
                "statements": list(statements),
            }
        )
    )
    return file


@contextmanager
def running(handover: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        command(handover), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    ) as process:
        yield process


def test_the_publisher_is_given_two_settings_of_memory_and_nothing_of_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    monkeypatch.setenv("COURT_PASSWORD", "secret")
    assert environment() == {"DUCKDB_JE_MALLOC_CONF": "zero:true", "MALLOC_PERTURB_": "165"}


def test_the_publisher_imports_the_standard_library_and_the_engine_alone() -> None:
    tree = ast.parse(Path(publisher.__file__).read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - set(sys.stdlib_module_names) == {"_duckdb", "duckdb"}


def test_a_publisher_at_work_has_loaded_no_file_of_the_project_and_nothing_heavy(handover: Path) -> None:
    hand_over(handover, "SELECT sum(hash(i)) FROM range(100_000_000_000) t(i)")
    with running(handover) as process:
        maps = Path(f"/proc/{process.pid}/maps")
        if not maps.exists():
            pytest.skip("no /proc here")
        deadline = time.monotonic() + 20
        while "_duckdb" not in maps.read_text() and time.monotonic() < deadline:
            time.sleep(0.02)
        loaded = maps.read_text()
        process.kill()
    assert "_duckdb" in loaded
    assert "numpy" not in loaded
    assert "personatwin" not in loaded


def test_the_engine_clears_what_it_allocates(handover: Path) -> None:
    """The allocator says so itself: a setting whose name it no longer knew would be ignored in silence."""
    hand_over(handover, "SELECT 1")
    with subprocess.Popen(
        command(handover),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**environment(), "DUCKDB_JE_MALLOC_CONF": "zero:true,confirm_conf:true"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read() == b"{}"
        said = process.stderr.read().decode()
    if "malloc" not in said:
        pytest.skip("this build of the engine uses the allocator of the system")
    assert "Set conf value: zero:true" in said


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("SELECT CAST('PLANTED' AS INTEGER)", ""),
        ("FROM PLANTED", ""),
        ("ATTACH '/nowhere/PLANTED.duckdb' AS publication", "PT411"),
        ("SET memory_limit = '1MB'; SELECT list(i) AS PLANTED FROM range(10000000) t(i)", "PT404"),
    ],
)
def test_an_error_is_told_as_code_and_class_only(handover: Path, statement: str, code: str) -> None:
    hand_over(handover, statement)
    with running(handover) as process:
        assert process.stdout is not None
        answer = process.stdout.read()
    told = json.loads(answer)
    assert set(told) == {"code", "class"}
    assert told["code"] == code
    assert told["class"].isidentifier()
    assert b"PLANTED" not in answer


def test_what_nobody_foresaw_is_a_bug_and_quotes_nothing(handover: Path) -> None:
    file = hand_over(handover, "SELECT CAST('PLANTED' AS INTEGER)")
    with pytest.raises(RuntimeError) as raised:
        write_file(handover, file)
    assert str(raised.value).endswith("ConversionException")


def test_a_publisher_that_is_killed_is_an_error_with_a_way_out(
    handover: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = hand_over(handover)
    script = handover / "killed.py"
    script.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    monkeypatch.setattr(publisher, "__file__", str(script))
    with pytest.raises(Unavailable) as raised:
        write_file(handover, file)
    assert raised.value.diagnostics[0].code == "PT411"
    assert raised.value.exit_code == 5


def test_a_build_that_is_killed_takes_the_publisher_and_its_file_along(
    connection: Connection, release: Release, path: Path, tmp_path: Path, run: Publish
) -> None:
    publish_beside(connection, release, path)
    before = path.read_bytes()
    result = run(
        """
        import threading, time
        def soon():
            while not (path.parent / ".county_court.duckdb.new").exists(): time.sleep(0.01)
            os.kill(os.getpid(), signal.SIGKILL)
        threading.Thread(target=soon, daemon=True).start()
        module.publish(connection, release, path, private)
        """,
        rows=600_000,
    )
    assert result.returncode == -signal.SIGKILL, result.stderr
    deadline = time.monotonic() + 10
    while len(list(path.parent.iterdir())) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == before
    assert (tmp_path / ".personatwin" / "handover").exists()
    prepared(tmp_path / ".personatwin")
    assert not (tmp_path / ".personatwin" / "handover").exists()


def test_what_is_handed_over_is_for_the_owner_alone_and_gone_afterwards(
    connection: Connection, release: Release, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: dict[str, int] = {}

    def look(handover: Path, file: Path) -> None:
        for entry in (handover, *handover.iterdir()):
            modes[entry.name] = stat.S_IMODE(entry.stat().st_mode)
        write_file(handover, file)

    monkeypatch.setattr(publish_module, "write_file", look)
    publish_beside(connection, release, path)
    assert modes.pop("handover") == 0o700
    assert sorted(modes) == ["0.parquet", "1.parquet", "2.parquet", "3.parquet", "handover.json"]
    assert set(modes.values()) == {0o600}
    assert not (path.parent.parent / ".personatwin" / "handover").exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, RuntimeError])
def test_nothing_is_left_of_a_handover_that_failed(
    connection: Connection,
    release: Release,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
) -> None:
    def failing(handover: Path, file: Path) -> None:
        file.write_bytes(b"half")
        raise error

    monkeypatch.setattr(publish_module, "write_file", failing)
    with pytest.raises(Unavailable if error is OSError else error):
        publish_beside(connection, release, path)
    assert list(path.parent.iterdir()) == []
    assert not (path.parent.parent / ".personatwin" / "handover").exists()


def test_a_folder_whose_name_is_a_pattern_is_published_from(
    connection: Connection, release: Release, tmp_path: Path
) -> None:
    path = tmp_path / "year=2025 [a-c] it's" / "release" / "court.duckdb"
    publish_beside(connection, release, path)
    with duckdb.connect(str(path), read_only=True) as reader:
        assert [row[0] for row in reader.execute("DESCRIBE personas").fetchall()] == [
            "persona_id",
            "people",
            "age",
            "gender",
        ]
