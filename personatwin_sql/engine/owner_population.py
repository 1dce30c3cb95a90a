"""An owner's table of a population, read once: people by the values of the columns that it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from personatwin_sql.compile.jinja import call_macro
from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.protection import macro_model
from personatwin_sql.compile.quoting import folded, identifier
from personatwin_sql.engine.lone_file import asked_file
from personatwin_sql.engine.populations import published_texts
from personatwin_sql.engine.recount import agree
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.population import CountedPopulation
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.population import PopulationSpec
from personatwin_sql.spec.project import SourceTable

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class LaidPopulation:
    """The owner's table in the session: `table` has the columns that are `known`, and people."""

    table: str
    known: tuple[PublishedColumn, ...]


def counted_population(session: Session, loaded: Loaded, model: CompiledModel) -> CountedPopulation:
    """The owner's people by the codes that the frequency set of a model publishes them as.

    A group that the table lacks has nobody, and so is rare. Raises ProjectError PT426.
    """
    laid = laid_population(session, loaded, model)
    places = [_number(model, column.name) for column in laid.known]
    codes, people = _codes(session, model, laid)
    return CountedPopulation(
        columns=tuple(places),
        codes=codes,
        people=people,
        maps=tuple(_map(session, model, column) for column in laid.known),
        unknown=tuple(
            (number, column.hierarchy.height)
            for number, column in enumerate(model.quasi_identifiers)
            if number not in places
        ),
    )


def laid_population(session: Session, loaded: Loaded, model: CompiledModel) -> LaidPopulation:
    """`private.<model>__population`, and beside it what its values are published as; made once a session.

    Raises ProjectError PT426 for a table that does not fit.
    """
    spec, place = loaded.project.population, loaded.place("project.population")
    if spec is None:
        raise TypeError("the project has no population")
    name = f"{model.name}__population"
    laid = session.rows(
        "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'private' AND table_name = ?", [name]
    )
    if laid:
        there = {row[0] for row in laid}
        known = tuple(column for column in model.quasi_identifiers if column.name in there)
        return LaidPopulation(f"private.{identifier(name)}", known)
    rows, present = owners_rows(loaded, [column.name for column in model.quasi_identifiers], spec, place)
    known = tuple(column for column in model.quasi_identifiers if column.name in present)
    table = _laid(session, model, known, rows)
    for column in known:
        levels = tuple(replace(column, level=level) for level in range(column.hierarchy.height + 1))
        values = f"{model.name}__population_values_{_number(model, column.name)}"
        session.run(
            call_macro(loaded, "level_values", table=values, frequencies=table, columns=levels), model.name
        )
    return LaidPopulation(table, known)


def values_of(model: CompiledModel, column: PublishedColumn) -> str:
    """The table of what each value of the owner's column is published as, level by level."""
    return f"private.{identifier(f'{model.name}__population_values_{_number(model, column.name)}')}"


def _number(model: CompiledModel, name: str) -> int:
    return next(number for number, column in enumerate(model.quasi_identifiers) if column.name == name)


def owners_rows(
    loaded: Loaded, names: Sequence[str], spec: PopulationSpec, place: Place
) -> tuple[Rows, frozenset[str]]:
    """Texts of those of the columns that the table has, people summed up; and which columns these are.

    Raises ProjectError PT426.
    """
    path = str(loaded.root / Path(spec.path or ""))
    said = {folded(name): own for name, own in spec.columns.items()}
    with asked_file(SourceTable(path=path, table=spec.table)) as asked:
        there = {folded(name): name for name, _ in asked.columns}
        written = (*spec.columns.values(), str(spec.count))
        absent = [column for column in written if folded(column) not in there]
        if absent:
            raise ProjectError(
                [
                    _unfit(place, f"it has no column `{column}`", suggestion(column, there.values()))
                    for column in absent
                ]
            )
        named = {name: there.get(folded(said.get(folded(name), name))) for name in names}
        known = {name: own for name, own in named.items() if own is not None}
        count = identifier(there[folded(str(spec.count))])
        people = f"TRY_CAST({count} AS BIGINT)"  # rounds what is no whole number
        is_number = f"coalesce({people} >= 0 AND {people} = TRY_CAST({count} AS DOUBLE), FALSE)"
        wrong = f"SELECT count(*) FROM {asked.relation} WHERE NOT {is_number}"
        if asked.ask(wrong)[0][0]:
            raise ProjectError(_unfit(place, f"`{spec.count}` is no number of people in some of its rows"))
        columns = "".join(f"CAST({identifier(own)} AS VARCHAR), " for own in known.values())
        return asked.ask(
            f"SELECT {columns}CAST(sum({people}) AS BIGINT) FROM {asked.relation} GROUP BY ALL"
        ), frozenset(known)


def _laid(session: Session, model: CompiledModel, known: Sequence[PublishedColumn], rows: Rows) -> str:
    """The rows as a table of the session, their values of the types that the people's have.

    A value that is not of its column's type is nobody's of the data: its rows are left out.
    """
    table = f"private.{identifier(model.name + '__population')}"
    kinds = {str(row[0]): str(row[1]) for row in session.rows(f"DESCRIBE {macro_model(model).sql}")}
    texts = [f"unnest(CAST(? AS VARCHAR[])) AS c{number}" for number in range(len(known))]
    given = ", ".join((*texts, "unnest(CAST(? AS BIGINT[])) AS people"))
    typed = [
        (f"TRY_CAST(c{number} AS {kinds[column.name]})", f"c{number}") for number, column in enumerate(known)
    ]
    items = "".join(
        f"{value} AS {identifier(column.name)}, " for (value, _), column in zip(typed, known, strict=True)
    )
    counts = " AND ".join(is_of_type(value, text) for value, text in typed) or "TRUE"
    lists = [list(values) for values in zip(*rows, strict=True)] or [[] for _ in range(len(known) + 1)]
    session.rows(
        f"CREATE TABLE {table} AS SELECT {items}people FROM (SELECT {given}) WHERE {counts}",
        lists,
        model.name,
    )
    return table


def is_of_type(value: str, text: str) -> str:
    """A number with a fraction is no whole number, though the cast would round it."""
    is_whole = f"coalesce(TRY_CAST({text} AS DOUBLE) = TRY_CAST(CAST({value} AS VARCHAR) AS DOUBLE), TRUE)"
    return f"({text} IS NULL OR ({value} IS NOT NULL AND {is_whole}))"


def _map(session: Session, model: CompiledModel, column: PublishedColumn) -> Codes:
    """(height + 1, values of the table) the code that the frequency set has for what each is published as."""
    theirs = published_texts(session, model, _number(model, column.name), column)
    names = ", ".join(f"level_{level}" for level in range(len(theirs)))
    rows = session.rows(f"SELECT {names} FROM {values_of(model, column)} ORDER BY value_code")
    found = np.full((len(theirs), len(rows)), -1, dtype=np.int64)
    for level, texts in enumerate(theirs):
        code_of = {text: code for code, text in enumerate(texts)}
        found[level] = [code_of.get(row[level], -1) for row in rows]
    return found


def _codes(session: Session, model: CompiledModel, laid: LaidPopulation) -> tuple[Codes, Codes]:
    """(rows, columns known) the values of the table, and (rows,) its people."""
    joins, codes = [], []
    for number, column in enumerate(laid.known):
        agreed = agree("given", f"v{number}", [column.name])
        joins.append(f"INNER JOIN {values_of(model, column)} AS v{number} ON {agreed}")
        codes.append(f"v{number}.value_code AS c{number}, ")
    found = session.arrays(
        f"SELECT {''.join(codes)}given.people AS people FROM {laid.table} AS given {' '.join(joins)}"
    )
    people = np.asarray(found.pop("people"), dtype=np.int64)
    own = np.empty((len(people), len(laid.known)), dtype=np.int64)
    for number in range(len(laid.known)):
        own[:, number] = found[f"c{number}"]
    return own, people


def _unfit(place: Place, why: str, label: str | None = None) -> Diagnostic:
    fixes = ("name its columns under `columns` and `count`, or mend the table",)
    return Diagnostic("PT426", f"the table of the population does not fit: {why}", place, label, fixes=fixes)
