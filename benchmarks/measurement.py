"""What a whole process costs, and what the same machine needs for the plainest query."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
from people_events import QUASI_IDENTIFIERS

PERSONATWIN = (sys.executable, "-m", "personatwin_sql")
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
}
"""Measures this checkout, installed or not; with its byte code beside it, as an installed one has."""


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU (user and system, all threads) and of the clock, and the most memory held at once."""

    cpu: float
    wall: float
    peak_mb: float


class Failed(Exception):
    """A measured command ended with an error; what it printed."""


def cost_of(command: Sequence[str], folder: Path) -> Cost:
    """The cost of one child process, start-up included."""
    with (folder / "output.log").open("w+", encoding="utf-8") as output:
        started = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=folder, env=ENVIRONMENT, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            output.seek(0)
            raise Failed(f"{' '.join(command[1:])} ended with {child.returncode}\n{output.read()}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit / 1e6)


def floor(people: Path, repeats: int) -> Cost:
    """The least that any k-anonymous release needs: SELECT qi..., count(*) GROUP BY qi... over people."""
    columns = ", ".join(QUASI_IDENTIFIERS)
    as_text = ", ".join(f"CAST({column} AS VARCHAR) AS {column}" for column in QUASI_IDENTIFIERS)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE people AS SELECT {as_text} FROM '{people}'")
        group = f"CREATE OR REPLACE TABLE sizes AS SELECT {columns}, count(*) AS n FROM people GROUP BY ALL"
        return median(lambda: cost_here(lambda: connection.execute(group)), repeats)


def cost_here(work: Callable[[], object]) -> Cost:
    """The cost of work of this process; how much memory it held is not known."""
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, 0.0)


def median(run: Callable[[], Cost], repeats: int) -> Cost:
    """Each figure's median over several runs."""
    costs = [asdict(run()) for _ in range(repeats)]
    return Cost(**{name: statistics.median(cost[name] for cost in costs) for name in costs[0]})


def machine() -> dict[str, str | int | float]:
    """Where the figures come from: without it they mean nothing."""
    cpuinfo = Path("/proc/cpuinfo")
    models = (
        [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text().splitlines()
            if line.startswith("model name")
        ]
        if cpuinfo.exists()
        else []
    )
    return {
        "cpu": models[0] if models else platform.processor() or platform.machine(),
        "cores": os.cpu_count() or 0,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "personatwin_sql": subprocess.run(
            [*PERSONATWIN, "--version"], env=ENVIRONMENT, check=True, capture_output=True, text=True
        ).stdout.strip(),
    }
