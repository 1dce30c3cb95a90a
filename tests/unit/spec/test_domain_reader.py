"""A domain is its own file and all that it extends; what is written last replaces what was written before."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.domain_reader import read_domain
from personatwin_sql.spec.hierarchy import Dates, Flat, Intervals, Prefix, Taxonomy, Widths
from personatwin_sql.spec.loader import domain_names, load_domain
from personatwin_sql.spec.role import Role

BASE = """\
description: Any court
hierarchies:
  age: {widths: [5, 10], bottom: 0, top: 90}
  zip: {prefix: [3, 1]}
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier, hierarchy: age}
      zip: {role: quasi_identifier, hierarchy: zip, merge: never}
event_types: [arrest, charge, trial]
outcomes: [guilty, dismissed]
order_rules:
  must_follow: [{event: trial, after: charge}]
  max_occurrences: [{event: trial, times: 1}]
personas: {block: [zip], within_block: [age]}
precision: {time: week, place: city}
"""


@pytest.fixture
def domains(tmp_path: Path) -> Path:
    (tmp_path / "domains").mkdir()
    (tmp_path / "domains" / "base.yml").write_text(BASE)
    return tmp_path


def extend(root: Path, text: str, name: str = "court") -> None:
    (root / "domains" / f"{name}.yml").write_text(text)


def refused(root: Path, name: str = "court") -> list[str]:
    with pytest.raises(ProjectError) as raised:
        read_domain(name, root)
    return [diagnostic.code for diagnostic in raised.value.diagnostics]


def test_columns_find_their_hierarchies_and_types(domains: Path) -> None:
    columns = load_domain("base", domains).entities["people"].columns
    assert columns["age"].hierarchy == Widths(widths=(5, 10), bottom=0, top=90)
    assert (columns["age"].hierarchy_name, columns["age"].type) == ("age", "integer")
    assert columns["person_id"].hierarchy is None
    assert columns["person_id"].role is Role.PRIVACY_UNIT


@pytest.mark.parametrize(
    ("written", "hierarchy", "type_"),
    [
        ("{role: quasi_identifier}", Flat(), "text"),
        ("{role: sensitive}", None, "text"),
        ("{role: quasi_identifier, hierarchy: {widths: [0.5]}}", Widths(widths=(0.5,)), "number"),
        (
            "{role: quasi_identifier, hierarchy: {intervals: [1, 5]}}",
            Intervals(intervals=((1, 5),)),
            "integer",
        ),
        ("{role: quasi_identifier, hierarchy: {dates: [month]}}", Dates(dates=("month",)), "date"),
        (
            "{role: quasi_identifier, hierarchy: {dates: [month]}, type: timestamp}",
            Dates(dates=("month",)),
            "timestamp",
        ),
        ("{role: quasi_identifier, hierarchy: {prefix: [2]}, type: integer}", Prefix(prefix=(2,)), "integer"),
    ],
)
def test_the_hierarchy_decides_the_type_that_is_not_written(
    domains: Path, written: str, hierarchy: object, type_: str
) -> None:
    extend(domains, f"entities: {{people: {{columns: {{x: {written}}}}}}}")
    column = load_domain("court", domains).entities["people"].columns["x"]
    assert (column.hierarchy, column.type) == (hierarchy, type_)


def test_a_child_replaces_by_name_and_keeps_the_rest(domains: Path) -> None:
    extend(
        domains,
        "extends: base\nhierarchies: {age: {widths: [20]}}\n"
        "entities: {people: {columns: {zip: {role: insensitive}, sex: {role: quasi_identifier}}}}\n"
        "outcomes: [convicted]\norder_rules: {max_occurrences: []}\npersonas: {within_block: [sex]}\n"
        "precision: {place: state}\n",
    )
    court = load_domain("court", domains)
    columns = court.entities["people"].columns
    assert list(columns) == ["person_id", "age", "zip", "sex"]
    assert columns["age"].hierarchy == Widths(widths=(20,))
    assert (columns["zip"].role, columns["zip"].merge) == (Role.INSENSITIVE, "generalize")
    assert (court.event_types, court.outcomes) == (("arrest", "charge", "trial"), ("convicted",))
    assert (len(court.order_rules.must_follow), court.order_rules.max_occurrences) == (1, ())
    assert (court.personas.block, court.personas.within_block) == (("zip",), ("sex",))
    assert (court.time_precision, court.place_precision) == ("week", "state")
    assert (court.name, court.extends, court.path) == ("court", "base", "domains/court.yml")
    assert court.description == "Any court"


def test_a_child_replaces_a_column_whatever_its_case(domains: Path) -> None:
    extend(domains, "extends: base\nentities: {people: {columns: {AGE: {role: sensitive}}}}\n")
    assert list(load_domain("court", domains).entities["people"].columns) == ["person_id", "zip", "AGE"]


def test_places_are_those_of_the_file_that_wrote_last(domains: Path) -> None:
    extend(domains, "extends: base\nhierarchies:\n  age: {widths: [20]}\noutcomes: [guilty]\n")
    places = read_domain("court", domains).places
    assert str(places["domain.hierarchies.age"]) == "domains/court.yml:3:3"
    assert str(places["domain.hierarchies.zip"]) == "domains/base.yml:4:3"
    assert str(places["domain.entities.people.age"]) == "domains/base.yml:9:7"
    assert str(places["domain.entities.people.age.hierarchy"]) == "domains/base.yml:9:37"
    assert str(places["domain.outcomes.0"]) == "domains/court.yml:4:12"
    assert "domain.outcomes.1" not in places
    assert "domain.hierarchies.age.top" not in places


def test_a_hierarchy_written_at_its_column_gets_a_name(domains: Path) -> None:
    extend(
        domains,
        "extends: base\nentities:\n  people:\n    columns:\n"
        "      zip: {role: quasi_identifier, hierarchy: {prefix: [2]}}\n"
        "      job: {role: quasi_identifier, hierarchy: {taxonomy: {Office: [clerk]}}}\n",
    )
    reading = read_domain("court", domains)
    columns = reading.domain.entities["people"].columns
    assert columns["job"].hierarchy_name == "job"
    assert columns["zip"].hierarchy_name == "people_zip"
    assert reading.domain.hierarchies["zip"] == Prefix(prefix=(3, 1))
    assert reading.domain.hierarchies["people_zip"] == Prefix(prefix=(2,))
    assert isinstance(reading.domain.hierarchies["job"], Taxonomy)
    assert str(reading.places["domain.hierarchies.job"]) == "domains/court.yml:6:37"


def test_csv_files_are_relative_to_the_project(domains: Path) -> None:
    (domains / "jobs").mkdir()
    (domains / "jobs" / "job.csv").write_text("clerk;Office\n")
    extend(domains, "hierarchies: {job: {csv: jobs/job.csv}}\n")
    job = load_domain("court", domains).hierarchies["job"]
    assert isinstance(job, Taxonomy)
    assert job.rows == (("clerk", "Office"),)


def test_sources_take_the_columns_of_their_entity(domains: Path) -> None:
    extend(domains, "extends: base\nsources: {a.b: {entity: people, columns: {Zip: {role: sensitive}}}}\n")
    court = load_domain("court", domains)
    assert list(court.sources["a.b"]) == ["person_id", "age", "Zip"]
    assert court.source_entities == {"a.b": "people"}


def test_built_in_domains_are_found_without_a_project() -> None:
    assert "criminal_justice" in domain_names()
    court = load_domain("criminal_justice")
    assert court.path == "<builtin>/domains/criminal_justice.yml"
    assert court.entities["people"].columns["person_id"].role is Role.PRIVACY_UNIT


def test_the_projects_own_domains_stand_beside_the_built_in_ones(domains: Path) -> None:
    assert {"base", "criminal_justice"} <= set(domain_names(domains))


def test_a_file_may_extend_the_built_in_domain_of_its_own_name(domains: Path) -> None:
    extend(domains, "extends: criminal_justice\noutcomes: [guilty]\n", "criminal_justice")
    court = load_domain("criminal_justice", domains)
    assert court.path == "domains/criminal_justice.yml"
    assert court.outcomes == ("guilty",)
    assert "arrest" in court.event_types


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("extends: bse\n", ["PT030"]),
        ("extends: court\n", ["PT031"]),
        ("name: the court\n", ["PT015"]),
        ("entities: {people: {columns: {x: {role: quasi_identifier, hierarchy: age}}}}\n", ["PT028"]),
        ("sources: {a.b: {entity: poeple}}\n", ["PT032"]),
        ("extends: base\npersonas: {block: [gender]}\n", ["PT034"]),
        ("extends: base\nsensitive_outcomes: [Guilty]\n", ["PT035"]),
        ("extends: base\norder_rules: {cannot_follow: [{event: arest, after: trial}]}\n", ["PT035"]),
        ("extends: base\nunlisted: refuse\nsensitive_outcomes: [high]\n", ["PT035"]),
        ("extends: base\nhierarchies: {AGE: {widths: [5]}}\n", ["PT002"]),
        (
            "extends: base\nentities: {x: {columns: {x: {role: sensitive, hierarchy: age, type: date}}}}",
            ["PT029"],
        ),
        (
            "hierarchies: {a: {widths: [5, 7]}, b: {prefix: [1, 2]}}\nextend: base\n",
            ["PT022", "PT021", "PT012"],
        ),
    ],
)
def test_a_broken_domain_is_refused(domains: Path, text: str, codes: list[str]) -> None:
    extend(domains, text)
    assert refused(domains) == codes


def test_open_lists_take_sensitive_outcomes_that_are_not_in_them(domains: Path) -> None:
    extend(domains, "extends: base\nsensitive_outcomes: [high]\n")
    assert load_domain("court", domains).sensitive_outcomes == ("high",)


@pytest.mark.parametrize(
    "name", ["criminal_justice", "healthcare", "education", "social_services", "employment"]
)
def test_the_lists_of_a_built_in_domain_can_be_closed(domains: Path, name: str) -> None:
    extend(domains, f"extends: {name}\nunlisted: refuse\n")
    assert load_domain("court", domains).unlisted == "refuse"


def test_a_broken_hierarchy_is_told_once_however_many_columns_name_it(domains: Path) -> None:
    extend(domains, "extends: base\nhierarchies: {age: {widths: [7, 5]}}\nsources: {a.b: {entity: people}}\n")
    assert refused(domains) == ["PT021"]


def test_a_longer_circle_names_its_way(domains: Path) -> None:
    extend(domains, "extends: other\n")
    extend(domains, "extends: court\n", "other")
    with pytest.raises(ProjectError, match="court → other → court"):
        read_domain("court", domains)


def test_a_name_never_leads_out_of_the_folder(domains: Path) -> None:
    (domains / "secret.yml").write_text("description: outside\n")
    assert refused(domains, "../secret") == ["PT030"]


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("{role: privacy_unit, format: '%Y-%m-%d'}", "PT062"),
        ("{role: sensitive, hierarchy: age, tolerance: 10}", "PT060"),
    ],
)
def test_what_would_not_be_read_of_a_column_is_refused(domains: Path, column: str, code: str) -> None:
    extend(domains, f"extends: base\nentities:\n  people:\n    columns:\n      person_id: {column}\n")
    assert refused(domains) == [code]
