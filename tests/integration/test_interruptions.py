"""Whatever ends a build before its time leaves the old release or none, and nothing of the people."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.integration.conftest import Run
from tests.integration.leaks import leaks
from tests.integration.test_bad_input import project

LIMIT = 200_000
"""Bytes that a file may have where the disk is full: less than a release needs."""


def released(folder: Path) -> bytes:
    return (folder / "release" / "court.duckdb").read_bytes()


def left_behind(folder: Path) -> list[str]:
    """Files in the release folder that are no release, and raw data in the private one."""
    known = {"court.duckdb", "report.html", "report.md", "report.json"}
    files = [path.name for path in (folder / "release").glob("*")] if (folder / "release").exists() else []
    private = [path.name for path in (folder / ".personatwin").glob("session*")]
    return [name for name in files if name not in known] + private


def spoil_rules(folder: Path) -> None:
    """Make the project ask for another release than the one that is there."""
    model = folder / "models" / "release" / "people_public.sql"
    model.write_text(model.read_text().replace("protection='k_anonymity'", "protection='k_anonymity', k=4"))


def test_a_full_disk_leaves_the_old_release(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin)
    personatwin("build", cwd=folder)
    before = released(folder)
    spoil_rules(folder)
    finished = subprocess.run(
        [sys.executable, "-m", "personatwin_sql", "build"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT)),
        check=False,
    )
    assert finished.returncode == 5, finished.stderr
    assert "error[PT4" in finished.stderr
    assert released(folder) == before
    assert left_behind(folder) == []
    assert leaks(folder, finished.stdout, finished.stderr) == []


def test_a_release_that_is_open_for_writing_elsewhere_is_not_replaced(
    tmp_path: Path, personatwin: Run
) -> None:
    folder = project(tmp_path, personatwin)
    personatwin("build", cwd=folder)
    spoil_rules(folder)
    held = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, time; c = duckdb.connect('release/court.duckdb');"
            " print('open', flush=True); time.sleep(60)",
        ],
        cwd=folder,
        stdout=subprocess.PIPE,
    )
    try:
        assert held.stdout is not None
        assert held.stdout.readline() == b"open\n"
        built = personatwin("build", cwd=folder, code=5)
    finally:
        held.kill()
        held.wait()
    assert "error[PT4" in built.stderr
    assert left_behind(folder) == []
    personatwin("build", cwd=folder)


def test_readers_keep_the_old_release_while_a_new_one_is_put_in_place(
    tmp_path: Path, personatwin: Run
) -> None:
    folder = project(tmp_path, personatwin)
    personatwin("build", cwd=folder)
    spoil_rules(folder)
    with duckdb.connect(str(folder / "release" / "court.duckdb"), read_only=True) as reader:
        before = reader.execute("SELECT count(*) FROM people_public").fetchall()
        personatwin("build", cwd=folder)
        assert reader.execute("SELECT count(*) FROM people_public").fetchall() == before


def test_a_release_folder_that_cannot_be_made_is_named(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin)
    (folder / "release").write_text("in the way")
    built = personatwin("build", cwd=folder, code=5)
    assert "release" in built.stderr
    assert leaks(folder, built.stdout, built.stderr) == []


@pytest.mark.parametrize("wait", [0.0, 0.6, 1.2, 1.8])
def test_an_interrupted_build_publishes_nothing_half(wait: float, tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin, people=3000)
    running = subprocess.Popen(
        [sys.executable, "-m", "personatwin_sql", "build"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not (folder / ".personatwin" / "lock").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(wait)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    # `python -m` may end by the signal itself: a shell says 130 for that as well
    assert running.returncode in (0, 130, -signal.SIGINT)
    assert "Traceback" not in err
    assert left_behind(folder) == []
    file = folder / "release" / "court.duckdb"
    assert running.returncode != 0 or file.exists()
    if file.exists():  # whole, even where the reports beside it were not written any more
        with duckdb.connect(str(file), read_only=True) as release:
            tables = release.execute("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'main'")
            assert tables.fetchall() == [(4,)]
    assert leaks(folder, out, err) == []
    personatwin("build", cwd=folder)


def test_a_killed_build_leaves_nothing_that_the_next_one_does_not_clear(
    tmp_path: Path, personatwin: Run
) -> None:
    folder = project(tmp_path, personatwin, people=3000)
    running = subprocess.Popen(
        [sys.executable, "-m", "personatwin_sql", "build"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(1.5)
    running.kill()
    running.wait()
    personatwin("build", cwd=folder)
    assert left_behind(folder) == []
    assert not list((folder / ".personatwin").glob("tmp/*"))
    assert leaks(folder) == []
