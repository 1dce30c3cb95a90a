"""A project whose first build is withheld, or begun in part: what a user is told, and where to look."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Call = Callable[..., Result]


def fail(project: Path) -> None:
    """A test that no release passes."""
    (project / "tests").mkdir(exist_ok=True)
    sql = "SELECT count(*) AS people FROM {{ ref('stg_people') }}"
    (project / "tests" / "nobody.sql").write_text(f"{sql}\n")


@pytest.fixture
def withheld(small: Path, call: Call) -> Path:
    """A project whose first build fails a test."""
    fail(small)
    said = call("build", "--project-dir", small)
    assert said.exit_code == 4
    assert "`personatwin report` says where" in said.stderr
    return small


def test_a_part_of_a_project_that_was_never_built_is_a_mistake_of_the_command(
    small: Path, call: Call
) -> None:
    said = call("build", "--select", "people_public", "--project-dir", small)
    assert said.exit_code == 2
    assert said.stderr.count("error[PT211]") == 1
    assert "personatwin build" in said.stderr
    assert not (small / "release").exists()


def test_the_owners_report_is_there_before_there_is_a_release(withheld: Path, call: Call) -> None:
    said = call("report", "--project-dir", withheld)
    assert said.exit_code == 0
    assert said.stdout.split()[-1].endswith(".personatwin/report.json")
    assert "public" not in said.stdout
    assert "Nothing is published yet" in said.stderr
    owners = json.loads(call("report", "--owner", "--format", "json", "--project-dir", withheld).stdout)
    assert [held["code"] for held in owners["held"]] == ["PT370"]


def test_without_a_release_the_public_report_is_refused_and_the_owners_is_named(
    withheld: Path, call: Call
) -> None:
    said = call("report", "--format", "md", "--project-dir", withheld)
    assert (said.exit_code, "PT408" in said.stderr) == (5, True)
    assert ".personatwin/report.html" in said.stderr


def test_the_owners_report_of_a_preview_is_where_it_is_said_to_be(small: Path, call: Call) -> None:
    project = small / "project.yml"
    project.write_text(project.read_text() + "  dev: {publish: false}\n")
    fail(small)
    assert call("build", "--target", "dev", "--project-dir", small).exit_code == 4
    said = call("report", "--target", "dev", "--project-dir", small)
    assert ".personatwin/preview/report.html" in said.stdout


def test_why_a_later_build_was_withheld_is_not_lost_by_looking(small: Path, call: Call) -> None:
    assert call("build", "--project-dir", small).exit_code == 0
    fail(small)
    assert call("build", "--project-dir", small).exit_code == 4
    said = call("report", "--project-dir", small)
    assert (said.exit_code, "of a later build, which published nothing" in said.stderr) == (0, True)
    assert "PT370" in call("report", "--owner", "--format", "md", "--project-dir", small).stdout
    assert "PT370" not in call("report", "--format", "md", "--project-dir", small).stdout


def test_sources_that_cannot_be_read_have_an_owners_report(small: Path, call: Call) -> None:
    people = small.parent / "people.csv"
    first, second, *others = people.read_text().splitlines()
    people.write_text("\n".join((first, f"0{second}", second, *others)))
    said = call("build", "--project-dir", small)
    assert (said.exit_code, "PT340" in said.stderr) == (1, True)
    owners = call("report", "--owner", "--format", "md", "--project-dir", small).stdout
    assert "PT340" in owners
    assert "ids of people that differ from another in their spelling alone" in owners
