"""Randomised outcomes beside the ledger: recorded before they are drawn, and drawn once for ever."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.randomised import columns_told, label_of, outcome_origins, randomised
from personatwin_sql.compile.same_table import columns_read, tables_of
from personatwin_sql.errors import Diagnostic, Place, Withheld
from personatwin_sql.privacy.accounting.events import RandomisedResponse
from personatwin_sql.release.ledger.charge import recorded_draws
from personatwin_sql.release.ledger.entry import Randomised
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.stamp import NONE
from personatwin_sql.release.ledger.store import read_ledger
from personatwin_sql.release.ledger.uses import event_of, use_of
from personatwin_sql.release.result import Release
from personatwin_sql.spec.protection import PersonaEvents
from personatwin_sql.workflow.build_ledger import known_heads
from personatwin_sql.workflow.memory import Memory


def record_draws(
    memory: Memory, compiled: Compiled, names: Sequence[str], *, allow_spend: bool
) -> tuple[Diagnostic, ...]:
    """Have it on disk how the named models tell outcomes, before any is drawn; what is to be warned of.

    Raises Withheld PT645 where the ledger knows other draws of outcomes, or draws of a table that is to tell
    them as they are, and nobody allowed it. A preview records nothing.
    """
    if not memory.loaded.publishes:
        return ()
    models = [compiled.models[name] for name in names]
    draws = [draw for draw in (_draw(compiled, model) for model in models) if draw is not None]
    if not draws and memory.ledger == NONE:
        return ()
    ledger = read_ledger(memory.folders, memory.secret, known_heads(memory))
    problems = tuple(refused_draws(ledger, compiled, models))
    if problems and not allow_spend:
        raise Withheld(problems)
    warnings = tuple(_told_before(ledger, models))
    if draws:
        recorded_draws(memory.folders, memory.secret, draws, known_heads(memory))
    return warnings


def refused_draws(
    ledger: Ledger, compiled: Compiled, models: Sequence[CompiledModel]
) -> Iterator[Diagnostic]:
    """PT645: outcomes that were told by chance are to be told by other draws, or as they are."""
    known, tellers, told = ledger.randomised(), ledger.tellers(), ledger.told_by_chance()
    tables = tables_of(compiled.loaded)
    for model in models:
        draw, place = _draw(compiled, model), _place(model)
        if draw is not None and known and draw.label not in known:
            yield Diagnostic(
                "PT645",
                f"`{model.name}` would draw outcomes anew that the ledger knows told by other draws",
                place,
                fixes=(
                    "put the share, the list of outcomes and the columns back: the same draws are free",
                    "or let it: personatwin build --allow-spend; ε of each outcome then adds up",
                ),
            )
        if draw is None and (_tells_again(model, tellers) or columns_told(model, tables) & told):
            yield Diagnostic(
                "PT645",
                f"`{model.name}` would tell outcomes as they are that were told by chance",
                place,
                fixes=(
                    "put `randomised_response` back, or leave the outcome out",
                    "or let it: personatwin build --allow-spend; what was hidden is then told",
                ),
            )


def with_draws(memory: Memory, release: Release) -> Release:
    """The release with what the ledger knows of its draws, over their whole life."""
    if not memory.loaded.publishes or all(model.response is None for model in release.models):
        return release
    known = read_ledger(memory.folders, memory.secret).randomised().values()
    total = sum((_epsilon(draw) for draw in known), Fraction(0))
    models = (
        model
        if model.response is None
        else replace(model, response=replace(model.response, draws=len(known), epsilon_of_draws=total))
        for model in release.models
    )
    return replace(release, models=tuple(models))


def _tells_again(model: CompiledModel, tellers: Collection[str]) -> bool:
    """Whether it told outcomes by chance, and still tells some."""
    promise = model.protection
    return model.name in tellers and isinstance(promise, PersonaEvents) and promise.outcome is not None


def _draw(compiled: Compiled, model: CompiledModel) -> Randomised | None:
    rule, promise = randomised(model), model.protection
    if rule is None or not isinstance(promise, PersonaEvents):
        return None
    use = use_of(RandomisedResponse(rule.law.epsilon, 1), promise.outcome or "")
    columns = tuple(sorted(columns_read(outcome_origins(model), tables_of(compiled.loaded))))
    return Randomised(model.name, label_of(model, rule), columns, rule.changed, rule.outcomes, use)


def _epsilon(draw: Randomised) -> Fraction:
    event = event_of(draw.use)
    return event.epsilon if isinstance(event, RandomisedResponse) else Fraction(0)


def _told_before(ledger: Ledger, models: Sequence[CompiledModel]) -> Iterator[Diagnostic]:
    """PT646, a warning: the same table was released before, with outcomes as they are."""
    for model in models:
        is_new = randomised(model) is not None and model.name not in ledger.tellers()
        if is_new and model.name in ledger.beside():
            yield Diagnostic(
                "PT646",
                f"`{model.name}` was released before with outcomes as they are: whoever kept it has them",
                _place(model),
                fixes=("randomise what has not been told yet: a table of its own for new events",),
                severity="warning",
            )


def _place(model: CompiledModel) -> Place:
    return model.parsed.places.get("randomised_response", Place(model.parsed.path, 1))
