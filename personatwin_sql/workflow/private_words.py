"""What is told of differentially private releases: what was drawn, and to the owner how it came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from personatwin_sql.compile.aggregate.aggregation import Aggregation
from personatwin_sql.compile.aggregate.components import Component
from personatwin_sql.compile.aggregate.unbounded import counts_query, render_unbounded, totals_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.engine.achieved_error import bounded_totals, noise_errors, unbounded_totals
from personatwin_sql.engine.session import Session
from personatwin_sql.release.drawn_figures import AchievedError, BoundedTotal, DrawnFigures
from personatwin_sql.release.ledger.described import Query
from personatwin_sql.release.ledger.entry import Charge
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.replay import changed_sources
from personatwin_sql.release.owner import OwnerFigures
from personatwin_sql.release.result import Release
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy
from personatwin_sql.spec.loaded import Loaded


def query_of(aggregation: Aggregation) -> Query:
    """What the ledger's entry of a model does not say."""
    columns, keys = aggregation.components.counted, aggregation.aggregate.keys
    return Query(
        {column.name: column.kind for column in columns},
        {column.name: _unit(column) for column in columns},
        aggregation.components.people,
        tuple(tuple(keys[at].name for at in keys_of_set) for keys_of_set in aggregation.aggregate.sets),
        tuple(each.name for each in aggregation.shown if each.part == "value" and each.is_at_least_zero),
        tuple(each.name for each in aggregation.shown if each.part == "value" and each.is_agreed),
    )


def _unit(column: Component) -> Fraction:
    if column.bounds is None or column.kind == "values":
        return Fraction(1)
    return column.bounds.granularity ** (2 if column.kind == "squares" else 1)


def totals_with_and_without(
    session: Session, loaded: Loaded, model: CompiledModel, below: CompiledModel | None
) -> tuple[BoundedTotal, ...]:
    """What bounds took; asked when the exact sums were just made."""
    promise, aggregation = model.protection, model.aggregation
    if not isinstance(promise, DifferentialPrivacy) or aggregation is None:
        return ()
    columns = totals_of(aggregation)
    if not columns:
        return ()
    relation = below.relation if below is not None else None
    query = render_unbounded(loaded, model.name, promise, aggregation, relation)
    names = [column.name for column in columns]
    found = zip(
        columns, bounded_totals(session, model.name, names), unbounded_totals(session, query), strict=True
    )
    return tuple(
        BoundedTotal(column.name, bounded * float(_unit(column)), unbounded * float(_unit(column)))
        for column, bounded, unbounded in found
    )


def people_and_clamped(session: Session, model: CompiledModel) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Whose rows were counted, and of each measure with bounds how many values lie beyond; for the owner."""
    promise, aggregation = model.protection, model.aggregation
    if not isinstance(promise, DifferentialPrivacy) or aggregation is None:
        return 0, ()
    aggregate = aggregation.aggregate
    ((people, *beyond),) = session.rows(counts_query(aggregate, promise.bounds), None, model.name)
    names = [measure.name for measure in aggregate.measures if measure.name in promise.bounds]
    return int(people), tuple(zip(names, map(int, beyond), strict=True))


def errors_of(session: Session, model: CompiledModel) -> tuple[AchievedError, ...]:
    """How much noise each column got; asked before the exact table is dropped."""
    if model.aggregation is None:
        return ()
    keys = [key.name for key in model.aggregation.aggregate.keys]
    columns = [column.name for column in model.aggregation.components.columns]
    return tuple(
        AchievedError(error.name, error.grouping_set, error.cells, error.rmse)
        for error in noise_errors(session, model.name, keys, columns)
    )


def entries_of(release: Release) -> dict[str, str]:
    """Differentially private release → the entry that paid for it; of previews there is none."""
    return {
        model.name: model.privacy.entry
        for model in release.models
        if model.privacy is not None and model.privacy.entry
    }


def beside_drawn(
    owner: OwnerFigures, earlier: OwnerFigures, drawn: Mapping[str, DrawnFigures], paid: Mapping[str, str]
) -> OwnerFigures:
    """With the figures of what this build drew, and of what stands as it was drawn here earlier.

    `paid`: release → its entry; figures of another draw are dropped.
    """
    kept = tuple(
        figures
        for figures in earlier.drawn
        if figures.model not in drawn and paid.get(figures.model) == figures.entry
    )
    return replace(owner, drawn=(*drawn.values(), *kept))


def stale_releases(
    ledger: Ledger, key: bytes, paid: Mapping[str, str], now: Mapping[str, str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Releases whose sources changed since they were drawn, with these; for the owner alone."""
    found = []
    for name, digest in paid.items():
        entry = ledger.entries.get(digest)
        if entry is not None and isinstance(entry.content, Charge):
            changed = changed_sources(key, entry.content, now)
            found.extend([(name, changed)] if changed else [])
    return tuple(found)
