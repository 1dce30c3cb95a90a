"""What `lkc` needs of events and of their personas: outcomes to be unsure of, and no surer word elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.preset import SENSITIVE_OUTCOME_CAP
from personatwin_sql.spec.protection import PersonaEvents
from personatwin_sql.spec.role import Role


def check_known(
    model: CompiledModel, promise: PersonaEvents, personas: CompiledModel | None
) -> Iterator[Diagnostic]:
    """PT240 where no outcome is sensitive, PT241 where the personas tell a sensitive value more surely."""
    for each in promise.known:
        if each.confidence is None:
            continue
        place = model.parsed.places.get(each.kind, Place(model.parsed.path, 1))
        if promise.outcome is None or not promise.sensitive_outcomes:
            yield Diagnostic(
                "PT240",
                f"`{each.kind}` limits how sure a sensitive outcome may be, and there is none",
                place,
                fixes=(
                    "select an outcome, and list `sensitive_outcomes` in the domain",
                    f"or ask for km={{'m': {each.most}, 'k': {each.k.value:g}}}, which asks for people alone",
                ),
            )
        kept = [] if personas is None else [c.name for c in personas.columns if c.role == Role.SENSITIVE]
        if personas is not None and kept and each.confidence.value < SENSITIVE_OUTCOME_CAP:
            names = ", ".join(f"`{name}`" for name in kept)
            yield Diagnostic(
                "PT241",
                f"`{personas.name}` may say {names} of {SENSITIVE_OUTCOME_CAP:.0%} of a persona's people, "
                f"`{each.kind}` allows {each.confidence.value:.4g}",
                place,
                fixes=(
                    f"leave {names} out of `{personas.name}`",
                    f"or allow 'c': {SENSITIVE_OUTCOME_CAP:g}",
                ),
            )
