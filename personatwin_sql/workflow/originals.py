"""The questions of a report, answered from everybody: what the release is compared with, for the owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from personatwin_sql.compile.as_given import events_as_given, people_public_as_given, personas_as_given
from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.question import Question
from personatwin_sql.engine.as_given import lay_beside
from personatwin_sql.engine.counting import Rows
from personatwin_sql.engine.session import Session
from personatwin_sql.release.asked import Asked, Marginal
from personatwin_sql.release.asking import MOST_ROWS, AskedTable, ask, marginals, released_tables
from personatwin_sql.spec.protection import KAnonymity, PersonaEvents, Personas
from personatwin_sql.workflow.released import Built

SMALL = 200_000


def originals(
    session: Session, compiled: Compiled, built: Built, questions: Sequence[Question]
) -> tuple[tuple[Asked, ...], tuple[Marginal, ...]]:
    """What the people as given answer, and how they are spread; nothing of tables beyond MOST_ROWS."""
    tables = [
        table
        for model in compiled.released
        if model.name in built.models and (table := _table(session, compiled, built, model)) is not None
    ]

    def work(rows: Rows) -> tuple[tuple[Asked, ...], tuple[Marginal, ...]]:
        asked, _ = ask(questions, tables, rows)
        spread = [
            item
            for table in tables
            for item in marginals(rows, built.models[table.name], table.sql, table.rows)
        ]
        return asked, tuple(spread)

    return session.together(work)


def _kind(rows: int) -> Literal["TABLE", "VIEW"]:
    """A few rows are faster to keep than to make again for each question; many would need memory."""
    return "TABLE" if rows <= SMALL else "VIEW"


def _table(session: Session, compiled: Compiled, built: Built, model: CompiledModel) -> AskedTable | None:
    promise, measured = model.protection, built.measured.get(model.name)
    if measured is None or measured.people > MOST_ROWS:
        return None
    if isinstance(promise, KAnonymity):
        sql = people_public_as_given(compiled.loaded, model, built.choices[model.name].chosen)
        relation, rows = lay_beside(session, model.name, sql, _kind(measured.people)), measured.people
    elif isinstance(promise, Personas):
        sql = personas_as_given(compiled.loaded, model, built.choices[model.name].chosen)
        relation, rows = lay_beside(session, model.name, sql, _kind(measured.people)), measured.people
    elif isinstance(promise, PersonaEvents):
        personas, events = compiled.models[promise.personas], measured.events
        rules, choice = personas.protection, built.choices.get(promise.personas)
        if not isinstance(rules, Personas) or choice is None or events is None or events.events > MOST_ROWS:
            return None
        sql = events_as_given(compiled.loaded, model, personas, rules, choice.chosen)
        relation, rows = lay_beside(session, model.name, sql, "TABLE"), events.events
    else:
        return None
    (as_released,) = released_tables((built.models[model.name],))
    return replace(as_released, sql=relation, rows=rows)
