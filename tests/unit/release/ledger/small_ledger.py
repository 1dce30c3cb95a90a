"""A project's folder with a budget, and releases that spend of it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from personatwin_sql.engine.private_folder import secret
from personatwin_sql.errors import Diagnostic, Place, Unavailable
from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.privacy.accounting.events import Event, Laplace
from personatwin_sql.release.ledger.budget import charges_of, loss
from personatwin_sql.release.ledger.charge import Budgets, Request, charged, frozen
from personatwin_sql.release.ledger.entry import Release
from personatwin_sql.release.ledger.folders import Folders, folders_of
from personatwin_sql.release.ledger.frozen import FrozenTable
from personatwin_sql.release.ledger.store import read_ledger
from personatwin_sql.spec.budget import Budget

COURT = Budget("court", Fraction(3), Fraction(1, 10**6))
TABLE = FrozenTable((("county", "VARCHAR"), ("visits", "BIGINT")), (("Adams", 12), ("Brown", -3), (None, 0)))
MODEL = Place("models/release/visits.sql", 1)


def budgets_of(*budgets: Budget) -> Budgets:
    return Budgets(
        {budget.name: budget for budget in budgets},
        {budget.name: Place("project.yml", 7) for budget in budgets},
    )


def made(root: Path) -> tuple[Folders, bytes]:
    """The ledger's folders of a project, and its key."""
    folders = folders_of(root, root / ".personatwin")
    return folders, secret(root / ".personatwin")


def request(
    epsilon: str = "1",
    delta: str = "0",
    model: str = "visits",
    replay: str = "0" * 64,
    events: Sequence[tuple[str, Event]] | None = None,
    analyst: str = "",
    department: str = "",
    budget: str = "court",
) -> Request:
    """A count with Laplace noise, one group a person."""
    cost = Guarantee(Fraction(epsilon), Fraction(delta))
    noise = (("visits", Laplace(2 / cost.epsilon, 2, 1)),) if events is None else tuple(events)
    return Request(
        model,
        MODEL,
        budget,
        cost,
        noise,
        replay,
        bounds={"max_groups": "1", "max_rows_per_group": "2"},
        sources={"court.events": "ab" * 32},
        analyst=analyst,
        department=department,
    )


def spent(folders: Folders, key: bytes, *epsilons: str, budget: Budget = COURT) -> list[str]:
    """Charge one release after the other; their entries."""
    return [charged(folders, key, budgets_of(budget), [request(epsilon)])[0] for epsilon in epsilons]


def released(folders: Folders, key: bytes, epsilon: str = "1", table: FrozenTable = TABLE) -> Release:
    """A release that was charged, drawn and kept."""
    (charge,) = spent(folders, key, epsilon)
    return frozen(folders, key, charge, table)[1]


def files(folders: Folders) -> list[Path]:
    """Of the entries, oldest first."""
    return sorted(folders.ledger.glob("*.json"))


def problems(folders: Folders, key: bytes | None, **heads: str) -> tuple[Diagnostic, ...]:
    named = {digest: name for name, digest in heads.items()}
    with pytest.raises(Unavailable) as raised:
        read_ledger(folders, key, named)
    assert all(problem.place and problem.fixes for problem in raised.value.diagnostics)
    return raised.value.diagnostics


def only(folders: Folders, key: bytes | None, **heads: str) -> Diagnostic:
    (problem,) = problems(folders, key, **heads)
    return problem


def mended(folders: Folders, key: bytes, problem: Diagnostic) -> None:
    """Do what the first fix says, to the letter: the ledger is then sound, with all that was spent."""
    command = re.sub(r"^[^:]*: ", "", problem.fixes[0])
    subprocess.run(command, shell=True, check=True, cwd=folders.ledger.parent, capture_output=True)
    assert loss(COURT, charges_of(read_ledger(folders, key), "court")).epsilon == 2
