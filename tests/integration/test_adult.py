"""A table of people alone, without ids: hierarchies from files, levels searched and declared."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.integration.conftest import Run

pytestmark = pytest.mark.court

PEOPLE = 30_162
COLUMNS = (
    "sex", "age", "race", "marital-status", "education", "native-country", "workclass", "occupation",
    "salary-class",
)  # fmt: skip
OPTIMUM = (0, 3, 0, 0, 2, 1, 1, 2, 0)
"""The levels that lose least at k = 5 and 5 % suppression (ARX; columns in the order above)."""


def test_init_makes_a_project_of_people_without_ids(tmp_path: Path, shared: Path, personatwin: Run) -> None:
    adult = shared / "adult" / "adult.csv"
    personatwin("init", "adult", "--domain", "custom", "--level", "medium", "--people", adult, cwd=tmp_path)
    folder = tmp_path / "adult"
    assert "one_row_per_person: true" in (folder / "project.yml").read_text()
    personatwin("build", cwd=folder)
    with duckdb.connect(str(folder / "release" / "adult.duckdb"), read_only=True) as release:
        tables = {
            row[0]
            for row in release.execute(
                "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'"
            ).fetchall()
        }
        assert tables == {"people_public", "personas"}
        smallest = release.execute("SELECT min(people), sum(people) FROM personas").fetchone()
    assert smallest is not None
    assert smallest[0] >= 5
    assert smallest[1] >= 0.95 * PEOPLE


@pytest.fixture
def by_file(tmp_path: Path, shared: Path) -> Path:
    """A project written by hand: nine quasi-identifiers, each with its hierarchy file."""
    folder = tmp_path / "adult"
    (folder / "domains").mkdir(parents=True)
    (folder / "models").mkdir()
    adult = shared / "adult"
    for column in COLUMNS:
        source = adult / f"adult_hierarchy_{column}.csv"
        (folder / source.name).write_text(source.read_text())
    (folder / "project.yml").write_text(
        f"name: adult\ndomain: census\nprivacy: {{level: low, k: 5, suppression_limit: 0.05}}\n"
        f"sources:\n  adult:\n    people: {{path: {adult / 'adult.csv'}, one_row_per_person: true}}\n"
    )
    hierarchies = "".join(f"  {column}: {{csv: adult_hierarchy_{column}.csv}}\n" for column in COLUMNS)
    columns = "".join(
        f"      {column}: {{role: quasi_identifier, hierarchy: {column}}}\n" for column in COLUMNS
    )
    (folder / "domains" / "census.yml").write_text(
        f"hierarchies:\n{hierarchies}"
        f"entities:\n  people:\n    columns:\n      person_id: {{role: privacy_unit}}\n{columns}"
        "sources:\n  adult.people: {entity: people}\n"
    )
    selected = ",\n    ".join(f'"{column}"' for column in COLUMNS)
    (folder / "models" / "people_public.sql").write_text(
        "{{ config(protection='k_anonymity') }}\n"
        f"SELECT\n    person_id,\n    {selected}\nFROM {{{{ source('adult', 'people') }}}}\n"
    )
    return folder


def test_the_search_finds_the_known_optimum(by_file: Path, personatwin: Run) -> None:
    personatwin("build", cwd=by_file)
    lock = (by_file / "project.lock").read_text()
    for column, level in zip(COLUMNS, OPTIMUM, strict=True):
        assert f"        {column}: {level}\n" in lock
    quoted = ", ".join(f'"{column}"' for column in COLUMNS)
    with duckdb.connect(str(by_file / "release" / "adult.duckdb"), read_only=True) as release:
        rows = release.execute("SELECT count(*) FROM people_public").fetchone()
        classes = release.execute(
            f"SELECT count(*), min(n) FROM (SELECT count(*) AS n FROM people_public GROUP BY {quoted})"
        ).fetchone()
    assert rows == (PEOPLE - 1_346,)
    assert classes is not None
    assert classes[0] == 397
    assert classes[1] >= 5


def test_a_value_without_a_place_stops_the_build(by_file: Path, personatwin: Run) -> None:
    file = by_file / "adult_hierarchy_race.csv"
    file.write_text("\n".join(file.read_text().splitlines()[1:]) + "\n")
    built = personatwin("build", cwd=by_file, code=1)
    assert "error[PT351]" in built.stderr
    assert "`race`" in built.stderr
    assert "White" not in built.stderr


def test_declared_levels_are_taken_as_they_are(by_file: Path, personatwin: Run) -> None:
    model = by_file / "models" / "people_public.sql"
    declared = ", ".join(
        f"'{column}': {{'level': {level}}}"
        for column, level in zip(COLUMNS, (0, 4, 1, 1, 3, 2, 2, 1, 0), strict=True)
    )
    model.write_text(model.read_text().replace("'k_anonymity'", f"'k_anonymity', columns={{{declared}}}"))
    personatwin("build", cwd=by_file)
    with duckdb.connect(str(by_file / "release" / "adult.duckdb"), read_only=True) as release:
        assert release.execute("SELECT count(*) FROM people_public").fetchone() == (PEOPLE,)
