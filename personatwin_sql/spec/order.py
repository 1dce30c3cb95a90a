"""What order rules ask for in the end: needs to closure, circles, and what a repair would have to add."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.domain import Domain, OrderRules

Names = tuple[str, ...]


def needs(rules: OrderRules) -> Mapping[str, Names]:
    """Event → all that must have happened before it, the nearest first: a sentencing needs an arrest too."""
    direct = _direct(rules)
    return {event: _reached(direct, event) for event in direct}


def closings(rules: OrderRules) -> Mapping[str, Names]:
    """Closing event → the events that it closes; one that is closed itself stands before what closes it."""
    opened: dict[str, list[str]] = {}
    for rule in rules.requires_closure:
        opened.setdefault(rule.closed_by, []).append(rule.event)
    depth = _depths({closer: tuple(events) for closer, events in opened.items()})
    return {closer: tuple(opened[closer]) for closer in sorted(opened, key=lambda each: depth[each])}


def ranks(rules: OrderRules) -> Mapping[str, int]:
    """Event type → its place within a day: after all that it needs, and after what it closes."""
    found = dict(_depths(_direct(rules)))
    for closer, events in closings(rules).items():
        found[closer] = max(found.get(closer, 0), 1 + max(found.get(event, 0) for event in events))
        for event in events:
            found.setdefault(event, 0)
    return found


def added_types(rules: OrderRules) -> Names:
    """The event types that a repair may add, in the order of the rules."""
    after = (rule.after for rule in rules.must_follow)
    return tuple(dict.fromkeys((*after, *(rule.closed_by for rule in rules.requires_closure))))


def repair_problems(rules: OrderRules, event_types: Collection[str]) -> Iterator[str]:
    """Why what these rules miss could not be added, in words; nothing where it can be."""
    for name in added_types(rules):
        if event_types and name not in event_types:
            yield f"`{name}` would have to be added, and is not among `event_types`"
    before = needs(rules)
    for rule in rules.requires_closure:
        known = {rule.event, *before.get(rule.event, ())}
        for name in before.get(rule.closed_by, ()):
            if name not in known:
                yield (
                    f"an added `{rule.closed_by}` would need `{name}`, "
                    f"which `{rule.event}`, that it closes, does not need"
                )


def order_problems(domain: Domain, places: Mapping[str, Place]) -> Iterator[Diagnostic]:
    """PT193 a circle, PT195 a contradiction, PT192 and PT194 a repair that is asked for and not possible."""
    rules, before = domain.order_rules, needs(domain.order_rules)
    closed = {rule.event: [rule.closed_by] for rule in rules.requires_closure}
    for index, must in enumerate(rules.must_follow):
        if must.event == must.after or must.event in before.get(must.after, ()):
            message = f"`{must.event}` would have to follow `{must.after}`, and `{must.after}` follow it"
            yield Diagnostic("PT193", message, places[f"domain.order_rules.must_follow.{index}.event"])
    for index, closure in enumerate(rules.requires_closure):
        further = _reached(closed, closure.closed_by) if closure.closed_by in closed else ()
        if closure.event in (closure.closed_by, *further):
            message = f"`{closure.event}` would be closed by what it closes itself"
            place = places[f"domain.order_rules.requires_closure.{index}.event"]
            yield Diagnostic("PT193", message, place)
    for index, cannot in enumerate(rules.cannot_follow):
        if cannot.after in before.get(cannot.event, ()):
            message = f"`{cannot.event}` cannot follow `{cannot.after}`, and must"
            yield Diagnostic("PT195", message, places[f"domain.order_rules.cannot_follow.{index}.event"])
    if rules.on_violation == "repair" and not any(_has_circle(each) for each in (_direct(rules), closed)):
        place = places["domain.order_rules.on_violation"]
        if not added_types(rules):
            message = "nothing could be repaired: there are rules neither of `must_follow` nor of closure"
            yield Diagnostic("PT192", message, place)
        for message in repair_problems(rules, domain.event_types):
            yield Diagnostic("PT194", message, place)


def _direct(rules: OrderRules) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rule in rules.must_follow:
        found.setdefault(rule.event, []).append(rule.after)
    return found


def _reached(direct: Mapping[str, Collection[str]], event: str) -> Names:
    """All that is reached from an event, the nearest first; in a circle the event is reached itself."""
    found: dict[str, None] = {}
    waiting = list(direct[event])
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting.extend(direct.get(name, ()))
    return tuple(found)


def _has_circle(direct: Mapping[str, Collection[str]]) -> bool:
    return any(event in _reached(direct, event) for event in direct)


def _depths(direct: Mapping[str, Collection[str]]) -> Mapping[str, int]:
    """The longest way from each name to one that leads nowhere, in steps; a circle is not followed."""
    found: dict[str, int] = {}

    def depth(name: str, passed: frozenset[str]) -> int:
        if name not in found:
            further = [each for each in direct.get(name, ()) if each not in passed]
            found[name] = max((1 + depth(each, passed | {name}) for each in further), default=0)
        return found[name]

    for name in (*direct, *(each for names in direct.values() for each in names)):
        depth(name, frozenset({name}))
    return found
