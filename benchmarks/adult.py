"""UCI Adult with its hierarchies, from files that are separated by semicolons."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from personatwin_sql.privacy.frequency import FrequencySet


def adult(folder: Path) -> FrequencySet:
    """All nine columns; the domain is the rows of the hierarchy files."""
    names, *rows = read(folder / "adult.csv")
    maps, keys, radix = [], np.zeros(len(rows), dtype=np.int64), []
    for name, column in zip(names, zip(*rows, strict=True), strict=True):
        hierarchy = sorted(read(folder / f"adult_hierarchy_{name}.csv"))
        place = {row[0]: number for number, row in enumerate(hierarchy)}
        levels = zip(*hierarchy, strict=True)
        maps.append(np.array([np.unique(level, return_inverse=True)[1] for level in levels]))
        keys = keys * len(hierarchy) + np.array([place[value] for value in column])
        radix.append(len(hierarchy))
    distinct, people = np.unique(keys, return_counts=True)
    codes = []
    for width in reversed(radix):
        distinct, code = np.divmod(distinct, width)
        codes.append(code)
    return FrequencySet.of(names, np.column_stack(codes[::-1]), people, maps)


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=";"))
