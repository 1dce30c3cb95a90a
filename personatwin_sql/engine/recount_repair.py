"""The independent check of a repair: what was added was missed, and nothing is missed any more."""

from __future__ import annotations

from personatwin_sql.compile.event_protection import date_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import macro_model
from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.compile.randomised import told
from personatwin_sql.compile.strategy import EVENT_TYPE, IS_ADDED
from personatwin_sql.engine.order_rules import EventColumns, violations
from personatwin_sql.engine.recount import listed
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.domain import OrderRules
from personatwin_sql.spec.order import needs


@dataclass(frozen=True)
class RepairCount:
    """What was found about added events."""

    added: int
    broken: int
    """Events that still break a rule that adding could mend, and added ones that nothing asks for."""


def repaired_events(model: CompiledModel) -> str:
    """A SELECT of the author's events themselves, and of those that were added beside them."""
    names = listed([str(model.unit), *(column.name for column in model.columns)])
    return (
        f"SELECT {names}, FALSE AS {IS_ADDED} FROM (\n{macro_model(told(model)).sql}\n)\n"
        f"UNION ALL SELECT {names}, TRUE FROM {_table(model)} WHERE {IS_ADDED}"
    )


def count_repair(session: Session, model: CompiledModel, rules: OrderRules) -> RepairCount:
    """Evaluate the rules again over all events, and each added event against the author's."""
    mended = rules.model_copy(update={"cannot_follow": (), "max_occurrences": ()})
    columns = EventColumns(str(model.unit), date_of(model), EVENT_TYPE)
    events = f"(\n{repaired_events(model)}\n)"
    left = sum(found.events for found in violations(session, events, mended, columns))
    added = int(session.value(f"SELECT count(*) FROM {_table(model)} WHERE {IS_ADDED}"))
    return RepairCount(added, left + (_unasked(session, model, rules) if added else 0))


def _table(model: CompiledModel) -> str:
    return f"private.{identifier(model.name + '__repaired')}"


def _unasked(session: Session, model: CompiledModel, rules: OrderRules) -> int:
    """Added events on a day without an event that asks for them, or of a type that was there in time."""
    asks = [(name, event) for event, names in needs(rules).items() for name in names]
    asks += [(rule.closed_by, rule.event) for rule in rules.requires_closure]
    pairs = ", ".join(f"({literal(missed)}, {literal(asking)})" for missed, asking in asks)
    date = identifier(date_of(model))
    happened = (
        f"SELECT {identifier(str(model.unit))} AS person, TRY_CAST({date} AS DATE) AS day, "
        f"{identifier(EVENT_TYPE)} AS event, {IS_ADDED} FROM (\n{repaired_events(model)}\n)"
    )
    return int(
        session.value(f"""
        WITH asks (missed, asking) AS (VALUES {pairs}),
        happened AS ({happened}),
        added AS (SELECT person, day, event FROM happened WHERE {IS_ADDED}),
        asked AS (
            SELECT added.person, added.day, added.event
            FROM added
            INNER JOIN asks ON added.event = asks.missed
            INNER JOIN happened ON added.person = happened.person AND asks.asking = happened.event
                AND added.day IS NOT DISTINCT FROM happened.day
        ),
        there AS (
            SELECT person, event, min(day) AS first, max(day) AS last, count(*) > count(day) AS is_undated
            FROM happened SEMI JOIN added ON happened.person = added.person
            WHERE NOT {IS_ADDED} GROUP BY person, event
        ),
        wrong AS (
            SELECT added.*
            FROM added LEFT JOIN there ON added.person = there.person AND added.event = there.event
            WHERE there.event IS NOT NULL AND NOT (
                NOT there.is_undated AND coalesce(there.first > added.day OR there.last < added.day, FALSE)
            )
            UNION ALL
            SELECT added.* FROM added ANTI JOIN asked ON added.person = asked.person
                AND added.event = asked.event AND added.day IS NOT DISTINCT FROM asked.day
            UNION ALL
            SELECT person, day, event FROM added GROUP BY person, day, event HAVING count(*) > 1
        )
        SELECT count(*) FROM wrong""")
    )
