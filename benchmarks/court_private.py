"""Private tables of a court's records under ε = 1 in all: how wrong they are, and were said to be.

Usage: python benchmarks/court_private.py FOLDER, which has people.csv and events.csv of a court. A line
shows of each table the root of the mean squared error over its cells, against the figures without any
bounds, beside what its 95 % intervals tell (half their width / 1.96); the rest is bias of bounded
contributions. True figures are for the owner of the data alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import duckdb
from measurement import PERSONATWIN, cost_of

PROJECT = """
name: court
domain: court
sources:
  court:
    people: {{path: '{folder}/people.csv', entity: people}}
    events: {{path: '{folder}/events.csv', entity: events}}
targets:
  prod: {{publish: true}}
budgets:
  court: {{epsilon: 1, delta: 1e-6}}
"""
DOMAIN = """
extends: criminal_justice
name: court
sources:
  court.events:
    entity: events
    columns:
      charge_degree: {role: quasi_identifier}
      charge: {role: direct_identifier}
  court.people:
    entity: people
    columns:
      juvenile_felonies: {role: sensitive, type: integer}
      juvenile_misdemeanors: {role: sensitive, type: integer}
"""
MONTHS = [f"{year}-{month:02}-01" for year in (2013, 2014) for month in range(1, 13)]
ETHNICITIES = ["African-American", "Asian", "Caucasian", "Hispanic", "Native American", "Other"]
CASES = """
    SELECT person_id, CAST(date_trunc('month', date) AS DATE) AS month, event_type, charge_degree
    FROM {events}
    WHERE event_type IN ('offense', 'jail_booking')
"""
SCREENED = """
    SELECT e.person_id, p.ethnicity, e.outcome
    FROM {events} AS e
    JOIN {people} AS p ON e.person_id = p.person_id
    WHERE e.event_type = 'risk_screening'
"""
STAYS = """
    SELECT b.person_id, b.charge_degree, min(date_diff('day', b.date, r.date)) AS days
    FROM {events} AS b
    JOIN {events} AS r ON b.person_id = r.person_id
    WHERE b.event_type = 'jail_booking' AND r.event_type = 'jail_release' AND r.date >= b.date
    GROUP BY b.person_id, b.date, b.charge_degree
"""
STAGED = {"cases": CASES, "screened": SCREENED, "stays": STAYS}
DEGREES = ["F", "M"]


@dataclass(frozen=True)
class Table:
    """A release: its rules, keys and measure, and the SELECT over staged rows."""

    rules: str
    keys: tuple[str, ...]
    measure: str
    value: str
    of: str

    def query(self, staged: str) -> str:
        names = ", ".join(self.keys)
        return f"SELECT {names}, {self.value} AS {self.measure} FROM {staged} GROUP BY ALL"


TABLES = {
    "cases_by_month": Table(
        f"intervals=true, epsilon=0.4, max_groups=3, max_rows_per_group=1, keys={{'month': {MONTHS},"
        f" 'event_type': ['offense', 'jail_booking'], 'charge_degree': {DEGREES}}}",
        ("month", "event_type", "charge_degree"),
        "cases",
        "count(*)",
        "cases",
    ),
    "people_by_outcome": Table(
        f"intervals=true, epsilon=0.2, max_groups=1, keys={{'ethnicity': {ETHNICITIES},"
        " 'outcome': ['low', 'medium', 'high']}",
        ("ethnicity", "outcome"),
        "people",
        "count(DISTINCT person_id)",
        "screened",
    ),
    "days_in_jail": Table(
        "epsilon=0.4, max_groups=2, max_rows_per_group=1, bounds={'days': [0, 365]},"
        f" keys={{'charge_degree': {DEGREES}}}",
        ("charge_degree",),
        "days",
        "median(days)",
        "stays",
    ),
}
"""Together ε is 1."""


def main() -> int:
    folder = Path(sys.argv[1]).resolve()
    with TemporaryDirectory(prefix="personatwin-benchmark-") as name:
        project = Path(name)
        write(project, folder)
        cost = cost_of((*PERSONATWIN, "build"), project)
        print(f"built in {cost.cpu:.2f} s CPU, {cost.wall:.2f} s, {cost.peak_mb:.0f} MB")
        for line in compared(project, folder):
            print(line)
    return 0


def write(project: Path, folder: Path) -> None:
    (project / "models").mkdir()
    (project / "domains").mkdir()
    (project / "domains" / "court.yml").write_text(DOMAIN, encoding="utf-8")
    (project / "project.yml").write_text(PROJECT.format(folder=folder), encoding="utf-8")
    events, people = ("{{ source('court', '" + name + "') }}" for name in ("events", "people"))
    for name, query in STAGED.items():
        _model(project, "staging", name, query.format(events=events, people=people))
    for name, table in TABLES.items():
        rules = "{{ config(protection='differential_privacy', " + table.rules + ") }}\n"
        _model(project, "release", name, rules + table.query("{{ ref('" + table.of + "') }}"))


def _model(project: Path, kind: str, name: str, text: str) -> None:
    path = project / "models" / kind / f"{name}.sql"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


def compared(project: Path, folder: Path) -> Iterator[str]:
    """A line a table."""
    tables = {name: f"(SELECT * FROM '{folder / name}.csv')" for name in ("events", "people")}
    with duckdb.connect(str(project / "release" / "court.duckdb"), read_only=True) as connection:
        for name, table in TABLES.items():
            keys = len(table.keys)
            true = _cells(connection, table.query(f"({STAGED[table.of].format(**tables)}) AS rows"), keys)
            listed = ", ".join((*table.keys, table.measure))
            found = _cells(connection, f"SELECT {listed} FROM {name}", keys)
            wrong = sqrt(
                sum((value - true.get(cell, 0.0)) ** 2 for cell, value in found.items()) / len(found)
            )
            middle = median(true.get(cell, 0.0) for cell in found)
            yield (
                f"{name:<18} {len(found):3} cells, half of them above {middle:6.1f} {table.measure:<6}"
                f" true error {wrong:6.2f}, said {_said(connection, name, table.measure)}"
            )


def _cells(
    connection: duckdb.DuckDBPyConnection, query: str, keys: int
) -> Mapping[tuple[object, ...], float]:
    rows = connection.execute(query).fetchall()
    return {tuple(map(str, row[:keys])): float(row[keys]) for row in rows}


def _said(connection: duckdb.DuckDBPyConnection, name: str, measure: str) -> str:
    """The standard deviation that half the width of a 95 % interval stands for."""
    columns = [row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()]
    low, high = f"{measure}_low", f"{measure}_high"
    if low not in columns:
        return "-"
    (width,) = connection.execute(f"SELECT avg({high} - {low}) / 2 FROM {name}").fetchone() or (0.0,)
    return f"{width / 1.96:.2f}"


if __name__ == "__main__":
    sys.exit(main())
