"""A taxonomy in a table of people would publish their names as groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.compile.compiler import Compiled, compile_project
from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.loader import load

PROJECT = """\
name: county_court
domain: court
sources:
  court:
    people: {path: data/people.csv, entity: people}
    places: {path: data/places.csv, entity: places}
"""
MODEL = "SELECT person_id, county FROM {{ source('court', 'people') }}\n"
DOMAIN = """\
hierarchies:
  county: HIERARCHY
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      name: {role: direct_identifier}
      county: {role: quasi_identifier, hierarchy: COLUMN}
  places:
    columns:
      town: {role: insensitive}
      name: {role: insensitive}
"""
PEOPLE = "{table: court.people, columns: [county, %s]}"


def _compile(root: Path, hierarchy: str, column: str = "county") -> Compiled:
    domain = DOMAIN.replace("HIERARCHY", hierarchy).replace("COLUMN", column)
    for path, text in {
        "project.yml": PROJECT,
        "domains/court.yml": domain,
        "models/stg_people.sql": MODEL,
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return compile_project(load(root))


@pytest.mark.parametrize("column", ["name", "person_id", "NAME"])
def test_no_level_is_a_column_that_names_people(tmp_path: Path, column: str) -> None:
    with pytest.raises(ProjectError) as raised:
        _compile(tmp_path, PEOPLE % column)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "PT177"
    assert f"court.people.{column}" in diagnostic.message
    assert diagnostic.place is not None
    assert (diagnostic.place.path, diagnostic.place.line) == ("domains/court.yml", 2)


def test_nor_is_the_value_itself(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="PT177"):
        _compile(tmp_path, "{table: court.people, columns: [name, county]}")


def test_a_hierarchy_at_its_column_is_read_too(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as raised:
        _compile(tmp_path, "{prefix: [3]}", PEOPLE % "name")
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "PT177"
    assert diagnostic.place is not None
    assert diagnostic.place.line == 8


def test_a_table_of_places_may_hold_a_taxonomy(tmp_path: Path) -> None:
    compiled = _compile(tmp_path, "{table: court.places, columns: [town, name]}")
    assert compiled.loaded.domain.hierarchies
