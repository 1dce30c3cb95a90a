"""What a protection asks of its SELECT and of the models beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from promised import (
    AGE,
    DATES,
    PRIORS,
    codes,
    column,
    compiled,
    k_anonymity,
    persona_events,
    personas,
)

from personatwin_sql.compile.column import LineageColumn, Origin
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.promise import check_promise
from personatwin_sql.compile.released_schema import released_schema
from personatwin_sql.spec.protection import Derived, PersonaEvents
from personatwin_sql.spec.role import Role

AGED = column("age", hierarchy=AGE, type="integer")
GENDER = column("gender", merge="never")
ETHNICITY = column("ethnicity")
SCREENING = column("screening", Role.SENSITIVE)
DAY = column("date", hierarchy=DATES, type="date")
KIND = column("event_type")
OUTCOME = column("outcome", Role.SENSITIVE)

PEOPLE = compiled("people_public", k_anonymity(5), (AGED, GENDER, ETHNICITY))
PERSONAS = compiled("personas", personas(5), (AGED, GENDER, ETHNICITY))


def told(model: CompiledModel, *others: CompiledModel) -> list[str]:
    return codes(check_promise(model, {other.name: other for other in others})[1])


def events(*columns: LineageColumn, **fields: Any) -> CompiledModel:
    config = {"protection": "persona_events", **fields.pop("config", {})}
    return compiled("persona_events", persona_events(**fields), columns, config)


def test_people_are_alike_in_something() -> None:
    assert told(PEOPLE) == []
    assert told(compiled("people_public", k_anonymity(), (SCREENING,))) == ["PT162"]
    assert told(compiled("personas", personas(), (SCREENING,))) == ["PT162"]


def test_a_private_and_a_derived_model_promise_nothing() -> None:
    assert told(compiled("stg_people", None, (SCREENING,))) == []
    assert told(compiled("patterns", Derived(), (SCREENING,))) == []


def test_a_column_that_never_merges_stands_in_the_block() -> None:
    assert told(PERSONAS) == []
    assert told(compiled("personas", personas(block=("ethnicity",)), (AGED, GENDER, ETHNICITY))) == ["PT163"]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"block": ("gender", "etnicity")}, ["PT158"]),
        ({"block": ("gender", "screening")}, ["PT158"]),
        ({"within_block": ("aeg",)}, ["PT158"]),
        ({"block": ("gender",), "within_block": ("screening", "age")}, []),
        ({}, []),
    ],
)
def test_columns_of_a_block_that_the_model_writes_are_selected(
    config: dict[str, Any], expected: list[str]
) -> None:
    """Those of the domain need not be: a model may leave some out."""
    fields = {"block": ("gender", "county"), **config}
    model = compiled(
        "personas", personas(**fields), (AGED, GENDER, SCREENING), {"protection": "personas", **config}
    )
    assert told(model) == expected


def test_personas_are_cut_within_a_microdata_release_of_the_same_columns() -> None:
    inside = compiled("personas", personas(5, "people_public"), (AGED, GENDER))
    assert told(inside, PEOPLE) == []
    assert told(inside) == ["PT164"]
    assert told(inside, compiled("people_public", Derived(), ())) == ["PT164"]
    more = compiled("personas", personas(5, "people_public"), (AGED, GENDER, column("county")))
    assert told(more, PEOPLE) == ["PT165"]


@pytest.mark.parametrize(("k", "expected"), [(4, []), (5, []), (6, ["PT171"])])
def test_personas_need_no_more_people_than_the_classes_they_are_cut_from(k: int, expected: list[str]) -> None:
    """A class too small for a persona would be merged with others, and found by laying both side by side."""
    assert told(compiled("personas", personas(k, "people_public"), (AGED, GENDER)), PEOPLE) == expected


def test_a_column_means_the_same_in_personas_and_in_their_classes() -> None:
    other_hierarchy = column("age", hierarchy=PRIORS, type="integer")
    assert told(compiled("personas", personas(5, "people_public"), (other_hierarchy,)), PEOPLE) == ["PT172"]
    other_origin = column("age", hierarchy=AGE, origins=frozenset({Origin("court.people", "priors")}))
    assert told(compiled("personas", personas(5, "people_public"), (other_origin,)), PEOPLE) == ["PT172"]


def test_events_are_counted_for_personas() -> None:
    assert told(events(DAY, KIND), PERSONAS) == []
    assert told(events(DAY, KIND)) == ["PT166"]
    assert told(events(DAY, KIND, personas="people_public"), PEOPLE) == ["PT166"]


def test_events_have_one_date() -> None:
    assert told(events(KIND), PERSONAS) == ["PT167"]
    assert told(events(DAY, column("closed", hierarchy=DATES), KIND), PERSONAS) == ["PT167"]


def test_events_say_what_happened() -> None:
    assert told(events(DAY), PERSONAS) == ["PT175"]


def test_the_outcome_is_selected() -> None:
    assert told(events(DAY, KIND, outcome="disposition"), PERSONAS) == ["PT168"]
    assert told(events(DAY, OUTCOME, outcome="outcome"), PERSONAS) == []


@pytest.mark.parametrize(("columns", "expected"), [((DAY, OUTCOME), "outcome"), ((DAY, KIND), None)])
def test_a_column_called_outcome_is_the_outcome(
    columns: tuple[LineageColumn, ...], expected: str | None
) -> None:
    model, found = check_promise(events(*columns), {"personas": PERSONAS})
    assert found == []
    assert isinstance(model.protection, PersonaEvents)
    assert model.protection.outcome == expected


def test_columns_of_personas_are_not_selected_again() -> None:
    assert told(events(DAY, KIND, column("gender")), PERSONAS) == ["PT169"]


@pytest.mark.parametrize(("k_event", "expected"), [(4, []), (5, []), (6, ["PT156"])])
def test_k_event_is_at_most_k_of_the_personas(k_event: int, expected: list[str]) -> None:
    assert told(events(DAY, KIND, k_event=k_event), PERSONAS) == expected


def test_k_of_the_events_is_that_of_their_personas() -> None:
    tight = compiled("personas", personas(20), (AGED, GENDER))
    model, found = check_promise(events(DAY, KIND, k_event=15), {"personas": tight})
    assert found == []
    assert isinstance(model.protection, PersonaEvents)
    assert model.protection.k.value == 20


def test_columns_of_events_are_published_as_they_are_so_they_are_coarse_enough() -> None:
    model = events(DAY, KIND, column("city", place_precision="city"))
    fine = replace(model, columns=(*model.columns[:2], replace(model.columns[2], floor=1)))
    assert told(fine, PERSONAS) == ["PT173"]
    dated = replace(model, columns=(replace(model.columns[0], floor=3), *model.columns[1:]))
    assert told(dated, PERSONAS) == []


def test_a_level_declared_for_a_column_of_events_is_not_ignored() -> None:
    model = events(DAY, KIND)
    for number in (0, 1):
        columns = list(model.columns)
        columns[number] = replace(columns[number], declared_level=1)
        assert told(replace(model, columns=tuple(columns)), PERSONAS) == ["PT173"]


def test_a_tolerance_of_a_column_of_events_is_not_ignored() -> None:
    model = events(DAY, KIND)
    columns = (model.columns[0], replace(model.columns[1], ceiling=1))
    assert told(replace(model, columns=columns), PERSONAS) == ["PT173"]


def test_the_person_has_one_name_in_events_personas_and_classes() -> None:
    assert told(replace(events(DAY, KIND), unit="pid"), PERSONAS) == ["PT174"]
    inside = compiled("personas", personas(5, "people_public"), (AGED, GENDER))
    assert told(replace(inside, unit="pid"), PEOPLE) == ["PT174"]


def names(model: CompiledModel, *others: CompiledModel) -> list[tuple[str, str]]:
    schema = released_schema(model, {other.name: other for other in others})
    assert {each.role for each in schema.columns} == {Role.INSENSITIVE}
    return [(each.name, each.type) for each in schema.columns]


def test_what_leaves_has_no_role_and_quasi_identifiers_are_texts() -> None:
    model = compiled("people_public", k_anonymity(), (AGED, column("score", Role.SENSITIVE, type="integer")))
    assert names(model) == [("age", "text"), ("score", "integer")]


def test_personas_have_these_columns() -> None:
    model = compiled("personas", personas(), (AGED, column("score", Role.SENSITIVE, type="integer")))
    assert names(model) == [
        ("persona_id", "text"),
        ("people", "integer"),
        ("age", "text"),
        ("score", "integer"),
        ("score_people", "integer"),
        ("age_level", "integer"),
        ("risk", "number"),
        ("method", "text"),
    ]


def test_persona_events_have_these_columns() -> None:
    assert names(events(DAY, KIND), PERSONAS) == [
        ("level", "text"),
        ("persona_id", "text"),
        ("gender", "text"),
        ("ethnicity", "text"),
        ("age", "text"),
        ("period", "text"),
        ("event_type", "text"),
        ("people", "integer"),
        ("events", "integer"),
    ]
