"""What every peer is asked, and how it answers: a line `cost={…}`, and a file of place, visits, amount.

Runs inside the environment of a peer, so it needs the standard library alone. The seconds are those of the
release with reading the data, without the start of Python and its imports, which favours the peers.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Asked:
    """(1, 1e-6)-DP for people with at most 2 rows in each of at most 5 places, amounts in [0, 50]."""

    visits: str
    rows: int
    places: int
    is_public: bool


def main(release: Callable[[Asked], Iterable[tuple[int, float, float]]], works_here: bool = True) -> None:
    """`works_here`: this process does the work, so that its CPU is that of the release."""
    visits, rows, places, is_public, output = sys.argv[1:]
    started, before = time.perf_counter(), time.process_time()
    found = list(release(Asked(visits, int(rows), int(places), is_public == "public")))
    cost = {
        "seconds": round(time.perf_counter() - started, 2),
        "cpu": round(time.process_time() - before, 2) if works_here else None,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, 1),
    }
    print(f"cost={json.dumps(cost)}")
    with Path(output).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(found)
