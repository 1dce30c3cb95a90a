"""The built-in domains load without a word, name nothing twice, and let nothing out that names a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest

from personatwin_sql.spec.domain import Column, Domain
from personatwin_sql.spec.domain_reader import read_domain
from personatwin_sql.spec.hierarchy import TOP, Dates, Flat, Hierarchy, Intervals, Prefix, Taxonomy, Widths
from personatwin_sql.spec.loader import domain_names
from personatwin_sql.spec.role import Role

BUILTIN = ("criminal_justice", "custom", "education", "employment", "healthcare", "social_services")
NAMES_OF_PEOPLE = ("name", "first_name", "last_name", "birth_date", "ssn", "phone", "email", "address")
VALUE_OR_NOTHING = {
    "gender",
    "county",
    "city",
    "geography",
    "location",
    "job_title",
    "english_learner",
    "hispanic",
}
"""Places become coarser by the columns beside them; the others have two values, or one each."""
FREE_TEXT = ("notes", "comments", "remarks", "description", "narrative")


@pytest.fixture(params=BUILTIN)
def domain(request: pytest.FixtureRequest) -> Domain:
    return read_domain(request.param).domain


def bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def columns(domain: Domain) -> Iterator[tuple[str, Column]]:
    for entity in domain.entities.values():
        yield from entity.columns.items()


def test_these_are_all() -> None:
    assert domain_names() == BUILTIN


def test_no_two_columns_of_an_entity_go_by_the_same_name(domain: Domain) -> None:
    for entity in domain.entities.values():
        names = Counter(
            name
            for column, spec in entity.columns.items()
            for name in {bare(n) for n in (column, *spec.aliases)}
        )
        assert {name for name, times in names.items() if times > 1} == set()


def test_each_entity_has_one_privacy_unit(domain: Domain) -> None:
    for entity in domain.entities.values():
        units = [name for name, column in entity.columns.items() if column.role == Role.PRIVACY_UNIT]
        assert units == ["person_id"]


def test_what_names_a_person_stays_inside(domain: Domain) -> None:
    people = domain.entities["people"].columns
    assert {people[name].role for name in NAMES_OF_PEOPLE} == {Role.DIRECT_IDENTIFIER}


def test_streets_and_free_text_stay_inside(domain: Domain) -> None:
    for name, column in columns(domain):
        if {"street_address", *FREE_TEXT} & {name, *column.aliases}:
            assert column.role == Role.DIRECT_IDENTIFIER, name


def test_a_place_of_unknown_precision_counts_as_an_address(domain: Domain) -> None:
    assert domain.entities["people"].columns["geography"].place == "address"
    assert domain.entities["events"].columns["location"].place == "address"


def test_personas_merge_by_columns_that_people_have(domain: Domain) -> None:
    people = domain.entities["people"].columns
    merged_by = (*domain.personas.block, *domain.personas.within_block)
    assert {people[name].role for name in merged_by} == {Role.QUASI_IDENTIFIER}
    assert people["gender"].merge == "never"
    assert people["ethnicity"].merge == "generalize"


def test_people_and_events_have_what_a_project_needs(domain: Domain) -> None:
    assert {"person_id", "age", "gender", "ethnicity"} <= set(domain.entities["people"].columns)
    assert {"person_id", "date", "event_type", "outcome"} <= set(domain.entities["events"].columns)


def test_a_column_means_the_same_for_people_and_for_events(domain: Domain) -> None:
    people, events = (domain.entities[name].columns for name in ("people", "events"))
    for name in people.keys() & events.keys() - {"job_title"}:  # a job title of an event is nobody's question
        for part in ("role", "hierarchy", "type", "place"):
            assert getattr(people[name], part) == getattr(events[name], part), name


def test_every_hierarchy_is_used_and_its_levels_nest(domain: Domain) -> None:
    used = {column.hierarchy_name for _, column in columns(domain)}
    assert set(domain.hierarchies) <= used
    for name, hierarchy in domain.hierarchies.items():
        assert is_monotone(hierarchy), name


def test_what_others_may_know_becomes_coarser_step_by_step(domain: Domain) -> None:
    flat = {name for name, column in columns(domain) if isinstance(column.hierarchy, Flat)}
    assert flat <= VALUE_OR_NOTHING


def test_lists_that_no_file_follows_keep_what_they_do_not_list(domain: Domain) -> None:
    for hierarchy in domain.hierarchies.values():
        if isinstance(hierarchy, Taxonomy):
            assert hierarchy.unmapped == "keep"
            assert all(row[0] == row[0].strip() and TOP not in row for row in hierarchy.rows)


def is_monotone(hierarchy: Hierarchy) -> bool:
    """Whether who shares a value at one level shares it at all coarser ones."""
    if isinstance(hierarchy, Taxonomy):
        return all(
            len({row[level] for row in hierarchy.rows})
            == len({row[level : level + 2] for row in hierarchy.rows})
            for level in range(hierarchy.height - 1)
        )
    if isinstance(hierarchy, Widths):
        return all(coarser % finer == 0 for finer, coarser in pairwise(hierarchy.widths))
    if isinstance(hierarchy, Intervals):
        return all(set(coarser) < set(finer) for finer, coarser in pairwise(hierarchy.intervals))
    if isinstance(hierarchy, Prefix):
        return all(fewer < more for more, fewer in pairwise(hierarchy.prefix))
    return isinstance(hierarchy, Dates) and "week" not in hierarchy.dates[:-1]
