"""What may come before what in a person's events, and how often it did not: counts, for the owner alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.order_tests import Kind, OrderTest, failures
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.domain import OrderRules
from personatwin_sql.spec.order import needs


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


@dataclass(frozen=True)
class _Rule:
    text: str
    test: OrderTest


def violations(
    session: Session, table: str, rules: OrderRules, columns: EventColumns
) -> tuple[RuleViolation, ...]:
    """Every rule that is broken, in the order in which they are written, implied ones after their causes.

    Same-day events count as in order, for a date does not say which came first; so does an event whose
    date, or whose counterpart's date, is missing. Rules of `must_follow` are evaluated to closure: a lone
    sentencing misses trial, charge and arrest. Events of nobody are in nobody's history.
    """
    written = tuple(_rules(rules))
    numbers = _numbers(session, table, columns, written)
    looked_at = tuple(rule.test for rule in written if _needs_a_look(rule.test, numbers))
    failed = failures(session, _happened(table, columns), looked_at, numbers)
    at_fault = ((rule, failed.get(rule.test, _without_a_look(rule.test, numbers))) for rule in written)
    return tuple(RuleViolation(rule.text, events) for rule, events in at_fault if events)


def _rules(rules: OrderRules) -> Iterator[_Rule]:
    direct = {(must.event, must.after) for must in rules.must_follow}
    for event, before in needs(rules).items():
        for after in before:
            if after != event:
                implied = "" if (event, after) in direct else " (implied)"
                yield _Rule(
                    f"{event} must follow {after}{implied}", OrderTest(Kind.MUST_FOLLOW, event, after)
                )
    for cannot in rules.cannot_follow:
        text = f"{cannot.event} cannot follow {cannot.after}"
        yield _Rule(text, OrderTest(Kind.CANNOT_FOLLOW, cannot.event, cannot.after))
    for limit in rules.max_occurrences:
        text = f"{limit.event} at most {limit.times} times"
        yield _Rule(text, OrderTest(Kind.MAX_OCCURRENCES, limit.event, limit.event, limit.times))
    for closure in rules.requires_closure:
        text = f"{closure.event} must be closed by {closure.closed_by}"
        yield _Rule(text, OrderTest(Kind.REQUIRES_CLOSURE, closure.event, closure.closed_by))


def _numbers(
    session: Session, table: str, columns: EventColumns, rules: Sequence[_Rule]
) -> Mapping[str, int]:
    """The event types of the rules that ever happened to somebody, and how often."""
    if not rules:
        return {}
    names = dict.fromkeys(name for rule in rules for name in (rule.test.event, rule.test.other))
    person, event = identifier(columns.person), identifier(columns.event_type)
    rows = session.rows(
        f"WITH counted AS MATERIALIZED ("
        f"SELECT {event} AS name, count(*) AS n FROM {table} WHERE {person} IS NOT NULL GROUP BY {event}) "
        f"SELECT CAST(name AS VARCHAR), n FROM counted "
        f"WHERE CAST(name AS VARCHAR) IN ({', '.join(map(literal, names))})",
        node="order_rules",
    )
    found = {str(name): int(number) for name, number in rows}
    return {name: found[name] for name in names if name in found}


def _needs_a_look(test: OrderTest, numbers: Mapping[str, int]) -> bool:
    if test.kind is Kind.MAX_OCCURRENCES:
        return numbers.get(test.event, 0) > test.times
    return test.event in numbers and test.other in numbers


def _without_a_look(test: OrderTest, numbers: Mapping[str, int]) -> int:
    """Events at fault where what they are tested against never happened: all of them, or none."""
    asks_for_it = test.kind in (Kind.MUST_FOLLOW, Kind.REQUIRES_CLOSURE)
    return numbers.get(test.event, 0) if asks_for_it else 0


def _happened(table: str, columns: EventColumns) -> str:
    return (
        f"SELECT {identifier(columns.person)} AS person, "
        f"TRY_CAST({identifier(columns.date)} AS DATE) AS day, "
        f"CAST({identifier(columns.event_type)} AS VARCHAR) AS event FROM {table}"
    )
