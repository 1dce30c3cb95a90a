"""Measures the tool itself, where data are few.

A project of many tiny models with a test each is read and checked (nothing runs), built from nothing,
tested, and built again with nothing changed. Printed are medians beside the seconds of CPU that are aimed
at; nothing is asserted.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from measurement import PERSONATWIN, Cost, cost_of, median

AIMS = {"parse": 0.6, "build": 2.0, "unchanged": 0.4}
"""Seconds of CPU for 200 models with 200 tests. dbt 1.11 on DuckDB: 4.6, 16.3 and 16.1."""
PEOPLE = 200
COLUMNS = ("person_id", "age", "gender", "county", "risk_level")
MADE_BY_BUILDS = ("release", "target", ".personatwin", "project.lock")
PROJECT = """\
name: many
domain: criminal_justice
sources:
  court:
    people: {path: data/people.csv, entity: people}
privacy: {level: low}
"""
RELEASE = """\
{{ config(protection='k_anonymity') }}
SELECT person_id, age, gender, county FROM {{ ref('model_0') }}
"""


def write_project(folder: Path, models: int, tests: int) -> None:
    """Staging models in chains of ten, one release model, and a test of the key of each in turn."""
    (folder / "data").mkdir()
    (folder / "models").mkdir()
    (folder / "project.yml").write_text(PROJECT)
    rows = (
        f"p{number},{20 + number % 40},{'FM'[number % 2]},Oak,{'low' if number % 3 else 'high'}"
        for number in range(PEOPLE)
    )
    (folder / "data" / "people.csv").write_text("\n".join((",".join(COLUMNS), *rows)) + "\n")
    private = models - 1
    for number in range(private):
        before = f"ref('model_{number - 1}')" if number % 10 else "source('court', 'people')"
        text = f"SELECT\n    {', '.join(COLUMNS)}\nFROM {{{{ {before} }}}}\nWHERE age > {number % 10}\n"
        (folder / "models" / f"model_{number}.sql").write_text(text)
    (folder / "models" / "people_public.sql").write_text(RELEASE)
    if tests:
        (folder / "models" / "models.yml").write_text("\n".join(properties(private, tests)) + "\n")


def properties(private: int, tests: int) -> list[str]:
    """`not_null` of each model's key, then `unique`, until there are enough."""
    lines = ["version: 2", "models:"]
    for number in range(private):
        kinds = [
            kind for round_, kind in enumerate(("not_null", "unique")) if round_ * private + number < tests
        ]
        if kinds:
            lines += [f"  - name: model_{number}", "    columns:", "      - name: person_id"]
            lines.append(f"        tests: [{', '.join(kinds)}]")
    return lines


def measured(models: int, tests: int, repeats: int) -> dict[str, Cost]:
    with TemporaryDirectory(prefix="personatwin-benchmark-") as name:
        folder = Path(name)
        write_project(folder, models, tests)

        def from_nothing() -> Cost:
            for made in MADE_BY_BUILDS:
                path = folder / made
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            return cost_of((*PERSONATWIN, "build"), folder)

        return {
            "parse": median(lambda: cost_of((*PERSONATWIN, "parse"), folder), repeats),
            "build": median(from_nothing, repeats),
            "test": median(lambda: cost_of((*PERSONATWIN, "test"), folder), repeats),
            "unchanged": median(lambda: cost_of((*PERSONATWIN, "build"), folder), repeats),
        }


def measured_models(repeats: int, models: int = 200, tests: int = 200) -> dict[str, object]:
    """Printed and given back."""
    print(f"{models} models, {tests} tests")
    costs = measured(models, tests, repeats)
    for what, cost in costs.items():
        aim = f"   aim {AIMS[what]:.1f}" if what in AIMS else ""
        print(f"{what:<12}{cost.cpu:8.2f} s CPU {cost.wall:8.2f} s {cost.peak_mb:8.0f} MB peak{aim}")
    return {what: asdict(cost) for what, cost in costs.items()}
