"""What a key is called where it was written wrongly, and where a key of another place belongs."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.spec.document import Trail
from personatwin_sql.spec.privacy_models import KEYS, OF_COLUMNS

RULES_OF_EVENTS: Mapping[str, str] = {
    "km": "km={'m': 2, 'k': 11}",
    "lkc": "lkc={'l': 2, 'k': 11, 'c': 0.5}",
    "known_events": "known_events={'p': 2, 'k': 11}",
}
"""How `config()` of persona events writes what somebody may know."""


def name_of(trail: Trail) -> str:
    """The last key of a trail, and of a list's item its list; of a privacy model its name too."""
    if not trail:
        return "the file"
    *before, last = trail
    if isinstance(last, int):
        return f"an entry of {name_of(tuple(before))}"
    if before in ([], ["privacy"]) or not _is_of_model(trail):
        return f"`{last}`"
    model = next(step for step in before if step in KEYS)
    if before[-1] == model and model in OF_COLUMNS:
        return f"`{model}` of `{last}`"
    return f"`{last}` in {name_of(tuple(before))}"


def _is_of_model(trail: Trail) -> bool:
    return trail[0] in KEYS or (trail[0] == "privacy" and trail[1] in KEYS)


def of_events(trail: Trail) -> str | None:
    """How a key of the project's privacy is written in the model of persona events; None for all others."""
    return RULES_OF_EVENTS.get(str(trail[-1])) if trail[:-1] == ("privacy",) else None
