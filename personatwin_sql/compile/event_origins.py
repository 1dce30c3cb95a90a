"""Where the columns of persona events come from: outcomes are capped under any name, fine values stay out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from personatwin_sql.compile.column import LineageColumn, Origin
from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.published import finest_level
from personatwin_sql.compile.quoting import folded
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.domain import Domain
from personatwin_sql.spec.hierarchy import Flat
from personatwin_sql.spec.preset import Preset
from personatwin_sql.spec.protection import PersonaEvents
from personatwin_sql.spec.role import Role

OUTCOME = "outcome"
"""What domains call the outcome of an event."""


def check_origins(
    model: CompiledModel,
    models: Mapping[str, CompiledModel],
    domain: Domain,
    sources: Mapping[Origin, LineageColumn],
    preset: Preset,
    tables: Mapping[str, str],
) -> tuple[CompiledModel, list[Diagnostic]]:
    """Persona events with their outcome found by where it comes from, and what is wrong with origins.

    `tables`: what each source reads.
    """
    promise = model.protection
    if not isinstance(promise, PersonaEvents):
        return model, []
    events = _tables_of_events(domain, sources)
    diagnostics = [*_fine(model, sources, preset), *_twice(model, models, events, tables)]
    held = [column for column in model.columns if any(_is_outcome(each, domain) for each in _origins(column))]
    if not held or not promise.sensitive_outcomes:
        return model, diagnostics
    if promise.outcome is None and len(held) == 1 and not _is_expression(held[0]):
        promise = replace(promise, outcome=held[0].name)
        return replace(model, protection=promise), diagnostics
    diagnostics.extend(
        Diagnostic(
            "PT168",
            f"`{column.name}` holds outcomes too, and the cap on sensitive outcomes would not apply to it",
            Place(model.parsed.path, 1),
            fixes=("select outcomes in one column, as they are; its name may be said: config(outcome='…')",),
        )
        for column in held
        if column.name != promise.outcome
    )
    return model, diagnostics


def _origins(column: PublishedColumn) -> frozenset[Origin]:
    return column.lineage.origins if column.lineage is not None else frozenset()


def _is_expression(column: PublishedColumn) -> bool:
    return column.lineage is not None and column.lineage.is_expression


def _is_outcome(origin: Origin, domain: Domain) -> bool:
    """Whether a source column is what the domain calls the outcome, or an alias of it."""
    entity = domain.entities.get(domain.source_entities.get(origin.source, ""))
    fact = entity.columns.get(OUTCOME) if entity is not None else None
    return fact is not None and folded(origin.column) in {OUTCOME, *map(folded, fact.aliases)}


def _fine(
    model: CompiledModel, sources: Mapping[Origin, LineageColumn], preset: Preset
) -> Iterator[Diagnostic]:
    """Expressions lose the hierarchy, but not how fine the level lets their inputs be."""
    for column in model.columns:
        if not column.is_quasi_identifier or not _is_expression(column):
            continue
        for origin in sorted(_origins(column)):
            source = sources.get(origin)
            if source is None or not finest_level(source, source.hierarchy or Flat(), preset):
                continue
            yield Diagnostic(
                "PT173",
                f"`{column.name}` is made from `{origin.source}.{origin.column}`, which is finer than "
                "privacy level and domain allow, and is published as it is",
                Place(model.parsed.path, 1),
                fixes=("leave it out: age, block and period stand beside each event anyway",),
            )


def _tables_of_events(domain: Domain, sources: Mapping[Origin, LineageColumn]) -> frozenset[str]:
    """Tables in which a person may have many rows."""
    of_units = {origin.source for origin, column in sources.items() if column.role == Role.PRIVACY_UNIT}
    return frozenset(name for name in of_units if domain.source_entities.get(name) != "people")


def _twice(
    model: CompiledModel,
    models: Mapping[str, CompiledModel],
    events: frozenset[str],
    tables: Mapping[str, str],
) -> Iterator[Diagnostic]:
    """Events of one table are read in one model: two counts of the same events can be subtracted.

    Which rows are counted is not said by the date, which may be one of the person: all that is read counts.
    Where a table only chooses rows (EXISTS), people of the one model are a part of those of the other: 29 who
    had a trial, and 28 of them who were arrested too, leave one who was not.
    """
    own = _events_of(model, events)
    for other in models.values():
        if not isinstance(other.protection, PersonaEvents):
            continue
        shared = _alike(own, _events_of(other, events), tables)
        if not shared:
            continue
        if shared & _alike(_dated(model), _dated(other), tables):
            message = f"the events of `{model.name}` are counted in `{other.name}` too"
            fix = f"select in `{other.name}` what both need, and derive the rest from it"
        else:
            message = (
                f"`{model.name}` and `{other.name}` both read `{min(shared)}`, if only to choose rows by it"
            )
            fix = (
                "count both kinds of events in one model (UNION ALL, told apart by `event_type`) "
                "and derive the rest from it"
            )
        yield Diagnostic(
            "PT176",
            f"{message}: subtracting one from the other finds single people",
            Place(model.parsed.path, 1),
            fixes=(fix,),
        )


def _alike(sources: frozenset[str], others: frozenset[str], tables: Mapping[str, str]) -> frozenset[str]:
    """Those sources that read the table of one of the others."""
    read = {tables.get(name, name) for name in others}
    return frozenset(name for name in sources if tables.get(name, name) in read)


def _events_of(model: CompiledModel, events: frozenset[str]) -> frozenset[str]:
    return _dated(model) | events.intersection(origin.source for origin in model.authored.reads)


def _dated(model: CompiledModel) -> frozenset[str]:
    dates = [column for column in model.columns if column.hierarchy.kind == "dates"]
    return frozenset(origin.source for column in dates for origin in _origins(column))
