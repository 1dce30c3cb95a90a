"""A small project whose tests are compiled: people, a release of them, and what is derived from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.compile.compiler import Compiled, compile_project
from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.loader import load

FILES = {
    "project.yml": """\
name: small
domain: court
sources:
  court:
    people: {path: data/people.csv, entity: people}
privacy: {level: low}
""",
    "domains/court.yml": """\
hierarchies:
  age: {widths: [5, 10], bottom: 0, top: 90}
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      name: {role: direct_identifier}
      age: {role: quasi_identifier, hierarchy: age}
      gender: {role: quasi_identifier}
      charge: {role: sensitive}
""",
    "models/people.sql": (
        "SELECT person_id, name, age, gender, charge FROM {{ source('court', 'people') }}\n"
    ),
    "models/by_gender.sql": "SELECT gender, count(*) AS rows FROM {{ ref('people') }} GROUP BY gender\n",
    "models/public.sql": (
        "{{ config(protection='k_anonymity') }}\n"
        "SELECT person_id, age, gender, charge FROM {{ ref('people') }}\n"
    ),
    "models/genders.sql": (
        "{{ config(protection='derived') }}\n"
        "SELECT gender, count(*) AS people FROM {{ ref('public') }} GROUP BY gender ORDER BY gender\n"
    ),
}


def compiled(root: Path, files: dict[str, str], there: dict[str, frozenset[str]] | None = None) -> Compiled:
    """The project with more files, or others in place of its own."""
    for path, text in {**FILES, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return compile_project(load(root), there)


def with_tests(model: str, tests: str, column: str | None = None) -> dict[str, str]:
    """A `models.yml` with one list of tests, in YAML's flow form."""
    of_column = f"    columns: [{{name: {column}, tests: {tests}}}]\n"
    of_model = f"    tests: {tests}\n"
    return {"models/models.yml": f"models:\n  - name: {model}\n{of_column if column else of_model}"}


def refusal(root: Path, files: dict[str, str]) -> tuple[str, str]:
    """Code and text of the one thing that is wrong."""
    with pytest.raises(ProjectError) as raised:
        compiled(root, files)
    (diagnostic,) = raised.value.diagnostics
    return diagnostic.code, str(diagnostic)
