"""Broken projects, and to the letter what the user is told.

Each case is a `.txt` file: the files of a project, each under a line `--- path`, then `=== told`. What a case
does not write comes from a sound project, so that a case shows its mistake and nothing else.
PERSONATWIN_REWRITE_GOLDEN=1 rewrites what is told; the diff is reviewed like code.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.loader import load

CASES = sorted(Path(__file__).parent.glob("*.txt"))
SOUND = {
    "project.yml": """\
name: county_court
domain: court
sources:
  court:
    people: {path: data/people.csv, entity: people}
""",
    "domains/court.yml": """\
hierarchies:
  age: {widths: [5, 10, 20], bottom: 0, top: 90}
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier, hierarchy: age}
""",
    "models/people_public.sql": "SELECT person_id, age FROM people\n",
}


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_the_user_is_told_to_the_letter(case: Path, tmp_path: Path) -> None:
    given, _, told = case.read_text(encoding="utf-8").partition("=== told\n")
    write_project(tmp_path, {**SOUND, **parts(given)})
    with pytest.raises(ProjectError) as raised:
        load(tmp_path)
    if os.environ.get("PERSONATWIN_REWRITE_GOLDEN") == "1":
        case.write_text(f"{given}=== told\n{raised.value}\n", encoding="utf-8")
    else:
        assert f"{raised.value}\n" == told


def test_the_sound_project_loads(tmp_path: Path) -> None:
    write_project(tmp_path, SOUND)
    assert load(tmp_path).project.name == "county_court"


def parts(given: str) -> dict[str, str]:
    """Path → text of each file of a case."""
    found: dict[str, str] = {}
    for part in given.split("--- ")[1:]:
        path, _, text = part.partition("\n")
        found[path] = text
    return found


def write_project(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
