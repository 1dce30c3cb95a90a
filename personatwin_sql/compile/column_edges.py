"""From which columns of the tables right below it each column of a model is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from personatwin_sql.compile.column import Authored, LineageColumn, Origin
from personatwin_sql.compile.compiler import Compiled, physical_source
from personatwin_sql.compile.lineage import RelationSchema, read_select
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.released_schema import released_schema
from personatwin_sql.errors import Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import Derived, PersonaEvents
from personatwin_sql.spec.role import Role

Column = tuple[str, str]
"""A node and a column of it: (`stg_people`, `age`)."""


@dataclass(frozen=True)
class TakenOff:
    """Where a column stopped to speak of a person: by which protection, and where that is declared."""

    role: Role
    protection: str
    place: Place


@dataclass(frozen=True)
class MadeColumn:
    """A column of a source or model as it leaves there."""

    node: str
    name: str
    role: Role
    """Before it was taken off, where it was."""
    made_from: tuple[Column, ...] = ()
    is_expression: bool = False
    taken_off: TakenOff | None = None
    place: Place | None = None


def made_columns(compiled: Compiled) -> Mapping[Column, MadeColumn]:
    """Every column of every source and model, in build order; what a protection adds is made of none."""
    found: dict[Column, MadeColumn] = {}
    schemas: dict[str, RelationSchema] = {}
    for name in compiled.graph.order:
        if name in compiled.loaded.domain.sources:
            columns = tuple(_of_source(compiled.loaded, name))
            schemas[physical_source(name)] = _below(name, columns)
        elif name in compiled.models:
            model = compiled.models[name]
            authored = read_select(model.parsed, schemas)
            columns = tuple(_of_model(model, authored, compiled))
            schemas[model.relation] = _below(name, columns, model, compiled)
        else:
            continue
        found |= {(name, column.name): column for column in columns}
    return found


def _of_source(loaded: Loaded, name: str) -> Iterator[MadeColumn]:
    for column, fact in loaded.domain.sources[name].items():
        yield MadeColumn(name, column, fact.role, place=loaded.place(f"domain.sources.{name}.{column}"))


def _of_model(model: CompiledModel, authored: Authored, compiled: Compiled) -> Iterator[MadeColumn]:
    written = {column.name: column for column in authored.columns}
    place = Place(model.parsed.path, 1)
    if model.protection is None or isinstance(model.protection, Derived):
        for column in authored.columns:
            yield MadeColumn(
                model.name, column.name, column.role, _origins(column), column.is_expression, place=place
            )
        return
    by = model.parsed.places.get("protection", place)
    for released in released_schema(model, compiled.models).columns:
        origin = _written_as(released.name, model, written)
        if origin is None:
            made_from = _of_personas(released.name, model, compiled)
            yield MadeColumn(model.name, released.name, Role.INSENSITIVE, made_from, place=by)
            continue
        off = TakenOff(origin.role, model.protection.name, by) if origin.role != Role.INSENSITIVE else None
        is_same = origin.name == released.name and not origin.is_expression
        yield MadeColumn(model.name, released.name, origin.role, _origins(origin), not is_same, off, by)


def _origins(column: LineageColumn) -> tuple[Column, ...]:
    return tuple((origin.source, origin.column) for origin in sorted(column.origins))


def _written_as(
    name: str, model: CompiledModel, written: Mapping[str, LineageColumn]
) -> LineageColumn | None:
    """The author's column that a released one shows: itself, its level, count, or the period of its date."""
    if name in written:
        return written[name]
    for ending in ("_level", "_people"):
        if name.endswith(ending) and name.removesuffix(ending) in written:
            return written[name.removesuffix(ending)]
    if name == "period" and isinstance(model.protection, PersonaEvents):
        return next((column for column in written.values() if column.type in ("date", "timestamp")), None)
    return None


def _of_personas(name: str, model: CompiledModel, compiled: Compiled) -> tuple[Column, ...]:
    """What persona events say of the people behind them comes from their personas."""
    if not isinstance(model.protection, PersonaEvents):
        return ()
    personas = compiled.models[model.protection.personas]
    names = {column.name for column in released_schema(personas, compiled.models).columns}
    return ((personas.name, name),) if name in names and name != "people" else ()


def _below(
    name: str,
    columns: tuple[MadeColumn, ...],
    model: CompiledModel | None = None,
    compiled: Compiled | None = None,
) -> RelationSchema:
    """The node as the models above it see it, each column coming from the node itself."""
    if model is not None and compiled is not None and model.protection is not None:
        known = released_schema(model, compiled.models).columns
    elif model is not None:
        known = model.authored.columns
    else:
        known = tuple(LineageColumn(column.name, column.role) for column in columns)
    owned = tuple(replace(column, origins=frozenset({Origin(name, column.name)})) for column in known)
    return RelationSchema(columns=owned, one_row_per_unit=model is None or model.authored.one_row_per_unit)
