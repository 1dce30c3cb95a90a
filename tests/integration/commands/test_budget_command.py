"""`budget` tells what is spent and left, to the charge, and what of it is stale, lost or never released."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from personatwin_sql.cli.application import application
from personatwin_sql.cli.budget_page import budget_parts
from personatwin_sql.cli.page import terminal_page
from personatwin_sql.engine.private_folder import secret
from personatwin_sql.errors import Place
from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.privacy.accounting.events import Event, Gaussian, Laplace
from personatwin_sql.release.fingerprint import source_stamp
from personatwin_sql.release.ledger.charge import Request, charged, frozen
from personatwin_sql.release.ledger.folders import folders_of
from personatwin_sql.release.ledger.frozen import FrozenTable
from personatwin_sql.spec.loader import load
from personatwin_sql.workflow.budgets import (
    Amount,
    BudgetPage,
    BudgetStanding,
    DisplayedLoss,
    declared_budgets,
)

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "cli"
TABLE = FrozenTable((("visits", "BIGINT"),), ((12,),))
PROJECT = """\
name: county_court
domain: criminal_justice
sources:
  court:
    people: {path: data/people.csv, entity: people}
    events: {path: data/events.csv, entity: events}
"""
BUDGET = "{epsilon: 3, delta: 1e-6, per_analyst: 2, epoch: 2025}"


class Town:
    """A project with budgets, of which releases are bought as a build will do it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folders = folders_of(root, root / ".personatwin")
        (root / "data").mkdir(parents=True)
        for name in ("people", "events"):
            (root / "data" / f"{name}.csv").write_text("person_id\n1\n")
        self.declare(court=BUDGET)
        secret(self.folders.private)

    def declare(self, **budgets: str) -> None:
        written = "".join(f"  {name}: {text}\n" for name, text in budgets.items())
        (self.root / "project.yml").write_text(PROJECT + ("budgets:\n" + written if budgets else ""))

    def buy(
        self,
        model: str,
        epsilon: str,
        analyst: str,
        event: Event | None = None,
        is_kept: bool = True,
        budget: str = "court",
    ) -> None:
        key = secret(self.folders.private)
        loaded = load(self.root)
        cost = Guarantee(Fraction(epsilon), Fraction(0) if event is None else Fraction(1, 10**7))
        noise = event or Laplace(4 / cost.epsilon, 2, 1)
        request = Request(
            model,
            Place(f"models/release/{model}.sql", 1),
            budget,
            cost,
            (("visits", noise), ("people", noise)),
            f"{len(model):064x}",
            sources={"court.events": source_stamp(self.root, "", "data/events.csv", key).digest},
            analyst=analyst,
        )
        (charge,) = charged(self.folders, key, declared_budgets(loaded), [request])
        if is_kept:
            frozen(self.folders, key, charge, TABLE)

    def told(self, *arguments: str) -> Result:
        return CliRunner().invoke(application, ["budget", "--project-dir", str(self.root), *arguments])

    def json(self) -> Mapping[str, Any]:
        result = self.told("--format", "json")
        assert result.exit_code == 0, result.output
        found: Mapping[str, Any] = json.loads(result.stdout)
        return found


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    for name in list(os.environ):
        if name.startswith("PERSONATWIN_") and name != "PERSONATWIN_REWRITE_GOLDEN":
            monkeypatch.delenv(name)
    return Town(tmp_path / "town")


@pytest.fixture
def spent(town: Town) -> Town:
    """Two epochs, two analysts, a release drawn twice, and one that a crash kept from being released."""
    town.buy("visits", "0.5", "jane")
    town.declare(court=BUDGET.replace("2025", "2026"))
    town.buy("visits", "0.5", "jane")
    town.buy("bookings", "0.75", "joe", Gaussian(Fraction(4000), 2, 5))
    town.buy("days_in_jail", "1", "joe", is_kept=False)
    return town


def without_dates(text: str) -> str:
    """The day of a charge is the day of the test."""
    return re.sub(r"\d{4}-\d\d-\d\d(?= )", "2026-05-01", text)


def test_the_page_is_what_it_was(spent: Town) -> None:
    file = GOLDEN / "budget.stdout.txt"
    said = spent.told()
    assert (said.exit_code, said.stderr) == (0, "")
    if os.environ.get("PERSONATWIN_REWRITE_GOLDEN") == "1":
        file.write_text(without_dates(said.stdout), encoding="utf-8")
    assert without_dates(said.stdout) == file.read_text(encoding="utf-8")


def test_programs_read_all_of_it(spent: Town) -> None:
    found = spent.json()
    (court,) = found["budgets"]
    assert court["allowed"] == {"epsilon": "3", "delta": "0.000001", "charges": None}
    assert court["spent"] == {"epsilon": "2.75", "delta": "0.0000001", "charges": 4}
    assert court["left"] == {"epsilon": "0.25", "delta": "0.0000009", "charges": None}
    assert court["displayed"]["delta"] == court["allowed"]["delta"]
    assert 2 < float(court["displayed"]["epsilon"]) < 2.75
    assert [(part["name"], part["spent"]["epsilon"]) for part in court["epochs"]] == [
        ("2025", "0.5"),
        ("2026", "2.25"),
    ]
    assert [(part["name"], part["limit"], part["left"]) for part in court["analysts"]] == [
        ("jane", "2", "1"),
        ("joe", "2", "0.25"),
    ]
    assert [(one["model"], one["mechanism"], one["standing"]) for one in court["entries"]] == [
        ("visits", "discrete_laplace", "replaced"),
        ("visits", "discrete_laplace", "released"),
        ("bookings", "discrete_gaussian", "released"),
        ("days_in_jail", "discrete_laplace", "not finished"),
    ]
    assert found["lifetime"]["epsilon"] == "2.75"
    assert found["heads"] == [found["heads"][0]]


def test_a_figure_that_takes_too_long_is_said_to_be_missing() -> None:
    nothing = Amount("0", "0")
    standing = BudgetStanding(
        "court",
        "person",
        "basic",
        "",
        nothing,
        nothing,
        nothing,
        DisplayedLoss(None, "0.000001"),
        (),
        (),
        (),
        (),
    )
    page = BudgetPage("town", (standing,), nothing, True, (), (), (), ())
    told = terminal_page(budget_parts(page), str)
    assert "for display: not computed: so many different noises take too long to add up\n" in told
    assert "A figure for display holds of" in told


def test_changed_data_make_a_release_stale(spent: Town) -> None:
    (spent.root / "data" / "events.csv").write_text("person_id\n1\n2\n")
    stale = {one["model"]: one["stale"] for one in spent.json()["budgets"][0]["entries"]}
    assert stale == {"visits": ["court.events"], "bookings": ["court.events"], "days_in_jail": []}
    assert "released, stale: court.events changed" in spent.told().stdout


def test_a_lost_table_is_marked(spent: Town) -> None:
    shutil.rmtree(spent.folders.frozen)
    assert "lost" in {one["standing"] for one in spent.json()["budgets"][0]["entries"]}


def test_a_project_without_budgets_has_nothing_to_tell(town: Town) -> None:
    town.declare()
    assert town.told().stdout == (
        "county_court: no budget\n`budgets:` of project.yml declares none, and the ledger has none.\n"
    )
    assert not (town.root / "ledger").exists()


def test_a_budget_that_nothing_was_spent_of_is_whole(town: Town) -> None:
    (court,) = town.json()["budgets"]
    assert (court["left"], court["entries"]) == ({"epsilon": "3", "delta": "0.000001", "charges": None}, [])
    assert court["displayed"] is None


def test_a_reviewer_without_the_secret_reads_the_figures(spent: Town, tmp_path: Path) -> None:
    clone = Path(
        shutil.copytree(spent.root, tmp_path / "clone", ignore=shutil.ignore_patterns(".personatwin"))
    )
    said = CliRunner().invoke(application, ["budget", "--project-dir", str(clone)])
    assert said.exit_code == 0
    assert "epsilon 0.25 of 3 left" in said.stdout
    assert "seals of the ledger were not checked" in said.stderr
    assert not (clone / ".personatwin").exists()


def test_a_budget_declared_no_more_or_otherwise_is_told(spent: Town) -> None:
    spent.declare(court="{epsilon: 5, delta: 1e-6, per_analyst: 2, epoch: 2026}")
    assert "warning[PT606]: `epsilon` of the budget `court` is 5; it was 3" in spent.told().stderr
    spent.declare(other="{epsilon: 1}")
    said = spent.told()
    assert said.exit_code == 0
    assert "warning[PT605]: the budget `court` was spent from" in said.stderr
    assert "court: epsilon 0.25 of 3 left" in said.stdout
    spent.declare(court="{epsilon: 3, delta: 1e-6, accountant: zcdp, per_analyst: 2}")
    said = spent.told()
    assert "warning[PT604]" in said.stderr
    assert "accountant basic" in said.stdout


def test_several_budgets_come_to_one_sum(town: Town) -> None:
    town.declare(court=BUDGET, jail="{epsilon: 2, delta: 1e-5, accountant: zcdp}")
    town.buy("visits", "1", "jane")
    town.buy("days_in_jail", "1", "", Gaussian(Fraction(900), 2, 5), budget="jail")
    found = town.json()
    court, jail = found["budgets"]
    assert court["spent"]["epsilon"] == "1"
    assert 0 < float(jail["spent"]["epsilon"]) < 2
    assert float(found["lifetime"]["epsilon"]) == pytest.approx(1 + float(jail["spent"]["epsilon"]), abs=1e-5)


def test_an_altered_ledger_is_refused_and_named(spent: Town) -> None:
    charge = sorted(spent.folders.ledger.glob("*.json"))[1]
    charge.write_text(charge.read_text().replace('"epsilon": "0.5"', '"epsilon": "0.1"'))
    said = spent.told()
    assert said.exit_code == 5
    assert f"error[PT680]: the ledger's entry {charge.name} was changed after it was written" in said.stderr
    assert said.stdout == ""


def test_markdown_has_the_same_figures(spent: Town) -> None:
    said = spent.told("--format", "md").stdout
    assert said.startswith("# court: epsilon 0.25 of 3 left\n")
    assert "| spent | 2.75 | 0.0000001 | 4 |" in said
