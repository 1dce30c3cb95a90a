"""Questions that a finer release answers, which is paid for: sums of its noisy figures cost nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from personatwin_sql.compile.aggregate.aggregation import Aggregation
from personatwin_sql.compile.aggregate.form import Aggregate, Measure
from personatwin_sql.compile.canonical import canonical
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy, WrittenKeys


def finer_release(model: CompiledModel, released: Sequence[CompiledModel]) -> str | None:
    """What to ask of one of the releases in place of a model; None where no one answers it.

    For counts of rows and sums over listed keys: people and averages of parts do not add up.
    """
    for finer in released:
        query = _query(model, finer)
        if query is not None:
            return query
    return None


def _query(model: CompiledModel, finer: CompiledModel) -> str | None:
    wanted, given = model.aggregation, finer.aggregation
    if wanted is None or given is None or not _is_of_same_rows(wanted.aggregate, given.aggregate):
        return None
    keys = _keys(model, finer, wanted.aggregate, given.aggregate)
    measures = list(_measures(model, finer, wanted.aggregate, given.aggregate))
    if keys is None or None in measures:
        return None
    names = [identifier(name) for name in keys]
    columns = [
        *names,
        *(f"sum({identifier(name)}) AS {identifier(as_)}" for name, as_ in filter(None, measures)),
    ]
    grouped = f" GROUP BY {', '.join(names)}" if names else ""
    cells = _cells(finer, keys)
    error = max(_error(given, name) for name, _ in filter(None, measures)) * math.sqrt(cells)
    return (
        f"`{finer.name}` is released, and answers it for nothing, over the keys that it lists: "
        f"SELECT {', '.join(columns)} FROM {identifier(finer.name)}{grouped} (expected error "
        f"up to {error:,.4g}{f': each figure adds up {cells:,}' if cells > 1 else ''})"
    )


def _is_of_same_rows(wanted: Aggregate, given: Aggregate) -> bool:
    """Whether both read the same rows of the same people, each by one set of all its keys."""
    texts = [
        tuple(canonical(text) for text in (each.unit, each.with_sql, each.rows_sql))
        for each in (wanted, given)
    ]
    is_plain = all(each.sets == (tuple(range(len(each.keys))),) for each in (wanted, given))
    return is_plain and texts[0] == texts[1]


def _keys(
    model: CompiledModel, finer: CompiledModel, wanted: Aggregate, given: Aggregate
) -> list[str] | None:
    """The finer release's columns that are the keys, each with all values that the model lists."""
    own, others = _listed(model), _listed(finer)
    if others is None or (own is None and wanted.keys):
        return None
    by_text = {canonical(key.sql): key.name for key in given.keys}
    found = []
    for key in wanted.keys:
        name = by_text.get(canonical(key.sql))
        if name is None or own is None or not set(own.values[key.name]) <= set(others.values[name]):
            return None
        found.append(name)
    return found


def _listed(model: CompiledModel) -> WrittenKeys | None:
    promise = model.protection
    if isinstance(promise, DifferentialPrivacy) and isinstance(promise.keys, WrittenKeys):
        return promise.keys
    return None


def _measures(
    model: CompiledModel, finer: CompiledModel, wanted: Aggregate, given: Aggregate
) -> Iterator[tuple[str, str] | None]:
    """Each measure as the finer release has it, with its name here; None for one that it cannot give."""
    there = {_meaning(finer, measure): measure.name for measure in given.measures}
    for measure in wanted.measures:
        name = there.get(_meaning(model, measure))
        yield (name, measure.name) if name is not None and measure.kind in ("count", "sum") else None


def _meaning(model: CompiledModel, measure: Measure) -> tuple[str, ...]:
    promise = model.protection
    bounds = promise.bounds.get(measure.name) if isinstance(promise, DifferentialPrivacy) else None
    limits = () if bounds is None else (bounds.text,)
    return (measure.kind, canonical(measure.value), canonical(measure.only), *limits)


def _cells(finer: CompiledModel, keys: Sequence[str]) -> int:
    """How many of its figures one answer adds up."""
    listed = _listed(finer)
    return (
        math.prod(len(values) for name, values in listed.values.items() if name not in keys) if listed else 1
    )


def _error(given: Aggregation, name: str) -> float:
    """The standard deviation of one figure."""
    columns = given.components.columns
    at = [column.name for column in columns].index(name)
    bounds = columns[at].bounds
    unit = 1.0 if bounds is None else float(bounds.granularity)
    return math.sqrt(given.noise.law(given.noise.scales[0][at]).variance) * unit
