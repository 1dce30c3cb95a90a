"""What was counted becomes what is told: to the public by the release, to the owner by exact figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.event_protection import dimensions_of
from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.protection import age_of, blocks_of
from personatwin_sql.compile.randomised import randomised
from personatwin_sql.compile.strategy import counted, when_columns
from personatwin_sql.engine.levels import Choice
from personatwin_sql.engine.measured import Measured
from personatwin_sql.privacy.risk import THRESHOLDS, Band, average_risk, band, share_above
from personatwin_sql.release.band import suppression_band
from personatwin_sql.release.private_release import ReleasedPrivacy
from personatwin_sql.release.result import (
    EventPattern,
    LevelCount,
    PopulationRisk,
    ReleasedColumn,
    ReleasedModel,
    ReleasedRisk,
    SizeBucket,
)
from personatwin_sql.release.told_outcomes import ReleasedResponse, corrected_outcomes
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.protection import KAnonymity, PersonaEvents, Personas
from personatwin_sql.spec.role import Role
from personatwin_sql.workflow.declared_rules import declared_rules, rules_of_choice, told_steps
from personatwin_sql.workflow.strategy_words import left_out

_EDGES = (1, 2, 3, 5, 11, 20, 50, 100, 200, 500, 1_000, 10_000)


def released_model(
    compiled: Compiled,
    model: CompiledModel,
    rows: int,
    guarantees: Sequence[Guarantee],
    measured: Measured,
    choice: Choice | None,
    patterns: Sequence[EventPattern] = (),
    levels: Sequence[LevelCount] = (),
    journalist: PopulationRisk | None = None,
) -> ReleasedModel:
    """A model as the public sees it."""
    has_people = measured.released_people > 0
    return ReleasedModel(
        name=model.name,
        protection=model.protection.name if model.protection else "",
        path=model.parsed.path,
        rows=rows,
        columns=released_columns(compiled, model, choice),
        guarantees=tuple(guarantees),
        description=description_of(compiled, model.name),
        people=measured.released_people if has_people else None,
        classes=len(measured.sizes) if has_people else None,
        risk=released_risk(measured.sizes, measured.smallest, measured.homogeneity, journalist)
        if has_people
        else None,
        suppression_band=suppression_band(measured.suppressed, measured.people) if has_people else None,
        depends_on=tuple(model.parsed.refs),
        rules=rules_of_choice(model, choice),
        steps=(*told_steps(model, choice), *left_out(measured)),
        class_sizes=size_buckets(measured.sizes),
        events_by_level=tuple(levels),
        event_patterns=tuple(patterns),
        response=_response(model, measured),
    )


def _response(model: CompiledModel, measured: Measured) -> ReleasedResponse | None:
    """How outcomes were told; by how many draws, the ledger says."""
    rule, promise = randomised(model), model.protection
    if rule is None or not isinstance(promise, PersonaEvents):
        return None
    law, told = rule.law, [(each.outcomes, each.events) for each in measured.told]
    return ReleasedResponse(
        str(promise.outcome),
        rule.changed,
        rule.outcomes,
        law.epsilon,
        epsilon_of_draws=law.epsilon,
        corrected=corrected_outcomes(law, told),
    )


def released_aggregate(
    compiled: Compiled,
    model: CompiledModel,
    rows: int,
    guarantees: Sequence[Guarantee],
    privacy: ReleasedPrivacy | None = None,
) -> ReleasedModel:
    """A differentially private model as the public sees it; `privacy`: what was drawn, if anything was."""
    return ReleasedModel(
        name=model.name,
        protection="differential_privacy",
        path=model.parsed.path,
        rows=rows,
        columns=released_columns(compiled, model, None),
        guarantees=tuple(guarantees),
        description=description_of(compiled, model.name),
        depends_on=tuple(model.parsed.refs),
        rules=declared_rules(model),
        privacy=privacy,
    )


def released_risk(
    sizes: np.ndarray,
    smallest: int,
    homogeneity: Mapping[str, float],
    journalist: PopulationRisk | None = None,
) -> ReleasedRisk:
    """Risk of a table of classes of these sizes (El Emam 2013): average, record, thresholds."""
    average, record = average_risk(sizes), 1 / max(smallest, 1)
    found: Band = band(average, record)
    return ReleasedRisk(
        average=average,
        record=record,
        band=found,
        smallest=smallest,
        above=tuple((limit, share_above(sizes, limit)) for limit in THRESHOLDS),
        homogeneity=tuple(homogeneity.items()),
        journalist=journalist,
    )


def size_buckets(sizes: np.ndarray) -> tuple[SizeBucket, ...]:
    """How many classes have how many people."""
    found = []
    for low, after in zip(_EDGES, (*_EDGES[1:], None), strict=True):
        inside = sizes[(sizes >= low) & (sizes < after)] if after else sizes[sizes >= low]
        if inside.size:
            found.append(SizeBucket(low, after - 1 if after else None, len(inside), int(inside.sum())))
    return tuple(found)


def description_of(compiled: Compiled, name: str) -> str:
    properties = compiled.loaded.properties.get(name)
    return properties.description if properties else ""


def released_columns(
    compiled: Compiled, model: CompiledModel, choice: Choice | None
) -> tuple[ReleasedColumn, ...]:
    """The columns of the released table, in its order."""
    properties = compiled.loaded.properties.get(model.name)
    described = dict(properties.columns) if properties else {}
    columns = {column.name: column for column in model.columns}
    promise = model.protection
    names: Iterable[tuple[str, Role]]
    if isinstance(promise, KAnonymity):
        names = [(column.name, column.role) for column in model.columns if not column.is_hidden]
    elif isinstance(promise, Personas):
        names = _persona_columns(model)
    elif isinstance(promise, PersonaEvents):
        personas = compiled.models[promise.personas]
        rules = personas.protection
        columns = {**{column.name: column for column in personas.columns}, **columns}
        names = _event_columns(model, personas, rules) if isinstance(rules, Personas) else []
    elif model.aggregation is not None:
        names = [(shown.name, Role.INSENSITIVE) for shown in model.aggregation.shown]
    else:
        names = [(column.name, Role.INSENSITIVE) for column in model.authored.columns]
    authored = {column.name: column for column in model.authored.columns}
    if model.aggregation is not None:
        authored |= {shown.name: authored[shown.written] for shown in model.aggregation.shown}
    found = []
    for name, role in names:
        column = columns.get(name) if not isinstance(promise, PersonaEvents) or name in columns else None
        lineage: LineageColumn | None = column.lineage if column else authored.get(name)
        origins = sorted(lineage.origins) if lineage else []
        level = choice.chosen.levels.get(column.name) if column and choice else None
        found.append(
            ReleasedColumn(
                name=name,
                role=role,
                description=described.get(name, ""),
                origins=tuple((origin.source, origin.column) for origin in origins),
                hierarchy_name=column.hierarchy_name if column and level is not None else None,
                level=level,
                level_name=_level_name(column, level, choice) if column and level is not None else None,
                height=column.hierarchy.height if column and level is not None else None,
                coarsest=choice.chosen.coarsest.get(column.name) if column and choice else None,
                of_group=bool(column and level is not None and column.microaggregate),
            )
        )
    return tuple(found)


def _level_name(column: PublishedColumn, level: int, choice: Choice | None) -> str:
    """`bands of 10`; where classes differ, from the finest to the coarsest: `as given to any, by class`."""
    if column.microaggregate is not None and choice is not None:
        how = column.microaggregate
        return f"{how.by} of a group of at least {choice.chosen.k} people, to {how.step_text}"
    name = column.hierarchy.level_name(level)
    if choice is None or choice.recoding is None:
        return name
    coarsest = choice.chosen.coarsest[column.name]
    name = name if coarsest == level else f"{name} to {column.hierarchy.level_name(coarsest)}, by class"
    return f"{name}, or a range of the class" if column.name in _with_ranges(choice) else name


def _with_ranges(choice: Choice) -> frozenset[str]:
    """The columns that some class publishes as a range."""
    if choice.recoding is None or choice.recoding.low is None:
        return frozenset()
    used = np.flatnonzero((choice.recoding.low >= 0).any(axis=0)).tolist()
    return frozenset(choice.frequency.names[place] for place in used)


def _persona_columns(model: CompiledModel) -> list[tuple[str, Role]]:
    kept = model.kept_columns
    return [
        ("persona_id", Role.INSENSITIVE),
        ("people", Role.INSENSITIVE),
        *((column.name, Role.QUASI_IDENTIFIER) for column in model.quasi_identifiers),
        *(
            pair
            for column in kept
            for pair in ((column.name, column.role), (f"{column.name}_people", Role.INSENSITIVE))
        ),
        *((f"{column.name}_level", Role.INSENSITIVE) for column in model.quasi_identifiers),
        ("risk", Role.INSENSITIVE),
        ("method", Role.INSENSITIVE),
    ]


def _event_columns(model: CompiledModel, personas: CompiledModel, rules: Personas) -> list[tuple[str, Role]]:
    age, events, promise = age_of(personas, rules), counted(model), model.protection
    roles = {column.name: column.role for column in events.columns} | {"step": Role.INSENSITIVE}
    when = when_columns(promise.strategy) if isinstance(promise, PersonaEvents) else ()
    return [
        ("level", Role.INSENSITIVE),
        ("persona_id", Role.INSENSITIVE),
        *((name, Role.QUASI_IDENTIFIER) for name in (*blocks_of(personas, rules), *((age,) if age else ()))),
        *((name, roles.get(name, Role.QUASI_IDENTIFIER)) for name in when),
        *((name, roles[name]) for name in dimensions_of(events)),
        ("people", Role.INSENSITIVE),
        ("events", Role.INSENSITIVE),
    ]
