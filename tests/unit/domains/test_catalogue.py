"""The built-in domains hold the complete lists that were promised: the lists below are the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from personatwin_sql.spec.domain import Column, Domain
from personatwin_sql.spec.hierarchy import PERIODS, PLACES
from personatwin_sql.spec.loader import load_domain
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.spec.role import Role


@dataclass(frozen=True)
class Promised:
    """One row of the catalogue of domains."""

    event_types: str
    outcomes: str
    protected: str
    """Fields that name or lead to a person, or are sensitive."""
    kept: str
    precision: tuple[str, str]


CATALOGUE = {
    "criminal_justice": Promised(
        "arrest charge arraignment plea trial sentencing probation parole release violation appeal "
        "expungement bail_hearing pretrial_detention incarceration community_service",
        "guilty not_guilty dismissed plea_bargain convicted acquitted pending completed violated granted "
        "denied reduced enhanced",
        "case_number arrest_warrant judge_name prosecutor_name defense_attorney victim_name",
        "charge_severity sentence_length offense_category case_outcome",
        ("month", "county"),
    ),
    "healthcare": Promised(
        "admission discharge visit diagnosis treatment medication prescription surgery test immunization "
        "emergency_visit telehealth referral follow_up",
        "recovered improved stable declined deceased transferred discharged readmitted completed ongoing "
        "cancelled",
        "patient_id mrn provider_name facility_name insurance_id diagnosis_code",
        "condition_type treatment_type outcome_status length_of_stay",
        ("week", "city"),
    ),
    "education": Promised(
        "enrollment attendance assessment grade promotion graduation suspension expulsion transfer "
        "scholarship intervention parent_conference",
        "passed failed graduated promoted retained withdrawn completed in_progress excused unexcused awarded",
        "student_id teacher_name school_name guardian_name test_scores",
        "grade_level subject_area performance_level attendance_rate",
        ("month", "city"),
    ),
    "social_services": Promised(
        "application eligibility_determination benefit_received case_opened case_closed home_visit "
        "assessment referral service_provided review appeal sanction",
        "approved denied pending completed ongoing closed successful unsuccessful compliant non_compliant "
        "appealed overturned",
        "case_number caseworker_name benefit_amount income household_members",
        "benefit_type service_category outcome_status duration",
        ("month", "county"),
    ),
    "employment": Promised(
        "hire promotion demotion transfer performance_review training disciplinary_action leave "
        "return_from_leave resignation termination retirement",
        "successful unsuccessful completed ongoing approved denied voluntary involuntary promoted terminated",
        "employee_id ssn salary manager_name",
        "department job_category performance_rating tenure employment_status",
        ("month", "city"),
    ),
}
MUST_FOLLOW = {
    "criminal_justice": "charge<arrest trial<charge sentencing<trial incarceration<sentencing "
    "probation<sentencing appeal<sentencing release<incarceration",
    "healthcare": "discharge<admission treatment<diagnosis medication<diagnosis surgery<admission "
    "follow_up<discharge",
    "education": "assessment<enrollment grade<enrollment graduation<enrollment suspension<enrollment "
    "promotion<grade",
    "social_services": "case_closed<case_opened sanction<eligibility_determination",
    "employment": "termination<hire promotion<hire return_from_leave<leave",
}
CLOSED_BY = {"criminal_justice": ("incarceration", "release"), "healthcare": ("admission", "discharge")}
EXACT_AMOUNTS = ("test_scores", "salary", "income", "benefit_amount", "diagnosis_code")
UNLISTED = {"high"}
"""Of a risk screening, which is no step of a case: a sensitive outcome outside the list of the catalogue."""


@pytest.fixture(params=CATALOGUE)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def domain(name: str) -> Domain:
    return load_domain(name)


def meanings(domain: Domain, field: str) -> Iterator[Column]:
    """What each entity takes a field for, by its name or another name of it."""
    for entity in domain.entities.values():
        for name, column in entity.columns.items():
            if field == name or field in column.aliases:
                yield column


def test_event_types_and_outcomes_are_those_of_the_catalogue(name: str, domain: Domain) -> None:
    assert sorted(domain.event_types) == sorted(CATALOGUE[name].event_types.split())
    assert sorted(domain.outcomes) == sorted(CATALOGUE[name].outcomes.split())


def test_direct_and_sensitive_fields_are_never_released_as_they_are(name: str, domain: Domain) -> None:
    for field in CATALOGUE[name].protected.split():
        found = list(meanings(domain, field))
        assert found, field
        for column in found:
            if field in EXACT_AMOUNTS:  # the value is published in bands that enough people share
                assert column.role == Role.QUASI_IDENTIFIER
                assert column.hierarchy is not None
                assert column.hierarchy.height >= 3
            else:
                assert column.role in (Role.DIRECT_IDENTIFIER, Role.PRIVACY_UNIT), field


def test_what_is_kept_for_analysis_may_leave(name: str, domain: Domain) -> None:
    assert sorted(domain.kept_for_analysis) == sorted(CATALOGUE[name].kept.split())
    for field in domain.kept_for_analysis:
        roles = {column.role for column in meanings(domain, field)}
        assert roles
        assert roles <= {Role.QUASI_IDENTIFIER, Role.SENSITIVE}


def test_dates_and_places_are_as_precise_as_the_catalogue_says(name: str, domain: Domain) -> None:
    assert (domain.time_precision, domain.place_precision) == CATALOGUE[name].precision


def test_no_level_is_finer_than_its_domain_or_than_a_lower_level(domain: Domain) -> None:
    levels = [
        preset.no_finer_than(domain.time_precision, domain.place_precision) for preset in PRESETS.values()
    ]
    times = [PERIODS.index(level.finest_period) for level in levels]
    places = [PLACES.index(level.finest_place) for level in levels]
    assert times == sorted(times)
    assert places == sorted(places)
    assert times[0] >= PERIODS.index(domain.time_precision)
    assert places[0] >= PLACES.index(domain.place_precision)


def test_the_rules_of_order_are_those_of_the_catalogue(name: str, domain: Domain) -> None:
    rules = {f"{rule.event}<{rule.after}" for rule in domain.order_rules.must_follow}
    assert set(MUST_FOLLOW[name].split()) <= rules
    closed = {(rule.event, rule.closed_by) for rule in domain.order_rules.requires_closure}
    assert closed == ({CLOSED_BY[name]} if name in CLOSED_BY else set())


def test_the_rules_of_order_speak_of_listed_events_and_are_no_circle(domain: Domain) -> None:
    rules = domain.order_rules
    named = {name for rule in (*rules.must_follow, *rules.cannot_follow) for name in (rule.event, rule.after)}
    named |= {rule.event for rule in rules.max_occurrences}
    named |= {name for rule in rules.requires_closure for name in (rule.event, rule.closed_by)}
    assert named <= set(domain.event_types)
    after: dict[str, set[str]] = {}
    for rule in rules.must_follow:
        after.setdefault(rule.event, set()).add(rule.after)
    for event in after:
        before, waiting = set[str](), [event]
        while waiting:
            earlier = after.get(waiting.pop(), set()) - before
            before |= earlier
            waiting.extend(earlier)
        assert event not in before


def test_a_lone_sentencing_needs_a_trial_a_charge_and_an_arrest() -> None:
    after = {rule.event: rule.after for rule in load_domain("criminal_justice").order_rules.must_follow}
    needed, step = [], "sentencing"
    while step in after:
        step = after[step]
        needed.append(step)
    assert needed == ["trial", "charge", "arrest"]


def test_sensitive_outcomes_are_listed_outcomes(name: str, domain: Domain) -> None:
    assert domain.sensitive_outcomes
    beyond = UNLISTED if name == "criminal_justice" else set()
    assert set(domain.sensitive_outcomes) - set(domain.outcomes) == beyond
    assert len(set(domain.sensitive_outcomes)) == len(domain.sensitive_outcomes)


def test_what_is_not_listed_is_kept_and_counted(domain: Domain) -> None:
    assert domain.unlisted == "keep"
    assert domain.order_rules.on_violation == "report"


def test_custom_lists_nothing_and_leaves_precision_to_the_level() -> None:
    custom = load_domain("custom")
    assert (custom.event_types, custom.outcomes, custom.sensitive_outcomes) == ((), (), ())
    assert (custom.time_precision, custom.place_precision) == ("day", "address")
