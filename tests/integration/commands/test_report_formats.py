"""A report in the form that somebody asked for, and the owner's kept out of the release."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import Result

Call = Callable[..., Result]


@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_the_public_report_is_printed_as_the_release_has_it(form: str, built: Path, call: Call) -> None:
    said = call("report", "--format", form, "--project-dir", built)
    assert said.exit_code == 0
    assert said.stdout == (built / f"release/report.{form}").read_text()
    assert said.stderr == ""


def test_the_owners_report_says_more_and_whose_it_is(built: Path, call: Call, tmp_path: Path) -> None:
    said = call("report", "--owner", "--format", "json", "--project-dir", built)
    assert "owner" in json.loads(said.stdout)
    assert "owner" in said.stderr
    assert "owner" not in json.loads(call("report", "--format", "json", "--project-dir", built).stdout)
    file = tmp_path / "owners.md"
    assert call("report", "--owner", "--output", file, "--project-dir", built).exit_code == 0
    assert file.read_text().startswith("# ")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_owners_report_is_not_laid_beside_the_release(built: Path, call: Call) -> None:
    said = call("report", "--owner", "--output", built / "release/owners.html", "--project-dir", built)
    assert said.exit_code == 2
    assert not (built / "release/owners.html").exists()


def test_who_was_left_out_and_the_people_of_each_table_add_up(built: Path, call: Call) -> None:
    owners = call("report", "--owner", "--format", "md", "--project-dir", built).stdout
    with duckdb.connect(str(next((built / "release").glob("*.duckdb"))), read_only=True) as release:
        ((table,),) = release.execute("SELECT count(*) FROM people_public").fetchall()
        ((personas,),) = release.execute("SELECT sum(people) FROM personas").fetchall()
    source = (built / "data" / "people.csv").read_text().strip().count("\n")
    assert personas == source > table
    assert f"{source - table:,} people of {source:,} left out" in owners
    assert f"the table stands for the other {table:,}." in owners
    assert f"Nobody of {source:,} people was left out; the table stands for all of them." in owners
    (row,) = (line for line in owners.splitlines() if "`people_left_out`" in line and "| nobody |" in line)
    assert "✓ yes" in row
    public = call("report", "--format", "md", "--project-dir", built).stdout
    assert "Nobody was left out of `personas`" in public
    assert f"{source - table:,} people" not in public


def test_without_a_build_there_is_no_report(fresh: Path, call: Call) -> None:
    said = call("report", "--format", "md", "--project-dir", fresh)
    assert (said.exit_code, "PT408" in said.stderr) == (5, True)
