"""Private copies of what a program hands in: gone at the end, and after a kill with the next call."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from personatwin_sql.api.temporary import private_folder

_WORK = """
import time
from personatwin_sql.api.temporary import private_folder
with private_folder() as folder:
    (folder / "people.parquet").write_text("private")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def _made_old(folder: Path) -> None:
    past = time.time() - 3600
    os.utime(folder, (past, past))


def test_it_is_the_owners_alone_and_gone_at_the_end() -> None:
    rights, folders = [], []

    def work() -> None:
        with private_folder() as folder:
            rights.append(folder.stat().st_mode & 0o777)
            folders.append(folder)
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        work()
    assert rights == [0o700]
    assert not folders[0].exists()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_what_a_killed_process_left_is_removed_and_what_is_in_use_stays(how: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", _WORK], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        _made_old(left)
        with private_folder():
            assert left.exists()
        process.send_signal(how)
    assert left.exists()
    with private_folder():
        assert not left.exists()
