"""Frequency sets that are too wide for memory: the engine, which spills, rolls them up before they are read.

The search then chooses among the levels that are left: its result is the best of those, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic, NodeError, Place
from personatwin_sql.privacy.lattice import Levels
from personatwin_sql.privacy.numbers import Codes

MOST_CELLS = 64_000_000
"""Tuples times columns that are read: half a gigabyte of codes, and about three times that in the search."""


def finest_that_fits(
    session: Session,
    model: CompiledModel,
    coded: Sequence[Codes],
    joined: str,
    tuples: int,
    most_cells: int = MOST_CELLS,
) -> Levels:
    """The finest levels at which the tuples are few enough, one step of one column at a time.

    coded: per column (levels, base values) codes. joined: the FROM clause of the frequencies with v0, v1 …,
    the values of each column with `level_0`, `level_1` …. The step that leaves fewest values of those it
    merges goes first, as counted on the values alone; declared floors are where it starts.

    Raises NodeError PT355 where even the coarsest levels that the rules allow leave too many.
    """
    columns = model.quasi_identifiers
    lowest = [0] * len(columns)
    if tuples * len(columns) <= most_cells:
        return tuple(lowest)
    lowest = [min(column.floor, _highest(column)) for column in columns]
    while _tuples(session, joined, lowest) * len(columns) > most_cells:
        steps = [
            (_kept(coded[number], level), number)
            for number, (column, level) in enumerate(zip(columns, lowest, strict=True))
            if level < _highest(column)
        ]
        if not steps:
            raise NodeError(_too_wide(model))
        lowest[min(steps)[1]] += 1
    return tuple(lowest)


def _highest(column: PublishedColumn) -> int:
    if column.declared_level is not None:
        return column.declared_level
    return column.hierarchy.height if column.ceiling is None else column.ceiling


def _too_wide(model: CompiledModel) -> Diagnostic:
    return Diagnostic(
        "PT355",
        f"`{model.name}` has too many combinations of quasi-identifiers to search for levels",
        Place(model.parsed.path, 1),
        fixes=(
            "leave a quasi-identifier out of the SELECT, or widen a tolerance",
            "or give columns with very many values a hierarchy with coarser levels",
        ),
    )


def _kept(coded: Codes, level: int) -> float:
    """The share of what a column tells, in bits, that is left one level up; 1 where it tells nothing."""
    here, above = int(coded[level].max(initial=0)) + 1, int(coded[level + 1].max(initial=0)) + 1
    return log(above) / log(here) if here > 1 else 1.0


def _tuples(session: Session, joined: str, levels: Sequence[int]) -> int:
    values = ", ".join(f"v{number}.level_{level}" for number, level in enumerate(levels))
    return int(session.value(f"SELECT count(*) FROM (SELECT DISTINCT {values} FROM {joined})"))
