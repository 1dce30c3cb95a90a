"""The exact search of levels on UCI Adult: k = 5, all nine columns, at several limits of suppression.

Warm, in one process that has searched before; and as a process of its own that imports, reads the files and
searches once. Beside it, where its command is given, another tool on the same machine in the same run.
"""

from __future__ import annotations

import re
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from adult import adult

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.search import SearchResult, search

K = 5
LIMITS = (0.0, 0.02, 0.05, 1.0)
_FIGURES = re.compile(r"seconds=(\S+)\s+loss=(\S+)")


@dataclass(frozen=True)
class Beside:
    """What another tool says of one search: seconds of a warm search, and the loss that it found."""

    seconds: float
    loss: float


def measured_searches(folder: Path, repeats: int, other: str | None) -> dict[str, object]:
    """Medians of seconds, and what was found. other: the command of another tool, see `command_of`."""
    frequency = adult(folder)
    figures: dict[str, object] = {}
    print("search of Adult, k = 5   nodes checked      loss   CPU ms  wall ms   process CPU s, wall s")
    for limit in LIMITS:
        found = searched(frequency, limit)
        warm = [timed(frequency, limit) for _ in range(repeats)]
        alone = [whole_process(folder, limit) for _ in range(repeats)]
        cpu, wall = (statistics.median(column) for column in zip(*warm, strict=True))
        process_cpu, process_wall = (statistics.median(column) for column in zip(*alone, strict=True))
        figures[f"{limit:.0%}"] = row = {
            "levels": found.levels, "loss": found.loss, "suppressed": found.suppressed_people,
            "classes": found.classes, "checks": found.checks, "is_optimal": found.is_optimal,
            "cpu": cpu, "wall": wall, "process_cpu": process_cpu, "process_wall": process_wall,
        }  # fmt: skip
        print(
            f"  suppression up to {limit:4.0%} {found.checks:13} {found.loss:12.9f} {1000 * cpu:7.1f}"
            f" {1000 * wall:8.1f} {process_cpu:13.2f} {process_wall:6.2f}"
        )
        if other is not None:
            theirs = beside(other, folder, limit)
            row |= {"other_seconds": theirs.seconds, "other_loss": theirs.loss}
            print(f"    the other: {1000 * theirs.seconds:.1f} ms, loss {theirs.loss:.9f}")
    return figures


def searched(frequency: FrequencySet, limit: float) -> SearchResult:
    found = search(frequency, Demand(K, limit, suppress_at_least_k=False))
    if found is None:
        raise LookupError("no node satisfies the demand")
    return found


def timed(frequency: FrequencySet, limit: float) -> tuple[float, float]:
    """CPU and wall seconds of one search."""
    before, started = cpu(), time.perf_counter()
    searched(frequency, limit)
    return cpu() - before, time.perf_counter() - started


def whole_process(folder: Path, limit: float) -> tuple[float, float]:
    """CPU and wall seconds of a process that imports, reads the files and searches once."""
    from measurement import cost_of

    with tempfile.TemporaryDirectory() as away:
        cost = cost_of((sys.executable, __file__, str(folder.resolve()), str(limit)), Path(away))
    return cost.cpu, cost.wall


def command_of(other: str, folder: Path, limit: float) -> list[str]:
    """The command with its `{folder}`, `{k}` and `{limit}`: `java -jar arx-bench.jar {folder} {k} {limit}`.

    It searches once to warm up and once to measure, and prints `seconds=0.81 loss=0.2696` in a line.
    """
    values = {"folder": str(folder), "k": str(K), "limit": str(limit)}
    return [re.sub(r"\{(folder|k|limit)\}", lambda key: values[key[1]], part) for part in shlex.split(other)]


def beside(other: str, folder: Path, limit: float) -> Beside:
    finished = subprocess.run(command_of(other, folder, limit), capture_output=True, text=True, check=True)
    return beside_of(finished.stdout)


def beside_of(printed: str) -> Beside:
    """The last line of that form. Raises ValueError where there is none."""
    found = _FIGURES.findall(printed)
    if not found:
        raise ValueError("the other tool printed no line `seconds=… loss=…`")
    return Beside(*map(float, found[-1]))


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    searched(adult(Path(sys.argv[1])), float(sys.argv[2]))
