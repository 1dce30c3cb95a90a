"""`census`: the county tables that there are, and those of another vintage fetched into the cache."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np

from personatwin_sql.census.cache import cached_file, table_of
from personatwin_sql.census.fetching import URL, fetched
from personatwin_sql.census.places import Places
from personatwin_sql.census.table import BRACKETS, BUNDLED, CensusTable, to_bytes
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.durable_file import public_folder, write_durably

_ORIGINS = ("not Hispanic", "Hispanic")
_RACES = (
    "white",
    "black",
    "American Indian or Alaska Native",
    "Asian",
    "Hawaiian or other Pacific Islander",
    "several races",
)


@dataclass(frozen=True)
class Refreshed:
    """What was fetched, and where it lies."""

    table: CensusTable
    file: Path


@dataclass(frozen=True)
class CountyFigures:
    """People of one county; None where the tables do not tell them."""

    fips: str
    name: str
    state: str
    population: int
    rows: tuple[tuple[str, int | None, int | None], ...]
    """What is counted, and how many are male and female."""


def refresh(year: int, url: str | None = None, told: Callable[[int], None] = lambda _: None) -> Refreshed:
    """Fetch the tables of a vintage; those that lie in the cache stay until the new ones are whole.

    Raises what `fetched` does; ProjectError PT503 for the vintage that travels with the tool.
    """
    if year == BUNDLED:
        message = f"the tables of {BUNDLED} travel with the tool and are not fetched"
        raise ProjectError(Diagnostic("PT503", message, fixes=("name another year: --year 2019",)))
    table = fetched(year, url or URL, told=told)
    file = cached_file(year)
    public_folder(file.parent)
    write_durably(file, to_bytes(table))
    return Refreshed(table, file)


def county(name: str, year: int = BUNDLED) -> tuple[CountyFigures, CensusTable]:
    """The figures of a county by its name and state, or its code.

    Raises ProjectError PT421 for a name of none or several, PT423 for a vintage that is not here.
    """
    table = table_of(year)
    found = Places.everywhere(table).counties(name)
    if len(found) != 1:
        called = [f"{table.names[each]}, {table.states[each]}" for each in found[:4]]
        which = f"several counties are called `{name}`" if called else f"there is no county `{name}`"
        fix = f"say which: {'; '.join(called)}" if called else "write it as `Broward, FL`, or as 12011"
        raise ProjectError(Diagnostic("PT421", which, fixes=(fix,)))
    return _figures(table, int(found[0])), table


def _figures(table: CensusTable, number: int) -> CountyFigures:
    ages = [
        (_words(first, last), table.by_age[number, :, place]) for place, (first, last) in enumerate(BRACKETS)
    ]
    races = [
        (f"{origin}, {race}", table.by_race[number, :, place])
        for place, (origin, race) in enumerate(product(_ORIGINS, _RACES))  # as GROUPS
    ]
    return CountyFigures(
        fips=f"{table.fips[number]:05}",
        name=table.names[number],
        state=table.states[number],
        population=int(table.population[number]),
        rows=tuple((label, _told(people[0]), _told(people[1])) for label, people in (*ages, *races)),
    )


def _told(people: np.int64) -> int | None:
    return None if people < 0 else int(people)


def _words(first: int, last: int) -> str:
    return f"{first} years and over" if last == BRACKETS[-1][1] else f"{first} to {last} years"
