"""What may come before what in a person's events, and how often it did not: counts, for the owner alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.domain import OrderRules


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
    sentencing misses trial, charge and arrest.
    """
    evaluated = tuple(_rules(rules))
    if not evaluated:
        return ()
    rows = session.rows(_violations_sql(table, columns, evaluated), node="order_rules")
    found = {int(number): (int(events), int(people)) for number, events, people in rows}
    return tuple(RuleViolation(rule.text, *found[n]) for n, rule in enumerate(evaluated) if n in found)


def _rules(rules: OrderRules) -> Iterator[_Rule]:
    needs: dict[str, list[str]] = {}
    for must in rules.must_follow:
        needs.setdefault(must.event, []).append(must.after)
    for event, direct in needs.items():
        for after in _closure(needs, event):
            implied = "" if after in direct else " (implied)"
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


def _closure(needs: Mapping[str, list[str]], event: str) -> tuple[str, ...]:
    """Everything that must have happened before an event, the nearest first."""
    found: dict[str, None] = {}
    waiting = list(needs[event])
    while waiting:
        after = waiting.pop(0)
        if after != event and after not in found:
            found[after] = None
            waiting.extend(needs.get(after, ()))
    return tuple(found)


def _violations_sql(table: str, columns: EventColumns, rules: tuple[_Rule, ...]) -> str:
    """An event meets the first, last and number of its person's events of a type: no pairs are compared."""
    listed = ",\n    ".join(
        f"({n}, {literal(rule.kind)}, {literal(rule.event)}, {literal(rule.other)}, {rule.times})"
        for n, rule in enumerate(rules)
    )
    return f"""
WITH rules (number, kind, event, other, times) AS (VALUES
    {listed}
),
events AS (
    SELECT
        {identifier(columns.person)} AS person,
        TRY_CAST({identifier(columns.date)} AS DATE) AS day,
        {identifier(columns.event_type)} AS event
    FROM {table}
    WHERE {identifier(columns.event_type)} IN (SELECT event FROM rules UNION ALL SELECT other FROM rules)
),
types AS (
    SELECT
        person,
        event,
        min(day) AS first_day,
        max(day) AS last_day,
        count(*) > count(day) AS is_undated,
        count(*) AS events
    FROM events
    GROUP BY person, event
),
broken AS (
    SELECT rules.number, events.person, 1 AS at_fault
    FROM events
    INNER JOIN rules ON events.event = rules.event
    LEFT JOIN types ON events.person = types.person AND types.event = rules.other
    WHERE
        CASE rules.kind
            WHEN 'must_follow'
                THEN types.event IS NULL
                OR (NOT types.is_undated AND coalesce(types.first_day > events.day, FALSE))
            WHEN 'cannot_follow' THEN coalesce(types.first_day < events.day, FALSE)
            WHEN 'requires_closure'
                THEN types.event IS NULL
                OR (NOT types.is_undated AND coalesce(types.last_day < events.day, FALSE))
            ELSE FALSE
        END
    UNION ALL
    SELECT rules.number, types.person, types.events - rules.times
    FROM types
    INNER JOIN rules ON types.event = rules.event
    WHERE rules.kind = 'max_occurrences' AND types.events > rules.times
)
SELECT number, sum(at_fault), count(DISTINCT person)
FROM broken
GROUP BY number
ORDER BY number
"""
