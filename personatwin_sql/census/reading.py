"""A project's population out of county tables: who lives there, and whom a published value may mean.

Whom a value means depends on nothing but the value, its hierarchy and what the project says: on no row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np

from personatwin_sql.census import categories
from personatwin_sql.census.fitting import fitted, shares_of_years
from personatwin_sql.census.places import Places
from personatwin_sql.census.table import BRACKETS, GROUPS, SEXES, YEARS, CensusTable
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Flags, Shares
from personatwin_sql.spec.hierarchy import TOP, Hierarchy
from personatwin_sql.spec.population import Attribute, PopulationSpec

AXES: Mapping[Attribute, int] = {"county": 0, "state": 0, "sex": 1, "age": 2, "race": 3, "hispanic": 3}
"""Which axis of the cells (places, sexes, years, groups) a column tells people apart along."""


@dataclass(frozen=True)
class CensusColumn:
    """A released column that the census knows."""

    name: str
    attribute: Attribute
    hierarchy: Hierarchy


@dataclass(frozen=True)
class Census:
    """The people of a project's places.

    counties: (places,), their numbers in the table. origin_is_apart: who is Hispanic stands in a column of
    its own, so that a race means all people of it.
    """

    table: CensusTable
    counties: Codes
    youngest: int = 0
    origin_is_apart: bool = False

    @cached_property
    def cells(self) -> Shares:
        """(places, 2 sexes, 101 years, 13 groups): expected people.

        Years within a bracket are shared out as in the nation. The last group is that of people whom the
        table does not tell apart by race: they are anybody, and of no race.
        """
        brackets = fitted(self.table, self.counties)
        bracket = np.repeat(np.arange(len(BRACKETS)), [last - first + 1 for first, last in BRACKETS])
        cells = brackets[:, :, bracket, :] * shares_of_years(self.table)[None, :, :, None]
        cells[:, :, : self.youngest] = 0
        return np.asarray(cells)

    @cached_property
    def places(self) -> Places:
        scope = np.zeros(len(self.table.fips), dtype=bool)
        scope[self.counties] = True
        return Places(self.table, scope)

    def whom(self, column: CensusColumn, level: int | None, text: str | None) -> Flags:
        """(cells of the column's axis,): whom a value means that is published at a level.

        The top means everybody. A group of a taxonomy means what it says and all that lies under it. A value
        that the census does not know means nobody: it counts as rare, not as common. Where the level is not
        known (None), a value means no more than at the finest level that has it.
        """
        if level is None:
            return self._whom_at_finest(column, text)
        size = (len(self.counties), len(SEXES), YEARS, len(GROUPS) + 1)[AXES[column.attribute]]
        if level == column.hierarchy.height:
            return np.ones(size, dtype=bool)
        found = np.zeros(size, dtype=bool)
        if text is None or text == TOP:
            return found
        for each in (text, *_under(column.hierarchy, level, text)):
            said = self._said(column.attribute, each)
            if said is not None:
                found[: len(said)] |= said
        return found

    def _whom_at_finest(self, column: CensusColumn, text: str | None) -> Flags:
        if text == TOP:
            return self.whom(column, column.hierarchy.height, text)
        each = (self.whom(column, level, text) for level in range(column.hierarchy.height))
        nobody = self.whom(column, 0, None)
        return next((found for found in each if found.any()), nobody)

    def is_ambiguous(self, county: str, state: str | None) -> bool:
        """Whether several counties are called so, in that state or in all places of the project."""
        counties = self.places.counties(county)
        if state is not None:
            counties = np.intersect1d(counties, self.places.states(state))
        return len(counties) > 1

    def shared_names(self) -> int:
        """How many of the counties have a name that another one has, too."""
        names = [self.table.names[number] for number in self.counties]
        return sum(names.count(name) > 1 for name in names)

    def _said(self, attribute: Attribute, text: str) -> Flags | None:
        return _READERS[attribute](self, text)

    def _located(self, counties: Codes) -> Flags:
        return np.isin(self.counties, counties)


def census_of(
    table: CensusTable,
    spec: PopulationSpec,
    place: Place,
    origin_is_apart: bool,
    each: Sequence[Place] = (),
) -> Census:
    """The census of the places that a project names, which stand at `each`, or else all at `place`.

    Raises ProjectError PT421 for one that is not clear.
    """
    everywhere = Places.everywhere(table)
    found = [everywhere.place(name) for name in spec.places]
    problems = [
        _unclear(name, table, counties, at)
        for name, counties, at in zip(spec.places, found, each or [place] * len(found), strict=True)
        if not len(counties) or (len(counties) > 1 and not _is_whole(everywhere, name, counties))
    ]
    if problems:
        raise ProjectError(problems)
    return Census(table, np.unique(np.concatenate(found)), spec.youngest, origin_is_apart)


def _is_whole(places: Places, name: str, counties: Codes) -> bool:
    """Whether several counties are meant: a state, or the nation."""
    return len(counties) == len(places.table.fips) or np.array_equal(places.states(name), counties)


def _unclear(name: str, table: CensusTable, counties: Codes, place: Place) -> Diagnostic:
    if not len(counties):
        message = f"`population`: the census of {table.vintage} knows no place `{name}`"
        return Diagnostic("PT421", message, place, fixes=("write a state, `Broward, FL`, or a FIPS code",))
    message = f"`population`: {len(counties)} counties are called `{name}`"
    first = counties[0]
    example = f"`{table.names[first]}, {table.states[first]}` or {table.fips[first]:05}"
    return Diagnostic("PT421", message, place, fixes=(f"say which, as in {example}",))


def _under(hierarchy: Hierarchy, level: int, text: str) -> Sequence[str]:
    """The values and groups of a taxonomy below one of its groups."""
    if hierarchy.kind != "taxonomy" or not level:
        return ()
    below = (each for row in hierarchy.rows if row[level] == text for each in row[:level])
    return tuple(dict.fromkeys(below))


_READERS: Mapping[Attribute, Callable[[Census, str], Flags | None]] = {
    "county": lambda census, text: census._located(census.places.counties(text)),
    "state": lambda census, text: census._located(census.places.states(text)),
    "sex": lambda _, text: categories.sexes(text),
    "age": lambda _, text: categories.years(text),
    "race": lambda census, text: categories.groups(text, origin_is_apart=census.origin_is_apart),
    "hispanic": lambda _, text: categories.origins(text),
}
