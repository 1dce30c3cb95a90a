"""Differentially private counts and sums through the whole product: time, memory, error, keys released."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from measurement import PERSONATWIN, Cost, cost_here, cost_of
from private_task import (
    GROUPS,
    HIGHEST,
    ROWS,
    TASKS,
    Error,
    Table,
    Task,
    error,
    least_error,
    mean_of,
    told,
    written,
)

from personatwin_sql.workflow.build import build
from personatwin_sql.workflow.options import Options

Figures = dict[str, object]

MADE_BY_BUILDS = ("release", "target", ".personatwin", "ledger", "project.lock")
PROJECT = """
name: anchor
domain: anchor
sources:
  anchor:
    visits: {path: ../visits.parquet, entity: visits}
    places: {path: ../places.parquet, entity: places}
targets:
  prod: {publish: true}
budgets:
  anchor: {epsilon: 1, delta: 1e-6}
"""
DOMAIN = """
name: anchor
description: Visits of people to places.
entities:
  visits:
    columns:
      person_id: {role: privacy_unit}
      place: {role: quasi_identifier, type: integer}
      amount: {role: sensitive, type: number}
  places:
    columns:
      place: {role: insensitive, type: integer}
"""
STAGING = "SELECT person_id, place, amount FROM {{ source('anchor', 'visits') }}\n"
PLACES = "SELECT place FROM {{ source('anchor', 'places') }}\n"
MODEL = """{{ config(protection='differential_privacy', epsilon=1, delta=1e-6, max_groups=%d,
          max_rows_per_group=%d, bounds={'amount': [0, %d]}, granularity={'amount': 0.01}, keys=%s) }}
SELECT place, count(*) AS visits, sum(amount) AS amount
FROM {{ ref('stg_visits') }}
GROUP BY place
"""


def measured_private(names: list[str], repeats: int) -> Figures:
    """Each task: `repeats` releases from nothing, each a process of its own; then one without its start."""
    return {name: measured_task(TASKS[name], repeats) for name in names}


def measured_task(task: Task, repeats: int) -> Figures:
    with TemporaryDirectory(prefix="personatwin-benchmark-") as name:
        folder = Path(name)
        true, project = written(task, folder)[1], folder / "project"
        write_project(project, task)
        costs, errors = zip(*releases(project, task, true, repeats), strict=True)
        inside = statistics.median(inside_this_process(project).wall for _ in range(min(repeats, 3)))
    middle = Cost(
        **{key: statistics.median(getattr(cost, key) for cost in costs) for key in asdict(costs[0])}
    )
    mean = mean_of(errors)
    print(
        f"private {task.name:<8}{middle.cpu:7.2f} s CPU {middle.wall:6.2f} s {middle.peak_mb:6.0f} MB"
        f" {inside:6.2f} s without start {mean.released:8,.0f} released"
        f"  RMSE {told(mean, task.places, len(true))}",
        flush=True,
    )
    return {
        "cost": asdict(middle),
        "wall_without_start": inside,
        "error": asdict(mean),
        "error_without_noise": asdict(least_error(true, task.places, round(mean.released))),
        "errors": [asdict(each) for each in errors],
        "keys": task.places,
        "keys_with_visits": len(true),
        "expected_laplace_rmse": [2 * GROUPS * ROWS * 2**0.5, 2 * GROUPS * ROWS * HIGHEST * 2**0.5],
    }


def write_project(project: Path, task: Task) -> None:
    """A project of one release, keys public or chosen by noise."""
    keys = "ref('places')" if task.is_public else "'private'"
    files = {
        "project.yml": PROJECT,
        "domains/anchor.yml": DOMAIN,
        "models/staging/stg_visits.sql": STAGING,
        "models/release/visits.sql": MODEL % (GROUPS, ROWS, HIGHEST, keys),
    }
    if task.is_public:
        files["models/staging/places.sql"] = PLACES
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")


def releases(project: Path, task: Task, true: Table, repeats: int) -> Iterator[tuple[Cost, Error]]:
    """Releases from nothing: each draws anew, because its budget is as new as its data."""
    for _ in range(repeats):
        forget(project)
        cost = cost_of((*PERSONATWIN, "build"), project)
        yield cost, error(released(project), true, task.places)


def inside_this_process(project: Path) -> Cost:
    """A release from nothing without the start of Python."""

    forget(project)
    return cost_here(lambda: build(Options(project), lambda _: None))


def forget(project: Path) -> None:
    for made in MADE_BY_BUILDS:
        path = project / made
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def released(project: Path) -> Table:
    """What a reader of the release sees."""
    with duckdb.connect(str(project / "release" / "anchor.duckdb"), read_only=True) as connection:
        rows = connection.execute("SELECT place, visits, amount FROM visits").fetchall()
    return {place: (visits, amount) for place, visits, amount in rows}
