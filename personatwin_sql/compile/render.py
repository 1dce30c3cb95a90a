"""The SQL that runs for a model, whatever protects it."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.compile.aggregate.render import render_aggregate
from personatwin_sql.compile.event_protection import render_persona_events
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import (
    Chosen,
    render_derived,
    render_k_anonymity,
    render_personas,
    render_private,
)
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy, ModelKeys
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import Derived, KAnonymity, PersonaEvents, Personas


def beneath(model: CompiledModel, models: Mapping[str, CompiledModel]) -> CompiledModel | None:
    """The model on which this one stands: personas of events, classes of personas, keys of aggregates."""
    promise = model.protection
    if isinstance(promise, PersonaEvents):
        return models[promise.personas]
    if isinstance(promise, DifferentialPrivacy):
        return models[promise.keys.model] if isinstance(promise.keys, ModelKeys) else None
    return models[promise.within] if isinstance(promise, Personas) and promise.within else None


def render(
    loaded: Loaded,
    model: CompiledModel,
    chosen: Chosen | None,
    below: CompiledModel | None,
    inside: str | None = None,
) -> str:
    """The SQL that runs for a model, its statements separated by `;`.

    `chosen` is needed by k_anonymity and personas, what stands `beneath` by persona_events: raises TypeError
    without. `inside` is the map of classes that personas do not cross, if not those of their model.
    """
    promise = model.protection
    if promise is None:
        return render_private(model)
    if isinstance(promise, KAnonymity) and chosen is not None:
        return render_k_anonymity(loaded, model, chosen)
    if isinstance(promise, Personas) and chosen is not None:
        return render_personas(loaded, model, promise, chosen, below, inside)
    if isinstance(promise, PersonaEvents) and below is not None:
        return render_persona_events(loaded, model, promise, below)
    if isinstance(promise, DifferentialPrivacy) and model.aggregation is not None:
        relation = below.relation if below is not None else None
        return render_aggregate(loaded, model.name, model.parsed.path, promise, model.aggregation, relation)
    if isinstance(promise, Derived):
        return render_derived(model)
    raise TypeError(f"{model.name} cannot be rendered without what it depends on")
