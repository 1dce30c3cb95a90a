"""Git gives nothing back: rolled back, branched, cloned or merged, a ledger holds all that was ever spent."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from personatwin_sql.engine.private_folder import secret
from personatwin_sql.errors import Diagnostic, PersonaTwinError, Place
from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.privacy.accounting.events import Laplace
from personatwin_sql.release.ledger.budget import charges_of, loss
from personatwin_sql.release.ledger.charge import Budgets, Request, charged, frozen
from personatwin_sql.release.ledger.folders import folders_of
from personatwin_sql.release.ledger.frozen import read_frozen
from personatwin_sql.release.ledger.replay import replayed
from personatwin_sql.release.ledger.store import read_ledger
from personatwin_sql.spec.budget import Budget
from tests.integration.conftest import Run
from tests.integration.spender import TABLE
from tests.integration.test_bad_input import project

COURT = Budget("court", Fraction(3))

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not here")


def shell(command: str, folder: Path) -> str:
    names = {
        f"GIT_{role}_{part}": "somebody" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")
    }
    finished = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "court"
    folder.mkdir()
    (folder / ".gitignore").write_text(".personatwin/\n")
    secret(folder / ".personatwin")
    shell("git init -q -b main && git add . && git commit -qm begin", folder)
    return folder


def spend(folder: Path, epsilon: str, replay: str = "0") -> None:
    """Charge, draw, keep and commit."""
    folders, key = folders_of(folder, folder / ".personatwin"), secret(folder / ".personatwin")
    cost = Guarantee(Fraction(epsilon), Fraction(0))
    noise = (("visits", Laplace(1 / cost.epsilon, 1, 1)),)
    asked = Request("visits", Place("visits.sql"), "court", cost, noise, replay * 64)
    (charge,) = charged(folders, key, Budgets({"court": COURT}), [asked])
    frozen(folders, key, charge, TABLE)
    shell("git add . && git commit -qm spend", folder)


def spent(folder: Path) -> Fraction:
    folders = folders_of(folder, folder / ".personatwin")
    return loss(COURT, charges_of(read_ledger(folders, secret(folders.private)), "court")).epsilon


def refusal(folder: Path, epsilon: str = "0.1") -> Diagnostic:
    with pytest.raises(PersonaTwinError) as raised:
        spend(folder, epsilon)
    (problem,) = raised.value.diagnostics
    return problem


def command_of(problem: Diagnostic) -> str:
    return re.sub(r"^[^:]*: ", "", problem.fixes[0])


def test_a_checkout_of_an_earlier_commit_gives_nothing_back(repository: Path) -> None:
    spend(repository, "1")
    spend(repository, "1.5")
    shell("git checkout -q HEAD~1", repository)
    problem = refusal(repository)
    assert problem.code == "PT685"
    shell(command_of(problem), repository)
    assert spent(repository) == Fraction("2.5")
    assert refusal(repository, "0.6").code == "PT602"


def test_a_hard_reset_gives_nothing_back(repository: Path) -> None:
    spend(repository, "1")
    shell("git reset -q --hard HEAD~1", repository)
    assert not (repository / "ledger").exists()
    problem = refusal(repository)
    assert problem.code == "PT685"
    shell(command_of(problem), repository)
    assert spent(repository) == 1


def test_a_new_branch_gives_nothing_back_until_it_is_merged(repository: Path) -> None:
    spend(repository, "1")
    shell("git checkout -qb other", repository)
    spend(repository, "1")
    shell("git checkout -q main", repository)
    assert refusal(repository).code == "PT685"
    shell("git merge -q other", repository)
    spend(repository, "0.5")
    assert spent(repository) == Fraction("2.5")


def test_clones_that_both_spent_add_up_by_a_merge_without_conflict(repository: Path, tmp_path: Path) -> None:
    spend(repository, "1")
    shell("git clone -q court other", tmp_path)
    other = tmp_path / "other"
    (other / ".personatwin").mkdir(mode=0o700)
    shutil.copy(repository / ".personatwin" / "secret", other / ".personatwin" / "secret")
    spend(other, "1", replay="1")
    spend(repository, "1", replay="2")
    shell("git pull -q --no-rebase --no-edit ../other main", repository)
    assert spent(repository) == 3
    assert refusal(repository).code == "PT602"
    folders = folders_of(repository, repository / ".personatwin")
    ledger = read_ledger(folders, secret(folders.private))
    for question in ("1", "2"):
        found = replayed(ledger, question * 64)
        assert found is not None
        assert read_frozen(folders, found[1]) == TABLE


def test_clones_that_both_began_a_ledger_add_up(repository: Path, tmp_path: Path) -> None:
    shell("git clone -q court other", tmp_path)
    other = tmp_path / "other"
    (other / ".personatwin").mkdir(mode=0o700)
    shutil.copy(repository / ".personatwin" / "secret", other / ".personatwin" / "secret")
    spend(other, "1")
    spend(repository, "1")
    shell("git pull -q --no-rebase --no-edit ../other main", repository)
    assert spent(repository) == 2


def test_a_deleted_entry_comes_back_by_the_command_that_is_told(repository: Path) -> None:
    spend(repository, "1")
    spend(repository, "1")
    shutil.rmtree(repository / ".personatwin" / "ledger")
    first = sorted((repository / "ledger").glob("*.json"))[1]
    shell(f"git rm -q ledger/{first.name} && git commit -qm forget", repository)
    problem = refusal(repository)
    assert problem.code == "PT681"
    shell(command_of(problem), repository)
    assert spent(repository) == 2


def test_an_edited_entry_comes_back_by_the_command_that_is_told(repository: Path) -> None:
    spend(repository, "1")
    shutil.rmtree(repository / ".personatwin" / "ledger")
    charge = sorted((repository / "ledger").glob("*.json"))[1]
    charge.write_text(charge.read_text().replace('"epsilon": "1"', '"epsilon": "0.1"'))
    shell("git commit -qam cheaper", repository)
    problem = refusal(repository)
    assert (problem.code, str(problem.place)) == ("PT680", f"ledger/{charge.name}")
    shell(command_of(problem), repository)
    assert spent(repository) == 1


def test_a_frozen_table_comes_back_by_the_command_that_is_told(repository: Path) -> None:
    spend(repository, "1")
    folders = folders_of(repository, repository / ".personatwin")
    (release,) = (release for _, release in read_ledger(folders).releases())
    shell(f"git rm -q ledger/frozen/{release.file} && git commit -qm forget", repository)
    with pytest.raises(PersonaTwinError) as raised:
        read_frozen(folders, release)
    shell(command_of(raised.value.diagnostics[0]), repository)
    assert read_frozen(folders, release) == TABLE


def test_a_clone_without_the_secret_builds_nothing(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin)
    shutil.rmtree(folder / ".personatwin", ignore_errors=True)
    (folder / "ledger").mkdir()
    (folder / "ledger" / "000001-0123456789abcdef.json").write_text("{}")
    for command in ("build", "test"):
        told = personatwin(command, cwd=folder, code=5).stderr
        assert "error[PT686]" in told
        assert "copy .personatwin/secret" in told
    assert not (folder / ".personatwin" / "secret").exists()
