"""`init` advises by the names of columns alone."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from personatwin_sql.scaffold.advice import only_top, other_domain
from personatwin_sql.scaffold.new_project import Wish, new_project
from personatwin_sql.spec.loader import load_domain
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.spec.role import Role


@pytest.mark.parametrize(
    ("columns", "domain"),
    [
        (("mrn", "icd10", "payer", "sex"), "healthcare"),
        (("student_id", "grade_level", "frl"), "education"),
        (("defendant_id", "priors", "charge_degree"), "criminal_justice"),
        (("emp_id", "dept", "tenure"), "employment"),
        (("case_number", "benefit_type", "caseworker"), "social_services"),
        (("person_id", "age", "sex"), None),
        (("person_id", "age", "priors"), None),
    ],
)
def test_another_domain_is_named_where_it_knows_more(columns: tuple[str, ...], domain: str | None) -> None:
    found, known = other_domain(load_domain("custom"), {"people": columns})
    assert found == domain
    assert set(known) <= set(columns)


@pytest.mark.parametrize("name", ["criminal_justice", "healthcare", "custom"])
def test_a_higher_level_releases_no_more_columns(name: str) -> None:
    domain = load_domain(name)
    people = domain.entities["people"].columns
    quasi = {column: spec for column, spec in people.items() if spec.role is Role.QUASI_IDENTIFIER}
    stars = [set(only_top(quasi, domain, level)) for level in PRESETS]
    assert all(lower <= higher for lower, higher in pairwise(stars))
    assert "geography" in stars[0]
    assert ("zip" in stars[0]) == (name == "criminal_justice")
    assert {"zip", "city"} <= stars[1]


def test_places_of_events_are_offered_where_they_may_be_released(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("mrn,sex,state\n1,1,1\n")
    (tmp_path / "events.csv").write_text("mrn,date,type,state,county,city\n1,1,1,1,1,1\n")
    files = (str(tmp_path / "people.csv"), str(tmp_path / "events.csv"))
    design = new_project(Wish("clinic", tmp_path / "clinic", "healthcare", "high", *files))
    assert design.advice.event_places == ("county",)
    text = (tmp_path / "clinic" / "models" / "release" / "persona_events.sql").read_text()
    assert "-- A place may be selected too, county: " in text
