"""One pass over the people gives the frequency set; all that is searched afterwards is integer codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from personatwin_sql.compile.jinja import call_macro
from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.protection import macro_model
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.hierarchies import unmapped
from personatwin_sql.engine.recount import agree
from personatwin_sql.engine.sensitive_counts import sensitive_counts
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.wide_sets import MOST_CELLS, finest_that_fits
from personatwin_sql.errors import Diagnostic, NodeError, Place
from personatwin_sql.privacy.frequency import FrequencySet, InvalidMap
from personatwin_sql.privacy.lattice import Levels
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.spec.hierarchy import TOP
from personatwin_sql.spec.loaded import Loaded


def frequency_query(loaded: Loaded, model: CompiledModel) -> str:
    """The query that the search of levels starts from, as `compile` shows it."""
    return call_macro(
        loaded,
        "frequency_set",
        model=macro_model(model),
        unit=model.unit,
        columns=model.quasi_identifiers,
        one_row_per_unit=model.authored.one_row_per_unit,
    )


def frequency_set(
    session: Session, loaded: Loaded, model: CompiledModel, most_cells: int = MOST_CELLS
) -> FrequencySet:
    """The frequency set of a model, rolled up where it has more than `most_cells` tuples times columns.

    Raises NodeError: PT351 for values without a place in their hierarchy, PT355 where no levels are coarse
    enough.
    """
    session.run(frequency_query(loaded, model), model.name)
    frequencies = f"private.{identifier(model.name + '__frequencies')}"
    columns = model.quasi_identifiers
    _check_mapped(session, model, frequencies, columns)
    maps, stars, recoded = [], [], []
    for number, column in enumerate(columns):
        table = f"{model.name}__values_{number}"
        levels = tuple(replace(column, level=level) for level in range(column.hierarchy.height + 1))
        session.run(
            call_macro(loaded, "level_values", table=table, frequencies=frequencies, columns=levels),
            model.name,
        )
        base, coded, star = _levels(session, f"private.{identifier(table)}", len(levels))
        maps.append(coded)
        stars.append(star)
        recoded.append(base)
    joined = _joined(model, frequencies, columns)
    tuples = int(session.value(f"SELECT count(*) FROM {frequencies}"))
    lowest = finest_that_fits(session, model, maps, joined, tuples, most_cells)
    table_of_codes, people = _codes(session, joined, lowest, recoded)
    sensitive = sensitive_counts(session, loaded, model, lowest)
    names = [column.name for column in columns]
    try:
        return FrequencySet.of(
            names, table_of_codes, people, maps, stars=stars, sensitive=sensitive, lowest=lowest
        )
    except InvalidMap as error:
        raise NodeError(
            Diagnostic(
                "PT350",
                f"the hierarchy of `{error.column}` is not one: "
                f"level {error.level} {error.flaw.replace('_', ' ')}",
                Place(model.parsed.path, 1),
                fixes=("let each level be a function of the one below, with one value at the top",),
            )
        ) from None


def _check_mapped(
    session: Session, model: CompiledModel, frequencies: str, columns: Sequence[PublishedColumn]
) -> None:
    diagnostics = [
        Diagnostic(
            "PT351",
            f"`{column.name}` has values without a place in the hierarchy `{column.hierarchy_name}`",
            Place(model.parsed.path, 1),
            fixes=(
                "add them to the hierarchy",
                "or publish them as `*` only: `unmapped: top` beside the taxonomy",
                "or as they are until they have to be made coarser: `unmapped: keep`",
            ),
            notes=("how many they are stands in the owner's report",),
        )
        for column in columns
        if column.hierarchy.kind == "taxonomy"
        and column.hierarchy.unmapped == "error"
        and column.hierarchy_name is not None
        and unmapped(session, frequencies, column.name, column.hierarchy_name)
    ]
    if diagnostics:
        raise NodeError(diagnostics)


def _levels(session: Session, values: str, levels: int) -> tuple[Codes, Codes, Codes]:
    """(raw values,) their base values, (levels, base values) codes by level, (levels,) the code of `*` or -1.

    Raw values that are published alike at level 0 are one base value; base values are numbered in the order
    of the raw ones. Codes follow the order of the texts, NULL last, so an order by code is one by what is
    published. Columns with millions of values are coded by the engine as well: no text comes here.
    """
    codes = ", ".join(
        f"CAST(dense_rank() OVER (ORDER BY level_{level} NULLS LAST) - 1 AS INTEGER) AS c{level}, "
        f"coalesce(level_{level} = '{TOP}', FALSE) AS s{level}"
        for level in range(levels)
    )
    arrays = session.arrays(f"SELECT {codes} FROM {values} ORDER BY value_code")
    coded = np.array([arrays[f"c{level}"] for level in range(levels)], dtype=np.int64).reshape(levels, -1)
    _, first, text = np.unique(coded[0], return_index=True, return_inverse=True)
    order = np.argsort(first)
    base = np.empty(len(order), dtype=np.int64)
    base[order] = np.arange(len(order))
    star = np.full(levels, -1, dtype=np.int64)
    for level in range(levels):
        is_star = np.flatnonzero(arrays[f"s{level}"])
        star[level] = coded[level][is_star[0]] if len(is_star) else -1
    return base[text], np.ascontiguousarray(coded[:, first[order]]), star


def _joined(model: CompiledModel, frequencies: str, columns: Sequence[PublishedColumn]) -> str:
    """The FROM clause of the frequencies, with the values of each column beside them as v0, v1 …"""
    joins = " ".join(
        f"INNER JOIN private.{identifier(f'{model.name}__values_{number}')} AS v{number} "
        f"ON {agree('frequencies', f'v{number}', [column.name])}"
        for number, column in enumerate(columns)
    )
    return f"{frequencies} AS frequencies {joins}"


def _codes(
    session: Session, joined: str, lowest: Levels, recoded: Sequence[np.ndarray]
) -> tuple[Codes, Codes]:
    """(tuples, columns) base values, one column after the other in memory, and (tuples,) people.

    Above level 0 a base value stands for all that are alike at the level from which its column is known.
    """
    places = range(len(lowest))
    if any(lowest):
        codes = ", ".join(f"CAST(min(v{number}.value_code) AS INTEGER) AS c{number}" for number in places)
        codes += ", CAST(sum(frequencies.people) AS BIGINT) AS people"
        alike = ", ".join(f"v{number}.level_{level}" for number, level in enumerate(lowest))
        group = f"GROUP BY {alike}"
    else:
        codes = ", ".join(f"CAST(v{number}.value_code AS INTEGER) AS c{number}" for number in places)
        codes, group = f"{codes}, frequencies.people AS people", ""
    order = ", ".join(f"c{number}" for number in places)
    arrays = session.arrays(f"SELECT {codes} FROM {joined} {group} ORDER BY {order}")
    people = np.asarray(arrays["people"], dtype=np.int64)
    table = np.empty((len(people), len(lowest)), dtype=np.int64, order="F")
    for number, base in enumerate(recoded):
        np.take(base, np.asarray(arrays.pop(f"c{number}")), out=table[:, number])
    return table, people
