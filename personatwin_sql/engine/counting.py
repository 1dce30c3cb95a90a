"""Counts for the report: the cells of a question, and how the values of columns are spread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from personatwin_sql.compile.quoting import identifier

Rows = Callable[[str], list[tuple[Any, ...]]]
"""Runs one statement that reads, over a released file or over the tables of a session."""
MOST_CELLS = 2_000
"""A question with more groups, strata and bands is no question about groups."""
MOST_VALUES = 10
"""Values of a column that the report shows; the rest is summed up."""


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

    Raises Uncountable where counts are no whole numbers with 0 ≤ counted ≤ total, or cells are too many.
    """
    band = "CAST(value AS VARCHAR)" if measure == "band" else "NULL"
    counted = "total" if measure == "band" else "counted"
    found = rows(f"""
        SELECT {"CAST(among AS VARCHAR)" if has_strata else "NULL"}, CAST({identifier(group)} AS VARCHAR),
            {band}, coalesce(sum({counted}), 0), coalesce(sum(total), 0),
            {"coalesce(sum(unknown), 0)" if has_unknown else 0}
        FROM (\n{sql}\n) AS question GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT {MOST_CELLS + 1}""")
    if len(found) > MOST_CELLS:
        raise Uncountable(f"it has more than {MOST_CELLS:,} groups")
    for *_, part, whole, unknown in found:
        if part != int(part) or whole != int(whole) or unknown != int(unknown):
            raise Uncountable("`counted`, `total` and `unknown` are not all whole numbers")
        if not 0 <= part <= whole or unknown < 0:
            raise Uncountable("more is counted than there is: `counted` lies outside 0 to `total`")
    return [(row[0], row[1], row[2], int(row[3]), int(row[4]), int(row[5])) for row in found]


def spread(rows: Rows, table: str, column: str, weight: str | None) -> tuple[tuple[str | None, int], ...]:
    """The most frequent values of a column, each with how many rows, or how much of `weight`, it has.

    `table` is SQL; of equally frequent values the first in order comes first.
    """
    weighed = f"sum({identifier(weight)})" if weight else "count(*)"
    found = rows(f"""
        SELECT CAST({identifier(column)} AS VARCHAR), {weighed} FROM {table}
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_VALUES}""")
    return tuple((value, int(count)) for value, count in found)
