"""Frequency sets of the reference data; tests that ask for them skip where it is absent."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from personatwin_sql.privacy.frequency import FrequencySet
from tests.codes_of_texts import coded

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def grouped(names: list[str], rows: list[list[int]], maps: list[np.ndarray]) -> FrequencySet:
    tuples, counts = np.unique(np.array(rows), axis=0, return_counts=True)
    return FrequencySet.of(names, tuples, counts, maps)


@pytest.fixture(scope="session")
def adult() -> FrequencySet:
    """All nine columns; the domain is the rows of the hierarchy files."""
    folder = DATA / "adult"
    if not folder.is_dir():
        pytest.skip("reference data absent")
    names, *rows = read(folder / "adult.csv", ";")
    maps, place = [], []
    for name in names:
        hierarchy = sorted(read(folder / f"adult_hierarchy_{name}.csv", ";"))
        place.append({row[0]: number for number, row in enumerate(hierarchy)})
        maps.append(coded([list(level) for level in zip(*hierarchy, strict=True)]))
    return grouped(names, [[at[value] for at, value in zip(place, row, strict=True)] for row in rows], maps)


@pytest.fixture(scope="session")
def court() -> FrequencySet:
    """Age in bands of 5, 10, 20 and 40 to 90+, gender, ethnicity, prior offenses cut at 1, 5 and 20."""
    path = DATA / "court" / "people.csv"
    if not path.is_file():
        pytest.skip("reference data absent")
    header, *rows = read(path, ",")
    names = ["age", "gender", "ethnicity", "prior_offenses"]
    taken = [header.index(name) for name in names]
    columns = [sorted({row[place] for row in rows}, key=lambda text: (len(text), text)) for place in taken]
    levels: list[list[Callable[[str], str]]] = [
        [str, *(lambda text, width=width: band(text, width) for width in (5, 10, 20, 40)), star],
        [str, star],
        [str, star],
        [str, priors, star],
    ]
    maps = [
        coded([[publish(value) for value in values] for publish in of_column])
        for values, of_column in zip(columns, levels, strict=True)
    ]
    place_of = [{value: number for number, value in enumerate(values)} for values in columns]
    codes = [[at[row[place]] for at, place in zip(place_of, taken, strict=True)] for row in rows]
    return grouped(names, codes, maps)


def read(path: Path, delimiter: str) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.reader(lines, delimiter=delimiter) if row]


def star(text: str) -> str:
    return "*"


def band(text: str, width: int) -> str:
    age = int(text)
    return "90+" if age >= 90 else f"{age // width * width}-{age // width * width + width - 1}"


def priors(text: str) -> str:
    count = int(text)
    return "20+" if count >= 20 else "5-19" if count >= 5 else "1-4" if count >= 1 else "0"
