"""What a project remembers of its releases is on disk before they are, and nobody edits it unseen."""

from __future__ import annotations

import errno
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from personatwin_sql.errors import Unavailable
from personatwin_sql.scaffold.clean import clean
from tests.integration.town_of_releases import Town, colors
from tests.releases_attack import smallest_group

K = 5


def test_one_partition_is_kept_however_many_releases_there_are(town: Town) -> None:
    for number in range(3):
        town.people([*colors(blue=300, red=180), *((900 + n, 30, "blue") for n in range(5 * (number + 1)))])
        town.build()
    assert len(list(town.past.glob("*.parquet"))) == 1
    assert len(json.loads((town.past / "log.json").read_text())["past"]["releases"]) == 4
    text = b"".join(path.read_bytes() for path in town.past.iterdir())
    assert b"m90" not in text
    assert all(path.stat().st_mode & 0o077 == 0 for path in town.past.iterdir())


def lose_map(town: Town) -> None:
    next(town.past.glob("*.parquet")).unlink()


def edit_map(town: Town) -> None:
    path = next(town.past.glob("*.parquet"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def edit_log(town: Town) -> None:
    log = town.past / "log.json"
    log.write_text(log.read_text().replace("people_public", "people_secret"))


def lose_all(town: Town) -> None:
    shutil.rmtree(town.past)


def lose_private_folder(town: Town) -> None:
    shutil.rmtree(town.past.parent)


def other_secret(town: Town) -> None:
    (town.past.parent / "secret").write_bytes(b"s" * 32)


def put_back(town: Town) -> None:
    before = town.past.with_name("before")
    shutil.copytree(town.past.parent, before.parent.with_name("backup"))
    town.people([*colors(blue=300, red=180), *((900 + n, 30, "blue") for n in range(K))])
    town.build()
    shutil.rmtree(town.past.parent)
    before.parent.with_name("backup").rename(town.past.parent)


@pytest.mark.parametrize(
    "harm", [lose_map, edit_map, edit_log, lose_all, lose_private_folder, other_secret, put_back]
)
def test_a_past_that_is_lost_edited_or_put_back_is_refused(town: Town, harm: Callable[[Town], None]) -> None:
    harm(town)
    released = (town.root / "release" / "town.duckdb").read_bytes()
    town.people(colors(blue=301, red=180))
    with pytest.raises(Unavailable) as raised:
        town.build()
    assert [problem.code for problem in raised.value.diagnostics] == ["PT266"]
    assert (town.root / "release" / "town.duckdb").read_bytes() == released


def test_whoever_removes_all_of_it_begins_anew(town: Town) -> None:
    shutil.rmtree(town.past.parent)
    shutil.rmtree(town.root / "release")
    town.people(colors(blue=301, red=180))
    assert not town.build().warnings


KILLED = """
import os, signal, sys
from pathlib import Path
import personatwin_sql.release.publish as publish
from personatwin_sql.workflow import Options, build
publish.{step} = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
build(Options(project_dir=Path(sys.argv[1])), lambda event: None)
"""


@pytest.mark.parametrize("step", ["write_file", "put_in_place"])
def test_who_was_in_which_class_is_on_disk_before_a_release_is(town: Town, step: str) -> None:
    before = (town.root / "release" / "town.duckdb").read_bytes()
    joined = [*colors(blue=300, red=180), *((900 + n, 30, "blue") for n in range(K))]
    town.people(joined)
    ended = subprocess.run([sys.executable, "-c", KILLED.format(step=step), town.root], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert (town.root / "release" / "town.duckdb").read_bytes() == before
    assert len(json.loads((town.past / "log.json").read_text())["past"]["releases"]) == 2
    assert not town.build().warnings
    assert smallest_group(town.releases) >= K


def test_a_past_that_does_not_fit_on_the_disk_publishes_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in town.past.iterdir()}
    released = (town.root / "release" / "town.duckdb").read_bytes()

    def full(path: Path) -> None:
        if "people-" in path.name:
            raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("personatwin_sql.release.durable_file.sync", full)
    town.people(colors(blue=310, red=180))
    with pytest.raises(Unavailable) as raised:
        town.build()
    assert [problem.code for problem in raised.value.diagnostics] == ["PT412"]
    assert {path.name: path.read_bytes() for path in town.past.iterdir()} == before
    assert (town.root / "release" / "town.duckdb").read_bytes() == released


def test_cleaning_forgets_no_release(town: Town) -> None:
    before = {path.name: path.read_bytes() for path in town.past.iterdir()}
    clean(town.root)
    assert {path.name: path.read_bytes() for path in town.past.iterdir()} == before
