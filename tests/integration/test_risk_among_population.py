"""`risk` of private relations beside the project's population: values as they are given."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personatwin_sql.census.cache import table_of
from personatwin_sql.census.reading import census_of
from personatwin_sql.census.table import SEXES
from personatwin_sql.errors import Place
from personatwin_sql.spec.population import PopulationSpec
from tests.integration.conftest import Run

PROJECT = """
name: town
domain: town
sources:
  town:
    people: {path: people.csv, entity: people}
privacy: {level: low}
population: POPULATION
"""
DOMAIN = """
extends: custom
sources:
  town.people:
    entity: people
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier, hierarchy: age, type: integer}
      gender: {role: quasi_identifier, hierarchy: gender}
      county: {role: quasi_identifier, place: county}
      pet: {role: quasi_identifier}
hierarchies:
  gender: {taxonomy: {female: [F1], male: [M1, M2], other: [x]}}
census: {age: age, gender: sex, county: county}
"""
STAYS = """
  town.stays:
    entity: events
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier, hierarchy: age, type: integer}
      gender: {role: quasi_identifier, hierarchy: gender}
      event_type: {role: insensitive}
      event_date: {role: insensitive, type: date}
"""
FLORIDA = "{census: 2018, places: [Florida], youngest: 18}"
OWNERS = "{path: residents.csv, count: residents, columns: {gender: sex}}"
STAGING = "SELECT person_id, age, gender AS gender, county FROM {{ source('town', 'people') }} WHERE age < 99"
RELEASE = """{{ config(protection='k_anonymity') }}
SELECT person_id, age, gender, county FROM {{ source('town', 'people') }}
"""
GENDERS = ("F1", "M1", "M2", "x")


def _rows() -> list[tuple[int, int, str, str, str]]:
    return [
        (n, 20 + n % 3, GENDERS[n % 4], ("Broward", "Liberty County")[n // 60], "cat" if n % 5 else "dog")
        for n in range(120)
    ]


def _project(folder: Path, population: str, rows: list[tuple[Any, ...]] | None = None) -> Path:
    for name in ("domains", "models/release", "models/staging"):
        (folder / name).mkdir(parents=True)
    (folder / "project.yml").write_text(PROJECT.replace("POPULATION", population))
    (folder / "domains" / "town.yml").write_text(DOMAIN)
    (folder / "models" / "release" / "people.sql").write_text(RELEASE)
    (folder / "models" / "staging" / "stg_people.sql").write_text(STAGING)
    written = ["person_id,age,gender,county,pet", *(",".join(map(str, row)) for row in rows or _rows())]
    (folder / "people.csv").write_text("\n".join(written))
    return folder


def _risk(personatwin: Run, folder: Path, *asked: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(personatwin("risk", *asked, "--format", "json", cwd=folder).stdout)
    return found


def test_the_census_is_read_at_the_values_as_they_are_given(tmp_path: Path, personatwin: Run) -> None:
    folder = _project(tmp_path, FLORIDA)
    spec = PopulationSpec(census=2018, places=("Florida",), youngest=18)
    census = census_of(table_of(2018), spec, Place("project.yml"), False)
    fips = [int(census.table.fips[number]) for number in census.counties]

    def alike(age: int, gender: str, county: str) -> int:
        if gender == "x":
            return 0
        place = fips.index({"Broward": 12011, "Liberty County": 12077}[county])
        return int(
            np.floor(
                census.cells[place, SEXES.index("female" if gender == "F1" else "male"), age].sum() + 1e-6
            )
        )

    sizes = Counter(row[1:4] for row in _rows())
    known = {key: max(size, alike(*key)) for key, size in sizes.items()}
    found = _risk(personatwin, folder, "town.people", "--quasi", "age,gender,county", "--unit", "person_id")
    risk = found["journalist"]
    assert risk["population"] == "census of 2018, Florida, from 18 years"
    assert risk["average"] == pytest.approx(sum(size / known[key] for key, size in sizes.items()) / 120)
    assert risk["highest"] == pytest.approx(1 / min(known.values()))
    assert (risk["smallest"], risk["without"]) == (0, pytest.approx(0.25))
    assert (risk["is_estimate"], risk["unknown"]) == (True, [])
    given = found["given"]
    assert given["coarser"] == ["gender"]  # M1 and M2 are both of `male`
    assert risk["is_bound"]
    below_100 = sum(size for key, size in sizes.items() if alike(*key) < 100)
    assert dict(map(tuple, given["risk"]["rare"]))[100] == pytest.approx(below_100 / 120)
    assert sum(band["people"] for band in given["bands"]) == 120


def test_a_source_and_a_private_model_tell_what_the_population_does_not_know(
    tmp_path: Path, personatwin: Run
) -> None:
    folder = _project(tmp_path, FLORIDA)
    told = " ".join(personatwin("risk", "town.people", cwd=folder).stdout.split())
    assert "census of 2018, Florida, from 18 years (estimate; people alike there are rounded down)" in told
    assert "it does not know pet: the risks are at least these" in told
    assert "shared out over its years as in the nation" in told
    assert "of gender it tells less than the data" in told
    assert "How many of the population are alike" in told
    assert _risk(personatwin, folder, "stg_people")["journalist"]["unknown"] == []


def test_an_owners_table_is_counted_value_by_value(tmp_path: Path, personatwin: Run) -> None:
    folder = _project(tmp_path, OWNERS)
    there = {"F1": 30, "M1": 40, "M2": 7}  # nobody is x
    (folder / "residents.csv").write_text(
        "age,sex,county,residents\n"
        + "".join(
            f"{age}.0,{sex},{county},{people}\n"
            for age in (20, 21, 22)
            for sex, people in there.items()
            for county in ("Broward", "Liberty County")
        )
    )
    sizes = Counter(row[1:4] for row in _rows())
    known = {key: max(size, there.get(key[1], 0)) for key, size in sizes.items()}
    found = _risk(personatwin, folder, "stg_people")
    risk = found["journalist"]
    assert (risk["is_estimate"], risk["is_bound"], risk["unknown"]) == (False, False, [])
    assert risk["average"] == pytest.approx(sum(size / known[key] for key, size in sizes.items()) / 120)
    assert (risk["smallest"], risk["without"]) == (0, pytest.approx(0.25))
    assert found["given"]["risk"]["middle"] == 7


def test_a_band_or_group_of_an_owners_table_bounds_its_values(tmp_path: Path, personatwin: Run) -> None:
    folder = _project(tmp_path, OWNERS)
    (folder / "residents.csv").write_text("age,sex,residents\n20-21,female,30\n20-21,male,50\n22,F1,3\n")
    found = _risk(personatwin, folder, "stg_people")
    risk = found["journalist"]
    assert (risk["is_bound"], risk["unknown"]) == (True, ["county"])
    assert found["given"]["coarser"] == ["age", "gender"]
    alike = {
        **{(age, "F1"): 30 for age in (20, 21)},
        **{(age, gender): 50 for age in (20, 21) for gender in ("M1", "M2")},
        (22, "F1"): 3,
    }
    sizes = Counter(row[1:4] for row in _rows())
    average = sum(size / max(size, alike.get(key[:2], 0)) for key, size in sizes.items()) / 120
    assert risk["average"] == pytest.approx(average)
    assert risk["without"] == pytest.approx(
        sum(size for key, size in sizes.items() if key[:2] not in alike) / 120
    )


def test_a_person_of_several_records_counts_once_with_what_tells_most(
    tmp_path: Path, personatwin: Run
) -> None:
    folder = _project(tmp_path, OWNERS)
    (folder / "project.yml").write_text(
        (folder / "project.yml")
        .read_text()
        .replace("privacy:", "    stays: {path: stays.csv, entity: events}\nprivacy:")
    )
    domain = (folder / "domains" / "town.yml").read_text()
    (folder / "domains" / "town.yml").write_text(domain.replace("hierarchies:", f"{STAYS}hierarchies:"))
    (folder / "stays.csv").write_text(
        "person_id,age,gender,event_type,event_date\n"
        "1,20,F1,stay,2020-01-01\n1,20,M1,stay,2020-01-02\n2,20,M1,stay,2020-01-02\n"
    )
    (folder / "residents.csv").write_text("age,sex,residents\n20,F1,4\n20,M1,10\n")
    found = _risk(personatwin, folder, "town.stays", "--quasi", "age,gender", "--unit", "person_id")
    assert found["risk"]["people"] == 2
    assert found["journalist"]["average"] == pytest.approx((1 / 4 + 1 / 10) / 2)
    assert dict(map(tuple, found["given"]["risk"]["rare"]))[5] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("population", "why"),
    [
        (FLORIDA, "it is not said what of pet the census knows"),
        (OWNERS, "it has none of pet"),
        ("{census: 2018, places: [Florida], columns: {gender: race}}", "it is not said what of pet"),
        ("{path: nowhere.csv, count: residents}", "PT4"),
    ],
    ids=["census", "owner's table", "other columns", "no file"],
)
def test_why_nothing_is_told_of_the_population_is_said(
    tmp_path: Path, personatwin: Run, population: str, why: str
) -> None:
    folder = _project(tmp_path, population)
    (folder / "residents.csv").write_text("age,sex,residents\n20,F1,4\n")
    found = _risk(personatwin, folder, "town.people", "--quasi", "pet")
    assert found["journalist"] is None
    assert why in found["population_not_told"]
    assert "not told: " in personatwin("risk", "town.people", "--quasi", "pet", cwd=folder).stdout


def test_a_county_of_several_states_is_not_guessed_of_private_data(tmp_path: Path, personatwin: Run) -> None:
    rows = [(number, 20, "F1", "Franklin", "cat") for number in range(5)]
    folder = _project(tmp_path, "{census: 2018, places: [US]}", rows)
    told = _risk(personatwin, folder, "town.people")["population_not_told"]
    assert "several counties of the population have a name that `county` has" in told
    assert "Franklin" not in told


def test_other_columns_than_those_of_a_release_are_not_laid_beside_the_population(
    tmp_path: Path, personatwin: Run
) -> None:
    folder = _project(tmp_path, FLORIDA)
    personatwin("build", cwd=folder)
    assert _risk(personatwin, folder, "people")["journalist"]["population"].startswith("census")
    asked = _risk(personatwin, folder, "people", "--quasi", "gender")
    assert asked["journalist"] is None
    assert "leave --quasi out" in asked["population_not_told"]
