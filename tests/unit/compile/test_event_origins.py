"""Outcomes under any name, values finer than the level in any disguise, and events that are counted twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from personatwin_sql.compile.column import LineageColumn, Origin
from personatwin_sql.compile.event_origins import check_origins
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.errors import Diagnostic
from personatwin_sql.spec.domain import Column, Domain, Entity
from personatwin_sql.spec.hierarchy import Dates
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.spec.protection import PersonaEvents
from personatwin_sql.spec.role import Role
from tests.unit.compile.promised import AGE, DATES, column, compiled, persona_events

EVENTS = "court.events"
DOMAIN = Domain(
    name="court",
    path="domains/court.yml",
    entities={"events": Entity(columns={"outcome": Column(role=Role.SENSITIVE, aliases=("disposition",))})},
    source_entities={EVENTS: "events", "court.people": "people"},
)
SOURCES = {
    Origin("court.people", "person_id"): column("person_id", Role.PRIVACY_UNIT),
    Origin(EVENTS, "person_id"): column("person_id", Role.PRIVACY_UNIT),
    Origin(EVENTS, "date"): column("date", hierarchy=DATES),
    Origin("court.people", "age"): column("age", hierarchy=AGE),
    Origin(EVENTS, "degree"): column("degree"),
}


TABLES = {EVENTS: "data/events.csv", "copy.events": "data/events.csv", "jail.bookings": "data/jail.csv"}


def _column(name: str, source: str, role: Role = Role.SENSITIVE, **facts: bool) -> LineageColumn:
    return column(name, role, origins=frozenset({Origin(EVENTS, source)}), **facts)


DATE = column("date", hierarchy=Dates(dates=("month", "year")), origins=frozenset({Origin(EVENTS, "date")}))


def _events(
    *columns: LineageColumn, outcome: str | None = None, name: str = "persona_events"
) -> CompiledModel:
    promise = replace(persona_events(outcome=outcome), sensitive_outcomes=("guilty",))
    return compiled(name, promise, (DATE, *columns))


def _checked(model: CompiledModel, *others: CompiledModel) -> tuple[str | None, list[Diagnostic]]:
    beside = {other.name: other for other in others}
    found, diagnostics = check_origins(model, beside, DOMAIN, SOURCES, PRESETS["medium"], TABLES)
    assert isinstance(found.protection, PersonaEvents)
    return found.protection.outcome, diagnostics


@pytest.mark.parametrize("source", ["outcome", "Disposition"])
def test_a_renamed_outcome_is_the_outcome(source: str) -> None:
    assert _checked(_events(_column("result", source))) == ("result", [])


def test_an_outcome_in_an_expression_has_no_cap_until_it_is_named() -> None:
    what = _column("what", "outcome", is_expression=True)
    outcome, diagnostics = _checked(_events(what))
    assert (outcome, [each.code for each in diagnostics]) == (None, ["PT168"])
    assert _checked(_events(what, outcome="what")) == ("what", [])


def test_outcomes_stand_in_one_column() -> None:
    columns = (_column("outcome", "outcome"), _column("is_guilty", "outcome", is_expression=True))
    outcome, diagnostics = _checked(_events(*columns, outcome="outcome"))
    assert outcome == "outcome"
    assert ["`is_guilty` holds outcomes too" in each.message for each in diagnostics] == [True]


def test_events_without_outcomes_need_none() -> None:
    assert _checked(_events(_column("event_type", "event_type"))) == (None, [])


@pytest.mark.parametrize(("source", "name"), [(EVENTS, "date"), ("court.people", "age")])
def test_an_expression_is_no_way_round_the_finest_level(source: str, name: str) -> None:
    disguised = column("its", is_expression=True, origins=frozenset({Origin(source, name)}))
    assert [each.code for each in _checked(_events(disguised))[1]] == ["PT173"]


def test_an_expression_over_what_has_no_finest_level_is_taken() -> None:
    assert _checked(_events(_column("its", "degree", Role.QUASI_IDENTIFIER, is_expression=True)))[1] == []


def test_events_of_one_source_are_counted_in_one_model() -> None:
    first = _events(_column("event_type", "event_type"), name="types")
    diagnostics = _checked(_events(_column("outcome", "outcome"), outcome="outcome"), first)[1]
    assert [each.code for each in diagnostics] == ["PT176"]
    assert "are counted in `types` too" in str(diagnostics[0])


def test_events_that_only_choose_rows_tell_who_is_in_one_model_and_not_in_the_other() -> None:
    elsewhere = replace(DATE, origins=frozenset({Origin("jail.bookings", "date")}))
    bookings = compiled("bookings", persona_events(), (elsewhere, _column("kind", "kind")))
    reads = frozenset({Origin("jail.bookings", "person_id"), Origin(EVENTS, "person_id")})
    chosen = replace(bookings, authored=replace(bookings.authored, reads=reads))
    diagnostics = _checked(chosen, _events(_column("event_type", "event_type")))[1]
    assert [each.code for each in diagnostics] == ["PT176"]
    assert f"both read `{EVENTS}`, if only to choose rows by it" in str(diagnostics[0])
    assert "UNION ALL" in str(diagnostics[0])


def test_events_of_one_file_are_the_same_under_any_name_of_its_source() -> None:
    date = replace(DATE, origins=frozenset({Origin("copy.events", "date")}))
    copy = compiled("copy", persona_events(), (date, _column("event_type", "event_type")))
    assert [each.code for each in _checked(_events(_column("outcome", "outcome")), copy)[1]] == ["PT176"]


def test_events_of_two_sources_are_other_events() -> None:
    elsewhere = replace(DATE, origins=frozenset({Origin("jail.bookings", "date")}))
    first = compiled("bookings", persona_events(), (elsewhere, _column("kind", "kind")))
    assert _checked(_events(_column("event_type", "event_type")), first)[1] == []


@pytest.mark.parametrize(("read", "codes"), [(EVENTS, ["PT176"]), ("court.people", [])])
def test_events_with_a_date_of_their_person_are_those_of_the_table_that_is_read(
    read: str, codes: list[str]
) -> None:
    born = replace(DATE, origins=frozenset({Origin("court.people", "birth_date")}))
    models = {}
    for name, date in (("by_date", DATE), ("by_birth", born)):
        model = compiled(name, persona_events(), (date, _column("kind", "kind")))
        source = EVENTS if name == "by_date" else read
        reads = frozenset({Origin("court.people", "person_id"), Origin(source, "person_id")})
        models[name] = replace(model, authored=replace(model.authored, reads=reads))
    assert [each.code for each in _checked(models["by_birth"], models["by_date"])[1]] == codes
