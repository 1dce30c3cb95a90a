"""A star over a source stands for the columns that its file has, whatever more the domain knows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from personatwin_sql.errors import ProjectError
from tests.integration.private_visits import built

DOMAIN = """
entities:
  people:
    columns:
      name: {role: direct_identifier}
      person_id: {role: privacy_unit}
      county: {role: quasi_identifier}
      note: {role: insensitive}
sources:
  a.people: {entity: people}
  b.people: {entity: people}
"""
STAR = "SELECT * FROM {{ source('a', 'people') }}"
BOTH = f"{STAR} UNION ALL SELECT * FROM {{{{ source('b', 'people') }}}}"
NOISY = "{{ config(protection='differential_privacy', epsilon=100, keys={'county': ['Adams']}, max_groups=1,"


def project(root: Path, **models: str) -> Path:
    """Two files of people: one has no names, the other no notes."""
    (root / "domains").mkdir(parents=True)
    (root / "domains" / "town.yml").write_text(DOMAIN, encoding="utf-8")
    (root / "project.yml").write_text(
        "name: town\ndomain: town\nprivacy: {level: low}\nbudgets: {town: {epsilon: 100, delta: 1e-6}}\n"
        "sources: {a: {people: {path: a.csv}}, b: {people: {path: b.csv}}}\n",
        encoding="utf-8",
    )
    rows = [(f"p{number % 20}", "Adams", f"n{number}") for number in range(200)]
    lines = ["person_id,county,note", *(",".join(row) for row in rows)]
    (root / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    lines = ["name,person_id,county", *(f"ZQ{number},q{number},Adams" for number in range(20))]
    (root / "b.csv").write_text("\n".join(lines), encoding="utf-8")
    for name, sql in models.items():
        path = root / "models" / ("release" if "config(" in sql else "staging") / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sql, encoding="utf-8")
    return root


def test_names_go_to_the_places_that_the_file_has(tmp_path: Path) -> None:
    """`name` is not in the file: the second column is the county, and not the person."""
    stg = f"SELECT b AS place, a AS who FROM ({STAR}) AS t(a, b)"
    counted = f"{NOISY} max_rows_per_group=1) }}}}\nSELECT place AS county, count(DISTINCT who) AS people\n"
    root = project(tmp_path, stg=stg, people=f"{counted}FROM {{{{ ref('stg') }}}}\nGROUP BY ALL")
    built(root)
    with duckdb.connect(str(root / "release" / "town.duckdb"), read_only=True) as release:
        ((county, people),) = release.execute("SELECT * FROM people").fetchall()
    assert county == "Adams"
    assert 10 < people < 30


def test_files_with_other_columns_are_not_put_under_each_other(tmp_path: Path) -> None:
    """Else names of the one would stand among the notes of the other."""
    release = "{{ config(protection='k_anonymity') }}\nSELECT person_id, county, note FROM {{ ref('stg') }}"
    root = project(tmp_path, stg=BOTH, people=release)
    with pytest.raises(ProjectError) as error:
        built(root)
    assert "PT140" in {found.code for found in error.value.diagnostics}
