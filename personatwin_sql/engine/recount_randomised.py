"""Outcomes that are told by chance: what cannot be drawn, whether draws keep to the law, and how many."""

from __future__ import annotations

import re
from collections.abc import Sequence

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import macro_model
from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.compile.randomised import label_of, randomised, randomised_table
from personatwin_sql.engine.recount import agree
from personatwin_sql.engine.recount_placed import Events
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic, Place, Withheld
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.protection import PersonaEvents, RandomisedOutcomes

_LASTING = re.compile(
    r"VARCHAR|UUID|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\(\d+,0\)|ENUM\(.*\)", re.DOTALL
)
"""Types whose values are written alike in any file and time zone."""
_FRACTION = "-?[0-9.]+([.]0|e[+][0-9]+)"
"""How a whole number is written that a program kept as one of floating point."""


@dataclass(frozen=True)
class ToldOutcomes:
    """How many events were told to have one of these outcomes, before any was left out."""

    outcomes: tuple[str, ...]
    events: int
    people: int
    left: int
    """People of whom some such event stands in no published row."""

    def is_large(self, k: int) -> bool:
        """Whether k people are behind it, and nobody or k behind what published rows leave of it."""
        return self.people >= k and (self.left == 0 or self.left >= k)


def refuse_undrawable(session: Session, model: CompiledModel) -> None:
    """Raises Withheld PT644 where nothing says for ever which event is which, or an outcome is not listed."""
    rule = randomised(model)
    if rule is None:
        return
    unit, event = identifier(str(model.unit)), identifier(rule.event)
    outcome = identifier(_outcome(model))
    listed = ", ".join(map(literal, rule.outcomes))
    without, unlisted, doubles, fractions, kind = session.rows(f"""
        SELECT count(*) FILTER (WHERE {event} IS NULL),
            count(*) FILTER (WHERE {outcome} IS NOT NULL AND CAST({outcome} AS VARCHAR) NOT IN ({listed})),
            count({event}) - count(DISTINCT hash({unit}, {event})) FILTER (WHERE {event} IS NOT NULL),
            count(*) FILTER (WHERE regexp_full_match(CAST({event} AS VARCHAR), {literal(_FRACTION)})),
            any_value(typeof({event}))
        FROM (\n{macro_model(model).sql}\n) WHERE {unit} IS NOT NULL""")[0]
    problems = [
        *((_no_key(rule),) if without else ()),
        *((_several(rule),) if doubles > 0 else ()),
        *((_unlisted(model),) if unlisted else ()),
        *((_unclear(rule),) if fractions or not _LASTING.fullmatch(kind or "VARCHAR") else ()),
    ]
    if problems:
        place = Place(model.parsed.path, 1)
        raise Withheld(
            Diagnostic("PT644", f"`{model.name}` withheld: {message}", place, fixes=(fix,))
            for message, fix in problems
        )


def _no_key(rule: RandomisedOutcomes) -> tuple[str, str]:
    message = f"events have no `{rule.event}`, so their outcomes cannot be drawn once"
    return message, "leave such events out in the staging model, or give each a key of its own"


def _several(rule: RandomisedOutcomes) -> tuple[str, str]:
    message = f"one `{rule.event}` stands for several events of a person, which would be told alike"
    return message, "name the key of single events, and have each in one row"


def _unlisted(model: CompiledModel) -> tuple[str, str]:
    message = f"`{_outcome(model)}` has values that are not among `outcomes`"
    return message, "add what belongs there to `outcomes`, or map it in the staging model"


def _unclear(rule: RandomisedOutcomes) -> tuple[str, str]:
    message = (
        f"`{rule.event}` is no text and no whole number: written otherwise one day, it would be drawn anew"
    )
    return message, "store keys as text or as whole numbers"


def is_told_by_law(session: Session, model: CompiledModel, rule: RandomisedOutcomes) -> bool:
    """Whether each event is told as its draw says, none lost or made up: by the author's SELECT once more.

    Unlike the macro, it numbers outcomes in a table, and adds places up to a circle. Tables are compared by
    the number of their rows and the sum of the hashes of them.
    """
    columns = ", ".join(identifier(name) for name in _names(model))
    found, expected = (
        session.rows(f"SELECT count(*), sum(CAST(hash(row({columns})) AS HUGEINT)) FROM ({sql})")[0]
        for sql in (f"SELECT {columns} FROM {randomised_table(model.name)}", _expected(model, rule))
    )
    return tuple(found) == tuple(expected)


def _expected(model: CompiledModel, rule: RandomisedOutcomes) -> str:
    law, outcome = rule.law, identifier(_outcome(model))
    true = f"CAST(authored.{outcome} AS VARCHAR)"
    others = "".join(f"authored.{name}, " for name in map(identifier, _names(model)) if name != outcome)
    shown = ", ".join(
        f"coalesce(told.name, drawn.pt_true) AS {outcome}" if name == outcome else f"drawn.{name}"
        for name in map(identifier, _names(model))
    )
    places = ", ".join(f"({place}, {literal(name)})" for place, name in enumerate(rule.outcomes))
    parts = [f"CAST(authored.{identifier(name)} AS VARCHAR)" for name in (str(model.unit), rule.event)]
    lengths = [f"CAST(length({part}) AS VARCHAR) || '|' || {part}" for part in parts]
    label = literal(label_of(model, rule))
    text = " || '|' || ".join(("getvariable('release_secret')", label, *lengths, true))
    return f"""
        SELECT {shown}
        FROM (
            SELECT {others}{true} AS pt_true, own.place AS pt_own,
                CAST('0x' || substr(sha256({text}), 1, 16) AS HUGEINT) AS pt_number
            FROM (\n{macro_model(model).sql}\n) AS authored
            LEFT JOIN (VALUES {places}) AS own (place, name) ON {true} = own.name
        ) AS drawn
        LEFT JOIN (VALUES {places}) AS told (place, name)
            ON told.place = (drawn.pt_own + CASE
                WHEN drawn.pt_number >= {law.changing} THEN 0 ELSE drawn.pt_number // {law.other} + 1
            END) % {law.categories}"""


def _names(model: CompiledModel) -> tuple[str, ...]:
    return (str(model.unit), *(column.name for column in model.columns))


def told_outcomes(
    session: Session, events: Events, outcomes: Sequence[str], k: int, *, is_sample: bool = False
) -> tuple[ToldOutcomes, ...]:
    """How many events are told to have each of these outcomes, of all people; `place_events` has placed them.

    Outcomes of fewer than k people, or of which published rows leave fewer than k, are taken together with
    others until that is so, those that nobody has too: which of them occur is not told either. Empty where
    not even all are enough. `is_sample`: of the cells that events are placed in, some are published only.
    """
    _count_people(session, events, _shown(events) if is_sample else "placed.row IS NOT NULL")
    counts = (_together(session, events, (name,)) for name in outcomes)
    large = [each for each in counts if each.is_large(k)]
    small = tuple(set(outcomes).difference(*(each.outcomes for each in large)))
    if not small:
        return tuple(large)
    joined = _together(session, events, small)
    while not joined.is_large(k):
        if not large:
            return ()
        large.sort(key=lambda each: (each.people, each.outcomes), reverse=True)
        small = (*small, *large.pop().outcomes)
        joined = _together(session, events, small)
    return (*sorted(large, key=lambda each: each.outcomes), joined)


def _shown(events: Events) -> str:
    """The condition that an event stands in a cell that is published."""
    names = ["level", "persona_id", *events.beside, "period", *events.dimensions]
    release = f"release.{identifier(events.model)}"
    cells = f"{events.release} AS cells SEMI JOIN {release} AS shown ON {agree('cells', 'shown', names)}"
    return f"placed.row IN (SELECT cells.rowid FROM {cells})"


def _count_people(session: Session, events: Events, is_placed: str) -> None:
    """Make the table of people and outcomes: how many events are told so, and whether any is not placed."""
    unit, outcome = identifier(events.unit), identifier(events.outcome or "")
    sql = f"""
        WITH placed AS (
            SELECT people.{unit}, kinds.{outcome}, count(*) AS events
            FROM {events.table("events")} AS placed
            INNER JOIN {events.table("people")} AS people ON placed.person = people.person
            INNER JOIN {events.table("kinds")} AS kinds ON placed.kind_number = kinds.kind_number
            WHERE {is_placed} GROUP BY ALL
        ),
        own AS (
            SELECT {unit}, {outcome}, count(*) AS events FROM {randomised_table(events.model)}
            WHERE {unit} IS NOT NULL AND {outcome} IS NOT NULL GROUP BY ALL
        )
        SELECT own.*, coalesce(placed.events, 0) < own.events AS is_left
        FROM own LEFT JOIN placed ON own.{unit} = placed.{unit} AND own.{outcome} = placed.{outcome}"""
    session.run(f"CREATE OR REPLACE TABLE {events.table('told')} AS {sql}", events.model)


def _together(session: Session, events: Events, outcomes: Sequence[str]) -> ToldOutcomes:
    """What is told to have one of these outcomes."""
    unit = identifier(events.unit)
    told, people, left = session.rows(f"""
        SELECT coalesce(CAST(sum(events) AS BIGINT), 0), count(DISTINCT {unit}),
            count(DISTINCT {unit}) FILTER (WHERE is_left)
        FROM {events.table("told")}
        WHERE {identifier(events.outcome or "")} IN ({", ".join(map(literal, outcomes))})""")[0]
    return ToldOutcomes(tuple(sorted(outcomes)), int(told), int(people), int(left))


def _outcome(model: CompiledModel) -> str:
    promise = model.protection
    return (promise.outcome or "") if isinstance(promise, PersonaEvents) else ""
