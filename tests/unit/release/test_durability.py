"""Publishing that fails: the old file or the new one, never half of one, and nothing beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from court_release import publish_beside, release_of

from personatwin_sql.errors import Unavailable
from personatwin_sql.release import publish as publish_module
from personatwin_sql.release.durable_file import temporary_of, write_durably
from personatwin_sql.release.result import Release

Connection = duckdb.DuckDBPyConnection
Publish = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def published(connection: Connection, release: Release, path: Path) -> Path:
    publish_beside(connection, release, path)
    return path


@pytest.mark.parametrize(
    ("limit", "rows"),
    [(1_000, 50_000), (300_000, 50_000), (30_000, 100), (300_000, 100), (500_000, 100)],
)
def test_a_full_disk_leaves_the_old_release_and_no_temporary_file(
    tmp_path: Path, published: Path, limit: int, rows: int, run: Publish
) -> None:
    before = published.read_bytes()
    result = run(
        f"""
        resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
        try:
            module.publish(connection, release, path, private)
        except Unavailable as error:
            print(error.exit_code, error.diagnostics[0].code)
        """,
        rows=rows,
    )
    assert result.stdout.split() == ["5", "PT412"], result.stderr
    assert published.read_bytes() == before
    assert [entry.name for entry in published.parent.iterdir()] == [published.name]


@pytest.mark.parametrize(
    "step",
    [
        "publish_file.is_as_judged",
        "module.hand_over",
        "module.write_file",
        "module.check_file",
        "module.sync",
        "module.put_in_place",
    ],
)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_build_leaves_the_old_or_the_new_release(
    tmp_path: Path, published: Path, step: str, moment: str, run: Publish
) -> None:
    room, name = step.split(".")
    result = run(
        f"""
        step = {room}.{name}
        def deadly(*arguments):
            if {moment == "before"}: os.kill(os.getpid(), signal.SIGKILL)
            step(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)
        {room}.{name} = deadly
        module.publish(connection, release, path, private)
        """,
        rows=100,
    )
    assert result.returncode == -signal.SIGKILL, result.stderr
    with duckdb.connect(str(published), read_only=True) as connection:
        ((people,),) = connection.execute("SELECT count(*) FROM personas").fetchall()
    assert people == (100 if (step, moment) == ("module.put_in_place", "after") else 4)
    again = tmp_path / "again"
    again.mkdir()
    publish = f"module.publish(connection, release, Path({str(published)!r}), private)"
    assert run(publish, rows=7, folder=again).returncode == 0
    assert [entry.name for entry in published.parent.iterdir()] == [published.name]


def test_an_interrupt_leaves_the_old_release_and_no_temporary_file(
    connection: Connection, release: Release, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published.read_bytes()

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publish_module, "check_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        publish_beside(connection, release, published)
    assert published.read_bytes() == before
    assert [entry.name for entry in published.parent.iterdir()] == [published.name]


def test_ctrl_c_stops_a_long_publication_at_once(tmp_path: Path, published: Path, run: Publish) -> None:
    before = published.read_bytes()
    result = run(
        """
        import threading, time
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
        began = []
        def soon():
            while not (folder / "release" / ".county_court.duckdb.new").exists(): time.sleep(0.01)
            began.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)
        threading.Thread(target=soon, daemon=True).start()
        try:
            module.publish(connection, release, path, private)
        except KeyboardInterrupt:
            print(time.monotonic() - began[0] < 3)
        """,
        rows=600_000,
    )
    assert result.stdout == "True\n", (result.returncode, result.stderr)
    assert published.read_bytes() == before
    assert [entry.name for entry in published.parent.iterdir()] == [published.name]


def test_a_release_that_is_open_for_writing_elsewhere_is_left_alone(
    tmp_path: Path, connection: Connection, release: Release, published: Path
) -> None:
    before = published.read_bytes()
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb; c = duckdb.connect({str(published)!r}); print('open', flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(Unavailable) as raised:
            publish_beside(connection, release, published)
    finally:
        holder.communicate("\n", timeout=30)
    assert raised.value.exit_code == 5
    assert raised.value.diagnostics[0].code == "PT410"
    assert published.read_bytes() == before


def test_a_reader_elsewhere_is_no_obstacle(connection: Connection, release: Release, published: Path) -> None:
    reader = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb; c = duckdb.connect({str(published)!r}, read_only=True); "
            "print('open', flush=True); input(); "
            "print(c.execute('SELECT count(*) FROM personas').fetchall())",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    inode = published.stat().st_ino
    publish_beside(connection, release, published)
    output, _ = reader.communicate("\n", timeout=30)
    assert published.stat().st_ino != inode
    assert output == "[(4,)]\n"


def test_a_release_folder_that_is_a_file_is_an_error_with_a_way_out(
    connection: Connection, release: Release, tmp_path: Path
) -> None:
    (tmp_path / "release").write_text("in the way")
    with pytest.raises(Unavailable) as raised:
        publish_beside(connection, release, tmp_path / "release" / "county_court.duckdb")
    assert raised.value.diagnostics[0].code == "PT411"
    assert raised.value.diagnostics[0].fixes


def test_a_release_that_is_a_folder_is_left_alone(
    connection: Connection, release: Release, path: Path
) -> None:
    path.mkdir(parents=True)
    with pytest.raises(Unavailable) as raised:
        publish_beside(connection, release, path)
    assert raised.value.diagnostics[0].code == "PT411"
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("mode", ["folder", "file"])
def test_what_was_made_read_only_is_left_alone(
    connection: Connection, release: Release, published: Path, mode: str
) -> None:
    target, rights = (published.parent, 0o555) if mode == "folder" else (published, 0o444)
    target.chmod(rights)
    if os.access(target, os.W_OK):
        pytest.skip("an administrator writes everywhere")
    try:
        with pytest.raises(Unavailable) as raised:
            publish_beside(connection, release, published)
    finally:
        target.chmod(0o755)
    assert raised.value.diagnostics[0].code == "PT411"


def test_a_session_goes_on_after_a_failed_publication(
    connection: Connection, release: Release, tmp_path: Path, path: Path
) -> None:
    (tmp_path / "release").write_text("in the way")
    with pytest.raises(Unavailable):
        publish_beside(connection, release, path)
    (tmp_path / "release").unlink()
    publish_beside(connection, release, path)
    assert path.exists()


def test_a_text_file_is_the_old_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "manifest.json"
    write_durably(path, b"old")

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable) as raised:
        write_durably(path, b"new")
    assert raised.value.diagnostics[0].code == "PT412"
    assert path.read_bytes() == b"old"
    assert not temporary_of(path).exists()


def test_the_release_of_another_build_is_replaced_whole(
    connection: Connection, release: Release, published: Path
) -> None:
    publish_beside(connection, release_of(replace(release.models[1])), published)
    with duckdb.connect(str(published), read_only=True) as reader:
        assert reader.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'"
        ).fetchall() == [("personas",)]
