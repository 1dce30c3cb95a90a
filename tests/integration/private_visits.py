"""A project whose only release is of noisy counts of visits, and what a build of it spends."""

from __future__ import annotations

import csv
import random
from fractions import Fraction
from pathlib import Path

import duckdb

from personatwin_sql.engine.private_folder import secret
from personatwin_sql.release.ledger.budget import charges_of, loss
from personatwin_sql.release.ledger.folders import Folders, folders_of
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.store import read_ledger
from personatwin_sql.spec.budget import Budget
from personatwin_sql.workflow import BuildResult, Options, build

DOMAIN = """
entities:
  visits:
    columns:
      person_id: {role: privacy_unit}
      county: {role: quasi_identifier}
      amount: {role: insensitive, type: integer}
sources:
  s.visits: {entity: visits}
"""
COUNTIES = ("Adams", "Brown", "Clark")
VISITS = Path("models", "release", "visits.sql")
SELECTED = "county, count(*) AS visits, sum(amount) AS amount"
FIRST = Budget("court", Fraction(3), Fraction(1, 10**6))


def project(root: Path, rows: int = 400) -> Path:
    """People with visits to three counties, counted with ε 1 of a budget of 3."""
    (root / "domains").mkdir(parents=True)
    (root / "domains" / "town.yml").write_text(DOMAIN, encoding="utf-8")
    declare(root)
    write_visits(root, rows)
    ask(root)
    return root


def declare(root: Path, budgets: str = "{court: {epsilon: 3, delta: 1e-6}}", more: str = "") -> None:
    (root / "project.yml").write_text(
        "name: town\ndomain: town\nsources: {s: {visits: {path: visits.csv}}}\nprivacy: {level: low}\n"
        "targets: {prod: {publish: true}, dev: {publish: false}}\n"
        + (f"budgets: {budgets}\n" if budgets else "")
        + more,
        encoding="utf-8",
    )


def write_visits(root: Path, rows: int = 400, seed: int = 5, beyond: int = 0) -> None:
    """`beyond`: so many amounts are larger than the models' bounds."""
    draw = random.Random(seed)
    with (root / "visits.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("person_id", "county", "amount"))
        for number in range(rows):
            amount = 1000 if number < beyond else draw.randint(0, 9)
            writer.writerow((f"ZQID{draw.randint(1, rows // 3)}", draw.choice(COUNTIES), amount))


def ask(root: Path, epsilon: str = "1", select: str = SELECTED, more: str = "", name: str = "visits") -> None:
    """Write a model; another ε, or another list, is another question."""
    path = root / VISITS.parent / f"{name}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    bounds = " bounds={'amount': [0, 9]}," if "amount" in select else ""
    path.write_text(
        f"{{{{ config(protection='differential_privacy', epsilon={epsilon}, max_groups=2,\n"
        f"    max_rows_per_group=3,{bounds}\n"
        f"    keys={{'county': {list(COUNTIES)}}}{more}) }}}}\n"
        f"SELECT {select}\nFROM {{{{ source('s', 'visits') }}}}\nGROUP BY county\n",
        encoding="utf-8",
    )


def derive(root: Path) -> None:
    """A total that stands on the noisy counts."""
    (root / "models" / "release" / "total.sql").write_text(
        "{{ config(protection='derived') }}\nSELECT sum(visits) AS visits FROM {{ ref('visits') }}\n",
        encoding="utf-8",
    )


def built(root: Path, target: str | None = None, **options: object) -> BuildResult:
    return build(Options(root, target, **options), lambda _: None)  # type: ignore[arg-type]


def statuses(result: BuildResult) -> dict[str, str]:
    return {event.node: event.status for event in result.nodes}


def folders(root: Path) -> Folders:
    return folders_of(root, root / ".personatwin")


def ledger_of(root: Path) -> Ledger:
    """Read with the key: sound, or it raises."""
    return read_ledger(folders(root), secret(root / ".personatwin"))


def spent(root: Path) -> Fraction:
    return loss(FIRST, charges_of(ledger_of(root), "court")).epsilon


def rows(root: Path, table: str = "visits", file: str = "release/town.duckdb") -> list[tuple[object, ...]]:
    with duckdb.connect(str(root / file), read_only=True) as release:
        return release.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()
