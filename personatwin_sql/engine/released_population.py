"""How many people of the population are alike in what was released: read off the published texts themselves.

It is another path than that of the search: neither codes, nor frequency set, nor lattice are asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.owner_population import laid_population, values_of
from personatwin_sql.engine.populations import attributes_of, census_for
from personatwin_sql.engine.recount import agree, listed
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.population import CellPopulation, Known, rounded_down
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.population import PopulationSpec
from personatwin_sql.spec.protection import Personas


@dataclass(frozen=True)
class ReleasedPopulation:
    """Released classes beside the population.

    sizes: (classes,), people of each in the release. alike: (classes,), people of the population with the
    same values in the columns that the population knows, rounded down.
    unknown: the columns that are told and that it does not know: because of them F may be smaller.
    """

    sizes: Codes
    alike: Codes
    unknown: tuple[str, ...]
    is_estimate: bool

    @property
    def population(self) -> Codes:
        """(classes,): F, 0 where it is not known because of columns that the population does not know."""
        return np.zeros_like(self.alike) if self.unknown else self.alike


def released_population(
    session: Session, loaded: Loaded, model: CompiledModel, levels: Mapping[str, int]
) -> ReleasedPopulation | None:
    """The population of a released table of people or personas; None where the project names none.

    levels: at which each quasi-identifier was published.
    """
    spec = loaded.project.population
    if spec is None:
        return None
    columns = tuple(
        replace(column, level=levels.get(column.name, column.floor)) for column in model.quasi_identifiers
    )
    sizes, texts = _classes(session, model, [column.name for column in columns])
    if spec.census is None:
        alike, known = _in_table(session, loaded, model, columns)
    else:
        alike, known = _in_census(loaded, model, spec, columns, texts)
    unknown = tuple(
        column.name
        for column in columns
        if column.name not in known and (column.level or 0) < column.hierarchy.height
    )
    return ReleasedPopulation(sizes, rounded_down(alike), unknown, is_estimate=spec.census is not None)


Texts = Sequence[tuple[str | None, ...]]


def _classes(session: Session, model: CompiledModel, names: Sequence[str]) -> tuple[Codes, Texts]:
    """People and published texts of each released combination, in one order."""
    people = "sum(people)" if isinstance(model.protection, Personas) else "count(*)"
    keys = "".join(f"{name}, " for name in (listed([each]) for each in names))
    rows = session.rows(
        f"SELECT {keys}CAST({people} AS BIGINT) FROM release.{identifier(model.name)} "
        "GROUP BY ALL ORDER BY ALL"
    )
    return np.array([row[-1] for row in rows], dtype=np.int64), [row[:-1] for row in rows]


def _in_census(
    loaded: Loaded,
    model: CompiledModel,
    spec: PopulationSpec,
    columns: Sequence[PublishedColumn],
    texts: Texts,
) -> tuple[Shares, frozenset[str]]:
    from personatwin_sql.census.reading import AXES, CensusColumn

    attributes = attributes_of(loaded, model)
    census = census_for(loaded, spec, attributes)
    codes = np.zeros((len(texts), len(columns)), dtype=np.int64)
    known = []
    for number, column in enumerate(columns):
        if column.name not in attributes:
            continue
        attribute = attributes[column.name]
        read = CensusColumn(column.name, attribute, column.hierarchy)
        distinct = {text: code for code, text in enumerate(dict.fromkeys(row[number] for row in texts))}
        codes[:, number] = [distinct[row[number]] for row in texts]
        flags = np.array([census.whom(read, column.level, text) for text in distinct])
        known.append(Known(number, AXES[attribute], (flags,)))
    population = CellPopulation(census.cells, tuple(known))
    alike = population.alike((0,) * len(columns), codes) if len(texts) else np.empty(0)
    return alike, frozenset(attributes)


def _in_table(
    session: Session, loaded: Loaded, model: CompiledModel, columns: Sequence[PublishedColumn]
) -> tuple[Shares, frozenset[str]]:
    """The owner's people, generalized as the release is and counted where they agree with one of its rows."""
    laid = laid_population(session, loaded, model)
    named = {column.name for column in laid.known}
    known = [column for column in columns if column.name in named]
    joins, items = [], []
    for number, column in enumerate(known):
        agreed = agree("given", f"v{number}", [column.name])
        joins.append(f"INNER JOIN {values_of(model, column)} AS v{number} ON {agreed}")
        items.append(f"v{number}.level_{column.level} AS {identifier(column.name)}, ")
    generalized = (
        f"SELECT {''.join(items)}sum(given.people) AS people FROM {laid.table} AS given "
        f"{' '.join(joins)} GROUP BY ALL"
    )
    names = listed([column.name for column in columns])
    condition = agree("released", "owners", [column.name for column in known])
    rows = session.rows(
        f"SELECT coalesce(any_value(owners.people), 0) FROM (SELECT DISTINCT {names} FROM release."
        f"{identifier(model.name)}) AS released LEFT JOIN ({generalized}) AS owners ON {condition} "
        f"GROUP BY {listed([c.name for c in columns], 'released')} "
        f"ORDER BY {listed([c.name for c in columns], 'released')}"
    )
    return np.array([float(row[0]) for row in rows]), frozenset(named)
