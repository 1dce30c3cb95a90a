"""A town of two counties beside the census, or beside its owner's table of residents."""

from __future__ import annotations

import json
from pathlib import Path

PROJECT = """
name: town
domain: town
sources:
  town:
    people: {{path: people.csv, entity: people}}
privacy: {{level: low{privacy}}}
{population}
"""
DOMAIN = """
extends: custom
sources:
  town.people:
    entity: people
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier, hierarchy: age, type: integer}
      gender: {role: quasi_identifier}
      county: {role: quasi_identifier, place: county}
      pet: {role: quasi_identifier}
"""
MODEL = """{{{{ config(protection='k_anonymity'{config}) }}}}
SELECT person_id, {columns} FROM {{{{ source('town', 'people') }}}}
"""
FLORIDA = "population: {census: 2018, places: [Florida], youngest: 18}"
OWNERS = "population: {path: residents.csv, count: residents, columns: {gender: sex}}"


def project(
    folder: Path,
    population: str = "",
    *,
    columns: str = "age, gender, county",
    privacy: str = "",
    config: str = "",
    counties: tuple[str, ...] = ("Broward", "Liberty County"),
) -> Path:
    """Sixty people of two counties; one of ten has a gender that no table counts."""
    (folder / "domains").mkdir(parents=True)
    (folder / "models" / "release").mkdir(parents=True)
    (folder / "project.yml").write_text(PROJECT.format(population=population, privacy=privacy))
    (folder / "domains" / "town.yml").write_text(DOMAIN)
    (folder / "models" / "release" / "people.sql").write_text(MODEL.format(columns=columns, config=config))
    rows = ["person_id,age,gender,county,pet"]
    for number in range(120):
        gender = "x" if number % 10 == 9 else "FM"[number % 2]
        county = counties[number // 60]
        rows.append(f"{number},{20 + number % 3},{gender},{county},{'cat' if number % 4 else 'dog'}")
    (folder / "people.csv").write_text("\n".join(rows))
    return folder


def manifest(folder: Path) -> dict:
    nodes = json.loads((folder / "target" / "manifest.json").read_text())["nodes"]
    return nodes["model.people"]


def residents(folder: Path, rows: str) -> None:
    (folder / "residents.csv").write_text(f"age,sex,county,residents\n{rows}")


ALL = "".join(
    f"{age},{sex},{county},{people}\n"
    for age in (20, 21, 22)
    for sex, people in (("F", 30), ("M", 40), ("x", 4))
    for county in ("Broward", "Liberty County")
)
