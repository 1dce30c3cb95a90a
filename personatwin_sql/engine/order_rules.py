"""What may come before what in a person's events, and how often it did not: counts, for the owner alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.domain import OrderRules
from personatwin_sql.spec.order import needs

_PERSONS = f"private.{identifier('order rules')}"
"""What is known of each person's events; no model has a blank in its name."""


@dataclass(frozen=True)
class EventColumns:
    """Which columns of a table of events say who, when and what."""

    person: str
    date: str
    event_type: str


@dataclass(frozen=True)
class RuleViolation:
    """A rule that some events break."""

    rule: str
    """`sentencing must follow charge (implied)`."""
    events: int
    """Events at fault; of a rule on how often, those beyond the allowed number."""
    people: int


@dataclass(frozen=True)
class _Rule:
    text: str
    kind: str
    event: str
    other: str
    times: int = 0


def violations(
    session: Session, table: str, rules: OrderRules, columns: EventColumns
) -> tuple[RuleViolation, ...]:
    """Every rule that is broken, in the order in which they are written, implied ones after their causes.

    Same-day events count as in order, for a date does not say which came first; so does an event whose
    date, or whose counterpart's date, is missing. Rules of `must_follow` are evaluated to closure: a lone
    sentencing misses trial, charge and arrest. Events of nobody are in nobody's history.

    A person's events become first and last days of each type once, and only events of people who break a
    rule are looked at again: no pairs of events are compared.
    """
    happened = _happened(table, columns)
    evaluated = _of_what_happened(session, happened, tuple(_rules(rules)))
    if not evaluated:
        return ()
    types = tuple(dict.fromkeys(name for rule in evaluated for name in (rule.event, rule.other)))
    session.run(_persons_sql(happened, types), "order_rules")
    people = session.rows(_people_sql(evaluated, types), node="order_rules")[0]
    broken = tuple(rule for rule, number in zip(evaluated, people, strict=True) if number)
    if not broken:
        return ()
    events = session.rows(_events_sql(happened, broken, types), node="order_rules")[0]
    found = zip(broken, events, (number for number in people if number), strict=True)
    return tuple(RuleViolation(rule.text, int(count), int(number)) for rule, count, number in found)


def _rules(rules: OrderRules) -> Iterator[_Rule]:
    direct = {(must.event, must.after) for must in rules.must_follow}
    for event, before in needs(rules).items():
        for after in before:
            if after != event:
                implied = "" if (event, after) in direct else " (implied)"
                yield _Rule(f"{event} must follow {after}{implied}", "must_follow", event, after)
    for cannot in rules.cannot_follow:
        text = f"{cannot.event} cannot follow {cannot.after}"
        yield _Rule(text, "cannot_follow", cannot.event, cannot.after)
    for limit in rules.max_occurrences:
        text = f"{limit.event} at most {limit.times} times"
        yield _Rule(text, "max_occurrences", limit.event, limit.event, limit.times)
    for closure in rules.requires_closure:
        text = f"{closure.event} must be closed by {closure.closed_by}"
        yield _Rule(text, "requires_closure", closure.event, closure.closed_by)


def _happened(table: str, columns: EventColumns) -> str:
    return (
        f"SELECT {identifier(columns.person)} AS person, "
        f"TRY_CAST({identifier(columns.date)} AS DATE) AS day, "
        f"CAST({identifier(columns.event_type)} AS VARCHAR) AS event "
        f"FROM {table} WHERE {identifier(columns.person)} IS NOT NULL"
    )


def _of_what_happened(session: Session, happened: str, rules: Sequence[_Rule]) -> tuple[_Rule, ...]:
    """The rules of events that there are; a counterpart that never happened is asked for no more."""
    if not rules:
        return ()
    listed = ", ".join(literal(name) for name in _names(rules))
    rows = session.rows(f"SELECT DISTINCT event FROM ({happened}) WHERE event IN ({listed})")
    known = {row[0] for row in rows}
    return tuple(
        replace(rule, other=rule.other if rule.other in known else "")
        for rule in rules
        if rule.event in known and (rule.other in known or rule.kind != "cannot_follow")
    )


def _names(rules: Sequence[_Rule]) -> dict[str, None]:
    return dict.fromkeys(name for rule in rules for name in (rule.event, rule.other) if name)


def _persons_sql(happened: str, types: Sequence[str]) -> str:
    """One row a person: of each type how many events, how many of them dated, and the first and last day."""
    aggregates = ",\n    ".join(
        f"count(*) FILTER (WHERE event = {literal(name)}) AS n_{number}, "
        f"count(day) FILTER (WHERE event = {literal(name)}) AS dated_{number}, "
        f"min(day) FILTER (WHERE event = {literal(name)}) AS first_{number}, "
        f"max(day) FILTER (WHERE event = {literal(name)}) AS last_{number}"
        for number, name in enumerate(types)
        if name
    )
    listed = ", ".join(literal(name) for name in types if name)
    return (
        f"CREATE OR REPLACE TABLE {_PERSONS} AS SELECT person,\n    {aggregates}\n"
        f"FROM ({happened}) WHERE event IN ({listed}) GROUP BY person"
    )


def _is_broken(rule: _Rule, types: Sequence[str], first: str, last: str) -> str:
    """Whether an event breaks a rule, or any of a person's events that lie between two days."""
    if rule.kind == "max_occurrences":
        return f"n_{types.index(rule.event)} > {rule.times}"
    if not rule.other:
        return "TRUE"
    other = types.index(rule.other)
    if rule.kind == "cannot_follow":
        return f"coalesce(first_{other} < {last}, FALSE)"
    is_late = f"first_{other} > {first}" if rule.kind == "must_follow" else f"last_{other} < {last}"
    return f"(n_{other} = 0 OR (dated_{other} = n_{other} AND coalesce({is_late}, FALSE)))"


def _people_sql(rules: Sequence[_Rule], types: Sequence[str]) -> str:
    counts = ",\n    ".join(f"count(*) FILTER (WHERE {_of_person(rule, types)})" for rule in rules)
    return f"SELECT {counts}\nFROM {_PERSONS}"


def _of_person(rule: _Rule, types: Sequence[str]) -> str:
    number = types.index(rule.event)
    return f"n_{number} > 0 AND {_is_broken(rule, types, f'first_{number}', f'last_{number}')}"


def _events_sql(happened: str, rules: Sequence[_Rule], types: Sequence[str]) -> str:
    """Events at fault, of people who break a rule."""
    broken = " OR ".join(f"({_of_person(rule, types)})" for rule in rules)
    listed = ", ".join(literal(rule.event) for rule in rules)
    counts = ",\n    ".join(_at_fault(rule, types) for rule in rules)
    return (
        f"SELECT {counts}\nFROM ({happened}) AS events\n"
        f"INNER JOIN (SELECT * FROM {_PERSONS} WHERE {broken}) AS persons ON events.person = persons.person\n"
        f"WHERE events.event IN ({listed})"
    )


def _at_fault(rule: _Rule, types: Sequence[str]) -> str:
    if rule.kind == "max_occurrences":
        number = f"n_{types.index(rule.event)}"
        return f"(SELECT sum({number} - {rule.times}) FROM {_PERSONS} WHERE {number} > {rule.times})"
    broken = _is_broken(rule, types, "events.day", "events.day")
    return f"count(*) FILTER (WHERE events.event = {literal(rule.event)} AND {broken})"
