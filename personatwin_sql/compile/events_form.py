"""By which strategy a model's events are released, as far as its `config()` and the project say."""

from __future__ import annotations

from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.loaded import Loaded


@dataclass(frozen=True)
class Events:
    """Persona events, to models that read them."""

    strategy: str
    are_repaired: bool
    """Whether the order rules add events."""


def of_events(model: ParsedModel, loaded: Loaded) -> Events | None:
    """None for anything else than persona events; what is wrong with a strategy is said where it is read."""
    if model.config.get("protection") != "persona_events":
        return None
    strategy = str(model.config.get("strategy") or loaded.project.privacy.strategy or "aggregate")
    are_repaired = strategy == "sequence" or loaded.domain.order_rules.on_violation == "repair"
    return Events(strategy, are_repaired)
