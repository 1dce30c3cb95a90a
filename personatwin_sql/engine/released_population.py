"""How many people of the population are alike in what was released: read off the published texts themselves.

It is another path than that of the search: neither codes, nor frequency set, nor lattice are asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.populations import attributes_of, census_for
from personatwin_sql.engine.recount import agree, listed
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.journalist import JournalistRisk, average_risk, journalist_risk
from personatwin_sql.privacy.numbers import Codes, Flags, Shares
from personatwin_sql.privacy.population import CellPopulation, Known, rounded_down
from personatwin_sql.spec.hierarchy import TOP
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.population import PopulationSpec
from personatwin_sql.spec.protection import Personas


@dataclass(frozen=True)
class ReleasedPopulation:
    """Released classes beside the population.

    sizes: (classes,), people of each in the release. alike: (classes,), people of the population with the
    same values in the columns that it knows, rounded down. is_only_bound: (classes,), whether
    fewer may be behind it: it tells something that the population does not know, or is published coarser than
    others are, so that some of those people can only stand in a finer class.
    unknown: the columns that are told and that the population does not know.
    candidates: (classes,), in another order, how many of them may be behind a class whatever else is known;
    None where that is `population`, since all columns have one level each.
    """

    sizes: Codes
    alike: Codes
    is_only_bound: Flags
    unknown: tuple[str, ...]
    is_estimate: bool
    candidates: Codes | None = None

    @property
    def fewest(self) -> float:
        """The fewest of whom an adversary knows no better: what k-map asks for."""
        counted = self.population if self.candidates is None else self.candidates
        return float(counted.min()) if len(counted) else 0.0

    @property
    def population(self) -> Codes:
        """(classes,): F, 0 where what a class tells is not known of the population."""
        return np.where(self.is_only_bound, 0, self.alike)

    @property
    def average(self) -> float:
        """What the target bounds: a class of which not all is known has the people of the data alone."""
        return average_risk(self.sizes, self.population)

    @property
    def least_risk(self) -> JournalistRisk:
        """At least this, by the columns that the population knows; the rest can only make a class smaller."""
        return journalist_risk(self.sizes, self.alike)


def released_population(
    session: Session,
    loaded: Loaded,
    model: CompiledModel,
    levels: Mapping[str, int],
    *,
    by_class: bool = False,
) -> ReleasedPopulation | None:
    """The population of a released table of people or personas; None where the project names none.

    levels: at which each quasi-identifier was published; of personas some people are published as `*`
    instead. `by_class`: classes have levels of their own, and each value is taken for the finest that it may
    be.
    """
    spec = loaded.project.population
    if spec is None:
        return None
    columns = tuple(
        _Published(
            replace(column, level=levels.get(column.name, column.floor)),
            by_class,
            isinstance(model.protection, Personas),
        )
        for column in model.quasi_identifiers
    )
    sizes, texts = _classes(session, model, [column.name for column in columns])
    if spec.census is None:
        alike, known = _in_table(session, loaded, model, columns)
    else:
        alike, known = _in_census(loaded, model, spec, columns, texts)
    is_only_bound, unknown = np.full(len(texts), by_class), []
    for number, column in enumerate(columns):
        is_only_bound |= np.array([column.is_raised(row[number]) for row in texts], dtype=bool)
        if column.name not in known:
            tells = np.array([column.tells(row[number]) for row in texts], dtype=bool)
            is_only_bound |= tells
            unknown += [column.name] if tells.any() else []
    return ReleasedPopulation(
        sizes, rounded_down(alike), is_only_bound, tuple(unknown), is_estimate=spec.census is not None
    )


@dataclass(frozen=True)
class _Published:
    """A quasi-identifier at its level, and which other levels its texts may be of."""

    column: PublishedColumn
    by_class: bool
    may_be_raised: bool

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def height(self) -> int:
        return self.column.hierarchy.height

    @property
    def level(self) -> int:
        return self.column.level or 0

    def tells(self, text: str | None) -> bool:
        """Whether a published text tells anything."""
        is_star = text == TOP and (self.by_class or self.may_be_raised)
        return self.level < self.height and not is_star

    def is_raised(self, text: str | None) -> bool:
        """Whether it is coarser than the level of its column."""
        return self.may_be_raised and text == TOP and self.level < self.height

    def level_of(self, text: str | None) -> int | None:
        """At which level a text is read; None where that is not known."""
        if text == TOP and self.may_be_raised:
            return self.height
        return None if self.by_class else self.level

    @property
    def possible(self) -> tuple[int, ...]:
        """The levels that its texts may be of."""
        if self.by_class:
            return tuple(range(self.height + 1))
        return tuple(dict.fromkeys((self.level, self.height))) if self.may_be_raised else (self.level,)


Texts = Sequence[tuple[str | None, ...]]


def _classes(session: Session, model: CompiledModel, names: Sequence[str]) -> tuple[Codes, Texts]:
    """People and published texts of each released combination, in one order."""
    people = "sum(people)" if isinstance(model.protection, Personas) else "count(*)"
    rows = session.rows(
        f"SELECT {listed(names)}, CAST({people} AS BIGINT) FROM release.{identifier(model.name)} "
        f"GROUP BY {listed(names)} ORDER BY {listed(names)}"
    )
    return np.array([row[-1] for row in rows], dtype=np.int64), [row[:-1] for row in rows]


def _in_census(
    loaded: Loaded,
    model: CompiledModel,
    spec: PopulationSpec,
    columns: Sequence[_Published],
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
        read = CensusColumn(column.name, attribute, column.column.hierarchy)
        distinct = dict.fromkeys(row[number] for row in texts)
        code_of = {text: code for code, text in enumerate(distinct)}
        codes[:, number] = [code_of[row[number]] for row in texts]
        flags = np.array([census.whom(read, column.level_of(text), text) for text in distinct])
        known.append(Known(number, AXES[attribute], (flags,)))
    population = CellPopulation.of(census.cells, known)
    alike = population.alike((0,) * len(columns), codes) if len(texts) else np.empty(0)
    return alike, frozenset(attributes)


def _in_table(
    session: Session, loaded: Loaded, model: CompiledModel, columns: Sequence[_Published]
) -> tuple[Shares, frozenset[str]]:
    """The owner's people who are published as one of the rows of the release, at the levels that it has."""
    from personatwin_sql.engine.owner_population import laid_population, values_of

    laid = laid_population(session, loaded, model)
    known = {column.name: column for column in laid.known}
    joins, agreed = [f"CROSS JOIN {laid.table} AS given"], ["TRUE"]
    for number, column in enumerate(columns):
        if column.name not in known:
            continue
        values = values_of(model, known[column.name])
        joins.append(f"INNER JOIN {values} AS v{number} ON {agree('given', f'v{number}', [column.name])}")
        name = f"released.{identifier(column.name)}"
        is_one = (f"{name} IS NOT DISTINCT FROM v{number}.level_{level}" for level in column.possible)
        agreed.append(f"({' OR '.join(is_one)})")
    names = listed([column.name for column in columns])
    keys = listed([column.name for column in columns], "released")
    rows = session.rows(
        f"WITH released AS (SELECT DISTINCT {names} FROM release.{identifier(model.name)}), "
        f"alike AS (SELECT {keys}, sum(given.people) AS people FROM released {' '.join(joins)} "
        f"WHERE {' AND '.join(agreed)} GROUP BY ALL) "
        f"SELECT coalesce(alike.people, 0) FROM released LEFT JOIN alike "
        f"ON {agree('released', 'alike', [column.name for column in columns])} ORDER BY {keys}"
    )
    return np.array([float(row[0]) for row in rows]), frozenset(known)
