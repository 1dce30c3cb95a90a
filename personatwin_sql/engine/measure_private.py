"""Counts, beside the SQL of a differentially private model, whether contributions were held within bounds.

From the author's SELECT anew: how many rows each person has in each group. What is exact may be no more than
these allow. The figures are of unreleased rows, so only whether all is within bounds is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from personatwin_sql.compile.aggregate.aggregation import Aggregation
from personatwin_sql.compile.aggregate.components import Component
from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class Limits:
    """How much of one person may count."""

    groups: int
    rows: int


def within_limits(
    session: Session, name: str, aggregation: Aggregation, limits: Limits, keys: str | None
) -> Mapping[str, bool]:
    """Guarantee → whether the exact table of a model keeps to it, as far as its totals can tell.

    `max_rows_per_group`: no group holds more than its people's rows, at most so many of each, at the greatest
    value. `max_groups`: all groups together hold no more than everybody's, at most so many groups of each.
    More rows can also show there, as it is not known which of somebody's groups count. `keys`: the relation
    of public keys, or none.
    """
    aggregate = aggregation.aggregate
    sets = range(len(aggregate.sets))
    counted = f"private.{identifier(f'{name}__counted')}"
    exact = f"private.{identifier(f'{name}__exact')}"
    session.run(f"CREATE TABLE {counted} AS {_counted(aggregate, limits, keys)}", name)
    try:
        above = [session.value(_above(aggregation, number, exact, counted), node=name) for number in sets]
        (most,) = session.rows(_of_everybody(counted, limits), node=name)
        together = [_totals(session, aggregation, number, exact, name) for number in sets]
    finally:
        session.run(f"DROP TABLE {counted}", name)
    columns = (*aggregation.components.counted, *aggregation.components.spreads)
    return {
        "max_groups": all(
            _is_within(component, total, most)
            for totals in together
            for component, total in zip(columns, totals, strict=True)
        ),
        "max_rows_per_group": not any(above),
    }


def reach(component: Component) -> int:
    """The greatest size of what one row adds to a column, as its bounds are declared."""
    if component.bounds is None or component.kind not in ("sum", "centred", "squares"):
        return 1
    low, high = component.bounds.lowest - component.middle, component.bounds.highest - component.middle
    most = max(abs(low), abs(high))
    return most**2 if component.kind == "squares" else most


def _size(component: Component) -> str:
    """How large a column is in one group: of what quantiles are drawn of, how many rows have a value."""
    column = f"exact.{identifier(component.name)}"
    return f"coalesce(list_sum(map_values({column})), 0)" if component.kind == "spread" else f"abs({column})"


def _is_within(component: Component, total: int, most: tuple[Any, ...]) -> bool:
    groups, rows = (int(number) for number in most)
    return total <= (groups if component.kind == "people" else rows * reach(component))


def _counted(aggregate: Aggregate, limits: Limits, keys: str | None) -> str:
    """One row a person and group of theirs: how many of that person's rows may count in it.

    People are told apart by a hash: two of one hash, which nobody ever sees, would allow for less.
    """
    listed = [f"{key.sql} AS {identifier(key.name)}" for key in aggregate.keys]
    places = [identifier(key.name) for key in aggregate.keys]
    among = ""
    if keys is not None and places:
        same = (f"pt_groups.{place} IS NOT DISTINCT FROM public.{place}" for place in places)
        among = f"WHERE EXISTS (FROM {keys} AS public WHERE {' AND '.join(same)})"
    begin = f"{aggregate.with_sql}," if aggregate.with_sql else "WITH"
    return f"""
{begin} pt_rows AS (SELECT {", ".join([f"{aggregate.unit} AS pt_unit", *listed])} {aggregate.rows_sql}
), pt_groups AS (
    SELECT {", ".join(["hash(pt_unit) AS pt_person", *places])}, least(count(*), {limits.rows}) AS pt_rows
    FROM pt_rows WHERE pt_unit IS NOT NULL GROUP BY ALL
)
SELECT * FROM pt_groups {among}"""


def _above(aggregation: Aggregation, number: int, exact: str, counted: str) -> str:
    """How many groups of a set hold more than their people's rows allow."""
    keys = aggregation.aggregate.sets[number]
    places = [identifier(aggregation.aggregate.keys[at].name) for at in keys]
    same = [f"exact.{place} IS NOT DISTINCT FROM allowed.{place}" for place in places]
    components = (*aggregation.components.counted, *aggregation.components.spreads)
    above = [
        f"{_size(component)} > coalesce(allowed.pt_people, 0)"
        if component.kind == "people"
        else f"{_size(component)} > {reach(component)} * coalesce(allowed.pt_rows, 0)"
        for component in components
    ]
    people = "count(DISTINCT pt_person)" if len(keys) < len(aggregation.aggregate.keys) else "count(*)"
    return f"""
SELECT count(*) FROM {exact} AS exact
LEFT JOIN (
    SELECT {"".join(f"{place}, " for place in places)}{people} AS pt_people, sum(pt_rows) AS pt_rows
    FROM {counted} {"GROUP BY " + ", ".join(places) if places else ""}
) AS allowed ON {" AND ".join(same) or "true"}
WHERE exact.pt_set = {number} AND ({" OR ".join(above)})"""


def _of_everybody(counted: str, limits: Limits) -> str:
    """In how many groups all people may count together, and with how many rows at most."""
    return f"""
SELECT coalesce(sum(least(pt_groups, {limits.groups})), 0),
    coalesce(sum(least(pt_all, {limits.groups} * pt_most)), 0)
FROM (
    SELECT count(*) AS pt_groups, sum(pt_rows) AS pt_all, max(pt_rows) AS pt_most
    FROM {counted} GROUP BY pt_person
)"""


def _totals(
    session: Session, aggregation: Aggregation, number: int, exact: str, name: str
) -> tuple[int, ...]:
    """Of each column all groups of a set together, whatever their signs."""
    components = (*aggregation.components.counted, *aggregation.components.spreads)
    sums = [f"coalesce(sum({_size(each)}), 0)" for each in components]
    (row,) = session.rows(
        f"SELECT {', '.join(sums)} FROM {exact} AS exact WHERE pt_set = {number}", node=name
    )
    return tuple(int(value) for value in row)
