"""How far a noisy table is from the exact one, and this from what bounds took: for the owner alone."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Final

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass

_MOST: Final = 1e300


@dataclass(frozen=True)
class ColumnError:
    """The noise that one column of a grouping set got."""

    name: str
    grouping_set: int
    cells: int
    """That were released."""
    rmse: float
    """Root of the mean squared noise of these cells, in units of the column; 0 where there are none."""


def noise_errors(
    session: Session, model: str, keys: Sequence[str], columns: Sequence[str]
) -> tuple[ColumnError, ...]:
    """Of each column in each grouping set; asked before the exact and the noisy table are dropped."""
    if not columns:
        return ()
    same = " AND ".join(
        f"exact.{name} IS NOT DISTINCT FROM noisy.{name}" for name in ("pt_set", *map(identifier, keys))
    )
    squares = ", ".join(
        f"coalesce(sqrt(avg((noisy.{name} - exact.{name})::DOUBLE ** 2)), 0)"
        for name in map(identifier, columns)
    )
    found = session.rows(f"""
        SELECT noisy.pt_set, count(*), {squares}
        FROM private.{identifier(f"{model}__noisy")} AS noisy
        JOIN private.{identifier(f"{model}__exact")} AS exact ON {same}
        GROUP BY noisy.pt_set ORDER BY noisy.pt_set""")
    return tuple(
        ColumnError(name, int(number), int(cells), float(error))
        for number, cells, *errors in found
        for name, error in zip(columns, errors, strict=True)
    )


def bounded_totals(session: Session, model: str, columns: Sequence[str]) -> tuple[float, ...]:
    """The exact sums over all groups of the finest set."""
    if not columns:
        return ()
    sums = ", ".join(f"coalesce(sum({identifier(name)}), 0)::DOUBLE" for name in columns)
    table = f"private.{identifier(f'{model}__exact')}"
    return tuple(map(float, session.rows(f"SELECT {sums} FROM {table} WHERE pt_set = 0")[0]))


def unbounded_totals(session: Session, query: str) -> tuple[float, ...]:
    """The same were no row, group or value of anybody left out: the one row of `query`.

    A few values near the end of what a DOUBLE holds add up to no number: nothing may fail because of them.
    """
    return tuple(_finite(float(total)) for total in session.rows(query)[0])


def _finite(total: float) -> float:
    return 0.0 if isnan(total) else min(max(total, -_MOST), _MOST)
