"""The task of `private_task.py` by other engines: time, memory, error and places released.

Usage: python benchmarks/oracles/peers/all_peers.py FOLDER [PEER ...]
Each peer gets an environment of its own in FOLDER, kept for the next run; nothing of it is needed by the
product or its tests. What cannot be installed, fails or takes more than ten minutes is told in a line.
Releases are repeated while they are quick: printed are medians of the seconds and means of the errors.
Figures of peers that are not asked this time stay in FOLDER/peers.json.
"""

from __future__ import annotations

import csv
import json
import os
import signal
import statistics
import subprocess
import sys
import venv
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1]))
from measurement import machine  # noqa: E402  found by the path of the line before
from private_task import TASKS, Error, Table, Task, error, least_error, mean_of, told, written  # noqa: E402

OPENDP = ("opendp[polars]==0.16.0", "pyarrow")
PEERS = {
    "opendp_polars": ("opendp", OPENDP),
    "opendp_declared": ("opendp", OPENDP),
    "pyqrlew_duckdb": ("pyqrlew", ("pyqrlew==0.9.27", "duckdb==2.0.0")),
    "pipeline_dp_local": ("pipeline_dp", ("pipeline-dp==0.3.1", "pyarrow")),
    "smartnoise_sql": ("smartnoise", ("smartnoise-sql==1.0.10", "pyarrow")),
    "tumult_analytics": ("tumult", ("tmlt.analytics==0.21.0",)),
}
"""The script of each, without its ending: its environment, and what is installed there."""
SECONDS = 600.0
"""How long an installation, or a release, may take."""
RUNS, ENOUGH = 5, 60.0
"""So many releases at most, and none more after so many seconds."""


class Skipped(Exception):
    """A peer gave no figures; why, in a line."""


@dataclass(frozen=True)
class Cost:
    """Of one release; without `cpu` where other processes do the work."""

    seconds: float
    cpu: float | None
    peak_mb: float


def main() -> int:
    folder, *names = sys.argv[1:]
    place = Path(folder).resolve()
    place.mkdir(parents=True, exist_ok=True)
    output = place / "peers.json"
    figures = json.loads(output.read_text(encoding="utf-8")) if output.exists() else {}
    figures["machine"] = machine()
    for task in (TASKS["k1"], TASKS["k2"]):
        data = place / task.name
        data.mkdir(exist_ok=True)
        true = written(task, data)[1]
        asked = {name: measured(name, place, task, true) for name in names or PEERS}
        figures[task.name] = figures.get(task.name, {}) | asked
        output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(f"{figures['machine']}\nwritten: {output}")
    return 0


def measured(name: str, place: Path, task: Task, true: Table) -> object:
    """What several releases cost, and how wrong they were; a line says why not."""
    costs: list[Cost] = []
    errors: list[Error] = []
    load = os.getloadavg()
    try:
        python = environment(place / PEERS[name][0], PEERS[name][1])
        while len(costs) < RUNS and sum(cost.seconds for cost in costs) < ENOUGH:
            cost, found = released(python, name, place / task.name, task, true)
            costs.append(cost)
            errors.append(error(found, true, task.places))
    except Skipped as skipped:
        print(f"{name:<18} {task.name}  {skipped}", flush=True)
        return {"skipped": str(skipped)}
    how = mean_of(errors)
    seconds = statistics.median(cost.seconds for cost in costs)
    cpus = [cost.cpu for cost in costs if cost.cpu is not None]
    cpu = f"{statistics.median(cpus):7.1f} s CPU" if cpus else " " * 13
    peak = max(cost.peak_mb for cost in costs)
    print(
        f"{name:<18} {task.name} {seconds:7.1f} s{cpu} {peak:6,.0f} MB {how.released:8,.0f} released"
        f"  RMSE {told(how, task.places, len(true))}  ({len(costs)} runs, load {load[0]:.1f})",
        flush=True,
    )
    return {
        "seconds": seconds,
        "costs": [asdict(cost) for cost in costs],
        "error": asdict(how),
        "errors": [asdict(each) for each in errors],
        "error_without_noise": asdict(least_error(true, task.places, round(how.released))),
        "load_before_and_after": [load, os.getloadavg()],
    }


def environment(folder: Path, requirements: tuple[str, ...]) -> Path:
    """Its Python. Raises Skipped if something cannot be installed."""
    python, complete = folder / "bin" / "python", folder / "complete"
    if complete.exists() and complete.read_text(encoding="utf-8") == " ".join(requirements):
        return python
    venv.create(folder, with_pip=True, clear=True)
    ended(
        f"installing {' '.join(requirements)}", [python, "-m", "pip", "install", "-q", *requirements], folder
    )
    complete.write_text(" ".join(requirements), encoding="utf-8")
    return python


def released(python: Path, name: str, data: Path, task: Task, true: Table) -> tuple[Cost, Table]:
    """One release, in a process of its own. Raises Skipped if it fails."""
    output = data / f"{name}.csv"
    rows = round(sum(visits for visits, _ in true.values()))
    is_public = "public" if task.is_public else "private"
    asked = (data / "visits.parquet", str(rows), str(task.places), is_public, output)
    printed = ended("the release", [python, HERE / f"{name}.py", *asked], data)
    figures = next(line for line in printed.splitlines() if line.startswith("cost=")).partition("=")[2]
    with output.open(encoding="utf-8") as file:
        found = {int(place): (float(count), float(amount)) for place, count, amount in csv.reader(file)}
    return Cost(**json.loads(figures)), found


def ended(what: str, command: list[str | Path], folder: Path) -> str:
    """What a command in a folder printed; with all that it started it is stopped when its time is over."""
    child = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        printed, complaints = child.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        raise Skipped(f"{what} took > {SECONDS:.0f} s") from None
    if child.returncode != 0:
        reason = (complaints.strip() or "no word").splitlines()[-1][:200]
        raise Skipped(f"{what} ended with {child.returncode}: {reason}")
    return printed


if __name__ == "__main__":
    sys.exit(main())
