"""Randomised outcomes of a model, resolved from level, project and model, and all that can be wrong."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from promised import codes, project, written

from personatwin_sql.compile.config import resolve
from personatwin_sql.errors import Diagnostic
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import PersonaEvents, RandomisedOutcomes

OUTCOMES = ("guilty", "dismissed", "pending", "guilty")


def court(level: str = "medium", outcomes: tuple[str, ...] = OUTCOMES, **privacy: Any) -> Loaded:
    loaded = project(level, **privacy)
    return replace(loaded, domain=loaded.domain.model_copy(update={"outcomes": outcomes}))


def read(loaded: Loaded, **config: Any) -> tuple[RandomisedOutcomes | None, list[Diagnostic]]:
    parsed = written(protection="persona_events", personas="personas", **config)
    promise, diagnostics = resolve(parsed, loaded)
    assert isinstance(promise, PersonaEvents)
    return promise.randomised, diagnostics


def test_outcomes_are_told_as_they_are_unless_somebody_asks() -> None:
    assert read(court()) == (None, [])
    assert read(court(), randomised_response=False) == (None, [])


@pytest.mark.parametrize(
    ("level", "share"), [("low", "0.02"), ("medium", "0.05"), ("high", "0.1"), ("maximum", "0.15")]
)
def test_the_level_says_how_often_an_outcome_is_told_as_another(level: str, share: str) -> None:
    rule, diagnostics = read(court(level), randomised_response=True, event_id="event_id")
    assert rule is not None
    assert (rule.changed, rule.event, diagnostics) == (Fraction(share), "event_id", [])
    assert rule.outcomes == ("dismissed", "guilty", "pending")


def test_project_and_model_may_ask_for_more_than_the_level() -> None:
    of_project = court(randomised_response=0.2)
    rule, _ = read(of_project, event_id="event_id")
    assert rule is not None
    assert (rule.changed, str(rule.place)) == (Fraction(1, 5), "project.yml:9:20")
    rule, diagnostics = read(of_project, randomised_response=0.3, event_id="event_id")
    assert rule is not None
    assert (rule.changed, diagnostics) == (Fraction(3, 10), [])
    rule, _ = read(of_project, randomised_response=True, event_id="event_id")
    assert rule is not None
    assert rule.changed == Fraction(1, 5)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"randomised_response": True}, ["PT641"]),
        ({"event_id": "event_id"}, ["PT641"]),
        ({"randomised_response": 0.01, "event_id": "event_id"}, ["PT152"]),
        ({"randomised_response": 0, "event_id": "event_id"}, ["PT151"]),
        ({"randomised_response": 1, "event_id": "event_id"}, ["PT151"]),
        ({"randomised_response": "often", "event_id": "event_id"}, ["PT151"]),
        ({"randomised_response": 0.7, "event_id": "event_id"}, ["PT642"]),
        ({"randomised_response": True, "event_id": 3}, ["PT151", "PT641"]),
        ({"randomized_response": True}, ["PT150"]),
    ],
)
def test_what_is_wrong_is_refused(config: dict[str, Any], expected: list[str]) -> None:
    assert sorted(codes(read(court(), **config)[1])) == expected


@pytest.mark.parametrize("outcomes", [(), ("guilty",)])
def test_nothing_is_randomised_among_fewer_than_two_outcomes(outcomes: tuple[str, ...]) -> None:
    loaded = court(outcomes=outcomes)
    assert codes(read(loaded, randomised_response=True, event_id="event_id")[1]) == ["PT642"]


@pytest.mark.parametrize("asked", [False, 0.1])
def test_a_model_is_never_looser_than_its_project(asked: object) -> None:
    rule, diagnostics = read(court(randomised_response=0.2), randomised_response=asked, event_id="event_id")
    assert "PT152" in codes(diagnostics)
    assert rule is None or rule.changed == Fraction(1, 5)
