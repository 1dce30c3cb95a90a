"""How many people of the project's population are alike in what a relation says of people as given.

A value is laid into the cell of the population that holds it. Where that cell holds other values too, its
people are more than those who are alike: their number is then an upper bound of F, and said to be one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from personatwin_sql.compile.quoting import folded
from personatwin_sql.engine.class_sizes import Question
from personatwin_sql.engine.given_cells import LaidCells, NotTold
from personatwin_sql.engine.given_census import CensusCells, census_cells
from personatwin_sql.engine.given_classes import given_classes
from personatwin_sql.engine.lone_file import Asked
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.among import AmongRisk, PopulationBand, among_risk, population_bands
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.population import rounded_down
from personatwin_sql.spec.hierarchy import Flat, Hierarchy
from personatwin_sql.spec.loaded import Loaded

if TYPE_CHECKING:
    from personatwin_sql.engine.given_owner import OwnerCells


@dataclass(frozen=True)
class GivenPopulation:
    """People as given beside a population.

    unknown: columns that it does not know; coarser: those that it knows, but not as fine as they are given.
    shares_out_years: whether ages within the census's brackets were shared out as in the nation.
    """

    risk: AmongRisk
    bands: tuple[PopulationBand, ...]
    unknown: tuple[str, ...]
    coarser: tuple[str, ...]
    is_estimate: bool
    shares_out_years: bool


def given_population(
    asked: Asked, question: Question, loaded: Loaded, hierarchies: Mapping[str, Hierarchy]
) -> GivenPopulation:
    """hierarchies: of the relation's columns, by folded names.

    Raises NotTold, and ProjectError PT421 to PT426 for a population that is not clear or not there.
    """
    spec = loaded.project.population
    if spec is None:
        raise NotTold("the project names none")
    names = question.quasi_identifiers
    of = [hierarchies.get(folded(name), Flat()) for name in names]
    if spec.census is not None:
        cells: CensusCells | OwnerCells = census_cells(loaded, spec, names, of)
    else:
        from personatwin_sql.engine.given_owner import owner_cells  # few projects have such a table

        cells = owner_cells(asked, loaded, spec, names, of)
    classes = given_classes(asked, question, cells.numbers)
    laid = cells.laid(classes)
    population, people = _alike(laid, classes.codes), classes.sizes * classes.classes
    own = classes.of_people
    if own is None:
        risk = among_risk(people, np.maximum(population, classes.sizes), population)
    else:
        each = _alike(laid, own.codes)
        known = _least(own.person, np.maximum(each, own.sizes))
        risk = among_risk(np.ones_like(known), known, _least(own.person, each))
    return GivenPopulation(
        risk=risk,
        bands=population_bands(population, classes.classes, people),
        unknown=tuple(name for number, name in enumerate(names) if number not in cells.numbers),
        coarser=tuple(names[number] for number in laid.coarser),
        is_estimate=spec.census is not None,
        shares_out_years=cells.shares_out_years,
    )


def _alike(laid: LaidCells, codes: Codes) -> Codes:
    """(rows,) F of each row, rounded down; equal rows are asked for once."""
    distinct, place = np.unique(codes, axis=0, return_inverse=True)
    return rounded_down(laid.alike(distinct))[place.reshape(-1)]


def _least(person: Codes, numbers: Codes) -> Codes:
    """(people,) the least number of each person's rows; people are numbered from 0 on."""
    found = np.full(int(person.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(found, person, numbers)
    return found
