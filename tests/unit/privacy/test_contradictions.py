"""Privacy models that no release of some people can satisfy, told before a search."""

from __future__ import annotations

import pytest
from every_model import EVERY_MODEL
from people_by_value import people

from personatwin_sql.privacy.models.alpha_k import AlphaK
from personatwin_sql.privacy.models.contradictions import contradictions
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.models.entropy_l import EntropyDiversity
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.models.k_map import KMap
from personatwin_sql.privacy.models.max_risk import MaxRisk
from personatwin_sql.privacy.models.model import PrivacyModel


def reasons(rows: list[list[int]], model: PrivacyModel, **given: float) -> list[str]:
    null = int(given.pop("null", -1))
    return [each.reason for each in contradictions(people(rows, null), [model], **given)]  # type: ignore[arg-type]


def test_rules_that_no_release_satisfies_are_told() -> None:
    rows = [[5, 5, 0], [5, 3, 2]]
    assert reasons(rows, DistinctDiversity("s", 4)) == ["it asks for more values than there are in `s`"]
    assert reasons(rows, DistinctDiversity("s", 3)) == []
    assert reasons(rows, EntropyDiversity("s", 3.5)) == ["it asks for more values than there are in `s`"]
    assert reasons(rows, AlphaK("s", 0.33)) == ["with so few values in `s` one is always more frequent"]
    assert reasons(rows, AlphaK("s", 0.34)) == []
    assert reasons(rows, MaxRisk(0.01)) == ["it asks for more than all people in one class"]
    assert reasons(rows, KMap(5)) == ["no population is known"]
    assert reasons(rows, KMap(5), population=4) == ["it asks for more than all people in one class"]
    assert reasons(rows, KMap(5), population=5) == []
    assert reasons(rows, EqualCloseness("x", 0.1)) == ["nothing is counted by `x`"]


@pytest.mark.parametrize(("limit", "is_told"), [(0.0, True), (0.1, True), (0.21, False), (1.0, False)])
def test_an_alpha_that_takes_more_suppression_than_allowed_is_told(limit: float, is_told: bool) -> None:
    """Of 10 and 10 + 4 people at most 10 of each may stay: 4 of 24 go, and 4 of 20 + 4 is 17 %."""
    assert bool(reasons([[14, 10]], AlphaK("s", 0.5), suppression_limit=limit)) == is_told


def test_where_nobody_may_be_suppressed_everybody_as_one_class_must_pass() -> None:
    assert reasons([[14, 10]], EntropyDiversity("s", 1.99), suppression_limit=0.0) == [
        "all people in one class fail it, and nobody may be suppressed"
    ]
    assert reasons([[14, 10]], EntropyDiversity("s", 1.9), suppression_limit=0.0) == []


@pytest.mark.parametrize("model", [each for each in EVERY_MODEL if each.column], ids=lambda model: model.name)
def test_a_column_of_one_value_or_of_none_is_told(model: PrivacyModel) -> None:
    constant = reasons([[4], [5]], model)
    assert model.name == "delta_presence" or "everybody has the same value" in constant[0]
    assert reasons([[4], [5]], model, null=0) == ["nobody has a value in `s`"]
