"""Personas behind each of which enough people of a population may be: who have what its own people have."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.errors import Withheld
from personatwin_sql.release.state import read_state
from personatwin_sql.workflow import Options, build
from tests.integration.town_of_needs import project

LEAST = 15
PERSONAS = Path("models", "release", "personas.sql")
SELECT = "SELECT person_id, age, gender{more} FROM {{{{ source('s', 'people') }}}}\n"


def _town(root: Path, config: str, *, more: str = "", within: bool = False) -> Path:
    """A town of residents who are few where their age is even; personas of 600 people among them."""
    project(root, "", ", membership: secret" if within else "")
    draw = random.Random(7)
    with (root / "residents.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["age", "gender", "residents"])
        for age in range(18, 80):
            for gender in "fm":
                writer.writerow([age, gender, draw.randint(2, 3) if age % 2 else draw.randint(10, 30)])
    with (root / "project.yml").open("a", encoding="utf-8") as file:
        file.write("population: {path: residents.csv, count: residents}\n")
    inside = ", within=ref('public')" if within else ""
    said = f"{{{{ config(protection='personas'{inside}, {config}) }}}}\n"
    (root / PERSONAS).write_text(said + SELECT.format(more=more), encoding="utf-8")
    if not within:
        (root / "models" / "release" / "public.sql").unlink()
    return root


@pytest.mark.parametrize("within", [False, True])
@pytest.mark.parametrize("more", ["", "l_diversity={'need': 2}, "])
def test_enough_residents_may_be_behind_each_persona(tmp_path: Path, within: bool, more: str) -> None:
    root = _town(tmp_path, f"{more}k_map={LEAST}", more=", need" if more else "", within=within)
    build(Options(project_dir=root), lambda event: None)
    state = read_state(root / ".personatwin", "prod")
    assert state is not None
    (personas,) = (model for model in state.release.models if model.name == "personas")
    (found,) = (each for each in personas.guarantees if each.name == "k_map")
    assert found.measured is not None
    assert found.measured >= LEAST
    assert found.measured_only
    assert personas.people is not None
    assert personas.people >= 0.95 * 600


def test_personas_of_too_few_residents_join_their_neighbours(tmp_path: Path) -> None:
    for name, least in (("few", 4), ("many", 30)):
        (tmp_path / name).mkdir()
        build(Options(project_dir=_town(tmp_path / name, f"k=9, k_map={least}")), lambda event: None)
    sizes = {}
    for name in ("few", "many"):
        with duckdb.connect(str(tmp_path / name / "release" / "town.duckdb"), read_only=True) as database:
            sizes[name] = database.execute("SELECT count(*), min(people) FROM personas").fetchone()
    assert sizes["many"][0] < sizes["few"][0]


def test_more_residents_than_the_town_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Withheld):
        build(Options(project_dir=_town(tmp_path, "k_map=100000")), lambda event: None)


def test_a_column_that_the_population_does_not_know_is_refused(tmp_path: Path) -> None:
    root = _town(tmp_path, f"k_map={LEAST}")
    residents = root / "residents.csv"
    residents.write_text(residents.read_text(encoding="utf-8").replace("gender", "shoes"), encoding="utf-8")
    with pytest.raises(Withheld) as raised:
        build(Options(project_dir=root), lambda event: None)
    assert raised.value.diagnostics[0].code == "PT260"


def test_without_a_population_nobody_can_be_counted(tmp_path: Path) -> None:
    root = _town(tmp_path, f"k_map={LEAST}")
    written = root / "project.yml"
    lines = [line for line in written.read_text(encoding="utf-8").splitlines() if "population" not in line]
    written.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(Withheld, match="no population is known"):
        build(Options(project_dir=root), lambda event: None)


def test_personas_within_classes_by_a_column_that_they_do_not_have_are_refused(tmp_path: Path) -> None:
    """Who is of another gender would be in another class, and so in another persona."""
    root = _town(tmp_path, f"k_map={LEAST}", within=True)
    personas = root / PERSONAS
    personas.write_text(personas.read_text(encoding="utf-8").replace(", gender", ""), encoding="utf-8")
    with pytest.raises(Withheld, match="`gender`") as raised:
        build(Options(project_dir=root), lambda event: None)
    assert raised.value.diagnostics[0].code == "PT260"
