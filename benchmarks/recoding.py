"""Recodings of the people of UCI Adult: how fine they are and what they cost, beside the best single node."""

from __future__ import annotations

import resource
import statistics
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from adult import adult, read

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.recoding.cells import with_cells_suppressed
from personatwin_sql.privacy.recoding.grouped import at_levels
from personatwin_sql.privacy.recoding.quality import granularity
from personatwin_sql.privacy.recoding.recode import PASSES, recode
from personatwin_sql.privacy.recoding.recoding import Recoding
from personatwin_sql.privacy.search import search

K = 5


def measured_recodings(folder: Path, repeats: int) -> dict[str, object]:
    """Granularity as the mean of columns and pooled, classes, suppressed people, and CPU seconds (median)."""
    frequency = adult(folder)
    age = {"age": numbers(folder, "age")}
    strict, lenient = Demand(k=K, suppression_limit=0.0), Demand(k=K, suppression_limit=0.05)
    ways: dict[str, tuple[Callable[[], Recoding | None], dict[str, np.ndarray] | None]] = {
        "one node": (lambda: node(frequency, strict), None),
        "one node, 5 % suppressed": (lambda: node(frequency, lenient), None),
        "its cells suppressed": (lambda: cells(frequency, lenient), None),
        "multidimensional": (lambda: recode(frequency, strict, "multidimensional"), None),
        "multidimensional, age in ranges": (
            lambda: recode(frequency, strict, "multidimensional", ranks=age),
            age,
        ),
    }
    for effort in PASSES:
        ways[f"local, {effort}"] = (partial(recode, frequency, strict, "local", effort), None)
    figures: dict[str, object] = {}
    print(f"Adult, nine columns, k = {K}: granularity (pooled), classes, people suppressed, CPU seconds")
    for name, (way, ranks) in ways.items():
        seconds, found = [], None
        for _ in range(repeats):
            before = cpu()
            found = way()
            seconds.append(cpu() - before)
        if found is None:
            raise RuntimeError(f"{name}: no recoding")
        fine = granularity(frequency, found, ranks)
        suppressed = int(frequency.people[found.classes < 0].sum())
        figures[name] = {
            "granularity": fine.mean,
            "pooled": fine.pooled,
            "classes": len(found.levels),
            "suppressed": suppressed,
            "cpu_seconds": statistics.median(seconds),
        }
        print(
            f"  {name:32} {fine.mean:.5f} ({fine.pooled:.5f}) {len(found.levels):6} {suppressed:6}"
            f" {statistics.median(seconds):7.3f}"
        )
    return figures


def numbers(folder: Path, name: str) -> np.ndarray:
    """(base values,): each value of a column of numbers as its rank."""
    values = [int(row[0]) for row in sorted(read(folder / f"adult_hierarchy_{name}.csv"))]
    return np.argsort(np.argsort(values))


def node(frequency: FrequencySet, demand: Demand) -> Recoding | None:
    found = search(frequency, demand)
    return None if found is None else at_levels(frequency, found.levels, found.k, ())


def cells(frequency: FrequencySet, demand: Demand) -> Recoding | None:
    found = search(frequency, demand)
    return None if found is None else with_cells_suppressed(frequency, demand, found.levels)


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
