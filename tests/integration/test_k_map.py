"""k-map: enough people of the population are like those of each class."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.conftest import Run
from tests.integration.town_of_residents import ALL, FLORIDA, OWNERS, manifest, project, residents


def test_k_map_leaves_out_whom_too_few_of_the_population_are_like(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, OWNERS, config=", k_map=60, suppression_limit=0.05, target_risk=0.15")
    residents(folder, ALL.replace("x,Broward,4", "x,Broward,1"))
    personatwin("build", cwd=folder)
    node = manifest(folder)
    assert node["guarantees"]["k_map"]["holds"]
    assert node["guarantees"]["k_map"]["measured"] >= 60
    assert node["population"]["smallest"] == node["guarantees"]["k_map"]["measured"]
    script = (folder / "target" / "compiled" / "release" / "people.sql").read_text()
    assert "in population of people" in script


def test_k_map_needs_a_population_that_knows_what_is_told(tmp_path: Path, personatwin: Run) -> None:
    fixed = project(
        tmp_path, FLORIDA, columns="gender, pet", config=", k_map=60, columns={'pet': {'level': 0}}"
    )
    told = personatwin("build", cwd=fixed, code=3).stderr
    assert "PT260" in told
    assert "`pet`" in told


def test_k_map_by_the_census_publishes_what_it_does_not_know_as_a_star(
    tmp_path: Path, personatwin: Run
) -> None:
    folder = project(
        tmp_path, FLORIDA, columns="gender, county, pet", config=", k_map=1000, suppression_limit=0.05"
    )
    personatwin("build", cwd=folder)
    node = manifest(folder)
    assert node["columns"]["pet"]["level"] == 1
    assert node["guarantees"]["k_map"]["measured"] >= 1000


@pytest.mark.parametrize("rule", ["recoding='local'", "recoding='multidimensional'", "suppression='cell'"])
@pytest.mark.parametrize("population", [OWNERS, FLORIDA], ids=["owners", "census"])
def test_where_classes_differ_in_levels_k_map_counts_who_has_what_their_people_have(
    tmp_path: Path, personatwin: Run, rule: str, population: str
) -> None:
    k_map = 130 if population == OWNERS else 4000
    folder = project(tmp_path, population, config=f", k_map={k_map}, suppression_limit=0.05, {rule}")
    nobody_like_them = "".join(f"23,{sex},Broward,5000\n" for sex in "FM")
    residents(folder, ALL + nobody_like_them)
    personatwin("build", cwd=folder)
    guarantee = manifest(folder)["guarantees"]["k_map"]
    assert guarantee["holds"]
    assert guarantee["measured"] >= k_map
    if population == OWNERS:
        assert guarantee["measured"] <= 6 * (30 + 40 + 4)


@pytest.mark.parametrize("columns", ["age, gender", "age, gender, county"])
def test_people_whom_a_filter_has_chosen_are_asked_for_in_the_population_too(
    tmp_path: Path, personatwin: Run, columns: str
) -> None:
    folder = project(tmp_path, OWNERS, columns=columns, config=", k_map=60, suppression_limit=0.05")
    model = folder / "models" / "release" / "people.sql"
    model.write_text(f"{model.read_text().rstrip()}\nWHERE county = 'Broward'\n")
    residents(folder, ALL)
    if "county" in columns:
        personatwin("build", cwd=folder)
        assert manifest(folder)["guarantees"]["k_map"]["measured"] <= 3 * (30 + 40 + 4)
    else:
        told = personatwin("build", cwd=folder, code=3).stderr
        assert "PT260" in told
        assert "`county`" in told
