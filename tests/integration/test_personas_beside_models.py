"""Personas of people whom a table left out because of a privacy model do not tell which class failed it."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
from town_of_needs import project

from personatwin_sql.workflow import Options, build

SELECT = "SELECT person_id, age, gender{more} FROM {{{{ source('s', 'people') }}}}\n"


@pytest.mark.parametrize("more", ["", ", need"])
def test_a_class_that_failed_a_model_is_no_persona_either(tmp_path: Path, more: str) -> None:
    root = project(tmp_path, "l_diversity={'need': 2}, columns={'age': {'tolerance': 5}}")
    planted = [f"Q{number},87,f,urgent,1,true".split(",") for number in range(12)]
    with (root / "people.csv").open("a", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(planted)
    config = "{{ config(protection='personas', within=ref('public')) }}\n"
    (root / "models" / "release" / "personas.sql").write_text(
        config + SELECT.format(more=more), encoding="utf-8"
    )
    build(Options(project_dir=root), lambda event: None)
    with duckdb.connect(str(root / "release" / "town.duckdb"), read_only=True) as database:
        classes = database.execute("SELECT age, gender FROM public").fetchall()
        personas = database.execute("SELECT age, gender, people FROM personas").fetchall()
    assert ("85-89", "f") not in classes
    beside = [persona for persona in personas if persona[:2] not in classes]
    assert {age for age, _, _ in beside} == {"*"}
    assert sum(people for _, _, people in beside) >= len(planted)
