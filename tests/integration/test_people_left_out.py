"""Who is left out of a table of known size is nobody, or a group of k: recounted, whatever macro wrote it."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.errors import Withheld
from personatwin_sql.workflow import Options, build
from tests.integration.test_overridden_macros import builtin, override
from tests.integration.test_spellings_of_ids import DOMAIN

K = 5
COLORS = {"blue": 600, "green": 6, "red": 3}
CONFIG = {
    "k_anonymity": "protection='k_anonymity'",
    "personas": "protection='personas', block=['color']",
}
ONLY = "WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND {{ k - 1 }}"


def project(folder: Path, protection: str) -> Path:
    """Three reds are too few for a class, and green is the smallest class beside them."""
    people = [f"{color}{n},{color}" for color, number in COLORS.items() for n in range(number)]
    for name, text in {
        "project.yml": "name: town\ndomain: town\nprivacy: {level: low}\n"
        "sources:\n  main:\n    people: {path: people.csv}\n",
        "domains/town.yml": DOMAIN.replace("role: quasi_identifier", "role: quasi_identifier, merge: never"),
        f"models/people_{protection}.sql": f"{{{{ config({CONFIG[protection]}, k={K}) }}}}\n"
        "SELECT person_id, color FROM {{ source('main', 'people') }}\n",
        "people.csv": "\n".join(("person_id,color", *people, "")),
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("protection", ["k_anonymity", "personas"])
def test_a_lone_few_take_the_smallest_group_with_them(protection: str, tmp_path: Path) -> None:
    build(Options(project_dir=project(tmp_path, protection)), lambda event: None)
    with duckdb.connect(str(tmp_path / "release" / "town.duckdb"), read_only=True) as release:
        assert release.execute(f"SELECT DISTINCT color FROM people_{protection}").fetchall() == [("blue",)]
        said = release.execute(
            "SELECT required, proven, measured, holds FROM _personatwin.guarantees "
            "WHERE guarantee = 'people_left_out'"
        ).fetchall()
    assert said == [(K, None, None, True)]  # how many they are is told to nobody but the owner
    owner = json.loads((tmp_path / ".personatwin" / "report.json").read_text())
    assert owner["exact"][f"people_{protection}"]["people_left_out"] == COLORS["green"] + COLORS["red"]


@pytest.mark.parametrize("protection", ["k_anonymity", "personas"])
def test_a_lone_few_left_out_hold_the_release_back(protection: str, tmp_path: Path) -> None:
    text = builtin("all_but_a_lone_few")
    assert ONLY in text
    override(project(tmp_path, protection), "all_but_a_lone_few", text.replace(ONLY, ""))
    with pytest.raises(Withheld) as raised:
        build(Options(project_dir=tmp_path), lambda event: None)
    told = [problem.message for problem in raised.value.diagnostics]
    assert any("nobody, or at least 5 people, may be left out" in message for message in told)
    assert not (tmp_path / "release").exists()
