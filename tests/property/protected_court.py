"""A small court run through the macros."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from court_people import GROUPS, HIERARCHIES, NAMES, SENSITIVE_OUTCOME, TYPES, Event, Person

from personatwin_sql.compile.column import Authored, LineageColumn
from personatwin_sql.compile.event_protection import render_persona_events
from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.compile.protection import Chosen, render_k_anonymity, render_personas
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Place
from personatwin_sql.privacy.gathering import Blocks
from personatwin_sql.spec.domain import Domain
from personatwin_sql.spec.hierarchy import Dates, Flat, Period
from personatwin_sql.spec.library import library
from personatwin_sql.spec.loaded import Loaded, SqlFile
from personatwin_sql.spec.project import Project, SourceTable
from personatwin_sql.spec.protection import Declared, KAnonymity, PersonaEvents, Personas
from personatwin_sql.spec.role import Role


@dataclass(frozen=True)
class Rules:
    """What one run promises."""

    k: int
    block: tuple[str, ...] = ("gender", "ethnicity")
    never: tuple[str, ...] = ("gender",)
    within_block: tuple[str, ...] = ("age", "prior_offenses")

    @property
    def blocks(self) -> Blocks:
        """The same by position."""
        return Blocks(
            tuple(NAMES.index(name) for name in self.block), tuple(NAMES.index(name) for name in self.never)
        )


_HOME = library()
_MACROS = {
    file.stem: SqlFile(file.stem, _HOME.shown(file), file.read_text(encoding="utf-8"), is_builtin=True)
    for file in sorted((_HOME.folder / "macros").rglob("*.sql"))
}
LOADED = Loaded(
    root=Path(),
    project=Project(
        name="court", domain="court", sources={"court": {"people": SourceTable(path="people.csv")}}
    ),
    domain=Domain(name="court", path="domains/court.yml"),
    target="prod",
    models=(),
    macros=_MACROS,
    properties={},
    places={},
)


def declared(value: float) -> Declared:
    return Declared(value, Place("project.yml", 1))


def model_of_people(name: str, rules: Rules, protection: KAnonymity | Personas) -> CompiledModel:
    """The model that selects the unit and all quasi-identifiers."""
    return _model(
        name,
        f"SELECT person_id, {', '.join(NAMES)} FROM source.court__people",
        tuple(
            PublishedColumn(
                name=column,
                role=Role.QUASI_IDENTIFIER,
                type=TYPES.get(column, "text"),
                hierarchy=hierarchy,
                hierarchy_name=column,
                never_merges=column in rules.never,
            )
            for column, hierarchy in HIERARCHIES.items()
        ),
        protection,
    )


def model_of_events(protection: PersonaEvents) -> CompiledModel:
    date = Dates(dates=("day", "month", "quarter", "year"))
    columns = (
        PublishedColumn("date", Role.QUASI_IDENTIFIER, "date", date),
        PublishedColumn("event_type", Role.QUASI_IDENTIFIER, "text", Flat()),
        PublishedColumn("outcome", Role.SENSITIVE, "text", Flat()),
    )
    sql = "SELECT person_id, date, event_type, outcome FROM source.court__events"
    return _model("persona_events", sql, columns, protection)


def _model(
    name: str,
    sql: str,
    columns: tuple[PublishedColumn, ...],
    protection: KAnonymity | Personas | PersonaEvents,
) -> CompiledModel:
    lineage = tuple(LineageColumn(column.name, column.role) for column in columns)
    unit = LineageColumn("person_id", Role.PRIVACY_UNIT)
    return CompiledModel(
        parsed=ParsedModel(name, f"models/{name}.sql", sql, {}, {}, (), (), {}, "release"),
        authored=Authored((unit, *lineage), frozenset(), frozenset(), one_row_per_unit=True),
        protection=protection,
        unit="person_id",
        columns=columns,
    )


def begin(session: Session, people: Sequence[Person]) -> None:
    """An empty build over a table of people."""
    for schema in ("source", "private", "hierarchy", "release"):
        session.run(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}", "begin")
    session.run("SET VARIABLE release_secret = '00ff'", "begin")
    session.run("CREATE TABLE hierarchy.ethnicity (level_0 VARCHAR, level_1 VARCHAR)", "begin")
    for row in GROUPS.items():
        session.rows("INSERT INTO hierarchy.ethnicity VALUES (?, ?)", row)
    session.run(
        "CREATE TABLE source.court__people "
        "(person_id BIGINT, age BIGINT, gender VARCHAR, ethnicity VARCHAR, prior_offenses BIGINT)",
        "begin",
    )
    _insert(session, "source.court__people", people)


def _insert(session: Session, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        values = ", ".join(f"({', '.join('?' * len(rows[0]))})" for _ in rows)
        session.rows(f"INSERT INTO {table} VALUES {values}", [value for row in rows for value in row])


def microdata_model(k: int) -> CompiledModel:
    promise = KAnonymity(declared(k), declared(0.05), declared(0.05))
    return model_of_people("people_public", Rules(k), promise)


def microdata(session: Session, at: Sequence[int], k: int) -> None:
    """Release `people_public` at these levels."""
    model = microdata_model(k)
    session.run(
        render_k_anonymity(LOADED, model, Chosen(k, dict(zip(NAMES, at, strict=True)))), "people_public"
    )


def personas_model(rules: Rules, within: str | None = None) -> CompiledModel:
    promise = Personas(
        k=declared(rules.k),
        max_people=declared(50),
        suppression_limit=declared(1),
        target_risk=declared(1),
        k_event=declared(rules.k),
        within=within,
        block=rules.block,
        within_block=rules.within_block,
    )
    return model_of_people("personas", rules, promise)


def personas(session: Session, at: Sequence[int], rules: Rules, within: str | None = None) -> CompiledModel:
    """Release `personas` at these levels."""
    model = personas_model(rules, within)
    chosen = Chosen(rules.k, dict(zip(NAMES, at, strict=True)))
    if isinstance(model.protection, Personas):
        session.run(render_personas(LOADED, model, model.protection, chosen), "personas")
    return model


def members(session: Session, model: str = "personas") -> dict[int, str | None]:
    """Person → persona (or class), None for those who are left out."""
    rows = session.rows(f"SELECT person_id, class_id FROM private.{model}__units")
    if model == "personas":
        names = dict(session.rows("SELECT persona, persona_id FROM private.personas__personas"))
        rows = [(person, names.get(number)) for person, number in rows]
    assert len(rows) == len({row[0] for row in rows})
    return dict(rows)


def events_model(rules: Rules, k_event: int, finest: Period = "day") -> CompiledModel:
    return model_of_events(
        PersonaEvents(
            k=declared(rules.k),
            k_event=declared(k_event),
            personas="personas",
            outcome="outcome",
            sensitive_outcomes=(SENSITIVE_OUTCOME,),
            outcome_cap=0.8,
            finest_period=finest,
        )
    )


def persona_events(
    session: Session, events: Sequence[Event], of: CompiledModel, k_event: int, finest: Period = "day"
) -> CompiledModel:
    """Release `persona_events` of personas that are released already."""
    promise = of.protection
    assert isinstance(promise, Personas)
    session.run(
        "CREATE TABLE source.court__events "
        "(person_id BIGINT, date DATE, event_type VARCHAR, outcome VARCHAR)",
        "begin",
    )
    _insert(session, "source.court__events", events)
    model = events_model(Rules(int(promise.k.value)), k_event, finest)
    assert isinstance(model.protection, PersonaEvents)
    session.run(render_persona_events(LOADED, model, model.protection, of), "persona_events")
    return model
