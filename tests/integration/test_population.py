"""A project's population: the census or the owner's table beside the people of a release."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from personatwin_sql.compile.compiler import compile_project
from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.loader import load
from tests.integration.conftest import Run
from tests.integration.town_of_residents import ALL, DOMAIN, FLORIDA, OWNERS, manifest, project, residents


@pytest.fixture(scope="module")
def florida(tmp_path_factory: pytest.TempPathFactory, personatwin: Run) -> Path:
    folder = project(tmp_path_factory.mktemp("florida"), FLORIDA)
    personatwin("build", cwd=folder)
    return folder


def test_the_risk_among_the_population_stands_in_manifest_and_report(florida: Path, personatwin: Run) -> None:
    found = manifest(florida)["population"]
    assert found["population"] == "census of 2018, Florida, from 18 years"
    assert found["is_estimate"] is True
    assert found["unknown"] == []
    assert found["smallest"] == 0
    assert found["without"] == pytest.approx(0.1)
    report = json.loads(personatwin("report", "--format", "json", cwd=florida).stdout)
    (model,) = report["models"]
    measures = {each["measure"]: each["value"] for each in model["risk"]}
    assert 0 < measures["journalist_risk"] <= measures["record_risk"]
    assert measures["share_not_in_population"] == pytest.approx(0.1)
    assert [source["name"] for source in report["sources"]] == ["town.people", "population"]
    assert report["sources"][1]["path"] == "counties_2018.npz"


def test_a_build_with_a_census_never_reaches_into_the_network(tmp_path: Path) -> None:
    folder = project(tmp_path, FLORIDA, columns="gender, county, pet")
    refuse = (
        "import socket, sys\n"
        "def refused(*_): raise AssertionError('a build reached into the network')\n"
        "socket.socket.connect = socket.getaddrinfo = socket.create_connection = refused\n"
        "from personatwin_sql.cli import main\n"
        "sys.argv = ['personatwin', 'build']\n"
        "main()\n"
    )
    built = subprocess.run(
        [sys.executable, "-c", refuse], cwd=folder, capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    assert manifest(folder)["population"]["unknown"] == ["pet"]


def test_an_unchanged_population_builds_nothing_and_another_one_anew(florida: Path, personatwin: Run) -> None:
    assert "nothing has changed" in personatwin("build", cwd=florida).stderr
    project = florida / "project.yml"
    written = project.read_text()
    project.write_text(written.replace("youngest: 18", "youngest: 20"))
    assert "nothing has changed" not in personatwin("build", cwd=florida).stderr
    project.write_text(written)


def test_a_county_of_several_states_is_not_guessed(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, "population: {census: 2018, places: [US]}", counties=("Broward", "Franklin"))
    told = personatwin("build", cwd=folder, code=2).stderr
    assert "PT427" in told
    assert "Franklin" not in told


def test_a_vintage_that_was_not_fetched_stops_the_build(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, "population: {census: 2016, places: [Florida]}")
    told = personatwin("build", cwd=folder, code=2, XDG_CACHE_HOME=str(tmp_path / "cache")).stderr
    assert "PT423" in told
    assert "census refresh --year 2016" in told


@pytest.mark.parametrize(
    "population",
    [
        "population: {census: 2018}",
        "population: {census: 2018, path: a.csv, places: [Florida]}",
        "population: {path: residents.csv}",
        "population: {census: 2018, places: [Florida], columns: {pet: animal}}",
        "population: {path: residents.csv, count: n, places: [Florida]}",
        "population: {}",
    ],
)
def test_a_population_that_is_not_clear_is_refused(tmp_path: Path, population: str) -> None:
    with pytest.raises(ProjectError, match="PT420"):
        load(project(tmp_path, population))


def test_an_unknown_place_is_found_as_the_project_is_checked(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, "population: {census: 2018, places: [Florida, Florid]}")
    told = personatwin("parse", cwd=folder, code=2).stderr
    assert "PT421" in told
    caret = next(line for line in told.splitlines() if "^" in line)
    written = next(line for line in told.splitlines() if "Florid]" in line)
    assert caret.index("^") == written.index("Florid]")


def test_a_vintage_that_was_not_fetched_is_found_as_the_project_is_checked(
    tmp_path: Path, personatwin: Run
) -> None:
    folder = project(tmp_path, "population: {census: 2016, places: [Florida]}")
    told = personatwin("parse", cwd=folder, code=2, XDG_CACHE_HOME=str(tmp_path / "cache")).stderr
    assert "PT423" in told
    lines = told.splitlines()
    caret = next(line for line in lines if "^" in line)
    assert "census: 2016" in lines[lines.index(caret) - 1]
    assert caret.index("^") == lines[lines.index(caret) - 1].index("census")


def test_a_county_without_its_state_is_warned_of_before_a_build(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path / "us", "population: {census: 2018, places: [US]}")
    told = personatwin("parse", cwd=folder)
    assert "sound" in told.stdout
    assert "warning[PT427]: `people` has a county and no state" in told.stderr
    assert "PT427" not in personatwin("parse", cwd=project(tmp_path / "florida", FLORIDA)).stderr


def test_a_secret_membership_without_a_population_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="PT420"):
        load(project(tmp_path, privacy=", membership: secret"))


def test_a_column_that_no_release_has_is_refused(tmp_path: Path) -> None:
    folder = project(tmp_path, "population: {census: 2018, places: [Florida], columns: {sexe: sex}}")
    with pytest.raises(ProjectError, match="no release has a quasi-identifier `sexe`"):
        compile_project(load(folder))


def test_a_column_that_the_domain_does_not_have_is_not_known_to_the_census(tmp_path: Path) -> None:
    folder = project(tmp_path, FLORIDA)
    (folder / "domains" / "town.yml").write_text(f"{DOMAIN}census: {{heigth: age}}\n")
    with pytest.raises(ProjectError, match="PT034"):
        load(folder)


def test_an_owners_table_takes_the_place_of_the_census(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, OWNERS)
    residents(folder, ALL.replace("x,Liberty County,4", "y,Liberty County,4"))
    personatwin("build", cwd=folder)
    node = manifest(folder)
    found = node["population"]
    assert (found["is_estimate"], found["unknown"]) == (False, [])
    assert found["without"] == pytest.approx(0.05)  # a group that it lacks is as large as in the data
    levels = {name: column["level"] for name, column in node["columns"].items()}
    assert levels == {"age": 1, "gender": 0, "county": 0}
    assert (found["smallest"], found["highest"]) == (0, pytest.approx(1 / 6))
    assert found["average"] == pytest.approx((2 * 30 / 90 + 2 * 24 / 120 + 6 / 12 + 6 / 6) / 120)


@pytest.mark.parametrize(
    "rows",
    ["20,F,Broward,plenty\n20,F,Broward,-3\n20,F,Broward,1e30\n", "20,F,Broward,0.6\n"],
    ids=["no numbers", "a part"],
)
def test_a_count_that_is_no_number_of_people_is_refused(tmp_path: Path, personatwin: Run, rows: str) -> None:
    folder = project(tmp_path, OWNERS)
    residents(folder, rows)
    told = personatwin("build", cwd=folder, code=2).stderr
    assert "PT426" in told
    assert "plenty" not in told


def test_a_column_that_the_owners_table_does_not_have_is_named(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, OWNERS.replace("sex", "sexe"))
    residents(folder, ALL)
    told = personatwin("build", cwd=folder, code=2).stderr
    assert "PT426" in told
    assert "did you mean `sex`" in told


def test_where_membership_is_secret_the_target_is_met_among_the_population(
    tmp_path: Path, personatwin: Run
) -> None:
    folder = project(tmp_path, OWNERS, privacy=", target_risk: 0.02, membership: secret")
    residents(folder, ALL.replace(",4\n", ",400\n"))
    personatwin("build", cwd=folder)
    guarantee = manifest(folder)["guarantees"]["journalist_risk"]
    assert guarantee["holds"]
    assert guarantee["measured"] <= 0.02
    report = json.loads(personatwin("report", "--format", "json", cwd=folder).stdout)
    measures = {each["measure"]: each["value"] for each in report["models"][0]["risk"]}
    assert measures["average_risk"] > 0.02
    assert measures["average_journalist_risk"] == pytest.approx(guarantee["measured"])
