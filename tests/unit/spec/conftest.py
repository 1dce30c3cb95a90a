"""Small projects and documents for the readers of the spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

PROJECT = """\
name: county_court
domain: court
sources:
  court:
    people: {path: data/people.csv, entity: people}
"""
DOMAIN = """\
hierarchies:
  age: {widths: [5, 10, 20], bottom: 0, top: 90}
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier, hierarchy: age}
      gender: {role: quasi_identifier, merge: never}
"""
MODEL = "SELECT person_id, age FROM people\n"

WriteProject = Callable[..., Path]


@pytest.fixture
def write_project(tmp_path: Path) -> WriteProject:
    """Writes a sound project, with the files given in place of its own or beside them; gives its folder."""

    def write(files: Mapping[str, str] | None = None) -> Path:
        sound = {"project.yml": PROJECT, "domains/court.yml": DOMAIN, "models/people_public.sql": MODEL}
        for path, text in {**sound, **(files or {})}.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return tmp_path

    return write
