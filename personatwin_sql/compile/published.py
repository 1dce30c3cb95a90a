"""The columns of a protected SELECT on their way out: hierarchy, finest level allowed, level declared."""

from __future__ import annotations

import re

from personatwin_sql.compile.column import Authored, LineageColumn
from personatwin_sql.compile.jinja import ParsedModel
from personatwin_sql.compile.microaggregate_config import resolved
from personatwin_sql.compile.model import PublishedColumn
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.hierarchy import PERIODS, PLACES, Flat, Hierarchy
from personatwin_sql.spec.hierarchy import Place as Precision
from personatwin_sql.spec.preset import Preset
from personatwin_sql.spec.protection import ColumnPromise, KAnonymity, PersonaEvents, Personas
from personatwin_sql.spec.role import Role
from personatwin_sql.spec.tolerance import tolerated_level, unknown_tolerance

RESERVED = re.compile(
    "people|person|persona|class_id|within_class|round|persona_id|group_id|group_people|position|everybody"
    "|events|level|period|risk|method|nth|nth_large|people_in_small|has_large|is_short|level_number|value_code"
    "|times_published|published_rows|is_added|step|period_from|period_to"
    "|sensitive_value|class_people|value_people|known_people|all_known|value_places|class_difference|class_moved"
    "|pt_place|pt_draw"
    r"|given_\d+|level_\d+|people_alike|period_(day|week|month|quarter|year|all_time)",
    re.IGNORECASE,
)
"""Names that the macros give to columns of their own."""


def published_columns(
    parsed: ParsedModel,
    authored: Authored,
    protection: KAnonymity | Personas | PersonaEvents,
    preset: Preset,
) -> tuple[tuple[PublishedColumn, ...], list[Diagnostic]]:
    """All columns but the unit, and what is wrong with their promises."""
    place = Place(parsed.path, 1)
    diagnostics = [
        Diagnostic(
            "PT158",
            f"`columns` speaks of `{name}`, which the SELECT does not have",
            parsed.places.get("columns", place),
        )
        for name in protection.columns
        if name not in {column.name for column in authored.columns}
    ]
    columns = []
    consumed = _consumed(protection)
    made = _made_beside(authored) if isinstance(protection, Personas) else frozenset()
    for column in authored.columns:
        if RESERVED.fullmatch(column.name) or column.name.lower() in made:
            diagnostics.append(
                Diagnostic(
                    "PT159",
                    f"`{column.name}` is a name that `{protection.name}` gives to a column of its own",
                    place,
                    fixes=(f"rename it in the SELECT: {column.name} AS its_{column.name}",),
                )
            )
        if column.role in (Role.PRIVACY_UNIT, Role.DIRECT_IDENTIFIER) or column.name == consumed:
            continue
        published, found = _published(parsed, column, protection, preset)
        diagnostics.extend(found)
        columns.append(published)
    return tuple(columns), diagnostics


def _consumed(protection: KAnonymity | Personas | PersonaEvents) -> str | None:
    """The column that says which event is which, where outcomes are drawn by it: it is not released."""
    rule = protection.randomised if isinstance(protection, PersonaEvents) else None
    return rule.event if rule is not None else None


def _made_beside(authored: Authored) -> frozenset[str]:
    """What personas publish beside their columns: how coarse each is, how many people hold a kept value."""
    return frozenset(
        f"{column.name}_{'level' if column.role == Role.QUASI_IDENTIFIER else 'people'}".lower()
        for column in authored.columns
    )


def _published(
    parsed: ParsedModel,
    column: LineageColumn,
    protection: KAnonymity | Personas | PersonaEvents,
    preset: Preset,
) -> tuple[PublishedColumn, list[Diagnostic]]:
    promise = protection.columns.get(column.name)
    hierarchy = (promise and promise.hierarchy) or column.hierarchy or Flat()
    name = promise.hierarchy_name if promise and promise.hierarchy else column.hierarchy_name
    diagnostics = []
    place = parsed.places.get("columns", Place(parsed.path, 1))
    needs_hierarchy = column.role == Role.QUASI_IDENTIFIER and column.is_expression
    if needs_hierarchy and not (promise and promise.hierarchy) and protection.name != "persona_events":
        diagnostics.append(
            Diagnostic(
                "PT160",
                f"`{column.name}` is made from a quasi-identifier by an expression, so its hierarchy is lost",
                place,
                fixes=(
                    f"name one: config(columns={{'{column.name}': {{'hierarchy': '…'}}}})",
                    "select the column itself, and let the protection generalize it",
                ),
            )
        )
    floor = finest_level(column, hierarchy, preset)
    declared = promise.level if promise else None
    if declared is not None and declared > hierarchy.height:
        diagnostics.append(
            Diagnostic(
                "PT161", f"`{column.name}` has levels 0 to {hierarchy.height}; {declared} is above", place
            )
        )
    elif declared is not None and declared < floor:
        diagnostics.append(
            Diagnostic(
                "PT152",
                f"`{column.name}` at level {declared} is finer than privacy level and domain allow "
                f"(level {floor})",
                place,
                fixes=(f"declare level {floor} or above, or choose a lower privacy level",),
            )
        )
    grouped, found = resolved(column, hierarchy, promise.microaggregate if promise else None, preset, place)
    diagnostics.extend(found)
    ceiling, found = _ceiling(column, promise, hierarchy, floor, place)
    diagnostics.extend(found)
    return (
        PublishedColumn(
            name=column.name,
            role=column.role,
            type=column.type,
            hierarchy=hierarchy,
            hierarchy_name=name,
            floor=floor,
            ceiling=ceiling,
            declared_level=declared,
            never_merges=column.merge == "never",
            microaggregate=grouped,
            lineage=column,
        ),
        diagnostics,
    )


def _ceiling(
    column: LineageColumn, promise: ColumnPromise | None, hierarchy: Hierarchy, floor: int, place: Place
) -> tuple[int | None, list[Diagnostic]]:
    """The coarsest level within the tolerance of the model, or else of the column; None without one."""
    ceiling = column.tolerance if hierarchy == column.hierarchy else None
    if promise is not None and promise.tolerance is not None:
        if column.role != Role.QUASI_IDENTIFIER:
            message = f"`{column.name}` has a tolerance, but only quasi-identifiers are made coarser"
            return None, [Diagnostic("PT060", message, place)]
        ceiling = tolerated_level(hierarchy, promise.tolerance)
        if ceiling is None:
            return None, [unknown_tolerance(column.name, hierarchy, place)]
    else:
        place = column.declared_at or place
    lowest = max(floor, (promise and promise.level) or 0)
    if ceiling is None or ceiling >= lowest:
        return ceiling, []
    return None, [
        Diagnostic(
            "PT061",
            f"the tolerance of `{column.name}` is {hierarchy.level_name(ceiling)}, "
            f"but it may be published no finer than {hierarchy.level_name(lowest)}: nobody could be",
            place,
            fixes=(
                "widen the tolerance, or leave it out",
                "or choose a lower privacy level, if the law and the people allow it",
            ),
        )
    ]


def finest_level(column: LineageColumn, hierarchy: Hierarchy, preset: Preset) -> int:
    """The finest level that a preset allows: bands of ages, periods of dates, precision of places."""
    return finest_level_of(column.place_precision, hierarchy, preset)


def finest_level_of(place: Precision | None, hierarchy: Hierarchy, preset: Preset) -> int:
    """The same of a column as a domain describes it."""
    if place is not None:
        is_too_fine = PLACES.index(place) < PLACES.index(preset.finest_place)
        return hierarchy.height if is_too_fine else 0
    if hierarchy.kind == "widths" and hierarchy.measures == "age":
        inner = range(1, hierarchy.height)
        allowed = (level for level in inner if hierarchy.narrowest(level) >= preset.age_band)
        return next(allowed, hierarchy.height)
    if hierarchy.kind == "dates":
        finest = PERIODS.index(preset.finest_period)
        periods = enumerate(hierarchy.dates, 1)
        return next((level for level, period in periods if PERIODS.index(period) >= finest), hierarchy.height)
    return 0
