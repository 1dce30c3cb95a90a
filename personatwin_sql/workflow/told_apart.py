"""What a build says of itself beside earlier releases: promises, warnings, and figures for the owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.engine.earlier import Beside, Smallest, share_found_again
from personatwin_sql.engine.measure_together import k_place
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic
from personatwin_sql.release.band import suppression_band
from personatwin_sql.release.promise import ACROSS, HELD_BACK, MODELS_ACROSS
from personatwin_sql.spec.guarantee import Direction, Guarantee
from personatwin_sql.spec.protection import KAnonymity, Personas
from personatwin_sql.workflow.released import Built

FEW = 0.1
"""Of the people of earlier releases, so few found again look like ids that were assigned anew."""


def count_everybody(compiled: Compiled, built: Built, everybody: Mapping[str, int]) -> None:
    """Who was held back was left out: what is told of those left out counts them, with a limit of its own."""
    for name, model in tuple(built.models.items()):
        measured, promise = built.measured.get(name), compiled.models[name].protection
        if measured is None or not isinstance(promise, KAnonymity | Personas):
            continue
        everyone = max(everybody[name], 1)
        held, by_levels = (everyone - measured.people) / everyone, measured.suppressed / everyone
        measured = built.measured[name] = replace(measured, people=everybody[name])
        limit = promise.suppression_limit
        counted = {
            "people_left_out": measured.suppressed or measured.smallest,
            "suppression_limit": by_levels,
        }
        built.models[name] = replace(
            model,
            suppression_band=suppression_band(measured.suppressed, everyone) if model.rows else None,
            guarantees=(
                *(
                    each.with_measure(counted[each.name]) if each.name in counted else each
                    for each in model.guarantees
                ),
                _counted(name, HELD_BACK, limit.value, str(limit.place), held, "at_most"),
            ),
        )


def promise(compiled: Compiled, built: Built, found: Smallest) -> None:
    """The last release of people says what all of them keep together with the earlier ones."""
    name = (
        next((name for name in reversed(built.side_by_side.names) if name in built.measured), None)
        if built.side_by_side
        else None
    )
    if name is None:
        return
    model = built.models[name]
    place = k_place(compiled.models[name])
    guarantee = _counted(name, ACROSS, found.k, place, found.people, "at_least")
    built.models[name] = replace(model, guarantees=(*model.guarantees, guarantee))


def promise_models(compiled: Compiled, built: Built, failing: Mapping[str, int]) -> None:
    """Each table with privacy models says that its groups beside earlier releases satisfy them."""
    for name, groups in failing.items():
        promised = compiled.models[name].protection
        if isinstance(promised, KAnonymity):
            place = str(promised.models[0].place)
            guarantee = _counted(name, MODELS_ACROSS, 0, place, groups, "at_most")
            model = built.models[name]
            built.models[name] = replace(model, guarantees=(*model.guarantees, guarantee))


def _counted(
    model: str, name: str, required: float, place: str, measured: float, direction: Direction
) -> Guarantee:
    return Guarantee(
        model=model,
        name=name,
        direction=direction,
        required=required,
        declared_at=place,
        proof="counted",
        measured=measured,
        measured_only=True,
    )


def few_are_known(session: Session, beside: Beside) -> tuple[Diagnostic, ...]:
    if share_found_again(session, beside) >= FEW:
        return ()
    return (
        Diagnostic(
            "PT267",
            "hardly anybody of earlier releases is found again: if people were given new ids, nothing is "
            "known of who stays together",
            severity="warning",
            fixes=("keep the ids of people from release to release",),
        ),
    )


def left_out(held: int) -> tuple[Diagnostic, ...]:
    if not held:
        return ()
    return (
        Diagnostic(
            "PT268",
            "some people are left out, whom earlier releases would tell apart",
            severity="warning",
            fixes=("nothing: they come in with a later release, when enough others join them",),
            notes=("how many they are stands in the owner's report",),
        ),
    )


def notes_of(held: int, found: Smallest | None, failing: int = 0) -> tuple[str, ...]:
    notes = []
    if held:
        notes.append(
            f"{held:,} people are held back until enough others join them: "
            "earlier releases would tell them apart"
        )
    if found is not None and found.groups:
        notes.append(
            f"beside earlier releases, {found.groups:,} groups have fewer people than k, "
            f"{found.of_people:,} in all; the smallest {found.people:,} of {found.k:,}"
        )
    if failing:
        notes.append(f"beside earlier releases, {failing:,} groups break a privacy model of their table")
    return tuple(notes)
