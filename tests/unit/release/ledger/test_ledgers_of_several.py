"""Clones, other secrets and branches: what each knows of the ledger is added up, or it is refused."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from small_ledger import COURT, budgets_of, files, made, only, released, request, spent

from personatwin_sql.engine.private_folder import secret
from personatwin_sql.errors import PersonaTwinError, Unavailable
from personatwin_sql.release.ledger.budget import charges_of, loss
from personatwin_sql.release.ledger.charge import charged
from personatwin_sql.release.ledger.entry import (
    digest_of,
)
from personatwin_sql.release.ledger.folders import Folders
from personatwin_sql.release.ledger.store import read_ledger


def test_a_release_that_is_ahead_of_the_ledger_is_refused(
    folders: Folders, key: bytes, written: list[Path]
) -> None:
    head = digest_of(written[-1].read_bytes())
    assert read_ledger(folders, key, {head: "release/court.duckdb"}).heads == (head,)
    written[-1].unlink()
    shutil.rmtree(folders.memory)
    problem = only(folders, key, **{"release/court.duckdb": head})
    assert problem.code == "PT688"
    assert problem.message.startswith("release/court.duckdb was made by a ledger")


def test_a_clone_without_the_secret_gets_no_new_one(
    folders: Folders, key: bytes, written: list[Path], tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(folders.ledger, clone / "ledger")
    with pytest.raises(Unavailable) as raised:
        secret(clone / ".personatwin")
    assert raised.value.diagnostics[0].code == "PT686"
    assert "copy .personatwin/secret" in raised.value.diagnostics[0].fixes[0]
    assert not (clone / ".personatwin").exists()


def test_the_secret_is_missed_where_the_whole_ledger_is_gone(
    folders: Folders, key: bytes, written: list[Path]
) -> None:
    shutil.rmtree(folders.ledger)
    (folders.private / "secret").unlink()
    with pytest.raises(Unavailable) as raised:
        secret(folders.private)
    assert raised.value.diagnostics[0].code == "PT686"


def test_another_secret_is_refused(folders: Folders, key: bytes, written: list[Path], tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    there, other = made(clone)
    shutil.copytree(folders.ledger, there.ledger)
    problem = only(there, other)
    assert problem.code == "PT687"
    assert "not the secret that this ledger was written with" in problem.message
    with pytest.raises(Unavailable):
        charged(there, other, budgets_of(COURT), [request("0.5")])
    shutil.copy(folders.private / "secret", there.private / "secret")
    assert len(read_ledger(there, secret(there.private)).entries) == 5


def test_ledgers_of_two_secrets_are_not_united(folders: Folders, key: bytes, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    there, other = made(tmp_path / "other")
    spent(folders, key, "1")
    spent(there, other, "1")
    for file in files(there):
        shutil.copy(file, folders.ledger)
    assert "different secrets" in only(folders, key).message


def test_branches_add_up(folders: Folders, key: bytes, tmp_path: Path) -> None:
    spent(folders, key, "1")
    branch = tmp_path / "branch"
    shutil.copytree(folders.ledger, branch / "ledger")
    shutil.copytree(folders.private, branch / ".personatwin")
    there, _ = made(branch)
    spent(folders, key, "1")
    released(there, key, "0.75")
    for file in files(there):
        if not (folders.ledger / file.name).exists():
            shutil.copy(file, folders.ledger)
    ledger = read_ledger(folders, key)
    assert len(ledger.heads) == 2
    assert loss(COURT, charges_of(ledger, "court")).epsilon == Fraction("2.75")
    with pytest.raises(PersonaTwinError, match="PT602"):
        spent(folders, key, "0.5")
    spent(folders, key, "0.25")
    assert len(read_ledger(folders, key).heads) == 1


def test_two_branches_that_each_began_a_ledger_add_up(folders: Folders, key: bytes, tmp_path: Path) -> None:
    branch = tmp_path / "branch"
    shutil.copytree(folders.private, branch / ".personatwin")
    there, _ = made(branch)
    spent(folders, key, "1")
    spent(there, key, "1")
    for file in files(there):
        shutil.copy(file, folders.ledger)
    assert loss(COURT, charges_of(read_ledger(folders, key), "court")).epsilon == 2


def test_an_entry_is_never_written_over(folders: Folders, key: bytes, written: list[Path]) -> None:
    before = {file: (file.read_bytes(), file.stat().st_ino) for file in written}
    released(folders, key, "0.5")
    assert {file: (file.read_bytes(), file.stat().st_ino) for file in written} == before
