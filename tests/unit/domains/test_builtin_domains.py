"""The built-in domains load without a word and are complete."""

from __future__ import annotations

from collections import Counter

import pytest

from personatwin_sql.spec.domain import Domain
from personatwin_sql.spec.domain_reader import read_domain
from personatwin_sql.spec.role import Role

BUILTIN = ("criminal_justice", "custom", "education", "employment", "healthcare", "social_services")

EVENT_TYPES = """
    arrest charge arraignment plea trial sentencing probation parole release violation appeal expungement
    bail_hearing pretrial_detention incarceration community_service
"""
OUTCOMES = """
    guilty not_guilty dismissed plea_bargain convicted acquitted pending completed violated granted denied
    reduced enhanced
"""
NEVER_LEAVE = (
    "case_number",
    "arrest_warrant",
    "judge_name",
    "prosecutor_name",
    "defense_attorney",
    "victim_name",
)
NAMES_OF_PEOPLE = ("name", "first_name", "last_name", "birth_date", "ssn", "phone", "email", "address")


@pytest.fixture(params=BUILTIN)
def domain(request: pytest.FixtureRequest) -> Domain:
    return read_domain(request.param).domain


@pytest.fixture
def court() -> Domain:
    return read_domain("criminal_justice").domain


def test_no_two_columns_of_an_entity_go_by_the_same_name(domain: Domain) -> None:
    for entity in domain.entities.values():
        names = Counter(name for column, spec in entity.columns.items() for name in (column, *spec.aliases))
        assert {name for name, times in names.items() if times > 1} == set()


def test_each_entity_has_one_privacy_unit(domain: Domain) -> None:
    for entity in domain.entities.values():
        units = [name for name, column in entity.columns.items() if column.role == Role.PRIVACY_UNIT]
        assert units == ["person_id"]


def test_what_names_a_person_stays_inside(domain: Domain) -> None:
    people = domain.entities["people"].columns
    assert {people[name].role for name in NAMES_OF_PEOPLE} == {Role.DIRECT_IDENTIFIER}


def test_personas_merge_by_columns_that_people_have(domain: Domain) -> None:
    people = domain.entities["people"].columns
    merged_by = (*domain.personas.block, *domain.personas.within_block)
    assert {people[name].role for name in merged_by} == {Role.QUASI_IDENTIFIER}
    assert people["gender"].merge == "never"
    assert people["ethnicity"].merge == "generalize"


def test_a_place_of_unknown_precision_counts_as_an_address(domain: Domain) -> None:
    assert domain.entities["people"].columns["geography"].place == "address"
    assert domain.entities["events"].columns["location"].place == "address"


def test_the_lists_of_criminal_justice_are_complete(court: Domain) -> None:
    assert sorted(court.event_types) == sorted(EVENT_TYPES.split())
    assert sorted(court.outcomes) == sorted(OUTCOMES.split())
    assert (court.time_precision, court.place_precision) == ("month", "county")


def test_names_and_numbers_of_a_court_stay_inside(court: Domain) -> None:
    events = court.entities["events"].columns
    assert {events[name].role for name in NEVER_LEAVE} == {Role.DIRECT_IDENTIFIER}


def test_what_is_kept_for_analysis_may_leave(court: Domain) -> None:
    columns = {**court.entities["people"].columns, **court.entities["events"].columns}
    roles = {columns[name].role for name in court.kept_for_analysis}
    assert roles <= {Role.QUASI_IDENTIFIER, Role.SENSITIVE}


def test_the_rules_of_order_speak_of_listed_events(court: Domain) -> None:
    rules = court.order_rules
    named = {name for rule in (*rules.must_follow, *rules.cannot_follow) for name in (rule.event, rule.after)}
    named |= {rule.event for rule in rules.max_occurrences}
    named |= {name for rule in rules.requires_closure for name in (rule.event, rule.closed_by)}
    assert named <= set(court.event_types)


def test_a_lone_sentencing_needs_a_trial_a_charge_and_an_arrest(court: Domain) -> None:
    after = {rule.event: rule.after for rule in court.order_rules.must_follow}
    needed, step = [], "sentencing"
    while step in after:
        step = after[step]
        needed.append(step)
    assert needed == ["trial", "charge", "arrest"]
