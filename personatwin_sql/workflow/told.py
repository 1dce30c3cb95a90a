"""Exact figures for the owner: what each release cost, whom, and how sound the sources are."""

from __future__ import annotations

from dataclasses import replace

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.event_protection import date_of, dimensions_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import macro_model
from personatwin_sql.compile.question import Question
from personatwin_sql.engine.group_risks import risks_as_given, risks_as_released
from personatwin_sql.engine.groups import groups_before_and_after, unlisted_values
from personatwin_sql.engine.levels import Choice
from personatwin_sql.engine.measured import Measured
from personatwin_sql.engine.order_rules import EventColumns, violations
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.source_quality import SourceQuality as Quality
from personatwin_sql.privacy.loss import (
    Suppressed,
    average_class_size,
    column_losses,
    discernibility,
    mean_loss,
    precision,
    suppressed_at,
    suppressed_below,
)
from personatwin_sql.privacy.measures.of_release import measures_of
from personatwin_sql.privacy.numbers import Shares
from personatwin_sql.privacy.recoding.quality import granularity, precision_by_class
from personatwin_sql.privacy.recoding.recoding import Recoding
from personatwin_sql.release.owner import (
    ColumnLoss,
    GroupFigures,
    LevelSearch,
    OwnerFigures,
    OwnerModel,
    ReleaseCost,
    SourceQuality,
)
from personatwin_sql.spec.domain import Domain
from personatwin_sql.spec.protection import KAnonymity, PersonaEvents, Personas
from personatwin_sql.workflow.assemble import released_risk, size_buckets
from personatwin_sql.workflow.declared_rules import ladder_steps
from personatwin_sql.workflow.known_words import known_notes
from personatwin_sql.workflow.originals import originals
from personatwin_sql.workflow.owner_risk import carried, unique_in_population
from personatwin_sql.workflow.relations import told_relations
from personatwin_sql.workflow.released import Built
from personatwin_sql.workflow.sensitivity import told_sensitivity
from personatwin_sql.workflow.sources import ReadSources


def owner_figures(
    compiled: Compiled,
    session: Session,
    built: Built,
    sources: ReadSources,
    questions: tuple[Question, ...] = (),
) -> OwnerFigures:
    """All of it; nothing here may stand in a public file."""
    domain = compiled.loaded.domain
    event_model = next(
        (
            model
            for model in compiled.released
            if isinstance(model.protection, PersonaEvents) and model.name in built.measured
        ),
        None,
    )
    types, outcomes = _unlisted(session, domain, event_model, built)
    asked, marginals = originals(session, compiled, built, questions)
    return OwnerFigures(
        models=tuple(_owner_model(session, compiled.models[name], built) for name in built.measured),
        sources=source_figures(sources),
        order_violations=_order(compiled, session, event_model),
        unlisted_event_types=types,
        unlisted_outcomes=outcomes,
        notes=(*_notes(built), *known_notes(session, compiled, tuple(built.measured))),
        asked=asked,
        marginals=marginals,
    )


def source_figures(sources: ReadSources) -> tuple[SourceQuality, ...]:
    """How sound each source is: everything that was left out or became NULL, with its number."""
    return tuple(_source(quality) for quality in sources.qualities.values())


def _source(quality: Quality) -> SourceQuality:
    faults = [
        ("rows without a person", quality.without_person),
        ("rows that repeat another", quality.repeated_rows),
        ("people with more than one row", quality.repeated_people),
        ("event ids on rows that differ", quality.reused_event_ids),
        ("ids of people that differ from another in their spelling alone", quality.respelled_ids),
    ]
    for column in quality.columns:
        faults.append((f"{column.name}: missing", column.missing))
        faults.append((f"{column.name}: not of its type", column.invalid))
        faults.append((f"{column.name}: in the future", column.future))
        faults.append((f"{column.name}: people whose rows disagree", column.disagreeing))
    return SourceQuality(
        source=quality.source, rows=quality.rows_read, faults=tuple(fault for fault in faults if fault[1])
    )


def _owner_model(session: Session, model: CompiledModel, built: Built) -> OwnerModel:
    measured, choice = built.measured[model.name], built.choices.get(model.name)
    is_people = isinstance(model.protection, KAnonymity | Personas)
    sizes = None
    if choice and is_people and not choice.frequency.is_rolled_up:
        sizes = choice.frequency.people
    related, foretold = told_relations(session, model)
    return OwnerModel(
        model=model.name,
        people=measured.people,
        suppressed=measured.suppressed,
        smallest_class=measured.smallest or None,
        ladder=ladder_steps(choice.ladder.steps) if choice else (),
        groups=_groups(session, model) if is_people else (),
        raw_risk=released_risk(sizes, int(sizes.min()), {}) if sizes is not None and sizes.size else None,
        raw_class_sizes=size_buckets(sizes) if sizes is not None else (),
        carried_given=carried(risks_as_given(session, model)) if is_people else (),
        carried_released=carried(risks_as_released(session, model)) if is_people else (),
        uniqueness=unique_in_population(sizes) if sizes is not None else (),
        losses=_losses(choice) if choice and is_people else (),
        cost=_cost(choice, measured) if choice and is_people else None,
        sensitivity=told_sensitivity(choice, model) if choice and is_people else None,
        relations=related,
        foretold=foretold,
        search=_search(choice) if choice and isinstance(model.protection, KAnonymity) else None,
    )


def _search(choice: Choice) -> LevelSearch | None:
    """What is known of the levels: how much is lost, and whether less could be."""
    found, demand = choice.found, choice.demand
    if choice.recoding is not None:
        finest, coarsest = choice.chosen.levels, choice.chosen.coarsest
        names = choice.frequency.names
        return LevelSearch(
            measure="loss",
            levels=", ".join(_from_to(finest[name], coarsest[name]) for name in names),
            loss=float(_losses_by_class(choice, choice.recoding).mean()),
            classes=len(choice.recoding.levels),
            of_groups=tuple(choice.chosen.microaggregate),
        )
    if found is None or demand is None:
        return None
    asked = replace(demand, k=found.k, fixed={})
    return LevelSearch(
        measure=demand.objective.measure,
        levels=", ".join(map(str, found.levels)),
        loss=found.loss,
        lower_bound=None if choice.from_lock else found.lower_bound,
        is_optimal=found.is_optimal and not choice.from_lock,
        is_after_ladder=len(choice.ladder.steps) > 1,
        checks=found.checks,
        measures=tuple(measures_of(choice.frequency, asked, found.levels).items()),
    )


def _from_to(finest: int, coarsest: int) -> str:
    return f"{finest}" if finest == coarsest else f"{finest} to {coarsest}"


def _losses(choice: Choice) -> tuple[ColumnLoss, ...]:
    """What the levels and the suppression took of each column."""
    frequency, levels = choice.frequency, _levels(choice)
    if choice.recoding is not None:
        found = _losses_by_class(choice, choice.recoding)
    else:
        found = column_losses(frequency, levels, _suppressed(choice))
    return tuple(ColumnLoss(name, float(loss)) for name, loss in zip(frequency.names, found, strict=True))


def _losses_by_class(choice: Choice, recoding: Recoding) -> Shares:
    """Of numbers of groups the squared error ÷ that of one mean for all: SSE ÷ SST."""
    found = 1 - granularity(choice.frequency, recoding).columns
    if choice.numbers is not None:
        for (place, _), lost in zip(choice.numbers.columns, choice.numbers.lost, strict=True):
            found[place] = lost
    return found


def _cost(choice: Choice, measured: Measured) -> ReleaseCost:
    """The release as a whole, as papers compare it."""
    frequency, levels = choice.frequency, _levels(choice)
    if choice.recoding is not None:
        return ReleaseCost(
            loss=float(_losses_by_class(choice, choice.recoding).mean()),
            precision=precision_by_class(frequency, choice.recoding),
            discernibility=discernibility(measured.sizes, measured.suppressed),
            average_class=average_class_size(measured.sizes),
        )
    suppressed = _suppressed(choice)
    return ReleaseCost(
        loss=mean_loss(frequency, column_losses(frequency, levels, suppressed), {}),
        precision=precision(frequency, levels, suppressed),
        discernibility=discernibility(measured.sizes, measured.suppressed),
        average_class=average_class_size(measured.sizes),
    )


def _suppressed(choice: Choice) -> Suppressed:
    frequency, levels = choice.frequency, _levels(choice)
    if choice.found is None or choice.demand is None:
        return suppressed_below(frequency, levels, choice.chosen.k)
    return suppressed_at(frequency, replace(choice.demand, k=choice.chosen.k), levels)


def _levels(choice: Choice) -> list[int]:
    """In the order of the frequency set's columns."""
    return [choice.chosen.levels.get(name, 0) for name in choice.frequency.names]


def _groups(session: Session, model: CompiledModel) -> tuple[GroupFigures, ...]:
    return tuple(
        GroupFigures(
            column=group.column,
            value=group.value,
            people=group.people,
            suppressed=group.suppressed,
            share_before=group.share_before,
            share_after=group.share_after,
        )
        for group in groups_before_and_after(session, model)
    )


def _order(compiled: Compiled, session: Session, model: CompiledModel | None) -> tuple[tuple[str, int], ...]:
    """Each order rule that is broken, in words, with how many events break it."""
    if model is None or "event_type" not in dimensions_of(model):
        return ()
    events = f"(\n{macro_model(model).sql}\n)"
    columns = EventColumns(person=str(model.unit), date=date_of(model), event_type="event_type")
    rules = compiled.loaded.domain.order_rules
    return tuple((found.rule, found.events) for found in violations(session, events, rules, columns))


def _unlisted(
    session: Session, domain: Domain, model: CompiledModel | None, built: Built
) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    if model is None or model.name not in built.measured:
        return (), ()
    names = dimensions_of(model)
    types = unlisted_values(session, model, "event_type", domain.event_types) if "event_type" in names else ()
    outcome = model.protection.outcome if isinstance(model.protection, PersonaEvents) else None
    return types, unlisted_values(session, model, outcome, domain.outcomes) if outcome else ()


def _notes(built: Built) -> tuple[str, ...]:
    notes = []
    for name, measured in built.measured.items():
        if measured.events is not None:
            lost = measured.events.events - measured.events.published_events
            notes.append(f"{name}: {lost:,} of {measured.events.events:,} events are in no released row")
        if measured.strategy is not None and measured.strategy.events_left_out:
            left = measured.strategy.events_left_out
            notes.append(f"{name}: {left:,} of them could be released, and were left out by its strategy")
        if measured.repair is not None:
            notes.append(f"{name}: {measured.repair.added:,} events were added that the order rules miss")
    return tuple(notes)
