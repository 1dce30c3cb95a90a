"""What a differentially private model would add up without bounds: by how much bounding moves it."""

from __future__ import annotations

from personatwin_sql.compile.aggregate.aggregation import Aggregation
from personatwin_sql.compile.aggregate.components import Component
from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.jinja import call_macro
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy, WrittenKeys
from personatwin_sql.spec.loaded import Loaded


def totals_of(aggregation: Aggregation) -> tuple[Component, ...]:
    """The columns whose total means something to a reader."""
    kinds = ("rows", "people", "values", "sum")
    return tuple(column for column in aggregation.components.columns if column.kind in kinds)


def people_query(aggregate: Aggregate) -> str:
    """A query of one number: how many people its rows are of; for the owner alone."""
    with_sql = f"{aggregate.with_sql}\n" if aggregate.with_sql else ""
    return f"{with_sql}SELECT count(DISTINCT {aggregate.unit})\n{aggregate.rows_sql}"


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
