"""The columns of private and of released tables, as models that read them see them."""

from __future__ import annotations

from personatwin_sql.compile.column import Authored, LineageColumn
from personatwin_sql.compile.event_protection import dimensions_of
from personatwin_sql.compile.lineage import RelationSchema
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.promise import Models
from personatwin_sql.compile.protection import age_of, blocks_of
from personatwin_sql.compile.strategy import counted, when_columns
from personatwin_sql.spec.protection import KAnonymity, PersonaEvents, Personas
from personatwin_sql.spec.role import Role


def private_schema(authored: Authored) -> RelationSchema:
    """A private table, with all that is known of where it comes from."""
    return RelationSchema(
        columns=authored.columns,
        one_row_per_unit=authored.one_row_per_unit,
        filters=authored.filters,
        merged_by=authored.merged_by,
        reads=authored.reads,
        picks_rows=authored.picks_rows,
        mixes_people=authored.mixes_people,
    )


def released_schema(model: CompiledModel, models: Models) -> RelationSchema:
    """The columns of the released table: the protection has taken the roles off."""
    protection = model.protection
    names: tuple[tuple[str, str], ...]
    if isinstance(protection, KAnonymity):
        names = tuple(
            (column.name, "text" if column.is_quasi_identifier else column.type)
            for column in model.columns
            if not column.is_hidden
        )
    elif isinstance(protection, Personas):
        names = _persona_columns(model)
    elif isinstance(protection, PersonaEvents):
        names = _event_columns(model, protection, models)
    elif model.aggregation is not None:
        names = tuple((column.name, column.type) for column in model.aggregation.shown)
    else:
        names = tuple((column.name, column.type) for column in model.authored.columns)
    origins = {column.name: column.origins for column in model.authored.columns}
    if model.aggregation is not None:
        origins |= {shown.name: origins[shown.written] for shown in model.aggregation.shown}
    columns = tuple(
        LineageColumn(name=name, role=Role.INSENSITIVE, type=kind, origins=origins.get(name, frozenset()))
        for name, kind in names
    )
    return RelationSchema(columns=columns, one_row_per_unit=False)


def _persona_columns(model: CompiledModel) -> tuple[tuple[str, str], ...]:
    kept = model.kept_columns
    return (
        ("persona_id", "text"),
        ("people", "integer"),
        *((column.name, "text") for column in model.quasi_identifiers),
        *(
            pair
            for column in kept
            for pair in ((column.name, column.type), (f"{column.name}_people", "integer"))
        ),
        *((f"{column.name}_level", "integer") for column in model.quasi_identifiers),
        ("risk", "number"),
        ("method", "text"),
    )


def _event_columns(
    model: CompiledModel, promise: PersonaEvents, models: Models
) -> tuple[tuple[str, str], ...]:
    personas = models[promise.personas]
    rules = personas.protection
    block = blocks_of(personas, rules) if isinstance(rules, Personas) else ()
    age = age_of(personas, rules) if isinstance(rules, Personas) else None
    events = counted(model)
    types = {column.name: column.type for column in events.columns} | {"step": "integer"}
    return (
        ("level", "text"),
        ("persona_id", "text"),
        *((name, "text") for name in (*block, *((age,) if age else ()))),
        *((name, types.get(name, "text")) for name in when_columns(promise.strategy)),
        *((name, types[name]) for name in dimensions_of(events)),
        ("people", "integer"),
        ("events", "integer"),
    )
