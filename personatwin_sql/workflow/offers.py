"""What would pass beside earlier releases, for the owner of a build that does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import Chosen
from personatwin_sql.engine.offers import Tried, coarser_levels, lay_people_beside_earlier, tried
from personatwin_sql.engine.session import Session
from personatwin_sql.release.promise import percent
from personatwin_sql.spec.protection import KAnonymity, Personas
from personatwin_sql.workflow.released import Built

WAIT = "or wait until more people have joined or left, and publish them together"


def offers(
    session: Session, compiled: Compiled, built: Built, locked: Mapping[str, Chosen]
) -> tuple[str, ...]:
    """Levels at which each table of classes would pass by itself, cheapest first; at last, to wait.

    What is offered for nothing is said too: of personas, and of classes that differ in levels.
    """
    found = [
        offer
        for name, choice in built.choices.items()
        if isinstance(compiled.models[name].protection, KAnonymity) and choice.recoding is None
        for offer in _of_model(session, compiled.models[name], choice.chosen, locked.get(name))
    ]
    return (*found, *_not_offered(compiled, built), WAIT)


def _not_offered(compiled: Compiled, built: Built) -> Iterator[str]:
    for name, choice in built.choices.items():
        if isinstance(compiled.models[name].protection, Personas):
            yield (
                f"nothing of other levels for the personas of `{name}`: they are cut inside of what earlier "
                "releases put together, and who then stands alone waits"
            )
        elif choice.recoding is not None:
            yield (
                f"nothing of other levels for `{name}`, whose classes differ in theirs: they stay as they "
                "were as long as project.lock is kept"
            )


def _of_model(session: Session, model: CompiledModel, chosen: Chosen, locked: Chosen | None) -> Iterator[str]:
    promise = model.protection
    if not isinstance(promise, KAnonymity):
        return
    limit, table = promise.suppression_limit.value, lay_people_beside_earlier(session, model)
    names = {column.name for column in model.quasi_identifiers}
    before = [dict(locked.levels)] if locked and set(locked.levels) == names and locked != chosen else []
    passing = []
    for levels in (*before, *coarser_levels(model, chosen.levels)):
        cost = tried(session, model, table, levels, chosen.k)
        if cost.suppressed <= limit and cost.held_back <= limit:
            passing.append(cost)
    for cost in _one_a_column(passing, chosen.levels):
        changed = {
            name: {"level": cost.levels[name]}
            for name in cost.levels
            if cost.levels[name] != chosen.levels[name]
        }
        yield (
            f"`{model.name}` with config(columns={changed}): {percent(cost.held_back)} of its people "
            f"would wait, and {percent(cost.suppressed)} be suppressed"
        )


def _one_a_column(passing: list[Tried], chosen: Mapping[str, int]) -> Iterator[Tried]:
    """The finest that passes for each set of columns that change."""
    seen: set[frozenset[str]] = set()
    for cost in passing:
        changed = frozenset(name for name, level in cost.levels.items() if level != chosen[name])
        if changed not in seen:
            seen.add(changed)
            yield cost
