"""What a protection asks of the SELECT it protects, and of the models beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from personatwin_sql.compile.known_check import check_known
from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.model_config import with_models
from personatwin_sql.compile.persona_models import sizes_contradict
from personatwin_sql.compile.search_config import check_weights
from personatwin_sql.compile.strategy import check_strategy
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.protection import Declared, KAnonymity, PersonaEvents, Personas

Models = Mapping[str, CompiledModel]


def check_promise(model: CompiledModel, models: Models) -> tuple[CompiledModel, list[Diagnostic]]:
    """The model with what its protection resolves by name, and what the SELECT lacks."""
    protection = model.protection
    if isinstance(protection, KAnonymity):
        model, kept, problems = with_models(model, protection.models)
        model = replace(model, protection=replace(protection, models=kept))
        names = tuple(column.name for column in model.quasi_identifiers)
        return model, [
            *_needs_quasi_identifiers(model),
            *check_weights(protection.search, names),
            *problems,
            *_check_predicted(model, protection),
        ]
    if isinstance(protection, Personas):
        model, kept, problems = with_models(model, protection.models)
        model = replace(model, protection=replace(protection, models=kept))
        problems += (*sizes_contradict(protection), *_check_personas(model, protection, models))
        return model, [*_needs_quasi_identifiers(model), *problems]
    if isinstance(protection, PersonaEvents):
        if protection.outcome is None and any(column.name == "outcome" for column in model.columns):
            protection = replace(protection, outcome="outcome")
            model = replace(model, protection=protection)
        personas = models.get(protection.personas)
        if personas is not None and isinstance(personas.protection, Personas):
            protection = replace(protection, k=personas.protection.k)
            model = replace(model, protection=protection)
        return model, [
            *_check_events(model, protection, personas),
            *check_strategy(model, protection),
            *check_known(model, protection, personas),
        ]
    return model, []


def _needs_quasi_identifiers(model: CompiledModel) -> list[Diagnostic]:
    if model.quasi_identifiers:
        return []
    return [
        Diagnostic(
            "PT162",
            f"`{model.name}` selects no quasi-identifier: there is nothing by which people could be alike",
            Place(model.parsed.path, 1),
            fixes=("select age, gender, place or whatever else others may know of a person",),
        )
    ]


def _check_predicted(model: CompiledModel, promise: KAnonymity) -> list[Diagnostic]:
    published = {column.name for column in model.columns}
    unknown = [name for name in promise.predict if name not in published]
    if not unknown:
        return []
    message = f"`predict` names {_listed(unknown)}, which is not a column that `{model.name}` publishes"
    return [Diagnostic("PT158", message, _place(model, "predict"))]


def _check_personas(model: CompiledModel, promise: Personas, models: Models) -> list[Diagnostic]:
    diagnostics = _check_blocks(model, promise)
    if promise.within is None:
        return diagnostics
    within = models.get(promise.within)
    place = _place(model, "within")
    if within is None or not isinstance(within.protection, KAnonymity):
        message = f"`within` names `{promise.within}`, which is no k_anonymity model"
        return [*diagnostics, Diagnostic("PT164", message, place)]
    if within.protection.recoding.is_by_class:
        diagnostics.extend(_check_recoded(model, within, place))
    return [*diagnostics, *_check_within(model, promise, within, within.protection.k)]


def _check_recoded(model: CompiledModel, within: CompiledModel, place: Place) -> list[Diagnostic]:
    """Where classes differ in levels, personas publish what their class does, of the same columns."""
    if any(column.microaggregate for column in within.columns):
        return [
            Diagnostic(
                "PT179",
                f"the classes of `{within.name}` share numbers of groups, of which no persona inside is one",
                place,
                fixes=(
                    f"leave `microaggregate` out of `{within.name}`",
                    "or cut personas inside of a table without it, or leave `within` out",
                ),
            )
        ]
    names = tuple(column.name for column in within.quasi_identifiers)
    if names == tuple(column.name for column in model.quasi_identifiers):
        return []
    return [
        Diagnostic(
            "PT179",
            f"the classes of `{within.name}` differ in levels: personas inside of them publish what they do",
            place,
            fixes=(
                f"select the quasi-identifiers of `{within.name}` in their order: {_listed(list(names))}",
                f"or choose `recoding: global` for `{within.name}`",
            ),
        )
    ]


def _check_blocks(model: CompiledModel, promise: Personas) -> list[Diagnostic]:
    """Names that the model itself writes must be selected; those of the domain need not be."""
    quasi = {column.name for column in model.quasi_identifiers}
    selected = {column.name for column in model.columns}
    written = {"block": (promise.block, quasi), "within_block": (promise.within_block, selected)}
    diagnostics = []
    for key, (names, known) in written.items():
        unknown = [name for name in names if name not in known]
        if key in model.parsed.config and unknown:
            what = "a quasi-identifier" if key == "block" else "a column"
            message = f"`{key}` names {_listed(unknown)}, which is not {what} of the SELECT"
            diagnostics.append(Diagnostic("PT158", message, _place(model, key)))
    missing = [
        column.name
        for column in model.quasi_identifiers
        if column.never_merges and column.name not in promise.block
    ]
    if missing:
        diagnostics.append(
            Diagnostic(
                "PT163",
                f"personas never merge in {_listed(missing)}, so `block` must name it",
                _place(model, "block"),
                fixes=(f"add {_listed(missing)} to `block`",),
            )
        )
    return diagnostics


def _check_within(
    model: CompiledModel, promise: Personas, within: CompiledModel, k: Declared
) -> list[Diagnostic]:
    """Each class must lie whole among people who are alike here, and be large enough for a persona."""
    diagnostics = []
    place = _place(model, "within")
    outer = {column.name: column for column in within.quasi_identifiers}
    extra = sorted(column.name for column in model.quasi_identifiers if column.name not in outer)
    if extra:
        diagnostics.append(
            Diagnostic(
                "PT165",
                f"{_listed(extra)} would cut the classes of `{within.name}`: "
                "it is not among its quasi-identifiers",
                place,
                fixes=(f"select {_listed(extra)} in `{within.name}` too, or leave it out here",),
            )
        )
    if promise.k.value > k.value:
        diagnostics.append(
            Diagnostic(
                "PT171",
                f"k = {promise.k.value:g} is above k = {k.value:g} of `{within.name}`: "
                "a class of fewer people could be no persona",
                promise.k.place,
                fixes=(f"raise k of `{within.name}` to {promise.k.value:g}, or lower it here",),
            )
        )
    other = [
        column.name
        for column in model.quasi_identifiers
        if column.name in outer and _meaning(column) != _meaning(outer[column.name])
    ]
    if other:
        diagnostics.append(
            Diagnostic(
                "PT172",
                f"{_listed(other)} has another origin or hierarchy than in `{within.name}`",
                place,
                fixes=(f"select it as in `{within.name}`, or under another name in both",),
            )
        )
    return [*diagnostics, *_check_unit(model, within, place)]


def _meaning(column: PublishedColumn) -> tuple[object, ...]:
    return (column.hierarchy, column.lineage.origins if column.lineage else None)


def _check_unit(model: CompiledModel, other: CompiledModel, place: Place) -> list[Diagnostic]:
    if model.unit == other.unit:
        return []
    message = f"the person is called `{model.unit}` here and `{other.unit}` in `{other.name}`"
    fix = f"rename it in the SELECT: {model.unit} AS {other.unit}"
    return [Diagnostic("PT174", message, place, fixes=(fix,))]


def _check_events(
    model: CompiledModel, promise: PersonaEvents, personas: CompiledModel | None
) -> list[Diagnostic]:
    if promise.personas and (personas is None or not isinstance(personas.protection, Personas)):
        message = f"`personas` names `{promise.personas}`, which is no personas model"
        return [Diagnostic("PT166", message, _place(model, "personas"))]
    diagnostics = _check_event_columns(model)
    known = {column.name for column in model.columns}
    if promise.outcome is not None and promise.outcome not in known:
        message = f"`outcome` names `{promise.outcome}`, which the SELECT does not have"
        diagnostics.append(Diagnostic("PT168", message, _place(model, "outcome")))
    if personas is None:
        return diagnostics
    if promise.k_event.value > promise.k.value:
        message = f"`k_event` = {promise.k_event.value:g} is above k = {promise.k.value:g} of the personas"
        diagnostics.append(Diagnostic("PT156", message, promise.k_event.place))
    taken = sorted(known & {column.name for column in personas.quasi_identifiers})
    if taken:
        diagnostics.append(
            Diagnostic(
                "PT169",
                f"{_listed(taken)} already stands beside each persona",
                Place(model.parsed.path, 1),
                fixes=("leave it out of the SELECT: it comes with the personas",),
            )
        )
    return [*diagnostics, *_check_unit(model, personas, _place(model, "personas"))]


def _check_event_columns(model: CompiledModel) -> list[Diagnostic]:
    """One date, and beside it nothing that would have to be generalized: it is published as it is."""
    diagnostics = []
    dates = [column.name for column in model.columns if column.hierarchy.kind == "dates"]
    place = Place(model.parsed.path, 1)
    if len(dates) != 1:
        diagnostics.append(
            Diagnostic(
                "PT167",
                f"persona events need one column of dates, `{model.name}` selects {_listed(dates) or 'none'}",
                place,
                fixes=(
                    "select the date of the event; its hierarchy is `{dates: [day, month, quarter, year]}`",
                ),
            )
        )
    if all(column.name in dates for column in model.columns):
        diagnostics.append(
            Diagnostic(
                "PT175",
                f"`{model.name}` does not say what happened: it selects nothing beside the date",
                place,
                fixes=("select the type of the event", "or a constant: 'booking' AS event_type"),
            )
        )
    leveled = [column.name for column in model.columns if column.declared_level is not None]
    if leveled:
        diagnostics.append(
            Diagnostic(
                "PT173",
                f"{_listed(leveled)} has a level, but columns of events are not generalized",
                _place(model, "columns"),
                fixes=("leave the level out; how fine dates are is said by `finest_period`",),
            )
        )
    merged = [column.name for column in model.columns if column.ceiling is not None]
    if merged:
        diagnostics.append(
            Diagnostic(
                "PT173",
                f"{_listed(merged)} has a tolerance, but events are counted, not merged",
                _place(model, "columns"),
                fixes=("leave the tolerance out; how coarse a count may become is said by its level",),
            )
        )
    fine = [column.name for column in model.columns if column.floor and column.name not in dates]
    if fine:
        diagnostics.append(
            Diagnostic(
                "PT173",
                f"{_listed(fine)} is finer than privacy level and domain allow, and is published as it is",
                place,
                fixes=("leave it out, or select a coarser column",),
            )
        )
    return diagnostics


def _place(model: CompiledModel, key: str) -> Place:
    return model.parsed.places.get(key, Place(model.parsed.path, 1))


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
