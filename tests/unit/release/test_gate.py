"""The gate: what it lets out, and what it says of the rest."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from court_release import EVENTS, PATTERNS, PEOPLE, PERSONAS, guarantee
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.errors import Place
from personatwin_sql.release.gate import declared_place, judge
from personatwin_sql.release.promise import NEEDED
from personatwin_sql.release.result import ReleasedModel
from personatwin_sql.spec.guarantee import Guarantee


def codes(*models: ReleasedModel) -> list[str]:
    return [diagnostic.code for diagnostic in judge(models)]


def people(*guarantees: Guarantee) -> ReleasedModel:
    return replace(PEOPLE, guarantees=guarantees)


def test_a_release_whose_guarantees_all_hold_goes_out() -> None:
    assert judge((PEOPLE, PERSONAS, EVENTS, PATTERNS)) == []


@pytest.mark.parametrize(("measured", "expected"), [(10, ["PT203"]), (11, []), (12, [])])
def test_a_class_of_k_minus_one_withholds_the_release(measured: int, expected: list[str]) -> None:
    assert codes(people(guarantee(measured=measured))) == expected


@pytest.mark.parametrize(("proven", "expected"), [(10, ["PT202"]), (11, []), (12, []), (None, ["PT201"])])
def test_sql_that_proves_less_than_k_withholds_the_release(proven: float | None, expected: list[str]) -> None:
    assert codes(people(guarantee(proven=proven, measured=40))) == expected


@pytest.mark.parametrize(("measured", "expected"), [(0.049, []), (0.05, []), (0.051, ["PT205"])])
def test_a_limit_is_a_most(measured: float, expected: list[str]) -> None:
    limit = guarantee("suppression_limit", 0.05, None, measured, "at_most", measured_only=True)
    assert codes(people(guarantee(), limit)) == expected


@pytest.mark.parametrize(
    ("proven", "expected"), [(0.8, []), (0.81, ["PT202"]), (0.79, []), (None, ["PT201"])]
)
def test_a_cap_is_proven_as_a_most(proven: float | None, expected: list[str]) -> None:
    assert codes(people(guarantee(), guarantee("outcome_cap", 0.8, proven, 0.7, "at_most"))) == expected


def test_what_is_not_measured_does_not_hold() -> None:
    assert codes(people(guarantee(measured=None))) == ["PT206"]


@pytest.mark.parametrize("figure", [math.nan, math.inf])
def test_a_figure_that_is_none_does_not_hold(figure: float) -> None:
    assert codes(people(guarantee(measured=figure))) == ["PT206"]
    assert codes(people(guarantee(proven=figure))) == ["PT201"]


@pytest.mark.parametrize("required", [math.nan, math.inf, -math.inf])
def test_a_requirement_without_a_figure_is_met_by_nothing(required: float) -> None:
    assert len(codes(people(guarantee(required=required, proven=10**9, measured=10**9)))) == 1


def test_a_table_without_rows_breaks_no_count_but_must_be_proven() -> None:
    empty = replace(PEOPLE, rows=0, people=0)
    assert codes(replace(empty, guarantees=(guarantee(measured=None),))) == []
    assert codes(replace(empty, guarantees=(guarantee(measured=None, proven=None),))) == ["PT201"]
    assert codes(replace(empty, guarantees=(guarantee(measured=3),))) == ["PT203"]


@pytest.mark.parametrize("protection", ["k_anonymity", "personas", "persona_events"])
def test_a_protection_without_its_guarantee_is_withheld(protection: str) -> None:
    assert codes(replace(PEOPLE, protection=protection, guarantees=())) == ["PT200"]


def test_noise_without_epsilon_and_delta_is_withheld() -> None:
    assert codes(replace(PEOPLE, protection="differential_privacy")) == ["PT200", "PT200"]


@pytest.mark.parametrize("protection", ["", "k_anonimity", "differential_secrecy"])
def test_a_protection_that_nobody_knows_is_withheld(protection: str) -> None:
    assert codes(replace(PEOPLE, protection=protection)) == ["PT200"]


def test_the_guarantee_of_another_model_counts_for_nothing() -> None:
    assert codes(people(guarantee(model="personas"))) == ["PT206"]


def test_a_derived_model_reads_released_tables_only() -> None:
    assert codes(PERSONAS, EVENTS, PATTERNS) == []
    assert codes(PERSONAS, PATTERNS) == ["PT207"]


def test_releases_that_intersect_below_k_are_withheld() -> None:
    beside = guarantee("k_beside_people_public", 11, None, 4, model="personas", measured_only=True)
    model = replace(PERSONAS, guarantees=(guarantee(model="personas"), beside))
    (diagnostic,) = judge((model,))
    assert diagnostic.code == "PT212"
    assert "`people_public`" in diagnostic.message


def _beside(other: str, model: ReleasedModel) -> ReleasedModel:
    found = guarantee(f"k_beside_{other}", 11, None, 4, model=model.name, measured_only=True)
    return replace(model, guarantees=(*model.guarantees, found))


def _fixes(*models: ReleasedModel) -> tuple[str, ...]:
    (diagnostic,) = judge(models)
    assert diagnostic.code == "PT212"
    return diagnostic.fixes


def test_personas_beside_a_table_are_told_to_stay_inside_of_it() -> None:
    inside = "cut `personas` inside the classes of `people_public`: config(within=ref('people_public'))"
    assert inside in _fixes(PEOPLE, _beside("people_public", PERSONAS))
    assert inside in _fixes(PERSONAS, _beside("personas", PEOPLE))


def test_personas_beside_numbers_of_groups_are_not_told_to_stay_inside_of_them() -> None:
    grouped = replace(
        PEOPLE, columns=(replace(PEOPLE.columns[0], level=4, of_group=True), *PEOPLE.columns[1:])
    )
    fixes = _fixes(grouped, _beside("people_public", PERSONAS))
    assert fixes == (
        "leave `microaggregate` out of `people_public`, and cut `personas` inside its classes: "
        "config(within=ref('people_public'))",
        "or release one of the two: no persona is inside of a group of which a number is published",
    )


def test_two_tables_of_people_are_told_to_be_one() -> None:
    other = replace(PEOPLE, name="other", guarantees=(guarantee(model="other"),))
    fixes = _fixes(PEOPLE, _beside("people_public", other))
    assert not any("within" in fix for fix in fixes)
    assert "release one of `people_public` and `other`" in fixes[0]


@pytest.mark.parametrize(
    ("limit", "proposed"),
    [(0.01, "allow more, up to 5 %: `suppression_limit` in config() or in project.yml"), (0.05, None)],
)
def test_no_more_may_be_left_out_than_a_level_allows(limit: float, proposed: str | None) -> None:
    left_out = guarantee("suppression_limit", limit, None, 0.2, "at_most", measured_only=True)
    (diagnostic,) = judge((people(guarantee(), left_out),))
    if proposed is not None:
        assert proposed in diagnostic.fixes
    else:
        assert not any("suppression_limit" in fix for fix in diagnostic.fixes)
        assert "no privacy level allows more than 5 % of the people to be left out" in diagnostic.notes


def test_an_estimate_among_more_people_than_there_are_is_not_called_a_fault_of_the_tool() -> None:
    unique = guarantee("population_uniqueness", 0.1, None, None, "at_most", measured_only=True)
    (diagnostic,) = judge((people(guarantee(), unique),))
    assert diagnostic.code == "PT206"
    assert not any("report it" in fix for fix in diagnostic.fixes)
    assert "population" in diagnostic.fixes[0]


def test_all_that_holds_a_release_back_is_said_at_once() -> None:
    risk = guarantee("target_risk", 0.01, None, 0.2, "at_most", measured_only=True)
    assert codes(people(guarantee(measured=2), risk), replace(EVENTS, guarantees=())) == [
        "PT203",
        "PT204",
        "PT200",
    ]


def test_a_refusal_names_the_line_and_a_way_out_and_no_figure_of_the_rows() -> None:
    (diagnostic,) = judge((people(guarantee(measured=7)),))
    assert diagnostic.place == Place("models/release/people_public.sql", 1, 39)
    assert (
        diagnostic.message
        == "`people_public` withheld: a class is below k = 11 (sizes in the owner's report)"
    )
    assert diagnostic.fixes[0] == "raise `age` one level, to 3"
    assert "7" not in str(diagnostic)


@pytest.mark.parametrize(
    ("declared_at", "place"),
    [
        ("project.yml:9:6", Place("project.yml", 9, 6)),
        ("project.yml:9", Place("project.yml", 9)),
        ("models/a:b/x.sql:2:1", Place("models/a:b/x.sql", 2, 1)),
        ("preset high", Place("preset high")),
        ("", Place("models/release/people_public.sql", 1)),
    ],
)
def test_where_a_guarantee_was_declared_is_found_again(declared_at: str, place: Place) -> None:
    assert declared_place(replace(guarantee(), declared_at=declared_at), PEOPLE) == place


NUMBERS = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.integers(-5, 50).map(float)


@given(
    required=st.integers(-5, 50).map(float) | st.floats(),
    proven=NUMBERS,
    measured=NUMBERS,
    direction=st.sampled_from(["at_least", "at_most"]),
    name=st.sampled_from(["k", "k_event", "target_risk", "suppression_limit", "k_beside_x", "anything"]),
    measured_only=st.booleans(),
)
def test_only_what_is_proven_and_measured_goes_out(
    required: float,
    proven: float | None,
    measured: float | None,
    direction: str,
    name: str,
    measured_only: bool,
) -> None:
    stated = Guarantee(
        "people_public", name, direction, required, "x:1:1", proven, "", measured, measured_only
    )  # type: ignore[arg-type]
    goes_out = not judge((people(guarantee(), stated),))

    def is_strong(value: float | None) -> bool:
        if value is None or not math.isfinite(value) or not math.isfinite(required):
            return False
        return value >= required if direction == "at_least" else value <= required

    assert goes_out == ((measured_only or is_strong(proven)) and is_strong(measured))


def test_every_protection_that_promises_something_is_known() -> None:
    protections = {"k_anonymity", "personas", "persona_events", "differential_privacy", "derived", "public"}
    assert set(NEEDED) == protections
