"""`microaggregate` of a column in `config()`: read, and refused where it cannot be followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.hierarchy import Hierarchy
from personatwin_sql.spec.microaggregate import CENTRES, STEPS, Microaggregate, step_of
from personatwin_sql.spec.preset import Preset
from personatwin_sql.spec.protection import ColumnPromise, RecodingRule
from personatwin_sql.spec.role import Role

GROUPED = ("microaggregate", "round_to")


def read_microaggregate(
    parsed: ParsedModel, name: str, promise: Mapping[str, Any], diagnostics: list[Diagnostic]
) -> Microaggregate | None:
    """What was declared of a column; PT151 for values of the wrong kind, PT179 where two rules exclude each
    other."""
    place = parsed.places.get("columns", Place(parsed.path, 1))
    asked, step = promise.get("microaggregate"), promise.get("round_to")
    if asked is None:
        if step is not None:
            message = f"`columns.{name}.round_to` belongs to `microaggregate`"
            diagnostics.append(Diagnostic("PT151", message, place))
        return None
    by = next((centre for centre in CENTRES if centre == asked), None)
    if by is None:
        message = f"`columns.{name}.microaggregate` is {' or '.join(CENTRES)}"
        label = suggestion(str(asked), CENTRES)
        diagnostics.append(Diagnostic("PT151", message, place, label=label))
        return None
    if step is not None and (
        isinstance(step, bool) or not isinstance(step, int | float) or not STEPS[0] <= step <= STEPS[1]
    ):
        message = f"`columns.{name}.round_to` is a number from {STEPS[0]:g} to {STEPS[1]:g}"
        diagnostics.append(Diagnostic("PT151", message, place))
        return None
    if parsed.config.get("protection") != "k_anonymity":
        message = (
            f"`columns.{name}.microaggregate` belongs to `k_anonymity`: only there people form groups so"
        )
        diagnostics.append(_refused(message, place, "let the hierarchy of the column make it coarser"))
        return None
    other = next((key for key in ("level", "tolerance") if promise.get(key) is not None), None)
    if other is not None:
        message = f"`columns.{name}` is published as the {by} of a group, so it has no `{other}`"
        diagnostics.append(_refused(message, place, f"leave out `{other}` or `microaggregate`"))
        return None
    return Microaggregate(by, float(step or 0))


def publishes_groups(
    parsed: ParsedModel,
    rule: RecodingRule,
    columns: Mapping[str, ColumnPromise],
    diagnostics: list[Diagnostic],
) -> RecodingRule:
    """The recoding of a model with these columns; PT179 where single cells are suppressed besides."""
    if all(promise.microaggregate is None for promise in columns.values()):
        return rule
    place = parsed.places.get("columns", Place(parsed.path, 1))
    if rule.name == "cell":
        message = "`suppression: cell` publishes `*` in single cells, and `microaggregate` numbers of groups"
        diagnostics.append(_refused(message, rule.place or place, "choose one of both"))
    return replace(rule, has_groups=True, place=rule.place or place)


def resolved(
    column: LineageColumn, hierarchy: Hierarchy, asked: Microaggregate | None, preset: Preset, place: Place
) -> tuple[Microaggregate | None, list[Diagnostic]]:
    """With the step in force; PT179 for a column that has no means, PT152 for a step finer than the level
    allows."""
    if asked is None:
        return None, []
    reason = _why_not(column, hierarchy)
    if reason is not None:
        message = f"`{column.name}` is not published as the {asked.by} of groups: {reason}"
        return None, [_refused(message, place, "leave `microaggregate` out: its hierarchy makes it coarser")]
    narrowest = preset.age_band if hierarchy.kind == "widths" and hierarchy.measures == "age" else 0
    if 0 < asked.step < narrowest:
        return None, [
            Diagnostic(
                "PT152",
                f"`{column.name}` rounded to {asked.step:g} is finer than the privacy level allows "
                f"(bands of {narrowest})",
                place,
                fixes=(f"round to {narrowest} or more, or leave `round_to` out",),
            )
        ]
    return replace(asked, step=step_of(asked.step, column.type, narrowest)), []


def _why_not(column: LineageColumn, hierarchy: Hierarchy) -> str | None:
    if column.role != Role.QUASI_IDENTIFIER:
        return "it is no quasi-identifier"
    if column.type not in ("integer", "number"):
        return "it is no number"
    if column.place_precision is not None or hierarchy.kind in ("prefix", "mask", "dates"):
        return "its numbers are names"
    if column.merge == "never":
        return "people who differ in it never merge"
    if column.tolerance is not None:
        return "how far apart people may be is bounded by its tolerance"
    return None


def _refused(message: str, place: Place, fix: str) -> Diagnostic:
    return Diagnostic("PT179", message, place, fixes=(fix,))
