"""Columns of any name: hostile ones stay names, and those of real files are recognised."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import jinja2
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from personatwin_sql.scaffold.new_project import Wish, new_project
from personatwin_sql.scaffold.project_design import ProjectDesign
from personatwin_sql.scaffold.recognition import recognised
from personatwin_sql.scaffold.table_design import TableDesign
from personatwin_sql.spec.domain import Domain
from personatwin_sql.spec.loader import load, load_domain
from personatwin_sql.spec.role import Role
from personatwin_sql.spec.yaml_reader import parse_yaml

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"

HOSTILE = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1)
DECORATION = st.text(st.sampled_from(list(" \"'`;:,.-_#/*{}%$\\\n\t&!|>[]()")), max_size=4)


@cache
def justice() -> Domain:
    return load_domain("criminal_justice")


@st.composite
def columns(draw: st.DrawFn, needed: tuple[str, ...]) -> list[str]:
    """Columns of a file: recognisable ones in hostile disguise, and others."""
    disguised = [draw(DECORATION) + name + draw(DECORATION) for name in needed]
    found = [*disguised, *draw(st.lists(HOSTILE, max_size=4))]
    unique = {name.casefold(): name for name in reversed(found)}
    return draw(st.permutations(list(unique.values())))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(columns(("person_id", "age", "sex", "Race")), columns(("person", "type", "date", "result")))
def test_hostile_names_of_columns_stay_names(people: list[str], events: list[str]) -> None:
    tables = {
        name: TableDesign(f"{name}.csv", None, recognised(found, justice().entities[name].columns))
        for name, found in (("people", people), ("events", events))
    }
    design = ProjectDesign("court", "criminal_justice", "high", tables["people"], tables["events"])
    assume(tables["people"].names(Role.QUASI_IDENTIFIER))  # without, there is nothing to write
    files = design.files()

    sources = parse_yaml(files["domains/court.yml"], "domains/court.yml").data["sources"]
    assert list(sources["court.people"]["columns"]) == people
    assert list(sources["court.events"]["columns"]) == events
    parse_yaml(files["models/models.yml"], "models/models.yml")

    with duckdb.connect() as database:
        for name, found in (("people", people), ("events", events)):
            staging = files.get(f"models/staging/stg_{name}.sql")
            if staging is None:
                continue
            missing = ["person_id"] if tables[name].unit is None else []
            quoted = ", ".join('"' + column.replace('"', '""') + '" VARCHAR' for column in [*found, *missing])
            database.execute(f'CREATE TABLE "{name}" ({quoted})')
            sql = jinja2.Template(staging).render(source=lambda _, table: f'"{table}"')
            read = database.execute(sql)
            assert read.description is not None
            assert {column[0] for column in read.description} == {
                tables[name].unit or "person_id",
                *tables[name].names(Role.QUASI_IDENTIFIER, Role.SENSITIVE, Role.INSENSITIVE),
            }


@pytest.mark.court
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data is not here")
def test_the_court_is_recognised(tmp_path: Path) -> None:
    files = (str(SHARED / "court" / "people.csv"), str(SHARED / "court" / "events.csv"))
    design = new_project(Wish("court", tmp_path / "court", "criminal_justice", "high", *files))
    assert design.people.names(Role.QUASI_IDENTIFIER) == (
        "age",
        "gender",
        "ethnicity",
        "county",
        "state",
        "prior_offenses",
    )
    assert design.event_columns == ("person_id", "date", "event_type", "outcome")
    load(tmp_path / "court")


@pytest.mark.court
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data is not here")
def test_adults_are_people_by_the_row(tmp_path: Path) -> None:
    people = str(SHARED / "adult" / "adult.csv")
    design = new_project(Wish("adult", tmp_path / "adult", "custom", "medium", people))
    assert design.people.unit is None
    assert set(design.people.names(Role.QUASI_IDENTIFIER)) == {
        "gender",
        "age",
        "ethnicity",
        "marital_status",
        "education",
        "nationality",
        "workclass",
        "occupation",
    }
    assert load(tmp_path / "adult").project.sources["adult"]["people"].one_row_per_person
