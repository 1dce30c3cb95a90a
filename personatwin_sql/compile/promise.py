"""What a protection asks of the SELECT it protects, and the columns that it releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.lineage import RelationSchema
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import age_of, blocks_of, dimensions_of
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.protection import KAnonymity, PersonaEvents, Personas
from personatwin_sql.spec.role import Role

Models = Mapping[str, CompiledModel]


def check_promise(model: CompiledModel, models: Models) -> tuple[CompiledModel, list[Diagnostic]]:
    """The model with what its protection resolves by name, and what the SELECT lacks."""
    protection = model.protection
    if isinstance(protection, KAnonymity):
        return model, _needs_quasi_identifiers(model)
    if isinstance(protection, Personas):
        return model, [*_needs_quasi_identifiers(model), *_check_personas(model, protection, models)]
    if isinstance(protection, PersonaEvents):
        if protection.outcome is None and any(column.name == "outcome" for column in model.columns):
            protection = replace(protection, outcome="outcome")
            model = replace(model, protection=protection)
        return model, _check_events(model, protection, models)
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


def _check_personas(model: CompiledModel, promise: Personas, models: Models) -> list[Diagnostic]:
    diagnostics = []
    names = {column.name for column in model.quasi_identifiers}
    never = [column.name for column in model.quasi_identifiers if column.never_merges]
    missing = [name for name in never if name not in promise.block]
    if missing:
        diagnostics.append(
            Diagnostic(
                "PT163",
                f"personas never merge in {_listed(missing)}, so `block` must name it",
                model.parsed.places.get("block", Place(model.parsed.path, 1)),
                fixes=(f"add {_listed(missing)} to `block`",),
            )
        )
    if promise.within is None:
        return diagnostics
    within = models.get(promise.within)
    place = model.parsed.places.get("within", Place(model.parsed.path, 1))
    if within is None or not isinstance(within.protection, KAnonymity):
        diagnostics.append(
            Diagnostic("PT164", f"`within` names `{promise.within}`, which is no k_anonymity model", place)
        )
        return diagnostics
    extra = sorted(names - {column.name for column in within.quasi_identifiers})
    if extra:
        diagnostics.append(
            Diagnostic(
                "PT165",
                f"{_listed(extra)} would cut the classes of `{within.name}`: it is not among its quasi-identifiers",
                place,
                fixes=(f"select {_listed(extra)} in `{within.name}` too, or leave it out here",),
            )
        )
    return diagnostics


def _check_events(model: CompiledModel, promise: PersonaEvents, models: Models) -> list[Diagnostic]:
    personas = models.get(promise.personas)
    place = model.parsed.places.get("personas", Place(model.parsed.path, 1))
    if promise.personas and (personas is None or not isinstance(personas.protection, Personas)):
        return [Diagnostic("PT166", f"`personas` names `{promise.personas}`, which is no personas model", place)]
    dates = [column.name for column in model.columns if column.hierarchy.kind == "dates"]
    diagnostics = []
    if len(dates) != 1:
        diagnostics.append(
            Diagnostic(
                "PT167",
                f"persona events need one column of dates, `{model.name}` selects {_listed(dates) or 'none'}",
                Place(model.parsed.path, 1),
                fixes=("select the date of the event; its hierarchy is `{dates: [day, month, quarter, year]}`",),
            )
        )
    known = {column.name for column in model.columns}
    if promise.outcome is not None and promise.outcome not in known:
        diagnostics.append(
            Diagnostic(
                "PT168",
                f"`outcome` names `{promise.outcome}`, which the SELECT does not have",
                model.parsed.places.get("outcome", Place(model.parsed.path, 1)),
            )
        )
    if personas is not None:
        taken = known & {column.name for column in personas.quasi_identifiers}
        if taken:
            diagnostics.append(
                Diagnostic(
                    "PT169",
                    f"{_listed(sorted(taken))} already stands beside each persona",
                    Place(model.parsed.path, 1),
                    fixes=("leave it out of the SELECT: it comes with the personas",),
                )
            )
    return diagnostics


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def released_schema(model: CompiledModel, models: Models) -> RelationSchema:
    """The columns of the released table: the protection has taken the roles off."""
    protection = model.protection
    names: tuple[tuple[str, str], ...]
    if isinstance(protection, KAnonymity):
        names = tuple((column.name, "text" if column.is_quasi_identifier else column.type) for column in model.columns)
    elif isinstance(protection, Personas):
        names = _persona_columns(model)
    elif isinstance(protection, PersonaEvents):
        names = _event_columns(model, protection, models)
    else:
        names = tuple((column.name, column.type) for column in model.authored.columns)
    origins = {column.name: column.origins for column in model.authored.columns}
    columns = tuple(
        LineageColumn(name=name, role=Role.INSENSITIVE, type=kind, origins=origins.get(name, frozenset()))
        for name, kind in names
    )
    return RelationSchema(columns=columns, one_row_per_unit=False)


def _persona_columns(model: CompiledModel) -> tuple[tuple[str, str], ...]:
    kept = [column for column in model.columns if not column.is_quasi_identifier]
    return (
        ("persona_id", "text"),
        ("people", "integer"),
        *((column.name, "text") for column in model.quasi_identifiers),
        *(pair for column in kept for pair in ((column.name, column.type), (f"{column.name}_people", "integer"))),
        *((f"{column.name}_level", "integer") for column in model.quasi_identifiers),
        ("risk", "number"),
        ("method", "text"),
    )


def _event_columns(model: CompiledModel, promise: PersonaEvents, models: Models) -> tuple[tuple[str, str], ...]:
    personas = models[promise.personas]
    rules = personas.protection
    block = blocks_of(personas, rules) if isinstance(rules, Personas) else ()
    age = age_of(personas, rules) if isinstance(rules, Personas) else None
    types = {column.name: column.type for column in model.columns}
    return (
        ("level", "text"),
        ("persona_id", "text"),
        *((name, "text") for name in (*block, *((age,) if age else ()))),
        ("period", "text"),
        *((name, types[name]) for name in dimensions_of(model)),
        ("people", "integer"),
        ("events", "integer"),
    )
