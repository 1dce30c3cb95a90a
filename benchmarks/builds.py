"""Whole builds from nothing and with nothing changed, beside a bare GROUP BY of the same people."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from measurement import PERSONATWIN, Cost, cost_of, floor, median
from people_events import Size

REFERENCE_CPU = {"10k": 112.0}
"""Seconds of CPU of the reference implementation of people-events to personas, in Python."""
MADE_BY_BUILDS = ("release", "target", ".personatwin", "ledger", "project.lock")

Figures = dict[str, object]


def measured_build(size: Size, level: str, repeats: int, memory_limit: str | None = None) -> Figures:
    with TemporaryDirectory(prefix="personatwin-benchmark-") as name:
        folder = Path(name)
        people, events = size.write(folder)
        files = ("--people", str(people), "--events", str(events))
        cost_of(
            (*PERSONATWIN, "init", "bench", "--domain", "criminal_justice", "--level", level, *files), folder
        )
        project = folder / "bench"
        if memory_limit is not None:
            with (project / "project.yml").open("a", encoding="utf-8") as file:
                file.write(f"\nresources: {{memory_limit: {memory_limit}}}\n")

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
        "memory_limit": memory_limit,
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
