"""The task of `private_task.py` by other engines: time, error and places released.

Usage: python benchmarks/oracles/peers/all_peers.py FOLDER [PEER ...]
Each peer gets an environment of its own in FOLDER, kept for the next run; nothing of it is needed by the
product or its tests. What cannot be installed or fails is told in a line. pyqrlew is left out: it reads
PostgreSQL and SQLite, neither DuckDB nor Parquet.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import venv
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1]))
from measurement import machine  # noqa: E402  found by the path of the line before
from private_task import TASKS, Error, Table, Task, error, written  # noqa: E402  likewise

PEERS = {
    "opendp_polars": ("opendp[polars]==0.16.0", "pyarrow"),
    "pipeline_dp_local": ("pipeline-dp", "pyarrow"),
    "smartnoise_sql": ("smartnoise-sql", "pyarrow"),
    "tumult_analytics": ("tmlt.analytics",),
}
SECONDS = 600


def main() -> int:
    folder, *names = sys.argv[1:]
    place = Path(folder).resolve()
    figures: dict[str, object] = {"machine": machine(), "load_before": os.getloadavg()}
    for task in (TASKS["k1"], TASKS["k2"]):
        data = place / task.name
        data.mkdir(parents=True, exist_ok=True)
        true = written(task, data)[1]
        figures[task.name] = {name: measured(name, place, task, true) for name in names or PEERS}
    figures["load_after"] = os.getloadavg()
    (place / "peers.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


def measured(name: str, place: Path, task: Task, true: Table) -> object:
    """Seconds and error of one release; a line says why not."""
    told = f"{name:<18} {task.name}"
    try:
        python = environment(place / name, PEERS[name])
        seconds, found = released(
            python, name, place / task.name, task, round(sum(n for n, _ in true.values()))
        )
    except (subprocess.SubprocessError, OSError, IndexError) as problem:
        reason = getattr(problem, "stderr", None) or str(problem)
        print(f"{told}  skipped: {str(reason).strip().splitlines()[-1][:150]}", flush=True)
        return None
    how: Error = error(found, true, task.places)
    print(
        f"{told} {seconds:8.1f} s {how.released:8,} RMSE {how.count:8.2f} / {how.amount:10,.1f}", flush=True
    )
    return {"seconds": seconds, **asdict(how)}


def environment(folder: Path, requirements: tuple[str, ...]) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        command = [python, "-m", "pip", "install", "-q", *requirements]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
    return python


def released(python: Path, name: str, data: Path, task: Task, rows: int) -> tuple[float, Table]:
    output = data / f"{name}.csv"
    is_public = "public" if task.is_public else "private"
    asked = (data / "visits.parquet", str(rows), str(task.places), is_public, output)
    done = subprocess.run(
        [python, HERE / f"{name}.py", *asked], check=True, capture_output=True, text=True, timeout=SECONDS
    )
    seconds = next(line for line in done.stdout.splitlines() if line.startswith("seconds=")).partition("=")[2]
    with output.open(encoding="utf-8") as file:
        rows_of = {int(place): (float(count), float(amount)) for place, count, amount in csv.reader(file)}
    return float(seconds), rows_of


if __name__ == "__main__":
    sys.exit(main())
