"""A project may replace a macro; what it then publishes is judged by what it is, not by what it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.spec.library import library
from tests.integration.conftest import Run
from tests.integration.test_bad_input import project

AS_GIVEN = """{# The exact value under the name of a band. #}
{% macro widths(value, width, bottom, top, is_integer) -%}
CAST({{ value }} AS VARCHAR)
{%- endmacro %}
"""


def override(folder: Path, name: str, text: str) -> None:
    """Put a macro of the project in the place of a built-in one."""
    (folder / "macros").mkdir(exist_ok=True)
    (folder / "macros" / f"{name}.sql").write_text(text)
    settings = folder / "project.yml"
    settings.write_text(f"{settings.read_text()}\noverrides: [{name}]\n")


def builtin(name: str) -> str:
    (path,) = (library().folder / "macros").rglob(f"{name}.sql")
    return path.read_text()


def test_exact_values_under_the_name_of_a_level_are_withheld(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin)
    for name in ("personas", "persona_events", "persona_patterns"):
        (folder / "models" / "release" / f"{name}.sql").unlink()
    (folder / "models" / "models.yml").unlink()
    (folder / "models" / "release" / "people_public.sql").write_text(
        "{{ config(protection='k_anonymity') }}\nSELECT person_id, age FROM {{ ref('stg_people') }}\n"
    )
    personatwin("build", cwd=folder)
    (folder / "release" / "court.duckdb").unlink()
    override(folder, "widths", AS_GIVEN)
    built = personatwin("build", cwd=folder, code=3)
    assert "values_finer_than_level" in built.stderr
    assert not (folder / "release" / "court.duckdb").exists()


HAVING = "HAVING {{ people }} >= {{ k }}"


@pytest.mark.parametrize(
    "instead",
    [
        "",
        "HAVING 0 <= {{ people }}",
        "HAVING count({{ names[0] | identifier }}) >= {{ k }}",
        HAVING.replace("{{ k }}", "{{ k - 1 }}"),
    ],
    ids=["no HAVING", "another side", "values instead of people", "k - 1"],
)
def test_groups_that_prove_too_little_are_withheld(instead: str, tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin)
    text = builtin("numbered_classes")
    assert HAVING in text
    override(folder, "numbered_classes", text.replace(HAVING, instead))
    built = personatwin("build", cwd=folder, code=3)
    assert "error[PT201]" in built.stderr or "error[PT202]" in built.stderr
    assert "people_public" in built.stderr
    assert not (folder / "release" / "court.duckdb").exists()
