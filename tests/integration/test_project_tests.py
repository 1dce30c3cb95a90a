"""Tests of a project decide on publishing, and what they find is told to the owner alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.integration.conftest import Run
from tests.integration.leaks import leaks
from tests.integration.test_bad_input import project

UNIT_TEST = """\
unit_tests:
  - name: people_are_kept
    model: stg_people
    given:
      - input: source('court', 'people')
        rows: [{person_id: ada, age: 20, county: Oak}]
    expect:
      rows: [{person_id: ada, age: 20, county: Oak}]
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, personatwin: Run) -> Path:
    """A project of planted records that has a release."""
    folder = project(tmp_path_factory.mktemp("tested"), personatwin)
    (folder / "tests").mkdir()
    (folder / "tests" / "no_minor.sql").write_text("SELECT age FROM {{ ref('stg_people') }} WHERE age < 18\n")
    (folder / "models" / "units.yml").write_text(UNIT_TEST)
    personatwin("build", cwd=folder)
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """The project for one test to change."""
    return Path(shutil.copytree(built.parent, tmp_path / "copy")) / "court"


def with_tests(folder: Path, **tests: str) -> None:
    """Put tests under models of `models.yml`, as `stg_people="[…]"`."""
    path = folder / "models" / "models.yml"
    text = path.read_text()
    for model, written in tests.items():
        assert f"  - name: {model}\n" in text
        text = text.replace(f"  - name: {model}\n", f"  - name: {model}\n    tests: {written}\n")
    path.write_text(text)


def release(folder: Path) -> bytes:
    return (folder / "release" / "court.duckdb").read_bytes()


def statuses(folder: Path) -> dict[str, str]:
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    return {result["node"]: result["status"] for result in results}


FAILING = "[class_size_at_least: {size: 599, columns: [gender, risk_level]}]"


def test_a_failing_test_keeps_the_old_release_to_the_byte(folder: Path, personatwin: Run) -> None:
    before = release(folder)
    with_tests(folder, stg_people=FAILING)
    failed = personatwin("build", cwd=folder, code=4)
    assert "error[PT370]: `class_size_at_least_stg_people` failed" in failed.stderr
    assert "published: no" in failed.stderr
    assert release(folder) == before
    assert statuses(folder)["class_size_at_least_stg_people"] == "failed"
    assert statuses(folder)["people_public"] == "skipped"
    again = personatwin("build", cwd=folder, code=4)
    assert "class_size_at_least_stg_people" in again.stderr


def test_nothing_of_failing_rows_is_told_but_to_the_owner(folder: Path, personatwin: Run) -> None:
    (folder / "tests" / "everybody.sql").write_text(
        "SELECT person_id, name FROM {{ source('court', 'people') }} WHERE name IS NOT NULL\n"
    )
    (folder / "tests" / "unreadable.sql").write_text(
        "SELECT CAST(name AS INTEGER) AS number FROM {{ source('court', 'people') }}\n"
    )
    failed = personatwin("build", "--debug", cwd=folder, code=4)
    tested = personatwin("test", "--log-format", "json", cwd=folder, code=4)
    printed = (failed.stdout, failed.stderr, tested.stdout, tested.stderr)
    assert leaks(folder, *printed, planted=("ZQID", "ZQNAME", "ZQNOTE", "ZQJUDGE", "ZQCASE", "ZQEVENT")) == []
    assert not [text for text in printed if "600" in text]
    assert "600" not in (folder / "target" / "run_results.json").read_text()
    (owner,) = (folder / ".personatwin").rglob("owner.json")
    assert ["everybody", 600] in json.loads(owner.read_text())["tests"]
    for path in (folder / ".personatwin").rglob("*"):
        assert not path.is_file() or b"ZQNAME" not in path.read_bytes()


def test_a_test_that_warns_is_told_again_and_publishes(folder: Path, personatwin: Run) -> None:
    with_tests(folder, stg_people=FAILING.replace("}]", ", config: {severity: warn}}]"))
    warned = personatwin("build", cwd=folder)
    assert "warning[PT370]: `class_size_at_least_stg_people` failed" in warned.stderr
    assert "published: yes" in warned.stderr
    again = personatwin("build", cwd=folder)
    assert "nothing has changed" in again.stderr
    assert "tests that warned then: class_size_at_least_stg_people" in again.stderr


def test_a_changed_test_runs_and_an_unchanged_one_does_not(folder: Path, personatwin: Run) -> None:
    assert "nothing has changed" in personatwin("build", cwd=folder).stderr
    path = folder / "tests" / "no_minor.sql"
    path.write_text(path.read_text().replace("18", "21"))
    personatwin("build", cwd=folder, code=4)
    path.write_text(path.read_text().replace("21", "17"))
    assert "no_minor" in personatwin("build", cwd=folder).stderr


def test_a_test_that_was_left_out_runs_in_the_next_build(folder: Path, personatwin: Run) -> None:
    with_tests(folder, stg_people=FAILING)
    built = personatwin("build", "--exclude", "class_size_at_least_stg_people", cwd=folder)
    assert "tests that did not run: class_size_at_least_stg_people" in built.stderr
    personatwin("build", cwd=folder, code=4)


def test_a_model_that_is_wrong_on_invented_rows_is_not_run_on_real_ones(
    folder: Path, personatwin: Run
) -> None:
    path = folder / "models" / "units.yml"
    path.write_text(path.read_text().replace("age: 20", "age: 21", 1))
    failed = personatwin("build", cwd=folder, code=4)
    assert "expected, and not there: person_id ada, age 20, county Oak" in failed.stderr
    assert "there, and not expected: person_id ada, age 21, county Oak" in failed.stderr
    assert list(statuses(folder)) == ["people_are_kept"]


def test_test_reads_private_models_and_the_release_and_publishes_nothing(
    folder: Path, personatwin: Run
) -> None:
    with_tests(
        folder,
        stg_people="[k_anonymity: {k: 2, columns: [gender]}]",
        people_public="[k_anonymity: {k: 3}, class_size_at_least: {size: 601, columns: [gender]}]",
        personas="[k_anonymity: {k: 3}, no_direct_identifiers]",
        persona_events="[k_anonymity: {k: 3}]",
    )
    files = {path: path.read_bytes() for path in (folder / "release").rglob("*") if path.is_file()}
    tested = personatwin("test", cwd=folder, code=4)
    assert {path: path.read_bytes() for path in (folder / "release").rglob("*") if path.is_file()} == files
    found = statuses(folder)
    assert found["class_size_at_least_people_public"] == "failed"
    assert "`class_size_at_least_people_public` failed: 2 rows" in tested.stderr
    failed = [name for name, status in found.items() if status == "failed"]
    assert failed == ["class_size_at_least_people_public"]
    assert found["no_direct_identifiers_personas"] == "ok"
    assert found["k_anonymity_persona_events"] == "ok"


def test_rows_that_reading_leaves_out_fail_tests_of_the_source(folder: Path, personatwin: Run) -> None:
    people = folder.parent / "people.csv"
    header, first, *others = people.read_text().splitlines()
    twin, nobody = first.replace("Male", "Other"), first.partition(",")[1:]
    people.write_text("\n".join((header, first, twin, "".join(nobody), *others)) + "\n")
    (folder / "models" / "sources.yml").write_text(
        "sources: [{name: court, tables: [{name: people, columns: "
        "[{name: person_id, tests: [not_null, unique]}, {name: age, tests: [not_null]}]}]}]\n"
    )
    personatwin("test", "--select", "court.people", cwd=folder, code=4)
    found = statuses(folder)
    assert found["not_null_court_people_person_id"] == "failed"
    assert found["unique_court_people_person_id"] == "failed"
    assert found["not_null_court_people_age"] == "ok"


def test_tests_are_selected_as_in_dbt(folder: Path, personatwin: Run) -> None:
    personatwin("test", "--select", "test_type:unit", cwd=folder)
    assert list(statuses(folder)) == ["people_are_kept"]
    personatwin("test", "--select", "stg_people", "--exclude", "resource_type:unit_test", cwd=folder)
    found = statuses(folder)
    assert {"no_minor", "unique_stg_people_person_id"} < set(found)
    assert not {"people_are_kept", "people_public"} & set(found)
    listed = personatwin(
        "ls", "--resource-type", "test", "--select", "path:tests", "--format", "json", cwd=folder
    )
    (node,) = json.loads(listed.stdout)
    assert (node["id"], node["path"], node["depends_on"]) == (
        "no_minor",
        "tests/no_minor.sql",
        ["stg_people"],
    )


def test_tests_stand_in_the_manifest(built: Path) -> None:
    nodes = json.loads((built / "target" / "manifest.json").read_text())["nodes"]
    assert nodes["test.no_minor"]["depends_on"] == ["stg_people"]
    assert nodes["unit_test.people_are_kept"]["rules"]["severity"]["declared_at"].startswith(
        "models/units.yml:2:"
    )
    assert nodes["source.court.people"]["kind"] == "source"


def test_a_project_without_a_release_is_tested_too(folder: Path, personatwin: Run) -> None:
    for part in ("release", ".personatwin", "ledger"):
        shutil.rmtree(folder / part)
    with_tests(folder, people_public="[k_anonymity: {k: 3}]")
    tested = personatwin("test", cwd=folder)
    assert "it is not in the release yet" in tested.stderr
    assert statuses(folder)["no_minor"] == "ok"
    assert not (folder / "release").exists()
