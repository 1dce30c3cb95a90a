"""The independent count of candidates: who of the population has what the people of a class have.

It is another path than that of the search: values come from the authored SELECT, people are placed by the
private map from people to classes, and SQL adds up each cell of the population once a class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.populations import attributes_of, census_for
from personatwin_sql.engine.recount import value_joins
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.population import rounded_down
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.population import Attribute

if TYPE_CHECKING:
    from personatwin_sql.census.reading import Census, CensusColumn


@dataclass(frozen=True)
class _Told:
    """A quasi-identifier by which people are told apart, its place among them, and the level of its texts."""

    name: str
    place: int
    level: int


def candidates_of_classes(
    session: Session, loaded: Loaded, model: CompiledModel, own: str, levels: Sequence[int]
) -> Codes:
    """(classes,): people of the population with the values of each class's people, rounded down.

    own: a table of class_id (NULL: left out) and the quasi-identifiers as authored. levels: (columns,), at
    which people are told apart. A class of whom something is told that the population does not know has
    nobody.
    """
    told = [
        _Told(column.name, place, level)
        for place, (column, level) in enumerate(zip(model.quasi_identifiers, levels, strict=True))
        if level < column.hierarchy.height
    ]
    names = [column.name for column in model.quasi_identifiers]
    texts = "".join(f", v{each.place}.level_{each.level} AS c{each.place}" for each in told)
    distinct = (
        f"SELECT DISTINCT own.class_id{texts} "
        f"FROM (SELECT * FROM {own} WHERE class_id IS NOT NULL) AS own {value_joins(model.name, names)}"
    )
    spec = loaded.project.population
    if spec is not None and spec.census is not None:
        return _in_census(session, loaded, model, told, distinct)
    return _in_table(session, loaded, model, told, distinct)


def _in_table(
    session: Session, loaded: Loaded, model: CompiledModel, told: Sequence[_Told], distinct: str
) -> Codes:
    from personatwin_sql.engine.owner_population import laid_population, values_of

    laid = laid_population(session, loaded, model)
    known = {column.name: column for column in laid.known}
    if any(each.name not in known for each in told):
        return _nobody(session, distinct)
    texts = [f"p{each.place}.level_{each.level} AS c{each.place}" for each in told]
    joins = " ".join(
        f"INNER JOIN {values_of(model, known[each.name])} AS p{each.place} "
        f"ON given.{identifier(each.name)} IS NOT DISTINCT FROM p{each.place}.{identifier(each.name)}"
        for each in told
    )
    agreed = " AND ".join(f"own.c{each.place} IS NOT DISTINCT FROM population.c{each.place}" for each in told)
    rows = session.rows(
        f"WITH own AS ({distinct}), "
        f"population AS (SELECT {''.join(f'{text}, ' for text in texts)}sum(given.people) AS people "
        f"FROM {laid.table} AS given {joins} GROUP BY ALL) "
        f"SELECT coalesce(sum(population.people), 0)::DOUBLE FROM own "
        f"LEFT JOIN population ON {agreed or 'TRUE'} GROUP BY own.class_id"
    )
    return rounded_down(np.array([row[0] for row in rows], dtype=np.float64))


def _in_census(
    session: Session, loaded: Loaded, model: CompiledModel, told: Sequence[_Told], distinct: str
) -> Codes:
    """Each distinct text along an axis of the census names cells of it; a class has a cell once."""
    spec, attributes = loaded.project.population, attributes_of(loaded, model)
    if spec is None or any(each.name not in attributes for each in told):
        return _nobody(session, distinct)
    from personatwin_sql.census.reading import AXES

    census = census_for(loaded, spec, attributes)
    rows = session.rows(
        f"SELECT dense_rank() OVER (ORDER BY class_id) - 1, * EXCLUDE class_id FROM ({distinct})"
    )
    tables: dict[str, dict[str, Codes]] = {"own": {"class": _whole(row[0] for row in rows)}}
    axes = [axis for axis in range(census.cells.ndim) if any(AXES[attributes[e.name]] == axis for e in told)]
    for axis in axes:
        along = [n for n, each in enumerate(told) if AXES[attributes[each.name]] == axis]
        said = [tuple(row[n + 1] for n in along) for row in rows]
        number = {texts: place for place, texts in enumerate(dict.fromkeys(said))}
        asked = [(told[n].level, _column(model, told[n], attributes)) for n in along]
        meant = [_meant(census, asked, texts) for texts in number]
        tables["own"][f"said_{axis}"] = _whole(number[texts] for texts in said)
        tables[f"axis_{axis}"] = {
            "said": np.repeat(np.arange(len(meant)), [len(each) for each in meant]),
            f"cell_{axis}": np.concatenate(meant) if meant else _whole(()),
        }
    unread = tuple(axis for axis in range(census.cells.ndim) if axis not in axes)
    people = census.cells.sum(axis=unread)
    places = np.unravel_index(np.arange(people.size), people.shape) if axes else ()
    tables["cells"] = {f"cell_{axis}": place for axis, place in zip(axes, places, strict=True)}
    return _summed(session, tables, axes, people.reshape(-1))


def _summed(
    session: Session, tables: Mapping[str, Mapping[str, Codes]], axes: Sequence[int], people: Shares
) -> Codes:
    """(classes,): people of the distinct cells of each class, rounded down."""
    cells = "".join(f", cell_{axis}" for axis in axes)
    meant = " ".join(
        f"INNER JOIN candidates_axis_{axis} AS axis_{axis} ON own.said_{axis} = axis_{axis}.said"
        for axis in axes
    )
    agreed = " AND ".join(f"named.cell_{axis} = cells.cell_{axis}" for axis in axes) or "TRUE"
    beside = {**tables["cells"], "people": people}
    try:
        for name, table in {**tables, "cells": beside}.items():
            session.connection.register(f"candidates_{name}", dict(table))
        rows = session.rows(
            f"WITH named AS (SELECT DISTINCT own.class{cells} FROM candidates_own AS own {meant}), "
            f"found AS (SELECT named.class, sum(cells.people) AS people FROM named "
            f"INNER JOIN candidates_cells AS cells ON {agreed} GROUP BY named.class) "
            "SELECT coalesce(found.people, 0) FROM (SELECT DISTINCT class FROM candidates_own) AS own "
            "LEFT JOIN found ON own.class = found.class"
        )
    finally:
        for name in tables:
            session.connection.unregister(f"candidates_{name}")
    return rounded_down(np.array([row[0] for row in rows], dtype=np.float64))


def _column(model: CompiledModel, told: _Told, attributes: Mapping[str, Attribute]) -> CensusColumn:
    from personatwin_sql.census.reading import CensusColumn

    return CensusColumn(told.name, attributes[told.name], model.quasi_identifiers[told.place].hierarchy)


def _meant(census: Census, asked: Sequence[tuple[int, CensusColumn]], texts: Sequence[str | None]) -> Codes:
    """Cells of an axis that all of these texts mean."""
    flags = [census.whom(column, level, text) for (level, column), text in zip(asked, texts, strict=True)]
    return np.flatnonzero(np.logical_and.reduce(flags))


def _nobody(session: Session, distinct: str) -> Codes:
    rows = session.rows(f"SELECT count(DISTINCT class_id) FROM ({distinct})")
    return np.zeros(int(rows[0][0]), dtype=np.int64)


def _whole(numbers: Iterable[int]) -> Codes:
    return np.fromiter(numbers, dtype=np.int64)
