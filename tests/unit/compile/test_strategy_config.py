"""The strategy of events and its options, resolved from project and model, and all that can be wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from promised import DATES, codes, column, compiled, project, written
from promised import persona_events as promised_events

from personatwin_sql.compile.config import resolve
from personatwin_sql.compile.jinja import render
from personatwin_sql.compile.strategy import check_strategy, counted, repair_macro, when_columns
from personatwin_sql.errors import Diagnostic
from personatwin_sql.spec.domain import MustFollow, OrderRules, RequiresClosure
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import PersonaEvents, Strategy
from personatwin_sql.spec.role import Role
from tests.unit.compile.conftest import loaded_of

RULES = OrderRules(must_follow=(MustFollow(event="charge", after="arrest"),))


def court(rules: OrderRules = RULES, event_types: tuple[str, ...] = (), **privacy: Any) -> Loaded:
    loaded = project(**privacy)
    domain = loaded.domain.model_copy(update={"order_rules": rules, "event_types": event_types})
    return replace(loaded, domain=domain)


def read(loaded: Loaded, **config: Any) -> tuple[Strategy, list[Diagnostic]]:
    parsed = written(protection="persona_events", personas="personas", **config)
    promise, diagnostics = resolve(parsed, loaded)
    assert isinstance(promise, PersonaEvents)
    return promise.strategy, diagnostics


def test_every_cell_is_a_row_unless_somebody_says_otherwise() -> None:
    assert read(court()) == (Strategy(), [])


def test_a_model_goes_before_its_project() -> None:
    of_project = court(strategy="sample", max_rows=9)
    strategy, diagnostics = read(of_project)
    assert (strategy.name, strategy.max_rows and strategy.max_rows.value, diagnostics) == ("sample", 9, [])
    assert strategy.max_rows is not None
    assert str(strategy.max_rows.place) == "project.yml:9:20"
    strategy, diagnostics = read(of_project, max_rows=4)
    assert (strategy.max_rows and strategy.max_rows.value, diagnostics) == (4, [])
    assert read(of_project, strategy="aggregate") == (Strategy(), [])


def test_a_sample_keeps_twenty_rows_where_nobody_says_how_many() -> None:
    strategy, diagnostics = read(court(), strategy="sample")
    assert (strategy.max_rows and strategy.max_rows.value, diagnostics) == (20, [])


def test_a_sequence_and_a_domain_that_repairs_bring_their_rules() -> None:
    assert read(court(), strategy="sequence")[0].repaired_by == RULES
    repairing = RULES.model_copy(update={"on_violation": "repair"})
    assert read(court(repairing), strategy="representative")[0].repaired_by == repairing
    assert read(court(), strategy="representative")[0].repaired_by is None


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"strategy": "sampel"}, ["PT190"]),
        ({"strategy": 3}, ["PT190"]),
        ({"strategies": "sample"}, ["PT150"]),
        ({"max_rows": 5}, ["PT191"]),
        ({"strategy": "sequence", "max_rows": 5}, ["PT191"]),
        ({"strategy": "sample", "max_rows": 1}, ["PT151"]),
        ({"strategy": "sample", "max_rows": True}, ["PT151"]),
        ({"strategy": "sample", "max_rows": "5"}, ["PT151"]),
    ],
)
def test_what_is_wrong_is_refused(config: dict[str, Any], expected: list[str]) -> None:
    diagnostics = read(court(), **config)[1]
    assert codes(diagnostics) == expected
    assert all(diagnostic.place is not None for diagnostic in diagnostics)


def test_a_misspelt_strategy_is_told_the_right_one() -> None:
    assert read(court(), strategy="sampel")[1][0].label == "did you mean `sample`?"


def test_more_rows_than_the_project_allows_are_refused() -> None:
    strategy, diagnostics = read(court(strategy="sample", max_rows=9), max_rows=10)
    assert codes(diagnostics) == ["PT152"]
    assert strategy.max_rows is not None
    assert strategy.max_rows.value == 9


def test_a_sequence_needs_rules_and_types_that_may_be_added() -> None:
    assert codes(read(court(OrderRules()), strategy="sequence")[1]) == ["PT192"]
    assert codes(read(court(event_types=("charge",)), strategy="sequence")[1]) == ["PT194"]
    assert codes(read(court(OrderRules(), strategy="sequence"))[1]) == ["PT192"]


def test_a_repair_needs_a_column_of_types_that_is_not_the_outcome() -> None:
    columns = (column("date", hierarchy=DATES), column("event_type", Role.SENSITIVE))
    promise = promised_events(strategy=Strategy("sequence", None, RULES))
    assert list(check_strategy(compiled("events", promise, columns), promise)) == []
    assert codes(list(check_strategy(compiled("events", promise, columns[:1]), promise))) == ["PT192"]
    same = replace(promise, outcome="event_type")
    assert codes(list(check_strategy(compiled("events", same, columns), same))) == ["PT192"]
    plain = replace(promise, strategy=Strategy())
    assert list(check_strategy(compiled("events", plain, columns[:1]), plain)) == []


def test_what_is_counted_after_a_repair_says_what_was_added() -> None:
    promise = promised_events(strategy=Strategy("sequence", None, RULES))
    model = compiled("our_events", promise, (column("date", hierarchy=DATES), column("event_type")))
    found = counted(model)
    assert (
        found.parsed.sql == "SELECT person_id, date, event_type, is_added FROM private.our_events__repaired"
    )
    assert [each.name for each in found.columns] == ["date", "event_type", "is_added"]
    assert counted(replace(model, protection=promised_events())) == replace(
        model, protection=promised_events()
    )


def test_when_events_happened_is_said_as_the_strategy_needs_it() -> None:
    assert when_columns(Strategy()) == when_columns(Strategy("sample")) == ("period",)
    assert when_columns(Strategy("representative")) == ("period_from", "period_to")
    assert when_columns(Strategy("sequence")) == ("step", "period")


def test_the_macro_of_the_repair_is_given_the_rules_to_closure() -> None:
    rules = OrderRules(
        must_follow=(MustFollow(event="trial", after="charge"), *RULES.must_follow),
        requires_closure=(RequiresClosure(event="trial", closed_by="verdict"),),
    )
    found = repair_macro(rules)
    names = found.types
    assert {names[t]: {names[each] for each in by} for t, by in found.needed} == {
        "charge": {"trial"},
        "arrest": {"trial", "charge"},
    }
    assert [(names[t], tuple(names[each] for each in by)) for t, by in found.closed] == [
        ("verdict", ("trial",))
    ]


def test_a_model_that_reads_events_knows_by_which_strategy() -> None:
    reads = (
        "{{ config(protection='derived') }}SELECT '{{ ref('events').strategy }}' AS strategy"
        "{{ ', is_added' if ref('events').has_added_events }} FROM {{ ref('events') }}"
    )
    for strategy, selected in (
        ("sample", "'sample' AS strategy"),
        ("sequence", "'sequence' AS strategy, is_added"),
    ):
        events = f"{{{{ config(protection='persona_events', strategy='{strategy}') }}}}SELECT 1"
        models = {model.name: model for model in render(loaded_of({"events": events, "patterns": reads}))}
        assert models["patterns"].sql == f"SELECT {selected} FROM release.events"
