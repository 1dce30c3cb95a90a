"""The county tables of another vintage, from the census bureau's API: asked for by hand, never by a build.

`pep/charagegroups` of the Population Estimates Program counts people by county, sex, age group, race and
Hispanic origin. Two questions a state give the margins, and one the nation's total to check them by.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import numpy as np

from personatwin_sql.census.answers import by_key, rows_of, whole
from personatwin_sql.census.places import STATE_CODES
from personatwin_sql.census.table import CensusTable, Unfit, bundled_file, checked, read_table
from personatwin_sql.errors import Diagnostic, ProjectError, Unavailable

URL = "https://api.census.gov/data"
SECONDS = 60.0
"""How long an answer may take."""
_MOST_BYTES = 64 << 20
"""No state's answer is nearly as long."""
_KEY = "CENSUS_API_KEY"
_AGES = (19, 22, 26, 27)
"""The bureau's codes of: under 18, 18 to 64, 65 and over, 85 and over."""
Ask = Callable[[dict[str, str]], bytes]


def fetched(
    year: int, url: str = URL, seconds: float = SECONDS, told: Callable[[int], None] = lambda _: None
) -> CensusTable:
    """The tables of a vintage; `told` hears how many states are read.

    Raises ProjectError PT503 for an address that is none; Unavailable PT424 where nobody answers, PT425 where
    the answers are of another form, or do not add up.
    """
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        message = "`--url` is no address of a server"
        raise ProjectError(Diagnostic("PT503", message, fixes=(f"write it as {URL}",)))
    ask = _asking(f"{url.rstrip('/')}/{year}/pep/charagegroups", seconds)
    try:
        return _table(year, ask, told)
    except Unfit as error:
        fixes = ("see whether the bureau has these tables of that year, or name another year",)
        message = f"the census answered something else: {error}"
        raise Unavailable(Diagnostic("PT425", message, fixes=fixes)) from None


def _asking(address: str, seconds: float) -> Ask:
    key = {"key": os.environ[_KEY]} if os.environ.get(_KEY) else {}

    def ask(question: dict[str, str]) -> bytes:
        asked = f"{address}?{urlencode({**question, **key})}"
        try:
            with urlopen(asked, timeout=seconds) as answer:  # noqa: S310 - http or https, see `fetched`
                content: bytes = answer.read(_MOST_BYTES + 1)
                left = answer.length
        except HTTPError as error:
            raise _not_reached(f"it answers with the status {error.code}") from None
        except (OSError, HTTPException, ValueError) as error:
            raise _not_reached(
                "it did not answer in time" if isinstance(error, TimeoutError) else "no answer came"
            ) from None
        if len(content) > _MOST_BYTES:
            raise Unfit("an answer is too long")
        if left:
            raise _not_reached("an answer was cut short")
        return content

    return ask


def _not_reached(why: str) -> Unavailable:
    fixes = ("try again later", "name another server of the same form with --url")
    return Unavailable(Diagnostic("PT424", f"the census was not reached: {why}", fixes=fixes))


def _table(year: int, ask: Ask, told: Callable[[int], None]) -> CensusTable:
    name = "NAME" if year >= 2019 else "GEONAME"  # the bureau renamed it
    counties: list[tuple[int, str, str, np.ndarray, np.ndarray]] = []
    for number, state in enumerate(STATE_CODES, start=1):
        counties += _counties(state, name, ask)
        told(number)
    counties.sort(key=lambda county: county[0])
    total = {"get": "POP", "for": "us:*", "AGEGROUP": "0", "SEX": "0", "RACE": "0", "HISP": "0"}
    nation = [whole(row["POP"]) for row in rows_of(ask(total), ("POP",))]
    table = CensusTable(
        vintage=year,
        source=f"US Census Bureau, Population Estimates Program, vintage {year}, by its API",
        fips=np.array([county[0] for county in counties]),
        names=tuple(county[1] for county in counties),
        states=tuple(county[2] for county in counties),
        by_age=np.array([county[3] for county in counties]),
        by_race=np.array([county[4] for county in counties]),
        profile=read_table(bundled_file()).profile,
    )
    if nation != [int(table.population.sum())]:
        raise Unfit("the counties do not add up to the nation")
    return checked(table)


def _counties(state: int, name: str, ask: Ask) -> Iterator[tuple[int, str, str, np.ndarray, np.ndarray]]:
    """FIPS code, name, state, people by age and by race of each county of a state."""
    there = {"for": "county:*", "in": f"state:{state:02}"}
    ages = ask({"get": f"{name},POP,SEX,AGEGROUP", **there, "RACE": "0", "HISP": "0"})
    races = ask({"get": "POP,SEX,RACE,HISP", **there, "AGEGROUP": "0"})
    columns = ("POP", "SEX", "AGEGROUP", "state", "county")
    by_age = by_key(rows_of(ages, columns), ("state", "county", "SEX", "AGEGROUP"))
    by_race = by_key(
        rows_of(races, ("POP", "SEX", "RACE", "HISP", "state", "county")),
        ("state", "county", "SEX", "RACE", "HISP"),
    )
    names = {whole(row["county"]): row[name] for row in rows_of(ages, (name, *columns))}
    if not names:
        raise Unfit("a state has no counties")
    for county in sorted(names):
        called, _, of_state = names[county].rpartition(", ")
        if not called or "\n" in names[county]:
            raise Unfit("a county has no name of its state")
        try:
            cells = np.array([[by_age[state, county, sex, age] for age in _AGES] for sex in (1, 2)])
            groups = np.array(
                [
                    [by_race[state, county, sex, race, origin] for origin in (1, 2) for race in range(1, 7)]
                    for sex in (1, 2)
                ]
            )
        except KeyError:
            raise Unfit("people of a county are missing") from None
        cells[:, 2] -= cells[:, 3]  # the bureau counts those of 85 among those of 65 and over
        yield state * 1000 + county, called, of_state, cells, groups
