"""Whether outcomes that are told by chance are told nowhere as they are: in no column or other table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.randomised import key_origins, outcome_origins, randomised
from personatwin_sql.compile.randomised_config import EVENT_ID, KEY
from personatwin_sql.compile.same_table import columns_read
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.protection import KAnonymity, PersonaEvents, Personas, RandomisedOutcomes


def check_randomised(models: Mapping[str, CompiledModel], tables: Mapping[str, str]) -> Iterator[Diagnostic]:
    """PT641 an id that is not selected, PT642 no outcome, PT643 an outcome that is told as it is besides.

    `tables`: what each source reads.
    """
    for model in models.values():
        rule = randomised(model)
        if rule is None:
            continue
        names = [column.name for column in model.authored.columns]
        if rule.event not in names or rule.event == model.unit:
            yield Diagnostic(
                "PT641",
                f"`{EVENT_ID}` names `{rule.event}`, which is no key of events in the SELECT",
                _place(model, EVENT_ID),
                suggestion(rule.event, names),
                fixes=("select the key of the event: it is consumed, never released",),
            )
        elif not key_origins(model, rule.event):
            yield Diagnostic(
                "PT641",
                f"`{rule.event}` is computed: an event could get another key, and with it another draw",
                _place(model, EVENT_ID),
                fixes=("select the key of events as its source has it",),
                notes=("each outcome is drawn once for ever: draws that are made anew can be averaged",),
            )
        outcome = model.protection.outcome if isinstance(model.protection, PersonaEvents) else None
        if outcome is None:
            message = f"`{model.name}` selects no outcome that could be told as another"
            fix = "select it, or name its column: config(outcome='…')"
            yield Diagnostic("PT642", message, _place(model, KEY), fixes=(fix,))
            continue
        if not _is_of_events(model, rule):
            yield Diagnostic(
                "PT641",
                f"`{outcome}` is of another table than `{rule.event}`: one there is drawn for many events",
                _place(model, EVENT_ID),
                fixes=(
                    "select an outcome of the events themselves, or the key of the rows that it stands in",
                ),
                notes=("each outcome is drawn once for ever: several draws of one can be averaged",),
            )
        hidden = columns_read(outcome_origins(model), tables)
        yield from _beside(model, outcome, hidden, tables)
        for other in models.values():
            if other is not model and isinstance(other.protection, KAnonymity | Personas | PersonaEvents):
                yield from _elsewhere(model, other, hidden, tables)


def _is_of_events(model: CompiledModel, rule: RandomisedOutcomes) -> bool:
    """Whether outcomes and the key of events stand in the same rows of sources."""
    key = {origin.source for origin in key_origins(model, rule.event)}
    return not key or {origin.source for origin in outcome_origins(model)} <= key


def _beside(
    model: CompiledModel, outcome: str, hidden: frozenset[str], tables: Mapping[str, str]
) -> Iterator[Diagnostic]:
    for column in model.authored.columns:
        if column.name != outcome and columns_read(column.origins, tables) & hidden:
            yield Diagnostic(
                "PT643",
                f"`{column.name}` is made from what `{outcome}` is made from, and would tell what was hidden",
                Place(model.parsed.path, 1),
                fixes=("leave it out, or make it from other columns",),
            )
    if columns_read(model.authored.merged_by, tables) & hidden:
        yield Diagnostic(
            "PT643",
            f"rows that agree in what `{outcome}` is made from become one: their number tells of it",
            Place(model.parsed.path, 1),
            fixes=("keep the key of events beside it in GROUP BY or DISTINCT, here and in the models below",),
        )
    if columns_read(model.authored.filters, tables) & hidden:
        yield Diagnostic(
            "PT643",
            f"rows are chosen by what `{outcome}` is made from: then all have a true outcome of those",
            Place(model.parsed.path, 1),
            fixes=("take the condition out, here or in the models below, and filter the released table",),
        )


def _elsewhere(
    model: CompiledModel, other: CompiledModel, hidden: frozenset[str], tables: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Another table of the same people, with true outcomes. One with randomised ones is drawn alike."""
    outcome = other.protection.outcome if isinstance(other.protection, PersonaEvents) else None
    is_told_by_chance = randomised(other) is not None
    shown = [
        column.name
        for column in other.authored.columns
        if columns_read(column.origins, tables) & hidden
        and not (is_told_by_chance and column.name == outcome)
    ]
    if shown or columns_read(other.authored.filters | other.authored.merged_by, tables) & hidden:
        how = f"shows it in `{shown[0]}`" if shown else "chooses or counts by it"
        yield Diagnostic(
            "PT643",
            f"`{model.name}` tells outcomes by chance, and `{other.name}` {how} as it is",
            Place(other.parsed.path, 1),
            fixes=(f"leave it out of `{other.name}`", f"or leave `{KEY}` out: it would hide nothing"),
        )


def _place(model: CompiledModel, key: str) -> Place:
    return model.parsed.places.get(key, Place(model.parsed.path, 1))
