"""Whatever ends a process that spends: nothing was drawn that is not on the ledger, which is whole."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from personatwin_sql.engine.private_folder import secret
from personatwin_sql.release.ledger.budget import charges_of, loss
from personatwin_sql.release.ledger.folders import Folders, folders_of
from personatwin_sql.release.ledger.frozen import read_frozen
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.store import read_ledger
from tests.integration.spender import BUDGET, DISTURBED, DONE, KILLED, TABLE

SPENDER = Path(__file__).with_name("spender.py")
REFUSED, FULL = 3, 5


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return folders_of(tmp_path, tmp_path / ".personatwin")


def spender(folders: Folders, *arguments: str, limit: int | None = None) -> list[list[int]]:
    """What each of its processes ended with, in lines of numbers."""
    finished = subprocess.run(
        [sys.executable, str(SPENDER), str(folders.ledger.parent), *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        preexec_fn=None
        if limit is None
        else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert finished.returncode == 0, finished.stderr
    assert "Traceback" not in finished.stderr
    return [[int(word) for word in line.split()] for line in finished.stdout.splitlines()]


def said(folders: Folders) -> Counter[str]:
    """How often something was drawn, and published."""
    path = folders.ledger.parent / "said"
    return Counter(path.read_text().split()) if path.exists() else Counter()


def sound(folders: Folders) -> Ledger:
    """The ledger, read with the key and with all its frozen tables."""
    ledger = read_ledger(folders, secret(folders.private))
    for _, release in ledger.releases():
        assert read_frozen(folders, release) == TABLE
    return ledger


def test_a_process_killed_at_any_step_never_undercounts(folders: Folders) -> None:
    ends = spender(folders, "die")
    assert {code for _, code in ends} == {KILLED, DONE}
    assert len(ends) > 50  # as many processes as there are steps
    ledger = sound(folders)
    charges, releases = len(list(ledger.charges())), len(list(ledger.releases()))
    happened = said(folders)
    assert charges >= happened["drawn"] >= releases >= happened["published"] >= 1
    assert loss(BUDGET, charges_of(ledger, "court")).epsilon == charges * Fraction("0.3")
    assert charges < len(ends)  # some died before anything was charged
    assert not [path for path in folders.ledger.rglob("*") if path.name.endswith(".new")]


def test_a_full_disk_at_any_step_refuses_before_anything_is_drawn(folders: Folders) -> None:
    ends = spender(folders, "full")
    assert {code for _, code in ends} <= {DONE, DISTURBED, FULL}
    assert Counter(code for _, code in ends)[FULL] > 10
    ledger = sound(folders)
    happened = said(folders)
    assert len(list(ledger.charges())) >= happened["drawn"]
    assert len(list(ledger.releases())) >= happened["published"] >= 1


@pytest.mark.parametrize("limit", [0, 100, 800])
def test_a_disk_without_room_for_an_entry_leaves_the_ledger_as_it_was(folders: Folders, limit: int) -> None:
    secret(folders.private)
    finished = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, resource; from pathlib import Path; from tests.integration import spender\n"
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
            "print(spender.child(lambda: spender.spend(Path(sys.argv[1]), spender.BUDGET, print) or 0))",
            str(folders.ledger.parent),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert finished.stdout == f"{FULL}\n", finished.stderr
    assert list(sound(folders).charges()) == []
    assert not list(folders.ledger.glob(".*.new"))
    assert spender(folders, "race", "1") == [[REFUSED]]
    assert said(folders)["drawn"] == 10


def test_sixteen_processes_cannot_overspend(folders: Folders) -> None:
    ends = spender(folders, "race", "16")
    assert ends == [[REFUSED]] * 16
    ledger = sound(folders)
    assert loss(BUDGET, charges_of(ledger, "court")).epsilon == 3 == BUDGET.epsilon
    assert said(folders) == {"drawn": 10, "published": 10}
    assert len(ledger.heads) == 1
