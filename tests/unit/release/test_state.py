"""Private state: what comes back is what was kept, and only the owner can read it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from court_release import OWNER, PLANTED, release_of

from personatwin_sql.engine.side_by_side import UnitMap
from personatwin_sql.errors import ProjectError, Unavailable, Withheld
from personatwin_sql.release.carry import carriable
from personatwin_sql.release.codec import decoded, encoded
from personatwin_sql.release.fingerprint import FileStamp, SourceStamp
from personatwin_sql.release.lock_file import project_lock
from personatwin_sql.release.owner import OwnerFigures
from personatwin_sql.release.result import Release
from personatwin_sql.release.state import (
    State,
    read_state,
    write_owner,
    write_state,
)
from personatwin_sql.release.units import keep_units

UNITS = UnitMap.of("people_public", "person_id")


def state_of(release: Release) -> State:
    return State(
        whole="w",
        fingerprints=tuple((model.name, model.fingerprint) for model in release.models),
        sources=(SourceStamp("court.people", "data/people.csv", 10, 11, 12, "d"),),
        release=release,
        file=FileStamp("release/county_court.duckdb", 1, 2),
        extra_files=("occupation.csv",),
        environment=("HOME",),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".personatwin"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_state_comes_back_as_it_was(folder: Path, release: Release) -> None:
    state = state_of(release)
    write_state(folder, "prod", state)
    assert read_state(folder, "prod") == state


def test_a_target_that_was_never_built_has_no_state(folder: Path, release: Release) -> None:
    assert read_state(folder, "prod") is None
    write_state(folder, "prod", state_of(release))
    assert read_state(folder, "dev") is None


def test_targets_keep_their_own_states(folder: Path, release: Release) -> None:
    write_state(folder, "prod", state_of(release))
    write_state(folder, "dev", replace(state_of(release), whole="v"))
    assert read_state(folder, "dev") == replace(state_of(release), whole="v")
    assert read_state(folder, "prod") == state_of(release)


def test_owners_figures_come_back_from_json() -> None:
    assert decoded(OwnerFigures, json.loads(json.dumps(encoded(OWNER)))) == OWNER


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"version": 2, "targets": {}}', '{"version": 1, "targets": {"prod": {}}}']
)
def test_a_state_that_is_not_understood_is_an_error_with_a_way_out(folder: Path, content: str) -> None:
    folder.mkdir()
    (folder / "state.json").write_text(content)
    with pytest.raises(Unavailable) as raised:
        read_state(folder, "prod")
    assert raised.value.diagnostics[0].code == "PT415"


def test_private_files_are_for_their_owner_alone(folder: Path, release: Release) -> None:
    os.umask(0o000)
    try:
        write_state(folder, "prod", state_of(release))
        write_owner(folder, OWNER)
    finally:
        os.umask(0o022)
    assert mode(folder) == 0o700
    assert {mode(path) for path in folder.iterdir()} == {0o600}
    assert PLANTED in (folder / "owner.json").read_text()


class Runner:
    """A session of which only `run` is used."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.statements: list[str] = []

    def run(self, sql: str, node: str) -> object:
        self.statements.append(sql)
        return self.connection.execute(sql)


def test_units_are_kept_keyed_with_their_classes(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    session = Runner(connection)
    path = keep_units(session, "people_public", folder, UNITS)
    assert path == folder / "units" / "people_public.parquet"
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700
    assert "only a test" not in "".join(session.statements)
    kept = duckdb.sql(
        f"SELECT count(*), count(class_id), count(DISTINCT unit), any_value(typeof(unit)) FROM '{path}'"
    )
    assert kept.fetchall() == [(61, 60, 61, "UUID")]
    expected = duckdb.sql("SELECT CAST(md5_number('only a test|unit|p0') AS UUID)").fetchall()
    assert duckdb.sql(f"SELECT unit FROM '{path}' WHERE class_id IS NULL").fetchall() == expected


def test_units_are_not_kept_without_the_secret(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    connection.execute("RESET VARIABLE release_secret")
    with pytest.raises(duckdb.Error):
        keep_units(Runner(connection), "people_public", folder, UNITS)
    assert list((folder / "units").iterdir()) == []


def test_a_second_build_is_told_who_holds_the_lock(folder: Path) -> None:
    with project_lock(folder), pytest.raises(Unavailable) as raised, project_lock(folder):
        pass
    assert raised.value.exit_code == 5
    assert raised.value.diagnostics[0].message == f"process {os.getpid()} is building this project"


def test_the_lock_is_free_again_afterwards(folder: Path) -> None:
    with project_lock(folder):
        pass
    with pytest.raises(KeyboardInterrupt), project_lock(folder):
        raise KeyboardInterrupt
    with project_lock(folder):
        assert (folder / "lock").read_text() == f"{os.getpid()}\n"
    assert mode(folder / "lock") == 0o600


def test_the_lock_of_a_killed_build_is_free(folder: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, pathlib\n"
            "from personatwin_sql.release.lock_file import project_lock\n"
            f"with project_lock(pathlib.Path({str(folder)!r})):\n"
            "    print('held', flush=True); sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Unavailable) as raised, project_lock(folder):
        pass
    assert str(holder.pid) in raised.value.diagnostics[0].message
    holder.kill()
    holder.communicate()
    with project_lock(folder):
        pass


def test_waiting_for_the_lock_ends_in_time(folder: Path) -> None:
    with project_lock(folder):
        started = time.monotonic()
        with pytest.raises(Unavailable), project_lock(folder, wait=0.2):
            pass
        assert 0.2 <= time.monotonic() - started < 5


def test_models_that_did_not_change_are_carried_over(release: Release) -> None:
    now = {model.name: model.fingerprint for model in release.models}
    assert carriable(state_of(release), now, ["personas", "persona_events"]) == ("personas", "persona_events")


def test_a_stale_or_new_model_is_not_carried_over() -> None:
    release = release_of()
    now = {**{model.name: model.fingerprint for model in release.models}, "personas": "changed", "new": "n"}
    with pytest.raises(Withheld) as raised:
        carriable(state_of(release), now, ["people_public", "personas", "new"])
    assert [diagnostic.code for diagnostic in raised.value.diagnostics] == ["PT211", "PT211"]
    assert "never released" in str(raised.value)
    with pytest.raises(ProjectError, match="there is no release yet"):
        carriable(None, now, ["people_public"])
