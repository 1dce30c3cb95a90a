"""`doctor` finds what keeps a project from building or from staying private; `clean` removes little."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

from personatwin_sql.errors import Unavailable
from personatwin_sql.scaffold.check import Check
from personatwin_sql.scaffold.clean import clean
from personatwin_sql.scaffold.doctor import doctor
from personatwin_sql.scaffold.new_project import Wish, new_project


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as `init` writes it."""
    folder = tmp_path_factory.mktemp("made") / "court"
    new_project(Wish("court", folder, "criminal_justice", "medium"))
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return shutil.copytree(made, tmp_path / "court")


def checks(folder: Path) -> dict[str, Check]:
    return {check.name: check for check in doctor(folder)}


def private(project: Path) -> Path:
    folder = project / ".personatwin"
    folder.mkdir(mode=0o700)
    return folder


def test_a_new_project_is_well(project: Path) -> None:
    found = checks(project)
    assert [name for name, check in found.items() if check.ok is False] == []
    assert found["python"].ok
    assert found["project"].ok
    assert found["source court.people"].ok
    assert found["private state"].ok is None
    assert found["release"].ok is None


def test_doctor_changes_nothing(project: Path) -> None:
    before = sorted(project.rglob("*"))
    doctor(project)
    assert sorted(project.rglob("*")) == before


def test_without_a_project_the_installation_is_checked(tmp_path: Path) -> None:
    found = checks(tmp_path)
    assert found["python"].ok
    assert found["project"].ok is None


def test_a_project_with_mistakes_is_counted_and_its_state_still_checked(project: Path) -> None:
    (project / "project.yml").write_text("name: court\nname: again\n")
    found = checks(project)
    assert found["project"].ok is False
    assert found["lock"].ok


def test_a_source_that_vanished_is_found(project: Path) -> None:
    (project / "data" / "events.csv").unlink()
    found = checks(project)
    assert found["source court.people"].ok
    assert found["source court.events"].ok is False


def test_a_new_column_is_counted_and_not_named(project: Path) -> None:
    file = project / "data" / "events.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0] + ",surprise", *(f"{line},1" for line in lines[1:])]) + "\n")
    found = checks(project)["source court.events"]
    assert found.ok is False
    assert "1 without a role" in found.detail
    assert "surprise" not in found.detail


def test_private_state_that_others_may_read_is_found(project: Path) -> None:
    file = private(project) / "state.json"
    file.touch(mode=0o600)
    assert checks(project)["private state"].ok
    file.chmod(0o640)
    assert checks(project)["private state"].ok is False


def test_git_must_ignore_the_private_state(project: Path) -> None:
    assert checks(project)["git"].ok is None
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    assert checks(project)["git"].ok
    (project / ".gitignore").unlink()
    assert checks(project)["git"].ok is False


def test_private_state_that_git_has_already_is_found(project: Path) -> None:
    (private(project) / "state.json").touch(mode=0o600)
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    subprocess.run(["git", "add", "-f", ".personatwin/state.json"], cwd=project, check=True)
    found = checks(project)["git"]
    assert found.ok is False
    assert "git rm" in found.fix


def test_whoever_builds_is_named_and_a_session_is_then_nothing_odd(project: Path) -> None:
    folder = private(project)
    (folder / "session.duckdb").touch(mode=0o600)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711\n")
        lock.flush()
        found = checks(project)
    assert found["lock"].ok is None
    assert "4711" in found["lock"].detail
    assert "session file" not in found
    assert checks(project)["session file"].ok is False


def test_state_that_cannot_be_read_is_found(project: Path) -> None:
    (private(project) / "state.json").write_text("{")
    assert checks(project)["release"].ok is False


def test_clean_removes_the_target_and_nothing_else(project: Path) -> None:
    before = set(project.rglob("*"))
    (project / "target" / "compiled").mkdir(parents=True)
    (project / "target" / "compiled" / "a.sql").touch()
    assert clean(project) == (project / "target",)
    assert set(project.rglob("*")) == before
    assert clean(project) == ()


def test_clean_follows_no_link(project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (project / "target").symlink_to(elsewhere)
    assert clean(project) == (project / "target",)
    assert (elsewhere / "kept").exists()


def test_clean_says_what_it_may_not_remove(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "denied", str(path))

    (project / "target").mkdir()
    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(Unavailable):
        clean(project)


def test_a_column_of_a_wide_file_has_a_role_in_one_of_its_tables(tmp_path: Path) -> None:
    (tmp_path / "domains").mkdir()
    (tmp_path / "wide.csv").write_text("event_id,person_id,charge,age,surprise\n")
    (tmp_path / "project.yml").write_text(
        "name: town\ndomain: town\nsources:\n  main:\n"
        "    people: {path: wide.csv, rows: events}\n    events: {path: wide.csv}\n"
    )
    (tmp_path / "domains" / "town.yml").write_text(
        "entities:\n"
        "  people: {columns: {person_id: {role: privacy_unit}, age: {role: quasi_identifier}}}\n"
        "  events: {columns: {event_id: {role: direct_identifier}, person_id: {role: privacy_unit}, "
        "charge: {role: sensitive}}}\n"
        "sources:\n  main.people: {entity: people}\n  main.events: {entity: events}\n"
    )
    found = checks(tmp_path)
    assert found["source main.people"].detail == "5 columns, 1 without a role"
    assert found["source main.events"].detail == "5 columns, 1 without a role"
