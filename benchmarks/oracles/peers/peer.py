"""What every peer is asked, and how it answers: a line `seconds=…`, and a file of place, visits, amount.

Runs inside the environment of a peer, so it needs the standard library alone. The seconds are those of the
release with reading the data, without the start of Python and its imports, which favours the peers.
"""

from __future__ import annotations

import csv
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


def main(release: Callable[[Asked], Iterable[tuple[int, float, float]]]) -> None:
    visits, rows, places, is_public, output = sys.argv[1:]
    started = time.perf_counter()
    found = list(release(Asked(visits, int(rows), int(places), is_public == "public")))
    print(f"seconds={time.perf_counter() - started:.2f}")
    with Path(output).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(found)
