"""What a column of private data is like, for its owner: counts and bands, and no value of anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.lone_file import Asked
from personatwin_sql.engine.value_types import converted
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.safe_bands import CountedCell, SafeBand, grid_width, safe_bands
from personatwin_sql.spec.domain import ColumnType

LEAST_PEOPLE = 10
"""How many people stand behind a band at least."""
MOST_EXACT = 1_000_000
"""Rows up to which different values are counted exactly."""
_TRIED: tuple[ColumnType, ...] = ("integer", "number", "boolean", "date", "timestamp")


@dataclass(frozen=True)
class ColumnStatistics:
    """One column."""

    name: str
    type: ColumnType
    """The narrowest type that all its values have."""
    missing: int
    distinct: int
    is_exact: bool
    """Whether `distinct` was counted, not estimated (HyperLogLog, Flajolet et al. 2007)."""
    bands: tuple[SafeBand, ...]
    """Of numbers, or of the years of dates; of texts, of their lengths."""


@dataclass(frozen=True)
class Statistics:
    """A relation."""

    rows: int
    people: int | None
    """Different people, where a column names them."""
    columns: tuple[ColumnStatistics, ...]


def statistics_of(asked: Asked, person: str | None) -> Statistics:
    """The statistics of all columns of a relation; `person` is the column that names people."""
    ((rows,),) = asked.ask(f"SELECT count(*) FROM {asked.relation}")
    people, named = None, rows
    if person is not None:
        unit = _value(person, dict(asked.columns)[person])
        ((people, named),) = asked.ask(f"SELECT count(DISTINCT {unit}), count({unit}) FROM {asked.relation}")
    is_exact = rows <= MOST_EXACT
    counts = _counts(asked, is_exact)
    return Statistics(
        rows=int(rows),
        people=None if people is None else int(people),
        columns=tuple(
            ColumnStatistics(
                name=name,
                type=(kind := _type(counts[name])),
                missing=int(rows) - counts[name]["present"],
                distinct=counts[name]["distinct"],
                is_exact=is_exact,
                bands=_bands(asked, name, found, kind, person, named == people),
            )
            for name, found in asked.columns
        ),
    )


def _counts(asked: Asked, is_exact: bool) -> Mapping[str, Mapping[str, int]]:
    """Values that are there, that differ, and that are of each type, a column."""
    items: list[str] = []
    for name, found in asked.columns:
        column = _value(name, found)
        distinct = f"count(DISTINCT {column})" if is_exact else f"approx_count_distinct({column})"
        items.extend((f"count({column})", distinct))
        items.extend(f"count({converted(column, found, kind, 'UTC')})" for kind in _TRIED)
    (row,) = asked.ask(f"SELECT {', '.join(items)} FROM {asked.relation}")
    names = ("present", "distinct", *_TRIED)
    return {
        name: dict(zip(names, map(int, row[start : start + len(names)]), strict=True))
        for start, (name, _) in zip(range(0, len(row), len(names)), asked.columns, strict=True)
    }


def _type(counts: Mapping[str, int]) -> ColumnType:
    if not counts["present"]:
        return "text"
    return next((kind for kind in _TRIED if counts[kind] == counts["present"]), "text")


def _value(name: str, found: str) -> str:
    """The column; an empty text is no value."""
    return f"nullif({identifier(name)}, '')" if found == "VARCHAR" else identifier(name)


def _measure(name: str, found: str, kind: ColumnType) -> str | None:
    """The number that bands are made of; None where there is none to band."""
    value = _value(name, found)
    if kind in ("integer", "number"):
        return f"CAST({converted(value, found, kind, 'UTC')} AS DOUBLE)"
    if kind in ("date", "timestamp"):
        return f"CAST(year({converted(value, found, kind, 'UTC')}) AS DOUBLE)"
    if kind == "text":
        return f"CAST(length(CAST({value} AS VARCHAR)) AS DOUBLE)"
    return None


def _bands(
    asked: Asked, name: str, found: str, kind: ColumnType, person: str | None, each_row: bool
) -> tuple[SafeBand, ...]:
    measure = None if name == person else _measure(name, found, kind)
    if measure is None:
        return ()
    unit = "" if person is None else f", {_value(person, dict(asked.columns)[person])} AS person"
    measured = f"(SELECT {measure} AS measure{unit} FROM {asked.relation})"
    ((ends,),) = asked.ask(f"SELECT quantile_cont(measure, [0.05, 0.95]) FROM {measured}")
    if ends is None:
        return ()
    width = grid_width(*_numbers(ends))
    width = max(1.0, width) if kind != "number" else width
    counted = "count(DISTINCT person)" if person is not None else "count(*)"
    cells = asked.ask(
        f"SELECT TRY_CAST(floor(measure / {width!r}) AS BIGINT) AS cell, count(*), {counted} "
        f"FROM {measured} GROUP BY cell HAVING cell IS NOT NULL"
    )
    return safe_bands(
        [CountedCell(*map(int, cell)) for cell in cells], width, LEAST_PEOPLE, person is None or each_row
    )


def _numbers(values: Sequence[object]) -> tuple[float, float]:
    low, high = values
    return float(str(low)), float(str(high))
