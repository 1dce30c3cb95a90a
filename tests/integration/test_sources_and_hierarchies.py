"""Every kind of source and of hierarchy, in one project each, from file to release."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from personatwin_sql.errors import NodeError
from personatwin_sql.workflow import Options, build
from tests.integration.records import PEOPLE as COLUMNS
from tests.integration.records import records, write

DOMAIN = """
hierarchies:
  age: {widths: [10, 20], bottom: 0, top: 80}
  zip: {prefix: [3, 1]}
  color: {taxonomy: {cold: [Blue, Green], warm: [Red]}}
  born: {dates: [month, year]}
  place: {table: reference.places, columns: [town, county]}
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier, hierarchy: age, type: integer}
      zip: {role: quasi_identifier, hierarchy: zip}
      color: {role: quasi_identifier, hierarchy: color}
      born: {role: quasi_identifier, hierarchy: born, type: date}
      town: {role: quasi_identifier, hierarchy: place}
  places:
    columns:
      town: {role: insensitive}
      county: {role: insensitive}
sources:
  main.people: {entity: people}
  reference.places: {entity: places}
"""

MODEL = """{{{{ config(protection='k_anonymity', columns={{{levels}}}) }}}}
SELECT person_id, age, zip, color, born, town FROM {{{{ source('main', 'people') }}}}
"""

LEVELS = {"age": 2, "zip": 1, "color": 1, "born": 2, "town": 1}

PEOPLE = """
    SELECT
        i AS person_id,
        CASE WHEN i % 50 = 0 THEN NULL ELSE 20 + i % 60 END AS age,
        CAST(33000 + i % 3 * 100 + i % 7 AS VARCHAR) AS zip,
        CASE i % 11 WHEN 0 THEN NULL WHEN 1 THEN 'Red' WHEN 2 THEN 'Green' ELSE 'Blue' END AS color,
        DATE '1980-01-01' + CAST(i % 700 AS INTEGER) AS born,
        concat('Town ', i % 4) AS town
    FROM range(2000) AS numbers (i)
"""
PLACES = "SELECT concat('Town ', i) AS town, concat('County ', i % 2) AS county FROM range(4) AS numbers (i)"


@pytest.fixture(params=["csv", "parquet", "json", "duckdb"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    (tmp_path / "domains").mkdir()
    (tmp_path / "models").mkdir()
    (tmp_path / "domains" / "town.yml").write_text(DOMAIN)
    suffix = str(request.param)
    with duckdb.connect(str(tmp_path / "all.duckdb") if suffix == "duckdb" else ":memory:") as connection:
        for name, query in (("people", PEOPLE), ("places", PLACES)):
            if suffix == "duckdb":
                connection.execute(f"CREATE TABLE {name} AS {query}")
            else:
                connection.execute(f"COPY ({query}) TO '{tmp_path / name}.{suffix}'")
    people, places = (
        f"{{path: all.duckdb, table: {name}}}" if suffix == "duckdb" else f"{{path: {name}.{suffix}}}"
        for name in ("people", "places")
    )
    (tmp_path / "project.yml").write_text(
        f"name: town\ndomain: town\nprivacy: {{level: low}}\n"
        f"sources:\n  main:\n    people: {people}\n  reference:\n    places: {places}\n"
    )
    declared = ", ".join(f"'{name}': {{'level': {level}}}" for name, level in LEVELS.items())
    (tmp_path / "models" / "people_public.sql").write_text(MODEL.format(levels=declared))
    return tmp_path


def released(project: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(project / "release" / "town.duckdb"), read_only=True)


def test_each_hierarchy_publishes_what_its_level_says(project: Path) -> None:
    build(Options(project_dir=project), lambda event: None)
    with released(project) as release:
        rows = release.execute("SELECT DISTINCT age, zip, color, born, town FROM people_public").fetchall()
    published = [{row[column] for row in rows} for column in range(5)]
    assert published[0] == {"20-39", "40-59", "60-79", None}
    assert published[1] == {"330**", "331**", "332**"}
    assert published[2] == {"cold", "warm", None}
    assert published[3] == {"1980", "1981"}
    assert published[4] == {"County 0", "County 1"}


def test_the_classes_are_those_of_the_source(project: Path) -> None:
    build(Options(project_dir=project), lambda event: None)
    expected = f"""
        SELECT age // 20 AS a, left(zip, 3) AS z, nullif(color IN ('Blue', 'Green'), NULL) AS c,
            year(born) AS b, right(town, 1)::INTEGER % 2 AS t, count(*) AS n
        FROM ({PEOPLE}) GROUP BY a, z, c, b, t HAVING count(*) >= 3
        """
    with released(project) as release:
        found = release.execute("SELECT count(*) AS n FROM people_public GROUP BY ALL ORDER BY n").fetchall()
        sizes = release.execute(
            "SELECT count(*) FROM people_public GROUP BY age, zip, color, born, town"
        ).fetchall()
    truth = duckdb.execute(expected).fetchall()
    assert found
    assert sorted(row[0] for row in sizes) == sorted(row[-1] for row in truth)


def test_a_table_of_groups_with_a_hole_stops_the_build(project: Path) -> None:
    if (project / "places.csv").exists():
        (project / "places.csv").write_text(
            "town,county\nTown 0,County 0\nTown 1,\nTown 2,County 0\nTown 3,County 1\n"
        )
        with pytest.raises(NodeError) as raised:
            build(Options(project_dir=project), lambda event: None)
        assert raised.value.diagnostics[0].code == "PT320"
        assert "Town 1" not in str(raised.value)


def test_awkward_names_of_columns_are_carried_through(tmp_path: Path) -> None:
    people, _ = records(400)
    names = {"age": "Age (years)", "gender": "select", "ethnicity": "Herkunft ü", "county": 'quo"te'}
    renamed = [{names.get(column, column): value for column, value in row.items()} for row in people]
    write(tmp_path / "people.csv", renamed, tuple(names.get(column, column) for column in COLUMNS))
    (tmp_path / "domains").mkdir()
    (tmp_path / "models").mkdir()
    (tmp_path / "domains" / "odd.yml").write_text(
        "sources:\n  main.people:\n    entity: people\n    columns:\n      person_id: {role: privacy_unit}\n"
        "      name: {role: direct_identifier}\n"
        "      Age (years): {role: quasi_identifier, hierarchy: {widths: [20, 40]}}\n"
        "      select: {role: quasi_identifier}\n      Herkunft ü: {role: quasi_identifier}\n"
        "      'quo\"te': {role: quasi_identifier}\n      state: {role: insensitive}\n"
        "      prior_offenses: {role: insensitive}\n      risk_level: {role: sensitive}\n"
        "      notes: {role: direct_identifier}\n"
        "entities: {people: {columns: {}}}\n"
    )
    (tmp_path / "project.yml").write_text(
        "name: odd\ndomain: odd\nprivacy: {level: low}\nsources: {main: {people: {path: people.csv}}}\n"
    )
    (tmp_path / "models" / "people_public.sql").write_text(
        "{{ config(protection='k_anonymity') }}\n"
        'SELECT person_id, "Age (years)", "select", "Herkunft ü", "quo""te", risk_level\n'
        "FROM {{ source('main', 'people') }}\n"
    )
    (tmp_path / "models" / "personas.sql").write_text(
        "{{ config(protection='personas', within=ref('people_public'), block=['select'], "
        "within_block=['Age (years)']) }}\n"
        'SELECT person_id, "Age (years)", "select", "Herkunft ü"\n'
        "FROM {{ source('main', 'people') }}\n"
    )
    build(Options(project_dir=tmp_path), lambda event: None)
    with duckdb.connect(str(tmp_path / "release" / "odd.duckdb"), read_only=True) as release:
        columns = [row[0] for row in release.execute("DESCRIBE people_public").fetchall()]
        assert columns == ["Age (years)", "select", "Herkunft ü", 'quo"te', "risk_level"]
        assert release.execute("SELECT min(people) >= 3, sum(people) > 350 FROM personas").fetchone() == (
            True,
            True,
        )
