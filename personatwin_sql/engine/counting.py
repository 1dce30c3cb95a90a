"""Counts for the report: the cells of a question, and how the values of columns are spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Literal

from personatwin_sql.compile.quoting import identifier

Rows = Callable[[str], tuple[tuple[str, ...], list[tuple[Any, ...]]]]
"""Names and rows of one statement that reads, over a released file or over the tables of a session."""
MOST_CELLS = 2_000
"""A question with more groups, strata and bands is no question about groups."""
MOST_VALUES = 10
"""Values of a column that the report shows; the rest is summed up."""
SMALL = 20_000
"""Tables of fewer rows are read once for all columns."""

Key = tuple[str | None, str | None, str | None]
Spread = tuple[tuple[str | None, int], ...]


class Uncountable(Exception):
    """What came back is not what the question promised; the text says why."""


def cells(
    rows: Rows,
    sql: str,
    group: str,
    measure: Literal["share", "band"],
    *,
    has_strata: bool,
    has_unknown: bool,
) -> list[tuple[str | None, str | None, str | None, int, int, int]]:
    """(stratum, group, band, counted, total, unknown) of a question's SELECT, added up over its rows.

    Raises Uncountable where a column is missing, where counts are no whole numbers with 0 ≤ counted ≤ total,
    or where rows are too many.
    """
    names, found = rows(f"FROM (\n{sql}\n) LIMIT {MOST_CELLS + 1}")
    if len(found) > MOST_CELLS:
        raise Uncountable(f"it has more than {MOST_CELLS:,} rows")
    place = {name: number for number, name in enumerate(names)}
    wanted = [group, "total", "counted" if measure == "share" else "value"]
    wanted += ["among"] if has_strata else []
    wanted += ["unknown"] if has_unknown else []
    missing = [name for name in wanted if name not in place]
    if missing:
        raise Uncountable(f"its SELECT has no column `{missing[0]}`")
    added: dict[Key, tuple[int, int, int]] = {}
    for row in found:
        value = {name: row[place[name]] for name in wanted}
        key = (_text(value.get("among")), _text(value[group]), _text(value.get("value")))
        total = _whole(value["total"])
        counted, unknown = _whole(value.get("counted", total)), _whole(value.get("unknown"))
        if not 0 <= counted <= total or unknown < 0:
            raise Uncountable("more is counted than there is: `counted` lies outside 0 to `total`")
        before = added.get(key, (0, 0, 0))
        added[key] = (before[0] + counted, before[1] + total, before[2] + unknown)
    return [(*key, *added[key]) for key in sorted(added, key=lambda key: [(v is None, v or "") for v in key])]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _whole(value: object) -> int:
    if value is None:
        return 0
    try:
        whole = int(value)  # type: ignore[call-overload]  # whatever a query gives: what is no number raises
    except (TypeError, ValueError, OverflowError):
        raise Uncountable("`counted`, `total` and `unknown` are not all whole numbers") from None
    if whole != value:
        raise Uncountable("`counted`, `total` and `unknown` are not all whole numbers")
    return int(whole)


def spreads(
    rows: Rows, table: str, columns: Sequence[str], weight: str | None, size: int
) -> dict[str, Spread]:
    """Column → its most frequent values, each with how many rows, or how much of `weight`, it has.

    `table` is SQL, `size` how many rows it has; of equally frequent values the first in order comes first.
    """
    weighed = f"sum({identifier(weight)})" if weight else "count(*)"
    if not columns or size > SMALL:
        return {name: _spread(rows, table, name, weighed) for name in columns}
    listed = ", ".join(map(identifier, columns))
    _, found = rows(f"SELECT {listed}, {weighed} FROM {table} GROUP BY ALL")
    return {name: _most_frequent(found, place) for place, name in enumerate(columns)}


def _most_frequent(found: Sequence[tuple[Any, ...]], place: int) -> Spread:
    counts: Counter[str | None] = Counter()
    for row in found:
        counts[_text(row[place])] += int(row[-1])
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0] is None, item[0] or ""))
    return tuple(ordered[:MOST_VALUES])


def _spread(rows: Rows, table: str, column: str, weighed: str) -> Spread:
    _, found = rows(f"""
        SELECT CAST({identifier(column)} AS VARCHAR), {weighed} FROM {table}
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_VALUES}""")
    return tuple((value, int(count)) for value, count in found)
