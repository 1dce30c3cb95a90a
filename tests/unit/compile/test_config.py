"""`config(…)` resolved: preset, project, model, never looser, and every mistake with its key's place."""

from __future__ import annotations

from typing import Any

import pytest
from promised import codes, project, written

from personatwin_sql.compile.config import resolve
from personatwin_sql.errors import Place
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.spec.protection import Derived, KAnonymity, PersonaEvents, Personas


def told(level: str = "medium", **config: Any) -> list[str]:
    return codes(resolve(written(**config), project(level))[1])


@pytest.mark.parametrize("level", PRESETS)
def test_k_may_be_the_levels_or_larger_but_not_smaller(level: str) -> None:
    k = PRESETS[level].k
    assert told(level, protection="k_anonymity", k=k) == []
    assert told(level, protection="k_anonymity", k=k + 1) == []
    assert told(level, protection="k_anonymity", k=k - 1) == ["PT152"]


@pytest.mark.parametrize("key", ["suppression_limit", "target_risk"])
def test_a_limit_may_be_the_levels_or_smaller_but_not_larger(key: str) -> None:
    limit = getattr(PRESETS["medium"], key)
    assert told(protection="k_anonymity", **{key: limit}) == []
    assert told(protection="k_anonymity", **{key: limit / 2}) == []
    assert told(protection="k_anonymity", **{key: limit + 1e-9}) == ["PT152"]


def test_a_looser_number_leaves_the_levels_number_in_force_and_names_level_and_place() -> None:
    protection, (mistake,) = resolve(written(protection="k_anonymity", k=10), project("high"))
    assert isinstance(protection, KAnonymity)
    assert protection.k.value == 11
    assert "level `high`" in mistake.message
    assert mistake.place == Place("models/release/people_public.sql", 1, 21)
    assert "project.yml" in mistake.fixes[0]


def test_the_projects_number_is_in_force_before_the_presets_and_the_models_before_both() -> None:
    loaded = project("medium", k=8)
    protection, found = resolve(written(protection="k_anonymity"), loaded)
    assert isinstance(protection, KAnonymity)
    assert (protection.k.value, protection.k.place.column, found) == (8, 20, [])
    protection, found = resolve(written(protection="k_anonymity", k=9), loaded)
    assert isinstance(protection, KAnonymity)
    assert (protection.k.value, protection.k.place.path, found) == (9, "models/release/people_public.sql", [])
    assert codes(resolve(written(protection="k_anonymity", k=7), loaded)[1]) == ["PT152"]


@pytest.mark.parametrize(
    ("key", "meant"),
    [("supression_limit", "suppression_limit"), ("column", "columns"), ("K", None), ("zz", None)],
)
def test_an_unknown_key_is_refused_and_the_nearest_one_suggested(key: str, meant: str | None) -> None:
    _, (mistake,) = resolve(written(protection="k_anonymity", **{key: 1}), project())
    assert mistake.code == "PT150"
    assert mistake.label == (f"did you mean `{meant}`?" if meant else None)


def test_a_key_of_another_protection_is_unknown_here() -> None:
    assert told(protection="k_anonymity", max_people=40) == ["PT150"]
    assert told(protection="derived", k=5) == ["PT150"]
    assert told(protection="persona_events", personas="personas", k=5) == ["PT150"]


def test_all_mistakes_are_told_at_once() -> None:
    assert told(protection="personas", k=1, target_risk=0.9, blocks=[]) == ["PT150", "PT152", "PT152"]


def test_a_private_model_takes_no_config() -> None:
    assert resolve(written(), project()) == (None, [])
    assert told(k=5, columns={}) == ["PT150", "PT150"]


@pytest.mark.parametrize("name", ["k_anonimity", "", 5, ["k_anonymity"], "differential-privacy"])
def test_an_unknown_protection_is_refused(name: object) -> None:
    protection, found = resolve(written(protection=name), project())
    assert protection is None
    assert codes(found) == ["PT154"]


@pytest.mark.parametrize(
    "config",
    [
        {"k": True},
        {"k": "11"},
        {"k": 11.0},
        {"k": (11,)},
        {"target_risk": True},
        {"target_risk": "0.01"},
        {"target_risk": 0},
        {"target_risk": -0.1},
        {"target_risk": float("nan")},
        {"suppression_limit": -0.01},
        {"suppression_limit": float("nan")},
        {"suppression_limit": False},
        {"columns": "age"},
        {"columns": {"age": 2}},
        {"columns": {"age": {"levle": 2}}},
        {"columns": {"age": {"level": True}}},
        {"columns": {"age": {"level": -1}}},
        {"columns": {"age": {"level": 1.0}}},
        {"materialized": "view"},
        {"materialized": "incremental"},
        {"materialized": True},
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(config: dict[str, object]) -> None:
    assert told(protection="k_anonymity", **config) == ["PT151"]


@pytest.mark.parametrize("value", ["gender", ("gender", 5), ("gender", "gender"), 3])
def test_a_block_is_a_list_of_different_names(value: object) -> None:
    assert told(protection="personas", block=value) == ["PT151"]


def test_a_release_is_a_table() -> None:
    assert told(protection="k_anonymity", materialized="table") == []


def test_the_smallest_limits_are_allowed() -> None:
    assert told(protection="k_anonymity", suppression_limit=0, target_risk=1e-9) == []


def test_a_hierarchy_is_looked_up_in_the_domain() -> None:
    protection, found = resolve(
        written(protection="k_anonymity", columns={"years": {"hierarchy": "age", "level": 2}}), project()
    )
    assert found == []
    assert isinstance(protection, KAnonymity)
    promise = protection.columns["years"]
    assert (promise.hierarchy_name, promise.level) == ("age", 2)
    _, (mistake,) = resolve(
        written(protection="k_anonymity", columns={"years": {"hierarchy": "agee"}}), project()
    )
    assert (mistake.code, mistake.label) == ("PT153", "did you mean `age`?")
    assert told(protection="k_anonymity", columns={"years": {"hierarchy": ["age"]}}) == ["PT153"]


def test_max_people_leaves_room_for_2k_minus_1() -> None:
    assert told(protection="personas", k=20, max_people=39) == []
    assert told(protection="personas", k=20, max_people=38) == ["PT155"]
    assert told(protection="personas", k=20, max_people=51) == ["PT152"]


def test_the_presets_max_people_grows_with_k() -> None:
    protection, found = resolve(written(protection="personas", k=40), project())
    assert isinstance(protection, Personas)
    assert (protection.max_people.value, found) == (79, [])


def test_personas_take_block_and_order_from_the_domain_unless_the_model_says_otherwise() -> None:
    protection, _ = resolve(written(protection="personas"), project())
    assert isinstance(protection, Personas)
    assert (protection.block, protection.within_block, protection.within) == (
        ("gender", "ethnicity"),
        ("age",),
        None,
    )
    protection, _ = resolve(
        written(protection="personas", block=(), within_block=("a", "b"), within="p"), project()
    )
    assert isinstance(protection, Personas)
    assert (protection.block, protection.within_block, protection.within) == ((), ("a", "b"), "p")


def test_events_need_personas() -> None:
    assert told(protection="persona_events") == ["PT157"]
    assert told(protection="persona_events", personas="") == ["PT157"]
    assert told(protection="persona_events", personas=5) == ["PT151", "PT157"]


def test_k_event_may_be_the_levels_or_larger() -> None:
    events = {"protection": "persona_events", "personas": "personas"}
    assert told("high", **events, k_event=5) == []
    assert told("high", **events, k_event=11) == []
    assert told("high", **events, k_event=4) == ["PT152"]


@pytest.mark.parametrize(
    ("level", "finest"), [("low", "week"), ("medium", "month"), ("high", "quarter"), ("maximum", "year")]
)
def test_the_finest_period_is_the_levels_or_coarser(level: str, finest: str) -> None:
    events: dict[str, Any] = {"protection": "persona_events", "personas": "personas"}
    protection, _ = resolve(written(**events), project(level))
    assert isinstance(protection, PersonaEvents)
    assert protection.finest_period == finest
    periods = ("day", "week", "month", "quarter", "year")
    for period in periods:
        is_finer = periods.index(period) < periods.index(finest)
        protection, found = resolve(written(**events, finest_period=period), project(level))
        assert isinstance(protection, PersonaEvents)
        assert codes(found) == (["PT152"] if is_finer else [])
        assert protection.finest_period == (finest if is_finer else period)
    assert told(level, **events, finest_period="decade") == ["PT151"]
    assert told(level, **events, finest_period=3) == ["PT151"]


def test_derived_takes_nothing() -> None:
    assert resolve(written(protection="derived"), project()) == (Derived(), [])
