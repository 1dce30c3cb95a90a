"""A ledger that was rolled back, edited or lost is found by the next build, and no crash undercounts it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from personatwin_sql.errors import PersonaTwinError
from personatwin_sql.release.durable_file import unavailable
from tests.integration.killed_builds import DONE, KILLED, LOCKED
from tests.integration.private_visits import (
    ask,
    built,
    ledger_of,
    project,
    rows,
    spent,
    statuses,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases were drawn, one after the other: ε 1 and ε 1/2."""
    root = project(tmp_path_factory.mktemp("made"))
    built(root)
    ask(root, name="others", epsilon="0.5")
    built(root)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """A copy with all times as they were."""
    return Path(shutil.copytree(made, tmp_path / "town", copy_function=shutil.copy2))


def refused(root: Path, **options: object) -> list[str]:
    before = (root / "release" / "town.duckdb").read_bytes()
    with pytest.raises(PersonaTwinError) as raised:
        built(root, **options)
    assert all(problem.place and problem.fixes for problem in raised.value.diagnostics)
    assert (root / "release" / "town.duckdb").read_bytes() == before
    return [problem.code for problem in raised.value.diagnostics]


def entries(root: Path) -> list[Path]:
    return sorted((root / "ledger").glob("*.json"))


def test_an_unchanged_project_is_found_so_without_reading_its_ledger(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from personatwin_sql.workflow import build_ledger

    def called(*_: object) -> None:
        raise AssertionError("the ledger was read")

    monkeypatch.setattr(build_ledger, "begun_ledger", called)
    assert set(statuses(built(root)).values()) == {"unchanged"}


def test_deleted_entries_do_not_pass_as_unchanged(root: Path) -> None:
    entries(root)[-1].unlink()
    assert refused(root) == ["PT685"]


def test_an_edited_entry_does_not_pass_as_unchanged(root: Path) -> None:
    charge = next(path for path in entries(root) if b'"kind": "charge"' in path.read_bytes())
    charge.write_bytes(charge.read_bytes().replace(b'"epsilon": "1"', b'"epsilon": "0"'))
    assert refused(root) == ["PT680"]


def test_a_ledger_rolled_back_with_its_memory_is_known_by_the_last_build(root: Path) -> None:
    for folder in ("ledger", ".personatwin/ledger"):
        for path in sorted((root / folder).glob("*.json"))[2:]:
            path.unlink()
    assert set(refused(root)) == {"PT688"}
    shutil.rmtree(root / "ledger")
    shutil.rmtree(root / ".personatwin" / "ledger")
    assert set(refused(root, full_refresh=True)) == {"PT688"}


def test_a_ledger_rolled_back_with_all_that_is_private_is_known_by_the_release(root: Path) -> None:
    shutil.rmtree(root / "ledger")
    for path in (root / ".personatwin").iterdir():
        if path.name not in ("secret", "past"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert set(refused(root)) == {"PT688"}


def test_a_clone_without_the_private_folder_spends_nothing(root: Path) -> None:
    shutil.rmtree(root / ".personatwin")
    assert refused(root) == ["PT686"]


def test_a_lost_frozen_table_is_never_drawn_again(root: Path) -> None:
    lost = next((root / "ledger" / "frozen").glob("visits-*.tsv"))
    content = lost.read_bytes()
    lost.unlink()
    assert refused(root) == ["PT689"]
    assert refused(root, allow_spend=True, full_refresh=True) == ["PT689"]
    lost.write_bytes(content.replace(b"Adams", b"Other"))
    assert refused(root) == ["PT690"]
    assert spent(root) == Fraction(3, 2)
    lost.write_bytes(content)
    first = rows(root)
    built(root)
    assert (rows(root), spent(root)) == (first, Fraction(3, 2))


def test_a_ledger_that_grew_elsewhere_is_taken_in_and_the_budgets_told_anew(root: Path) -> None:
    other = Path(shutil.copytree(root, root.parent / "clone", copy_function=shutil.copy2))
    ask(other, name="third", epsilon="0.25")
    built(other)
    shutil.copytree(other / "ledger", root / "ledger", dirs_exist_ok=True)
    found = statuses(built(root))
    assert (found["visits"], found["others"]) == ("replay", "replay")
    assert spent(root) == Fraction(7, 4)
    assert rows(root, "_personatwin.ledger") == [(head,) for head in ledger_of(root).heads]


def test_a_clock_turned_back_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = rows(root)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    for path in [*entries(root), root / "ledger", root / "ledger" / "frozen", root / "visits.csv"]:
        os.utime(path, (0, 0))
    found = statuses(built(root))
    assert set(found.values()) <= {"ok", "replay", "unchanged"}
    assert (rows(root), spent(root)) == (first, Fraction(3, 2))


def test_a_full_disk_at_the_ledger_charges_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from personatwin_sql.release.ledger import store

    def full(contents: dict[Path, bytes], _: Path) -> None:
        raise unavailable(next(iter(contents)), is_full=True)

    ask(root, name="third", epsilon="0.25")
    monkeypatch.setattr(store, "write_all_durably", full)
    assert refused(root) == ["PT412"]
    monkeypatch.undo()
    assert spent(root) == Fraction(3, 2)
    assert statuses(built(root))["third"] == "ok"
    assert spent(root) == Fraction(7, 4)


def test_a_full_disk_after_the_charge_leaves_it_due(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from personatwin_sql.release.ledger import frozen

    def full(path: Path, _: bytes) -> None:
        raise unavailable(path, is_full=True)

    ask(root, name="third", epsilon="0.25")
    monkeypatch.setattr(frozen, "write_durably", full)
    assert refused(root) == ["PT412"]
    monkeypatch.undo()
    assert spent(root) == Fraction(7, 4)
    result = built(root)
    assert statuses(result)["third"] == "ok"
    assert [warning.code for warning in result.warnings] == ["PT609"]
    assert spent(root) == 2


@dataclass(frozen=True)
class Ended:
    """A build that was killed before a step, and one after it."""

    code: int
    draws: int
    charges: int
    releases: int
    is_published: bool
    charges_after: int
    is_as_frozen: bool


def test_a_build_killed_at_any_step_never_undercounts_and_the_next_one_works(tmp_path: Path) -> None:
    project(tmp_path / "town")
    ends = [Ended(*line) for line in killed_builds(tmp_path, "die")]
    assert {end.code for end in ends} == {KILLED}
    assert len(ends) > 8
    for end in ends:
        assert end.charges >= end.draws >= end.releases >= end.is_published
        assert end.charges_after - end.charges == (0 if end.releases else 1)
        assert end.is_as_frozen
    assert {(end.charges, end.releases, end.is_published) for end in ends} == {
        (0, 0, False),
        (1, 0, False),
        (1, 1, False),
        (1, 1, True),
    }


def test_of_sixteen_builds_at_once_one_pays(tmp_path: Path) -> None:
    root = project(tmp_path / "town")
    (ends,) = killed_builds(tmp_path, "race")
    assert set(ends) == {DONE, LOCKED}
    assert ends.count(DONE) >= 1
    assert spent(root) == 1
    (charge,) = ledger_of(root).releases()
    assert len(rows(root)) == 3
    assert charge[1].model == "visits"


def killed_builds(folder: Path, what: str) -> list[list[int]]:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.integration.killed_builds", str(folder), what],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return [json.loads(line) for line in finished.stdout.splitlines()]
