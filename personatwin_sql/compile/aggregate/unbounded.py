"""What a differentially private model would add up without bounds: by how much bounding moves it."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.compile.aggregate.aggregation import Aggregation
from personatwin_sql.compile.aggregate.components import Component
from personatwin_sql.compile.aggregate.form import Aggregate, Measure
from personatwin_sql.compile.jinja import call_macro
from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.spec.differential_privacy import Bounds, DifferentialPrivacy, WrittenKeys
from personatwin_sql.spec.loaded import Loaded


def totals_of(aggregation: Aggregation) -> tuple[Component, ...]:
    """The columns whose total means something to a reader."""
    kinds = ("rows", "people", "values", "sum")
    return tuple(column for column in aggregation.components.columns if column.kind in kinds)


def counts_query(aggregate: Aggregate, bounds: Mapping[str, Bounds]) -> str:
    """A query of one row, for the owner alone: how many people the rows are of, and of each measure that has
    bounds, in the order of the SELECT list, how many values lie beyond them."""
    with_sql = f"{aggregate.with_sql}\n" if aggregate.with_sql else ""
    beyond = [_beyond(each, bounds[each.name]) for each in aggregate.measures if each.name in bounds]
    columns = ", ".join((f"count(DISTINCT {aggregate.unit})", *beyond))
    return f"{with_sql}SELECT {columns}\n{aggregate.rows_sql}"


def _beyond(measure: Measure, bounds: Bounds) -> str:
    number = f"CAST({measure.value} AS DOUBLE)"
    low, high = literal(bounds.low), literal(bounds.high)
    is_beyond = f"NOT isnan({number}) AND ({number} < {low} OR {number} > {high})"
    return f"count(*) FILTER (WHERE ({measure.only or 'true'}) AND {is_beyond})"


def render_unbounded(
    loaded: Loaded,
    name: str,
    promise: DifferentialPrivacy,
    aggregation: Aggregation,
    keys_of: str | None,
) -> str:
    """A query of one row: the total of each of `totals_of`, over the same groups; for the owner alone.

    It runs where the public keys of the model are there: after its exact sums were made.
    """
    written = isinstance(promise.keys, WrittenKeys)
    return call_macro(
        loaded,
        "unbounded_totals",
        aggregate=aggregation.aggregate,
        columns=totals_of(aggregation),
        keys=f"hierarchy.{identifier(f'{name}__keys')}" if written else keys_of,
    )
