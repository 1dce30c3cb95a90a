"""What was built, counted: each guarantee gets its measure, each model its figures. Nothing here decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from personatwin_sql.compile.model import CompiledModel, Levels
from personatwin_sql.engine.measure_events import measure_events
from personatwin_sql.engine.measure_people import measure_classes, measure_personas
from personatwin_sql.engine.measured import Measured
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.protection import KAnonymity, PersonaEvents, Personas


def measure(
    session: Session,
    model: CompiledModel,
    guarantees: Sequence[Guarantee],
    models: Mapping[str, CompiledModel],
    levels: Levels | None = None,
) -> Measured:
    """Count a released model anew and fill in what each guarantee measures."""
    promise = model.protection
    if isinstance(promise, KAnonymity):
        return measure_classes(session, model, promise, guarantees, levels or {})
    if isinstance(promise, Personas):
        within = models[promise.within] if promise.within else None
        return measure_personas(session, model, guarantees, levels or {}, within)
    if isinstance(promise, PersonaEvents):
        return measure_events(session, model, promise, guarantees, models[promise.personas])
    return Measured(model.name, tuple(guarantees))
