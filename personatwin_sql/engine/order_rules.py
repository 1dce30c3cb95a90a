"""What may come before what in a person's events, and how often it did not: counts, for the owner alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
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
    evaluated = tuple(_rules(rules))
    types = _types_there(session, table, columns, evaluated)
    evaluated = tuple(rule for rule in evaluated if _may_break(rule, types))
    if not evaluated:
        return ()
    happened = _happened(table, columns, types)
    session.run(_persons_sql(happened, evaluated, types), "order_rules")
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


def _types_there(
    session: Session, table: str, columns: EventColumns, rules: Sequence[_Rule]
) -> tuple[str, ...]:
    """The event types of the rules that ever happened."""
    if not rules:
        return ()
    names = dict.fromkeys(name for rule in rules for name in (rule.event, rule.other))
    event = identifier(columns.event_type)
    listed = ", ".join(map(literal, names))
    rows = session.rows(f"SELECT DISTINCT {event} FROM {table} WHERE {event} IN ({listed})")
    there = {str(row[0]) for row in rows}
    return tuple(name for name in names if name in there)


def _may_break(rule: _Rule, types: Sequence[str]) -> bool:
    return rule.event in types and (rule.other in types or rule.kind != "cannot_follow")


def _happened(table: str, columns: EventColumns, types: Sequence[str]) -> str:
    """Events as numbers of types; one without a date is before and after all others, as it is asked."""
    event = identifier(columns.event_type)
    codes = " ".join(f"WHEN {literal(name)} THEN {number}" for number, name in enumerate(types))
    day = f"TRY_CAST({identifier(columns.date)} AS DATE)"
    return (
        f"SELECT {identifier(columns.person)} AS person, "
        f"coalesce({day}, DATE '-infinity') AS low, coalesce({day}, DATE 'infinity') AS high, "
        f"CAST(CASE {event} {codes} END AS UTINYINT) AS event "
        f"FROM {table} WHERE {identifier(columns.person)} IS NOT NULL "
        f"AND {event} IN ({', '.join(map(literal, types))})"
    )


_AGGREGATES = {
    "first": "min(high)",  # the first day, infinity where none has a date
    "earliest": "min(low)",  # the same, minus infinity where one has no date
    "last": "max(low)",
    "latest": "max(high)",
    "n": "count(*)",
}
"""What is asked of a person's events of a type; NULL (or 0) where there are none."""


def _asked(rule: _Rule) -> tuple[tuple[str, str], ...]:
    """What a rule must know of a person: aggregate and type."""
    if rule.kind == "max_occurrences":
        return (("n", rule.event),)
    if rule.kind == "must_follow":
        return (("first", rule.event), ("earliest", rule.other))
    if rule.kind == "cannot_follow":
        return (("last", rule.event), ("first", rule.other))
    return (("last", rule.event), ("latest", rule.other))


def _persons_sql(happened: str, rules: Sequence[_Rule], types: Sequence[str]) -> str:
    """One row a person."""
    asked = dict.fromkeys(each for rule in rules for each in _asked(rule) if each[1] in types)
    aggregates = ",\n    ".join(
        f"{_AGGREGATES[kind]} FILTER (WHERE event = {types.index(name)}) AS {kind}_{types.index(name)}"
        for kind, name in asked
    )
    return (
        f"CREATE OR REPLACE TABLE {_PERSONS} AS SELECT person,\n    {aggregates}\n"
        f"FROM ({happened}) GROUP BY person"
    )


def _is_broken(rule: _Rule, types: Sequence[str], first: str, last: str) -> str:
    """Whether an event breaks a rule, or any of a person's events from `first` to `last`."""
    if rule.kind == "max_occurrences":
        return f"n_{types.index(rule.event)} > {rule.times}"
    if rule.other not in types:
        return "TRUE"
    other = types.index(rule.other)
    if rule.kind == "cannot_follow":
        return f"coalesce(first_{other} < {last}, FALSE)"
    if rule.kind == "must_follow":
        return f"coalesce(earliest_{other} > {first}, TRUE)"
    return f"coalesce(latest_{other} < {last}, TRUE)"


def _of_person(rule: _Rule, types: Sequence[str]) -> str:
    number, (kind, _) = types.index(rule.event), _asked(rule)[0]
    broken = _is_broken(rule, types, f"{kind}_{number}", f"{kind}_{number}")
    return f"{kind}_{number} IS NOT NULL AND {broken}"


def _people_sql(rules: Sequence[_Rule], types: Sequence[str]) -> str:
    counts = ",\n    ".join(f"count(*) FILTER (WHERE {_of_person(rule, types)})" for rule in rules)
    return f"SELECT {counts}\nFROM {_PERSONS}"


def _events_sql(happened: str, rules: Sequence[_Rule], types: Sequence[str]) -> str:
    """Events at fault, of people who break a rule."""
    broken = " OR ".join(f"({_of_person(rule, types)})" for rule in rules)
    counts = ",\n    ".join(_at_fault(rule, types) for rule in rules)
    listed = ", ".join(str(types.index(rule.event)) for rule in rules)
    return (
        f"SELECT {counts}\nFROM ({happened}) AS events\n"
        f"INNER JOIN (SELECT * FROM {_PERSONS} WHERE {broken}) AS persons ON events.person = persons.person\n"
        f"WHERE events.event IN ({listed})"
    )


def _at_fault(rule: _Rule, types: Sequence[str]) -> str:
    number = types.index(rule.event)
    if rule.kind == "max_occurrences":
        beyond = f"n_{number} > {rule.times}"
        return f"(SELECT sum(n_{number} - {rule.times}) FROM {_PERSONS} WHERE {beyond})"
    broken = _is_broken(rule, types, "events.high", "events.low")
    return f"count(*) FILTER (WHERE events.event = {number} AND {broken})"
