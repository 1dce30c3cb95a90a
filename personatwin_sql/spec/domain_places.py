"""Where each part of a domain stands, over all the files that it extends."""

from __future__ import annotations

from collections.abc import Iterable

from personatwin_sql.errors import Place
from personatwin_sql.spec.document import Document, Trail

_NAMED_COLUMNS = ("entities", "sources")
_BY_KEY = ("hierarchies", "order_rules", "personas", "precision")


def domain_places(documents: Iterable[Document]) -> dict[str, Place]:
    """Dotted path → place, as in `Loaded.places`; of a part that is written again, only the last.

    Documents come the most general first. `domain.entities.people.age` is a column: `columns` is left out.
    """
    found: dict[Trail, Place] = {}
    for document in documents:
        trails = [trail for trail in {**document.keys, **document.values} if trail]
        rewritten = {_unit(trail) for trail in trails}
        found = {trail: place for trail, place in found.items() if _unit(trail) not in rewritten}
        found |= {trail: document.key_place(trail) for trail in trails}
    return {_dotted(trail): place for trail, place in found.items()}


def _unit(trail: Trail) -> Trail:
    """The part that replaces an inherited one as a whole."""
    if trail[0] in _NAMED_COLUMNS:
        return trail[:4]
    return trail[:2] if trail[0] in _BY_KEY else trail[:1]


def _dotted(trail: Trail) -> str:
    steps = trail[:2] + trail[3:] if trail[0] in _NAMED_COLUMNS and trail[2:3] == ("columns",) else trail
    return ".".join(("domain", *map(str, steps)))
