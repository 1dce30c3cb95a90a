"""A small court run through the macros, and what its levels mean, said again in Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from personatwin_sql.compile.column import Authored, LineageColumn
from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.compile.protection import (
    Chosen,
    render_k_anonymity,
    render_persona_events,
    render_personas,
)
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Place
from personatwin_sql.privacy.frequency import FrequencySet, coded, star_codes
from personatwin_sql.privacy.gathering import Blocks
from personatwin_sql.spec.domain import Domain
from personatwin_sql.spec.hierarchy import Dates, Flat, Hierarchy, Intervals, Period, Taxonomy, Widths
from personatwin_sql.spec.library import library
from personatwin_sql.spec.loaded import Loaded, SqlFile
from personatwin_sql.spec.project import Project, SourceTable
from personatwin_sql.spec.protection import Declared, KAnonymity, PersonaEvents, Personas
from personatwin_sql.spec.role import Role

GROUPS = {"Ash": "Tree", "Oak": "Tree", "Rose": "Flower"}
"""The taxonomy of ethnicities; `Fern` has no place in it and is published as `*`."""
HIERARCHIES: Mapping[str, Hierarchy] = {
    "age": Widths(widths=(10, 20), bottom=0, top=80, measures="age"),
    "gender": Flat(),
    "ethnicity": Taxonomy(
        rows=tuple((value, group) for value, group in GROUPS.items()), levels=("group",), unmapped="top"
    ),
    "prior_offenses": Intervals(intervals=((1, 5),), bottom=0, top=20),
}
NAMES = tuple(HIERARCHIES)
HEIGHTS = tuple(hierarchy.height for hierarchy in HIERARCHIES.values())
TYPES = {"age": "integer", "prior_offenses": "integer"}
SENSITIVE_OUTCOME = "guilty"


class Person(NamedTuple):
    person_id: int
    age: int | None
    gender: str | None
    ethnicity: str | None
    prior_offenses: int | None


class Event(NamedTuple):
    person_id: int | None
    date: str | None
    event_type: str | None
    outcome: str | None


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


def people_tables(least: int = 0, most: int = 40) -> st.SearchStrategy[list[Person]]:
    """Few values, so that groups of k and of k - 1 come up; NULL in every column."""
    row = st.tuples(
        st.sampled_from([None, 5, 24, 25, 31, 85]),
        st.sampled_from([None, "F", "M", "M"]),
        st.sampled_from([None, "Ash", "Oak", "Rose", "Fern", "Ash"]),
        st.sampled_from([None, 0, 0, 2, 30]),
    )
    return st.lists(row, min_size=least, max_size=most).map(
        lambda rows: [Person(number, *values) for number, values in enumerate(rows)]
    )


def levels() -> st.SearchStrategy[tuple[int, ...]]:
    """A node of the lattice of the four columns."""
    return st.tuples(*(st.integers(0, height) for height in HEIGHTS))


def published(name: str, value: object, level: int) -> str | None:
    """What a value is published as: the hierarchies of this file, read by hand."""
    if level == HIERARCHIES[name].height:
        return "*"
    if name == "ethnicity" and value is not None and str(value) not in GROUPS:
        return "*"
    if value is None or level == 0:
        return None if value is None else str(value)
    if name == "ethnicity":
        return GROUPS[str(value)]
    number = int(str(value))
    if name == "age":
        width = (10, 20)[level - 1]
        low = number // width * width
        return "80+" if number >= 80 else f"{low}-{low + width - 1}"
    return "20+" if number >= 20 else "5-19" if number >= 5 else "1-4" if number >= 1 else "0"


def generalized(person: Person, at: Sequence[int]) -> tuple[str | None, ...]:
    """All quasi-identifiers of a person at these levels."""
    return tuple(published(name, getattr(person, name), level) for name, level in zip(NAMES, at, strict=True))


def frequency_of(people: Sequence[Person]) -> FrequencySet:
    """The frequency set of a table, levels and all. Values that are published alike at level 0 are one."""
    lowest = [0] * len(NAMES)
    counts = Counter(generalized(person, lowest) for person in people)
    maps, stars, places = [], [], []
    for number, name in enumerate(NAMES):
        raw = {published(name, getattr(person, name), 0): getattr(person, name) for person in people}
        base = sorted(raw, key=lambda text: (text is None, text or ""))
        texts = [[published(name, raw[text], level) for text in base] for level in range(HEIGHTS[number] + 1)]
        maps.append(coded(texts))
        stars.append(star_codes(texts, "*"))
        places.append({text: code for code, text in enumerate(base)})
    tuples = sorted(counts, key=lambda key: tuple((text is None, text or "") for text in key))
    codes = [[place[text] for place, text in zip(places, key, strict=True)] for key in tuples]
    table = np.array(codes, dtype=np.int64).reshape(len(tuples), len(NAMES))
    return FrequencySet.of(NAMES, table, [counts[key] for key in tuples], maps, stars=stars)


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
