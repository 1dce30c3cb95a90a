"""Names inside a domain that must name something: columns of personas, event types of rules, outcomes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.suggestion import closest, suggestion
from personatwin_sql.spec.domain import Domain


def name_problems(domain: Domain, places: Mapping[str, Place]) -> Iterator[Diagnostic]:
    """PT034 for a column that is nowhere, PT035 for an event type or outcome that is misspelt."""
    yield from _persona_columns(domain, places)
    yield from _event_names(domain, places)


def _persona_columns(domain: Domain, places: Mapping[str, Place]) -> Iterator[Diagnostic]:
    columns = dict.fromkeys(name for entity in domain.entities.values() for name in entity.columns)
    columns |= dict.fromkeys(name for source in domain.sources.values() for name in source)
    known = {name.casefold() for name in columns}
    for key in ("block", "within_block"):
        for index, name in enumerate(getattr(domain.personas, key)):
            if name.casefold() not in known:
                place = places[f"domain.personas.{key}.{index}"]
                message = f"no entity and no source of the domain has a column `{name}`"
                yield Diagnostic("PT034", message, place, suggestion(name, columns))
    for name in domain.census:
        if name.casefold() not in known:
            message = f"no entity and no source of the domain has a column `{name}`"
            place = places.get(f"domain.census.{name}", Place(domain.path))
            yield Diagnostic("PT034", message, place, suggestion(name, columns))


def _event_names(domain: Domain, places: Mapping[str, Place]) -> Iterator[Diagnostic]:
    rules = domain.order_rules
    closed_by = places.get("domain.unlisted") if domain.unlisted == "refuse" else None
    events = {
        f"order_rules.{kind}.{index}.{key}": str(name)
        for kind in ("must_follow", "cannot_follow", "max_occurrences", "requires_closure")
        for index, rule in enumerate(getattr(rules, kind))
        for key, name in rule
        if key != "times"
    }
    outcomes = {f"sensitive_outcomes.{index}": name for index, name in enumerate(domain.sensitive_outcomes)}
    for names, listed, key in (
        (events, domain.event_types, "event_types"),
        (outcomes, domain.outcomes, "outcomes"),
    ):
        for path, name in names.items():
            place = places[f"domain.{path}"]
            # a list that was open where the name was written knew of it
            is_closed = closed_by is not None and closed_by.path == place.path
            if _is_misspelt(name, listed, is_closed=is_closed):
                yield Diagnostic("PT035", f"`{name}` is not among `{key}`", place, suggestion(name, listed))


def _is_misspelt(name: str, listed: Collection[str], *, is_closed: bool) -> bool:
    """Open lists take names that are not in them, but hardly one that is nearly in them."""
    if not listed or name in listed:
        return False
    return is_closed or closest(name, listed, likeness=0.85) is not None
