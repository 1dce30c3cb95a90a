"""Every benchmark by one command: `python benchmarks/run.py [--only builds,models] [--sizes 10k,1m]`.

builds: people and events are written to a temporary folder, `personatwin init` makes a project of them, and
`personatwin build` runs several times from nothing and several times with nothing changed; models: a project
of many tiny models and tests; classes: the SQL that finds classes under privacy models beside the bare
GROUP BY; frequencies: the frequency set and the search of levels beside the bare
GROUP BY of the same people; personas: their SQL alone, beside a GROUP BY and a Mondrian partition of the
same people; levels: what each privacy level costs on records of a court, given by --people and --events;
recoding: how fine each way to recode UCI Adult is, and what it costs, given by --adult; search: how long the
best levels of the same people take, and another tool beside where its command is given by --other; noise: how
much of it one core draws in a second; private: counts and sums with noise, through the whole product;
releases: what each of many releases of the same people costs as a few of them change.
Printed are medians and ratios, with the machine and its load; nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from builds import measured_build, measured_help
from class_models import measured_class_models
from court_levels import measured_levels
from frequency_sets import measured_frequencies
from many_models import measured_models
from measurement import Failed, machine
from noise import measured_noise
from people_events import SIZES
from personas import measured_personas
from private_statistics import measured_private
from private_task import TASKS
from recoding import measured_recodings
from releases import measured_releases
from search import measured_searches

PARTS = (
    "builds",
    "models",
    "classes",
    "frequencies",
    "personas",
    "levels",
    "recoding",
    "search",
    "noise",
    "private",
    "releases",
)


def arguments_of_the_command() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures CPU, time, memory and what is kept.")
    parser.add_argument(
        "--only", default="builds,models,personas", help=f"of {', '.join(PARTS)}; default %(default)s"
    )
    parser.add_argument("--sizes", default="10k,1m", help=f"of {', '.join(SIZES)}; default 10k,1m")
    parser.add_argument("--level", default="high", help="the privacy level of builds; default high")
    parser.add_argument("--memory-limit", help="of builds, such as 2GB; default what the tool takes")
    parser.add_argument("--people", type=Path, help="people of a court, for levels")
    parser.add_argument("--events", type=Path, help="their events, for levels")
    parser.add_argument(
        "--adult", type=Path, help="folder of UCI Adult and its hierarchies, for recoding and search"
    )
    parser.add_argument(
        "--other",
        help="the command of another tool, for search, with {folder}, {k} and {limit}; "
        "it prints `seconds=… loss=…` of a warm search",
    )
    parser.add_argument("--tasks", default="k1,k2", help=f"of private: {', '.join(TASKS)}; default k1,k2")
    parser.add_argument("--releases", type=int, default=100, help="how many at most; default 100")
    parser.add_argument(
        "--seconds", type=float, default=600.0, help="of the clock, for the releases of a size; default 600"
    )
    parser.add_argument("--repeats", type=int, default=5, help="runs of each; default 5")
    parser.add_argument(
        "--output", type=Path, default=Path("benchmarks.json"), help="default benchmarks.json"
    )
    arguments = parser.parse_args()
    arguments.sizes, arguments.only = arguments.sizes.split(","), arguments.only.split(",")
    arguments.tasks = arguments.tasks.split(",")
    if unknown := [name for name in arguments.tasks if name not in TASKS]:
        parser.error(f"no such task: {', '.join(unknown)}")
    if unknown := [name for name in arguments.sizes if name not in SIZES]:
        parser.error(f"no such size: {', '.join(unknown)}")
    if unknown := [name for name in arguments.only if name not in PARTS]:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    if "levels" in arguments.only and not (arguments.people and arguments.events):
        parser.error("levels need --people and --events")
    if {"recoding", "search"} & set(arguments.only) and not arguments.adult:
        parser.error("recoding and search need --adult")
    return arguments


def measured(part: str, arguments: argparse.Namespace) -> object:
    repeats: int = arguments.repeats
    match part:
        case "builds":
            return {"help": measured_help(max(repeats, 9))} | {
                name: measured_build(SIZES[name], arguments.level, repeats, arguments.memory_limit)
                for name in arguments.sizes
            }
        case "models":
            return measured_models(repeats)
        case "classes":
            return measured_class_models(repeats)
        case "frequencies":
            return {
                name: measured_frequencies(SIZES[name], arguments.level, repeats) for name in arguments.sizes
            }
        case "personas":
            return {name: measured_personas(SIZES[name], repeats) for name in arguments.sizes}
        case "search":
            return measured_searches(arguments.adult.resolve(), repeats, arguments.other)
        case "recoding":
            return measured_recodings(arguments.adult.resolve(), repeats)
        case "noise":
            return measured_noise(repeats)
        case "private":
            return measured_private(arguments.tasks, repeats)
        case "releases":
            return {
                name: measured_releases(SIZES[name].people, arguments.releases, arguments.seconds)
                for name in arguments.sizes
            }
        case _:
            return measured_levels(arguments.people.resolve(), arguments.events.resolve())


def main() -> int:
    arguments = arguments_of_the_command()
    figures: dict[str, object] = {"machine": machine(), "load_before": os.getloadavg()}
    try:
        figures |= {part: measured(part, arguments) for part in PARTS if part in arguments.only}
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
