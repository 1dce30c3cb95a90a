"""Writes counties_2018.npz: the county tables that travel with the tool, from the bureau's figures as CSV.

Run by hand: `python census/make_census.py FOLDER [FILE]`, FOLDER having county_population_2018.csv and
us_age_sex_2018.csv. It stops where a county's numbers do not add up.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from personatwin_sql.census.table import BUNDLED, GROUPS, SEXES, UNTOLD, YEARS, CensusTable, checked, to_bytes

SOURCE = (
    "US Census Bureau, Population Estimates Program, vintage 2018 (counties by age, sex, race and Hispanic "
    "origin); ages within a bracket by the bureau's projection for 2018 of the nation by single year"
)
AGES = ("0_17", "18_64", "65_84", "85_plus")


def census_table(folder: Path) -> CensusTable:
    """The tables of a folder. Raises Unfit where they do not add up."""
    with (folder / f"county_population_{BUNDLED}.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["county_fips"]))
    with (folder / f"us_age_sex_{BUNDLED}.csv").open(encoding="utf-8", newline="") as file:
        years = {(row["sex"], int(row["age"])): int(row["population"]) for row in csv.DictReader(file)}
    table = CensusTable(
        vintage=BUNDLED,
        source=SOURCE,
        fips=np.array([int(row["county_fips"]) for row in rows]),
        names=tuple(row["county"] for row in rows),
        states=tuple(row["state"] for row in rows),
        by_age=_people(rows, AGES),
        by_race=_people(rows, GROUPS),
        profile=np.array([[years[sex, age] for age in range(YEARS)] for sex in SEXES]),
    )
    if any(int(row["population"]) != total for row, total in zip(rows, table.population, strict=True)):
        raise ValueError("a county's people by age are not its population")
    return checked(table)


def _people(rows: Sequence[dict[str, str]], parts: Sequence[str]) -> np.ndarray:
    """(counties, 2, parts); an empty field is a number that is not told."""
    return np.array(
        [[[int(row[f"{sex}_{part}"] or UNTOLD) for part in parts] for sex in SEXES] for row in rows]
    )


def main(arguments: Sequence[str]) -> None:
    folder = Path(arguments[0])
    file = Path(arguments[1]) if arguments[1:] else Path(__file__).parent / f"counties_{BUNDLED}.npz"
    table = census_table(folder)
    file.write_bytes(to_bytes(table))
    print(f"{file}: {len(table.fips):,} counties, {table.population.sum():,} people, {table.digest}")


if __name__ == "__main__":
    main(sys.argv[1:])
