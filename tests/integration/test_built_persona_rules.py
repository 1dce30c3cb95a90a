"""Whole projects whose personas are held to rules of the release and to models of who is in a study."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from town_of_needs import PUBLIC, project

from personatwin_sql.errors import Withheld
from personatwin_sql.release.result import Release
from personatwin_sql.release.state import read_state
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.workflow import Options, build


def personas(root: Path, config: str, columns: str = "", privacy: str = "") -> Path:
    """A project that publishes personas of 600 people, by age and gender."""
    project(root, "", privacy)
    (root / PUBLIC).unlink()
    (root / PUBLIC.parent / "personas.sql").write_text(
        f"{{{{ config(protection='personas', {config}) }}}}\n"
        f"SELECT person_id, age, gender{columns} FROM {{{{ source('s', 'people') }}}}\n",
        encoding="utf-8",
    )
    return root


def built(root: Path) -> Release:
    build(Options(project_dir=root), lambda event: None)
    state = read_state(root / ".personatwin", "prod")
    assert state is not None
    return state.release


def told(release: Release) -> dict[str, Guarantee]:
    (model,) = release.models
    return {each.name: each for each in model.guarantees}


def test_personas_are_made_coarser_until_the_average_risk_is_met_and_the_report_says_it(
    tmp_path: Path,
) -> None:
    config = "average_risk=0.02, sample_uniqueness=0, population_uniqueness={'share': 0, 'population': 1000}"
    found = told(built(personas(tmp_path, config)))
    with duckdb.connect(str(tmp_path / "release" / "town.duckdb"), read_only=True) as database:
        rows = database.execute("SELECT sum(people) FROM personas GROUP BY age, gender").fetchall()
    average = len(rows) / sum(people for (people,) in rows)
    assert found["average_risk"].measured == average <= 0.02
    assert found["average_risk"].holds
    assert (found["sample_uniqueness"].proven, found["sample_uniqueness"].measured) == (0, 0)
    assert found["population_uniqueness"].holds
    report = (tmp_path / "release" / "report.html").read_text(encoding="utf-8")
    assert "A person picked at random is found with a chance of 2" in report


def test_personas_of_more_people_than_their_population_are_held(tmp_path: Path) -> None:
    privacy = ", population_uniqueness: {share: 0.5, population: 500}"
    with pytest.raises(Withheld) as held:
        built(personas(tmp_path, "average_risk=0.2", privacy=privacy))
    (found,) = held.value.diagnostics
    assert found.code == "PT251"
    assert "`population_uniqueness`: more people would be published than the population has" in found.message
    assert "name in `population` how many people" in found.fixes[0]
    assert str(found.place).startswith("project.yml")


def test_an_average_risk_that_no_personas_reach_is_held(tmp_path: Path) -> None:
    with pytest.raises(Withheld) as held:
        built(personas(tmp_path, "average_risk=0.001"))
    assert [each.code for each in held.value.diagnostics] == ["PT204"]
    (found,) = held.value.diagnostics
    assert "no levels bring the average risk to 0.001" in found.message
    assert str(found.place).startswith("models/release/personas.sql")


def test_whose_persona_tells_too_much_of_a_study_is_left_out_and_who_is_in_it_is_not_published(
    tmp_path: Path,
) -> None:
    asked = "k=15, delta_presence={'in_study': {'least': 0.05, 'most': 0.7}}"
    found = told(built(personas(tmp_path, asked, ", in_study, need")))
    with duckdb.connect(str(tmp_path / "release" / "town.duckdb"), read_only=True) as database:
        names = [row[0] for row in database.execute("DESCRIBE personas").fetchall()]
        ((people,),) = database.execute("SELECT sum(people) FROM personas").fetchall()
    assert not [name for name in names if "study" in name]
    assert {"need", "need_people"} < set(names)
    most, least = found["most_present of in_study"], found["least_present of in_study"]
    assert (most.proven, least.proven) == (0.7, 0.05)
    assert (most.measured or 1) <= 0.7
    assert (least.measured or 0) >= 0.05
    assert found["suppression_limit"].measured == (600 - people) / 600 <= 0.05
    assert "in the study" in (tmp_path / "release" / "report.html").read_text(encoding="utf-8")


def test_a_bound_of_a_study_that_most_personas_fail_is_held(tmp_path: Path) -> None:
    with pytest.raises(Withheld) as held:
        built(personas(tmp_path, "delta_presence={'in_study': {'most': 0.01}}", ", in_study"))
    assert "PT205" in {each.code for each in held.value.diagnostics}
