"""Measures whole builds: `python benchmarks/run.py [--sizes 10k,1m] [--repeats 5] [--output FILE]`.

With `--personas`: the SQL of personas alone, beside a GROUP BY and a Mondrian partition of the same people.

For each size: people and events are written to a temporary folder, `personatwin init` makes a project of
them, and `personatwin build` runs several times from nothing and several times with nothing changed. Printed
are medians, and ratios to a bare GROUP BY of the same people in the same DuckDB; nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from measurement import PERSONATWIN, Cost, Failed, cost_of, floor, machine, median
from people_events import SIZES, Size
from personas import measured_personas

REFERENCE_CPU = {"10k": 112.0}
"""Seconds of CPU of the reference implementation of people-events to personas, in Python."""
MADE_BY_BUILDS = ("release", "target", ".personatwin", "ledger", "project.lock")

Figures = dict[str, object]


def measured_build(size: Size, level: str, repeats: int) -> Figures:
    with TemporaryDirectory(prefix="personatwin-benchmark-") as name:
        folder = Path(name)
        people, events = size.write(folder)
        files = ("--people", str(people), "--events", str(events))
        cost_of(
            (*PERSONATWIN, "init", "bench", "--domain", "criminal_justice", "--level", level, *files), folder
        )
        project = folder / "bench"

        def from_nothing() -> Cost:
            for made in MADE_BY_BUILDS:
                path = project / made
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            return cost_of((*PERSONATWIN, "build"), project)

        ground = floor(people, repeats)
        build = median(from_nothing, repeats)
        again = median(lambda: cost_of((*PERSONATWIN, "build"), project), repeats)
    figures: Figures = {
        "people": size.people,
        "events": size.events,
        "build": asdict(build),
        "unchanged": asdict(again),
        "floor": {"cpu": ground.cpu, "wall": ground.wall},
        "build_cpu_per_floor_cpu": build.cpu / ground.cpu,
        "build_wall_per_floor_wall": build.wall / ground.wall,
    }
    if size.name in REFERENCE_CPU:
        figures["reference_cpu_per_build_cpu"] = REFERENCE_CPU[size.name] / build.cpu
    line(f"build {size.name}", build)
    line(f"  unchanged {size.name}", again)
    print(
        f"  GROUP BY floor: {ground.cpu:.3f} s CPU; the build is {build.cpu / ground.cpu:,.0f} x its CPU",
        end="",
    )
    print(f", {build.wall / ground.wall:,.0f} x its time")
    if size.name in REFERENCE_CPU:
        print(f"  {REFERENCE_CPU[size.name] / build.cpu:,.0f} x less CPU than the reference implementation")
    return figures


def line(what: str, cost: Cost) -> None:
    print(f"{what:<18}{cost.cpu:8.2f} s CPU {cost.wall:8.2f} s {cost.peak_mb:8.0f} MB peak", flush=True)


def measured_help(repeats: int) -> Figures:
    with TemporaryDirectory(prefix="personatwin-benchmark-") as folder:
        cost = median(lambda: cost_of((*PERSONATWIN, "--help"), Path(folder)), repeats)
    line("--help", cost)
    return asdict(cost)


def arguments_of_the_command() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures whole builds, in CPU, time and memory.")
    parser.add_argument("--sizes", default="10k,1m", help=f"of {', '.join(SIZES)}; default 10k,1m")
    parser.add_argument("--level", default="high", help="the privacy level; default high")
    parser.add_argument("--personas", action="store_true", help="personas beside GROUP BY and Mondrian only")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each; default 5")
    parser.add_argument(
        "--output", type=Path, default=Path("benchmarks.json"), help="default benchmarks.json"
    )
    arguments = parser.parse_args()
    arguments.sizes = arguments.sizes.split(",")
    if unknown := [name for name in arguments.sizes if name not in SIZES]:
        parser.error(f"no such size: {', '.join(unknown)}")
    return arguments


def main() -> int:
    arguments = arguments_of_the_command()
    repeats: int = arguments.repeats
    figures: Figures = {"machine": machine(), "repeats": repeats, "load_before": os.getloadavg()}
    try:
        if arguments.personas:
            figures["personas"] = {name: measured_personas(SIZES[name], repeats) for name in arguments.sizes}
        else:
            figures["help"] = measured_help(max(repeats, 9))
            figures["builds"] = {
                name: measured_build(SIZES[name], arguments.level, repeats) for name in arguments.sizes
            }
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    figures["load_after"] = os.getloadavg()
    print(f"{figures['machine']}\nload {figures['load_before']} before, {figures['load_after']} after")
    arguments.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(f"written: {arguments.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
