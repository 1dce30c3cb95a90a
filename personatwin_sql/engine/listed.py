"""Types and outcomes of events against the lists of the domain, where it closes them."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.event_protection import dimensions_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.engine.groups import unlisted_values
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic, Place, Withheld
from personatwin_sql.spec.domain import Domain
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import PersonaEvents


def listed_columns(domain: Domain, model: CompiledModel) -> tuple[tuple[str, str, Sequence[str]], ...]:
    """The columns of persona events that have a list: name of the list, column, what may stand in it."""
    promise = model.protection
    outcome = promise.outcome if isinstance(promise, PersonaEvents) else None
    columns = (("event_types", "event_type", domain.event_types), ("outcomes", outcome, domain.outcomes))
    selected = dimensions_of(model)
    return tuple((key, column, listed) for key, column, listed in columns if column in selected and listed)


def refuse_unlisted(session: Session, loaded: Loaded, model: CompiledModel) -> None:
    """Raises Withheld (PT230) where events have a value outside a list; which, the owner's report says."""
    found = [
        Diagnostic(
            "PT230",
            f"`{model.name}` withheld: `{column}` has values that are not among the domain's `{key}`",
            Place(model.parsed.path, 1),
            fixes=(
                f"add what belongs there to `{key}`, or map it in the staging model",
                "or take all with `unlisted: keep`, and have them counted",
            ),
            notes=("which they are stands in the owner's report",),
        )
        for key, column, listed in listed_columns(loaded.domain, model)
        if unlisted_values(session, model, column, listed)
    ]
    if found:
        raise Withheld(tuple(found))
