"""The population of a project, laid beside the people of a model: who is alike outside the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.population import CellPopulation, Known, Population
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.population import Attribute, PopulationSpec

if TYPE_CHECKING:
    from personatwin_sql.census.reading import Census


def with_population(
    session: Session, loaded: Loaded, model: CompiledModel, frequency: FrequencySet
) -> FrequencySet:
    """The frequency set with the project's population, where it has one.

    Raises ProjectError PT421 to PT423 for a population that is not clear or not there, PT426 for an owner's
    table that is none, PT427 for counties whose state is not told.
    """
    spec = loaded.project.population
    if spec is None or not frequency.total:
        return frequency
    if spec.census is not None:
        return replace(frequency, population=census_population(session, loaded, model, spec))
    from personatwin_sql.engine.owner_population import counted_population  # few projects have such a table

    return replace(frequency, population=counted_population(session, loaded, model))


def census_population(
    session: Session, loaded: Loaded, model: CompiledModel, spec: PopulationSpec
) -> Population:
    """What the county tables know of the quasi-identifiers of a model, by the codes of its frequency set."""
    from personatwin_sql.census.reading import AXES, CensusColumn

    attributes = attributes_of(loaded, model)
    census = census_for(loaded, spec, attributes)
    known, unknown = [], []
    for number, column in enumerate(model.quasi_identifiers):
        attribute = attributes.get(column.name)
        if attribute is None:
            unknown.append((number, column.hierarchy.height))
            continue
        read = CensusColumn(column.name, attribute, column.hierarchy)
        flags = tuple(
            np.array([census.whom(read, level, text) for text in texts]).reshape(len(texts), -1)
            for level, texts in enumerate(published_texts(session, model, number, column))
        )
        known.append(Known(number, AXES[attribute], flags))
    for county, state in _counties(session, model, attributes):
        if census.is_ambiguous(county, state):
            raise ProjectError(_ambiguous(model, attributes))
    return CellPopulation.of(census.cells, known, unknown)


def census_for(loaded: Loaded, spec: PopulationSpec, attributes: Mapping[str, Attribute]) -> Census:
    """The census of the project's places, for columns that mean these attributes."""
    from personatwin_sql.census.cache import table_of
    from personatwin_sql.census.reading import census_of

    vintage = table_of(spec.census or 0, loaded.place("project.population.census"))
    at = "project.population.places"
    each = [loaded.place(f"{at}.{number}") for number in range(len(spec.places))]
    return census_of(vintage, spec, loaded.place(at), "hispanic" in attributes.values(), each)


def attributes_of(loaded: Loaded, model: CompiledModel) -> dict[str, Attribute]:
    """Quasi-identifier → what it is to the census, by the project, else by the domain."""
    spec = loaded.project.population
    said: Mapping[str, str] = {**loaded.domain.census, **(spec.columns if spec is not None else {})}
    named = {column.name: said.get(column.name) for column in model.quasi_identifiers}
    return {name: meaning for name, meaning in named.items() if meaning is not None}  # type: ignore[misc]  # attributes alone: checked as the project was read


def without_state(
    loaded: Loaded, spec: PopulationSpec, models: Iterable[CompiledModel]
) -> Iterator[Diagnostic]:
    """Warnings, PT427: models with a county and no state, where several counties of the places share a name.

    Which counties the data have is not known before a build. Raises ProjectError PT421 and PT423.
    """
    census = census_for(loaded, spec, {})
    shared = census.shared_names()
    for model in models:
        meanings = attributes_of(loaded, model).values()
        if shared and "county" in meanings and "state" not in meanings:
            yield Diagnostic(
                "PT427",
                f"`{model.name}` has a county and no state, and {shared:,} counties of the `places` share "
                "their names with others: a build stops at such a county",
                loaded.place("project.population.places"),
                fixes=(f"select the state in `{model.name}` too, or name fewer `places`",),
                severity="warning",
            )


def published_texts(
    session: Session, model: CompiledModel, number: int, column: PublishedColumn
) -> tuple[tuple[str | None, ...], ...]:
    """Per level what each code of the frequency set is published as."""
    values = f"private.{identifier(f'{model.name}__values_{number}')}"
    names = (f"level_{level}" for level in range(column.hierarchy.height + 1))
    return tuple(
        tuple(
            row[0] for row in session.rows(f"SELECT DISTINCT {name} FROM {values} ORDER BY {name} NULLS LAST")
        )
        for name in names
    )


def _counties(
    session: Session, model: CompiledModel, attributes: Mapping[str, Attribute]
) -> list[tuple[str, str | None]]:
    """The counties of the data that may be told, each with its state where there is a column of it."""
    told = {column.name for column in model.quasi_identifiers if column.floor < column.hierarchy.height}
    county = next((name for name, each in attributes.items() if each == "county" and name in told), None)
    state = next((name for name, each in attributes.items() if each == "state" and name in told), None)
    if county is None:
        return []
    columns = f"CAST({identifier(county)} AS VARCHAR), " + (
        "NULL" if state is None else f"CAST({identifier(state)} AS VARCHAR)"
    )
    frequencies = f"private.{identifier(model.name + '__frequencies')}"
    return session.rows(
        f"SELECT DISTINCT {columns} FROM {frequencies} WHERE {identifier(county)} IS NOT NULL"
    )


def _ambiguous(model: CompiledModel, attributes: Mapping[str, Attribute]) -> Diagnostic:
    county = next(name for name, each in attributes.items() if each == "county")
    return Diagnostic(
        "PT427",
        f"`{model.name}`: several counties of the population have a name that `{county}` has",
        Place(model.parsed.path, 1),
        fixes=(
            "select the state beside it, or write the county as the census does (`Fairfax city`, `Fairfax "
            "County`), or as a FIPS code",
            "or name fewer `places` under `population`",
        ),
    )
